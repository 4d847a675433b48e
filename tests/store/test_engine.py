"""Connections: no more rights than needed, no server that forgets, every failure told with its remedy."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from tests.store_fixture import Database

from farthing.domain.errors import Unavailable
from farthing.store.engine import driver, engine, explained, lost, open_engine, reading, ready
from farthing.store.postgres.server import APP, Server


@pytest.fixture
def superuser_url(postgres_server: Server, database: Database) -> str:
    password = (postgres_server.directory / "secrets" / "postgres.pw").read_text().strip()
    return make_url(database.url).set(username="postgres", password=password).render_as_string(hide_password=False)


def test_a_mightier_login_becomes_the_application(superuser_url: str) -> None:
    with open_engine(superuser_url) as made, made.connect() as connection:
        assert connection.execute(text("SELECT current_user")).scalar_one() == APP
        with pytest.raises(Exception, match="permission denied"):
            connection.execute(text("DELETE FROM event"))
    with open_engine(superuser_url, role=None) as made, made.connect() as connection:
        assert connection.execute(text("SELECT current_user")).scalar_one() == "postgres"


def test_a_plain_url_will_do(database: Database) -> None:
    plain = make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with open_engine(plain) as made, made.connect() as connection:
        assert connection.execute(text("SELECT current_user")).scalar_one() == APP


@pytest.fixture
def forgetful(superuser_url: str) -> Iterator[None]:
    """The application's sessions would not wait for the disk."""
    plain = make_url(superuser_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {APP} SET synchronous_commit = off")
        yield
        connection.execute(f"ALTER ROLE {APP} RESET synchronous_commit")


@pytest.mark.usefixtures("forgetful")
def test_a_server_that_forgets_is_refused(database: Database) -> None:
    with pytest.raises(Unavailable) as unsafe:
        engine(database.url)
    assert unsafe.value.code == "database_unsafe"


@pytest.mark.parametrize(("url", "code"), [("nonsense", "database_url"), ("postgresql://nobody@127.0.0.1:1/nothing", "database")])
def test_what_cannot_be_reached_is_told(url: str, code: str) -> None:
    with pytest.raises(Unavailable) as away:
        engine(url)
    assert away.value.code == code
    assert away.value.retryable
    assert away.value.remedy


def test_a_missing_table_asks_for_the_migration(database: Database) -> None:
    with open_engine(database.url) as made, made.connect() as connection, pytest.raises(Unavailable) as missing, explained():
        connection.execute(text("SELECT * FROM not_yet_made"))
    assert missing.value.code == "schema_missing"


def test_a_cut_connection_is_told_from_a_refused_statement(database: Database) -> None:
    with open_engine(database.url) as made, made.connect() as connection:
        pid = driver(connection).info.backend_pid
        with made.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        with pytest.raises(OperationalError) as cut:
            connection.execute(text("SELECT 1"))
        assert lost(cut.value)
        connection.invalidate()
    assert not lost(psycopg.errors.UniqueViolation("taken"))


def test_an_error_that_is_logged_tells_no_values(database_url: str) -> None:
    """What nobody foresaw is logged in full: the statement may stand there, names, numbers and hashes of passwords may not."""
    made = engine(database_url)
    with pytest.raises(DBAPIError) as failed, reading(made) as connection:
        connection.execute(text("SELECT 1 / (length(:name) - 3)"), {"name": "王晓燕"})
    made.dispose()
    assert "length" in str(failed.value)
    assert "王晓燕" not in str(failed.value)


def test_a_read_that_lost_its_connection_is_asked_again(database: Database) -> None:
    """The database restarted, and every connection that stood ready is gone: nobody hears of it."""
    with open_engine(database.url) as made:
        asked = ready(made)
        ((pid,),) = asked.fetch("SELECT pg_backend_pid() AS pid")
        with made.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        ((another,),) = asked.fetch("SELECT pg_backend_pid() AS pid")
        assert another != pid
        assert asked.fetch("SELECT pg_backend_pid() AS pid") == [(another,)], "one connection serves again and again"


def test_a_read_that_is_refused_spoils_no_connection(database: Database) -> None:
    with open_engine(database.url) as made:
        asked = ready(made)
        ((pid,),) = asked.fetch("SELECT pg_backend_pid() AS pid")
        with pytest.raises(psycopg.errors.DivisionByZero):
            asked.fetch("SELECT 1 / %s AS none", 0)
        assert asked.fetch("SELECT pg_backend_pid() AS pid, %s AS given", 7) == [(pid, 7)]


def test_ready_connections_have_no_more_rights_and_end_with_their_engine(database: Database, superuser_url: str) -> None:
    with open_engine(superuser_url) as made:
        asked = ready(made)
        ((who, pid),) = asked.fetch("SELECT current_user, pg_backend_pid() AS pid")
        assert who == APP
    with open_engine(database.url) as other:
        for _ in range(100):
            left = ready(other).fetch("SELECT count(*) AS left FROM pg_stat_activity WHERE pid = %s", pid)
            if left == [(0,)]:
                break
        assert left == [(0,)]
