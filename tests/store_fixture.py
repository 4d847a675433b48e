"""A real PostgreSQL for tests: one server a test process, one migrated template, a fresh database for whoever asks.

It lies in memory where there is enough of it, so that syncing to disk stays on and costs nothing.
"""

from __future__ import annotations

import fcntl
import importlib.util
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from farthing.store.postgres.roles import create_database, drop_database
from farthing.store.postgres.server import APP, AUDITOR, OWNER, Server, start, stop

ROOM = 4 * 1024**3
PREFIX = "farthing-test-"
TEMPLATE = "farthing_template"


@dataclass(frozen=True, slots=True)
class Database:
    """One database and the URLs by which the application, the schema's owner and the auditor reach it."""

    name: str
    url: str
    owner_url: str
    auditor_url: str


@contextmanager
def scratch() -> Iterator[Path]:
    """A short directory for homes of servers; what a killed test run left behind is cleared away first."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    parent = memory if roomy else Path(tempfile.gettempdir())
    for abandoned in parent.glob(f"{PREFIX}*"):
        if os.access(abandoned, os.W_OK):
            _clear_if_abandoned(abandoned)
    directory = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    with open(directory / "in-use", "w") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_EX)
        yield directory
        _clear(directory)


def _clear_if_abandoned(directory: Path) -> None:
    try:
        with open(directory / "in-use") as in_use:
            fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _clear(directory)
    except OSError:  # in use, just being made, or someone else's
        return


def _clear(directory: Path) -> None:
    for lock in directory.rglob("postgres.lock"):
        stop(lock.parent)
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The server of this test process, with an empty database `farthing`."""
    with scratch() as directory:
        yield start(directory / "home")


@pytest.fixture(scope="session")
def database_template(postgres_server: Server) -> str:
    """The name of a database that the migrations have brought up to date."""
    create_database(postgres_server, TEMPLATE)
    if importlib.util.find_spec("farthing.store.schema"):
        from farthing.store.schema import migrate

        migrate(postgres_server.url(OWNER, TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def new_database(postgres_server: Server, database_template: str) -> Callable[[], Database]:
    """Makes a fresh migrated database; for fixtures of a wider scope than one test."""
    numbers = itertools.count(1)

    def make() -> Database:
        name = f"farthing_{next(numbers)}"
        create_database(postgres_server, name, database_template)
        return Database(name, *(postgres_server.url(role, name) for role in (APP, OWNER, AUDITOR)))

    return make


@pytest.fixture
def database(new_database: Callable[[], Database], postgres_server: Server) -> Iterator[Database]:
    """A fresh migrated database for one test."""
    made = new_database()
    yield made
    drop_database(postgres_server, made.name)


@pytest.fixture
def database_url(database: Database) -> str:
    """The application's URL of a fresh migrated database: what a running bank is given."""
    return database.url


@pytest.fixture
def owner_url(database: Database) -> str:
    """The schema owner's URL of the same database."""
    return database.owner_url


@pytest.fixture
def auditor_url(database: Database) -> str:
    """The auditor's URL of the same database."""
    return database.auditor_url
