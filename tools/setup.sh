#!/usr/bin/env bash
# Set up Farthing in .venv from a lock with hashes. Called by make; run it again at any time.
#   tools/setup.sh runtime   what the bank needs to run
#   tools/setup.sh tests     that, what the tests need, and Chromium and CJK fonts where we may install them
#   tools/setup.sh face      what `make test-face` needs beyond the tests: dlib and its models
#   tools/setup.sh spark     what `make test-spark` needs beyond the tests: PySpark, and a Java runtime where we may install one
# PYTHON=path chooses the interpreter. Works as root and as an ordinary user.
set -euo pipefail
cd "$(dirname "$0")/.."
log=.venv/setup.log

say() { printf '%s\n' "$*"; }
fail() { printf '\nSet-up stopped: %s\n' "$*" >&2; exit 1; }

# Print the words that make a command run as root here, or fail if nothing does.
as_root() {
    if [ "$(id -u)" = 0 ]; then echo env; elif sudo -n true 2>/dev/null; then echo "sudo -n env"; else return 1; fi
}

apt_updated=no
apt_install() {
    local root
    command -v apt-get >/dev/null && root=$(as_root) || return 1
    if [ "$apt_updated" = no ]; then
        say "Reading the list of system packages ..."
        $root DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null || return 1
        apt_updated=yes
    fi
    say "Installing system packages: $* ..."
    $root DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@" >/dev/null
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "Farthing needs Python 3.11 or newer and found $(python3 --version 2>&1 || echo none).
Install one (on Debian and Ubuntu: apt-get install python3.11 python3.11-venv) or name it: make PYTHON=/path/to/python3.12 ..."
}

make_venv() {
    local python=$1 version
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        apt_install "python$version-venv" || fail "$python has no venv module.
Install it and run this again: apt-get install python$version-venv"
    fi
    rm -rf .venv
    "$python" -m venv .venv
}

# Run pip with its whole output in the log, and one line of progress here. Nothing is compiled ahead: most modules are never imported.
pip_install() {
    local total=$1
    shift
    if ! .venv/bin/python -m pip --disable-pip-version-check install --no-compile "$@" 2>&1 | tee -a "$log" | progress "$total"; then
        tail -n 25 "$log" >&2
        fail "pip could not install the packages; its whole output is in $log.
If the network was away, run the same command again: what was fetched is kept by pip."
    fi
}

progress() {
    local total=$1 done=0 line
    while IFS= read -r line; do
        case "$line" in
        Collecting\ * | Requirement\ already\ satisfied*)
            done=$((done + 1))
            if [ -t 1 ]; then printf '\r  fetching %s of %s ' "$done" "$total"; elif [ $((done % 25)) = 0 ]; then say "  fetching $done of $total"; fi ;;
        Installing\ collected*)
            if [ -t 1 ]; then printf '\r'; fi
            say "  unpacking (half a minute or so) ..." ;;
        esac
    done
}

install_lock() {
    local lock=$1 digest
    digest=$(cksum <"$lock")
    if [ "$(cat ".venv/.installed-$lock" 2>/dev/null)" != "$digest" ]; then
        say "Installing the packages of $lock into .venv ..."
        # A lock names everything, so there is nothing to resolve.
        pip_install "$(grep -c '^[a-z0-9]' "$lock")" --no-deps --require-hashes -r "$lock"
        printf '%s\n' "$digest" >".venv/.installed-$lock"
    fi
    pip_install 1 --no-build-isolation --no-deps --quiet -e .
}

has_browser() { command -v chromium chromium-browser google-chrome >/dev/null 2>&1; }
has_fonts() { [ -n "$(find /usr/share/fonts "${HOME:-/nonexistent}/.fonts" -iname '*CJK*' -print -quit 2>/dev/null || true)" ]; }

# The browser tests need a browser and Chinese glyphs: install them where we may, else say what is missing.
system_packages() {
    has_fonts || apt_install fonts-noto-cjk || true
    has_browser || apt_install chromium || apt_install chromium-browser || true
    has_fonts && has_browser && return
    say ""
    say "Tests in the browser are skipped until you install what they need:"
    has_fonts || say "    sudo apt-get install fonts-noto-cjk"
    has_browser || say "    sudo apt-get install chromium            (on Ubuntu: chromium-browser)"
    say ""
}

# Spark runs on Java.
java_runtime() {
    command -v java >/dev/null 2>&1 || apt_install openjdk-17-jre-headless || apt_install default-jre-headless ||
        fail "Spark needs Java 17 or newer and found none.
Install it and run this again: sudo apt-get install openjdk-17-jre-headless"
}

case "${1:-}" in
runtime) lock=requirements.lock ;;
tests) lock=requirements-dev.lock ;;
face) lock=requirements-face.lock ;;
spark) lock=requirements-spark.lock ;;
*) fail "say 'runtime', 'tests', 'face' or 'spark'" ;;
esac
if ! .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$(find_python)
    make_venv "$python"
fi
install_lock "$lock"
if [ "$1" = tests ]; then system_packages; fi
if [ "$1" = spark ]; then java_runtime; fi
touch ".venv/.ready-$1"
say "Set-up is complete ($(du -sm .venv | cut -f1) MB in .venv)."
