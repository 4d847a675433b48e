"""Does a server live in this home? Asked of the kernel, not of a file that a crash leaves behind.

Every process of a server inherits a lock on `alive.lock`, and the kernel lets go of it when the last of them has ended. So
neither a process number since given to another program nor a crashed server whose sessions still run is mistaken.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from farthing.domain.errors import Unavailable

PORT = 5432  # only the end of the socket's name: no network address is listened on


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A server's first process, as its own `postmaster.pid` describes it; `state` is `ready` once it takes sessions."""

    pid: int
    port: int
    socket: Path
    state: str


def cluster(home: Path) -> Path:
    """The data directory of `home`."""
    return home / "postgres" / "data"


def postmaster(home: Path) -> Postmaster | None:
    """The server that `postmaster.pid` names, if that process is there and works in our data directory."""
    try:
        lines = (cluster(home) / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    pid, port, socket, state = (lines[at].strip() if at < len(lines) else "" for at in (0, 3, 4, 7))
    try:
        if not _works_in(Path("/proc") / str(int(pid)), cluster(home)):
            return None
    except ValueError:
        return None
    return Postmaster(int(pid), int(port or PORT), Path(socket), state)


def lives(home: Path) -> bool:
    """Whether any process of a server is left."""
    descriptor = _open(home)
    try:
        return not _locked(descriptor) or postmaster(home) is not None
    finally:
        os.close(descriptor)


@contextmanager
def sole_life(home: Path, wait_s: float) -> Iterator[int]:
    """A descriptor of the lock that says a server lives, once every process of an earlier one has left.

    It is only ever closed, never unlocked: whoever inherited it keeps the lock.
    """
    descriptor = _open(home)
    try:
        deadline = time.monotonic() + wait_s
        while not _locked(descriptor) or postmaster(home):
            if time.monotonic() > deadline:
                raise still_held(home)
            time.sleep(0.02)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def one_at_a_time(home: Path, progress: Callable[[str], None]) -> Iterator[None]:
    """Starts and stops of one home pass here one by one."""
    with open(home / "postgres.lock", "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("Another process is starting or stopping PostgreSQL here; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def processes(home: Path) -> list[int]:
    """Every process of the server of `home` that this system shows."""
    return [int(process.name) for process in Path("/proc").glob("[0-9]*") if _works_in(process, cluster(home))]


def still_held(home: Path) -> Unavailable:
    """The error that names the processes of a server which does not leave."""
    pids = processes(home)
    who = f"processes {', '.join(map(str, pids))}" if pids else "a process this system does not show (another container?)"
    return Unavailable(
        "postgres_held",
        f"An earlier PostgreSQL server has not left {cluster(home)}: {who}.",
        "End it (SIGTERM first) and start again.",
    )


def _open(home: Path) -> int:
    return os.open(home / "postgres" / "alive.lock", os.O_RDWR | os.O_CREAT, 0o600)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _works_in(process: Path, directory: Path) -> bool:
    """Whether a process, given as its directory in /proc, is there and has `directory` for its working directory."""
    try:
        return os.path.samefile(process / "cwd", directory)
    except OSError:
        return False
