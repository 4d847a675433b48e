#!/usr/bin/env bash
# Make the locks anew from pyproject.toml (needs uv on the PATH, or UV=path). None records the address of a registry.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-uv}
options=(--universal --python-version 3.11 --generate-hashes --no-header --quiet "$@")
"$uv" pip compile pyproject.toml --extra build "${options[@]}" --output-file requirements.lock
"$uv" pip compile pyproject.toml --extra build --extra dev --extra models "${options[@]}" --constraint requirements.lock --output-file requirements-dev.lock
"$uv" pip compile pyproject.toml --extra spark "${options[@]}" --constraint requirements-dev.lock --output-file requirements-spark.lock
"$uv" pip compile pyproject.toml --extra face --extra face-tests "${options[@]}" --constraint requirements-dev.lock --output-file requirements-face.lock
if grep -nE '://|^torch' requirements.lock requirements-dev.lock requirements-spark.lock requirements-face.lock; then
    echo "The locks must hold no address and no torch; see the lines above." >&2
    exit 1
fi
