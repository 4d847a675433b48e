"""The catalogue of tables, and how a database is brought to it: by the migrations packed with this release."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from farthing.domain.errors import Unavailable
from farthing.store.engine import explained, open_engine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""The one catalogue of the bank's tables; `journal_tables` and `people_tables` fill it."""

_ONE_AT_A_TIME = 0x6661_7274  # "fart(hing)": two migrations of one database take turns


def migrate(url: str, progress: Callable[[str], None] = lambda _: None) -> None:
    """Apply what is missing, all in one transaction; `url` is the schema owner's. A database that is up to date costs one query.

    `Unavailable` when the database was migrated by a newer release, is unsafe (fsync off) or does not answer.
    """
    with explained(), open_engine(url, role=None) as engine, engine.connect() as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        missing = _missing(connection)
        if missing:
            progress(f"database: applying {missing} migration{'s' if missing > 1 else ''}")
            scripts = _config()
            scripts.attributes["connection"] = connection
            command.upgrade(scripts, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


@cache
def _known() -> tuple[str, ...]:
    """This release's migrations, the newest first; reading them takes as long as much of what opens a bank."""
    return tuple(revision.revision for revision in ScriptDirectory.from_config(_config()).walk_revisions())


def _missing(connection: Connection) -> int:
    """How many migrations the database lacks."""
    known = _known()
    stands_at = MigrationContext.configure(connection).get_current_revision()
    if stands_at is not None and stands_at not in known:
        raise Unavailable(
            "database_newer",
            f"The database is at migration {stands_at}, which this release does not know.",
            "Run the release that migrated it, or a newer one.",
        )
    return known.index(stands_at) if stands_at is not None else len(known)
