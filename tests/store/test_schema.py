"""The schema: migrations say what the tables say, roles may do no more than they need, the past refuses change."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from tests.store_fixture import Database

from farthing.domain.errors import Unavailable
from farthing.store import journal_tables, people_tables, schema
from farthing.store.bank import drift_tables, listener_tables
from farthing.store.postgres.roles import create_database, drop_database
from farthing.store.postgres.server import APP, Server
from farthing.store.schema import metadata, migrate

WRITTEN = (journal_tables, people_tables, drift_tables, listener_tables)
"""Every module that puts tables into the catalogue."""
RECORD = [table.name for table in journal_tables.RECORD]
PROJECTIONS = [table.name for table in journal_tables.PROJECTIONS]
PERSONAL = [table.name for table in people_tables.PEOPLE]


def superuser(server: Server, database: str) -> psycopg.Connection:
    """Whoever may do anything, as the owner of the machine may."""
    password = (server.directory / "secrets" / "postgres.pw").read_text().strip()
    return psycopg.connect(host=str(server.socket), port=server.port, user="postgres", password=password, dbname=database, autocommit=True)


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)


def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    assert {module.metadata for module in WRITTEN} == {metadata}
    engine = create_engine(database.owner_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        difference = [
            change for change in compare_metadata(context, metadata) if change[0] != "remove_table" or change[1].name != "alembic_version"
        ]
    engine.dispose()
    assert difference == []


def test_a_migrations_file_is_named_by_its_number() -> None:
    scripts = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    assert schema.known() == tuple(revision.revision for revision in scripts.walk_revisions())


def test_migrating_twice_changes_nothing(database: Database) -> None:
    told: list[str] = []
    migrate(database.owner_url, told.append)
    assert told == []


def test_a_newer_database_is_refused(database: Database) -> None:
    with connect(database.owner_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable) as refused:
        migrate(database.owner_url)
    assert refused.value.code == "database_newer"


@pytest.mark.parametrize("table", RECORD)
def test_the_application_only_adds_to_the_past(postgres_server: Server, database: Database, table: str) -> None:
    assert rights(postgres_server, database, APP, table) == {"SELECT", "INSERT"}


@pytest.mark.parametrize("table", PROJECTIONS)
def test_the_application_keeps_projections(postgres_server: Server, database: Database, table: str) -> None:
    assert rights(postgres_server, database, APP, table) == {"SELECT", "INSERT", "UPDATE"}


@pytest.mark.parametrize("table", RECORD + PROJECTIONS)
def test_the_auditor_only_reads(postgres_server: Server, database: Database, table: str) -> None:
    assert rights(postgres_server, database, "farthing_auditor", table) == {"SELECT"}


@pytest.mark.parametrize("table", PERSONAL)
def test_the_auditor_reads_no_whole_personal_table(postgres_server: Server, database: Database, table: str) -> None:
    assert rights(postgres_server, database, "farthing_auditor", table) == set()


def rights(server: Server, database: Database, role: str, table: str) -> set[str]:
    """What the server says that a role may do to a table as a whole."""
    every = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    with superuser(server, database.name) as connection:
        return {
            right
            for right in every
            if connection.execute("SELECT has_table_privilege(%s, %s, %s)", (role, table, right)).fetchone() == (True,)
        }


@pytest.mark.parametrize("table", RECORD)
@pytest.mark.parametrize("change", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_even_the_owner_cannot_unmake_the_past(database: Database, table: str, change: str) -> None:
    with connect(database.owner_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege, match="only added to"):
        connection.execute(change.format(table))


def test_even_the_owner_cannot_edit_an_event(database: Database) -> None:
    with connect(database.owner_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege, match="only added to"):
        connection.execute("UPDATE event SET data = ''")


@pytest.fixture
def outside(postgres_server: Server):
    """A server of one's own: one plain login that may make no roles, and an empty database it owns."""
    create_database(postgres_server, "outside")
    with superuser(postgres_server, "postgres") as connection:
        connection.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'")
        connection.execute("ALTER DATABASE outside OWNER TO plain")
    url = make_url(postgres_server.url(APP, "outside")).set(username="plain", password="plain")
    yield url.render_as_string(hide_password=False)
    drop_database(postgres_server, "outside")
    with superuser(postgres_server, "postgres") as connection:
        connection.execute("DROP ROLE plain")


def test_an_outside_server_is_migrated_by_a_plain_login(outside: str) -> None:
    migrate(outside)
    engine = create_engine(outside)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM event")).scalar_one() == 0
    engine.dispose()
