"""Connections to PostgreSQL: pooled, safe, and with no more rights than the role that asks needs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg import errors as pg
from psycopg.pq import TransactionStatus
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from farthing.domain.errors import FarthingError, Unavailable
from farthing.store.postgres.server import APP, refuse_unsafe

OLDEST = 160000
_POOL, _OVERFLOW = 8, 16
WRITERS = _POOL + _OVERFLOW - 8
"""Commands in flight at most: a command reads by connections of its own, and those are left to them and to other readers."""
# A session of the application that hangs gives up, and lets go of what it locked. Migrations take the time they need.
_PATIENCE = """SELECT set_config('lock_timeout', '10s', false), set_config('statement_timeout', '120s', false),
  set_config('idle_in_transaction_session_timeout', '60s', false)"""
# A login that may become the application (a superuser, the owner of an outside server) does so and loses its other rights.
_BECOME = """SELECT set_config('role', rolname, false) FROM pg_roles
WHERE rolname = %s AND rolname <> current_user AND pg_has_role(current_user, oid, 'SET')"""

_IDLE = 8
"""Connections kept ready; more are opened when more read at once, and closed after it."""
_READY: WeakKeyDictionary[Engine, Ready] = WeakKeyDictionary()
_MAKING = Lock()

AGAIN = (pg.SerializationFailure, pg.DeadlockDetected)
"""Nothing is wrong with the command: run it again."""


@contextmanager
def open_engine(url: str, *, role: str | None = APP) -> Iterator[Engine]:
    """`engine`, closed at the end."""
    made = engine(url, role=role)
    try:
        yield made
    finally:
        made.dispose()


def engine(url: str, *, role: str | None = APP) -> Engine:
    """An engine for `url` (`postgresql+psycopg://` or plain `postgresql://`) whose connections act as `role`.

    A login that is not `role` becomes it where the server has it and lets it; `None` keeps the login. `Unavailable` when the
    server does not answer, is older than PostgreSQL 16, or runs with fsync or synchronous_commit off.
    """
    try:
        address = make_url(url).set(drivername="postgresql+psycopg")
    except ArgumentError:
        raise Unavailable("database_url", "The database URL cannot be read.", "Write postgresql://user:password@host/database.") from None
    made = create_engine(
        address, pool_size=_POOL, max_overflow=_OVERFLOW, pool_use_lifo=True, connect_args={"connect_timeout": 10},
        hide_parameters=True,  # an error that nobody foresaw is logged in full, and personal data never is
    )  # fmt: skip
    if role is not None:
        event.listen(made, "connect", lambda raw, _: _become(raw, role))
    try:
        with explained(), made.connect() as connection:
            _refuse_old(connection)
            refuse_unsafe(connection)
    except FarthingError:
        made.dispose()
        raise
    return made


def _become(raw: Any, role: str) -> None:
    raw.execute(_BECOME, (role,))
    raw.execute(_PATIENCE)
    raw.commit()


def _refuse_old(connection: Connection) -> None:
    version = driver(connection).info.server_version
    if version < OLDEST:
        raise Unavailable("database_old", f"The server is PostgreSQL {version // 10000}.", "Farthing needs PostgreSQL 16 or newer.")


@contextmanager
def reading(made: Engine) -> Iterator[Connection]:
    """A connection to read by; what the database refuses is explained."""
    with explained(), made.connect() as connection:
        yield connection


@contextmanager
def writing(made: Engine) -> Iterator[Connection]:
    """A transaction, committed at the end; what the database refuses is explained."""
    with explained(), made.begin() as connection:
        yield connection


def single(made: Engine) -> Engine:
    """The same pool for reads of one statement each: no transaction around them, so no round trip to begin and to end it."""
    return made.execution_options(isolation_level="AUTOCOMMIT")


class Ready:
    """Connections that stand ready for reads of one statement each: a decision asks a dozen, and the toll of the pool was two thirds of
    each. Safe among threads; all stores of an engine share its `ready`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle = deque[psycopg.Connection[Any]]()
        event.listen(engine, "engine_disposed", lambda _: self._close())

    def fetch(self, statement: str, *values: object, binary: bool = False) -> list[Any]:
        """The rows of one statement, by name. Asked again on a new connection when the old one was lost; `Unavailable` if that fails."""
        with explained():
            try:
                return self._fetch(statement, values, binary=binary)
            except psycopg.OperationalError as error:
                if not lost(error):
                    raise
                self._engine.dispose()  # its idle connections most likely died with this one
                return self._fetch(statement, values, binary=binary)

    def _fetch(self, statement: str, values: tuple[object, ...], *, binary: bool) -> list[Any]:
        with self._connection() as raw, raw.cursor(binary=binary, row_factory=namedtuple_row) as cursor:
            return cursor.execute(statement, values).fetchall()

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        """The one used last, whose statements the server has prepared; a new one if all are in use."""
        try:
            raw = self._idle.pop()
        except IndexError:
            raw = self._open()
        try:
            yield raw
        finally:
            if len(self._idle) < _IDLE and raw.pgconn.transaction_status == TransactionStatus.IDLE:
                self._idle.append(raw)
            else:  # broken, or left in the middle of an answer
                raw.close()

    def _open(self) -> psycopg.Connection[Any]:
        """A connection with the engine's rights that its pool does not count."""
        fresh = self._engine.raw_connection()
        raw = fresh.driver_connection
        assert isinstance(raw, psycopg.Connection)
        fresh.detach()
        raw.autocommit = True
        return raw

    def _close(self) -> None:
        while self._idle:
            self._idle.pop().close()


def ready(made: Engine) -> Ready:
    """The ready connections of an engine."""
    with _MAKING:
        return _READY.setdefault(made, Ready(made)) if made not in _READY else _READY[made]


def driver(connection: Connection) -> psycopg.Connection[Any]:
    """The psycopg connection underneath, for pipelines, COPY and server-side cursors in the same transaction."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    return raw


def cause(error: BaseException) -> BaseException:
    """What the server said, whether SQLAlchemy wrapped it or not."""
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def explanation_of(error: BaseException) -> BaseException:
    """What stands behind an `Unavailable` of `explained`; any other error is its own."""
    return error.__cause__ if isinstance(error, Unavailable) and error.__cause__ is not None else error


def lost(error: BaseException) -> bool:
    """Has the connection gone, so that nobody knows whether the last commit happened?"""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    plain = cause(error)
    return isinstance(plain, pg.AdminShutdown | pg.CrashShutdown | pg.CannotConnectNow) or (
        isinstance(plain, psycopg.OperationalError) and plain.sqlstate is None
    )


@contextmanager
def explained() -> Iterator[None]:
    """Turns what the database refuses for want of a server, space or schema into `Unavailable` with a remedy."""
    try:
        yield
    except (DBAPIError, PoolTimeout, psycopg.Error) as error:
        told = _told(cause(error))
        if told is None:
            raise
        raise told from error


def _told(error: BaseException) -> Unavailable | None:
    match error:
        case pg.DiskFull():
            return Unavailable("disk_full", "The database's disk is full; nothing of this command was kept.", "Free space, then repeat it.")
        case pg.UndefinedTable() | pg.UndefinedColumn() | pg.UndefinedFunction():
            return Unavailable("schema_missing", "The database lacks a table this release needs.", "Run `farthing db migrate`.")
        case pg.InsufficientPrivilege():
            return Unavailable("database_rights", f"The database refused: {error.diag.message_primary}.", "Connect with a role that may.")
        case pg.SerializationFailure() | pg.DeadlockDetected() | pg.LockNotAvailable():
            return Unavailable("busy", "Others were writing the same items; nothing of this command was kept.", "Repeat it.")
        case PoolTimeout() | pg.QueryCanceled() | pg.IdleInTransactionSessionTimeout():
            return Unavailable("busy", "The database has too much to do; nothing of this command was kept.", "Repeat it in a while.")
        case psycopg.OperationalError():
            return Unavailable(
                "database", "The database does not answer.", "See that it runs, then repeat: what was done is not done twice."
            )
        case _:
            return None
