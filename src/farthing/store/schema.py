"""The catalogue of tables, and how a database is brought to it: by the migrations packed with this release."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

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

_MIGRATIONS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = 0x6661_7274  # "fart(hing)": two migrations of one database take turns


def migrate(url: str, progress: Callable[[str], None] = lambda _: None) -> None:
    """Apply what is missing, all in one transaction; `url` is the schema owner's. A database that is up to date costs two queries.

    `Unavailable` when the database was migrated by a newer release, is unsafe (fsync off) or does not answer.
    """
    with explained(), open_engine(url, role=None) as engine, engine.connect() as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        missing = _missing(connection)
        if missing:
            progress(f"database: applying {missing} migration{'s' if missing > 1 else ''}")
            _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command  # slow to import, and a database that is up to date needs it not
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")


@cache
def known() -> tuple[str, ...]:
    """This release's migrations, the newest first: each is a file named by its number, in one line without branches."""
    return tuple(sorted((file.name.split("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*_*.py")), reverse=True))


def _missing(connection: Connection) -> int:
    """How many migrations the database lacks."""
    made = connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
    stands_at = connection.scalar(text("SELECT version_num FROM alembic_version")) if made else None
    if stands_at is not None and stands_at not in known():
        raise Unavailable(
            "database_newer",
            f"The database is at migration {stands_at}, which this release does not know.",
            "Run the release that migrated it, or a newer one.",
        )
    return known().index(stands_at) if stands_at is not None else len(known())
