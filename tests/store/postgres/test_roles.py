"""Who may enter, with what password, and what each may do there."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import create_engine, text
from tests.store.server import ask, mode

from farthing.domain.errors import Unavailable
from farthing.store.postgres import life as postgres_life
from farthing.store.postgres.server import APP, AUDITOR, OWNER, start


def test_passwords_are_private_and_needed(home):
    server = start(home)
    assert {path.name: mode(path) for path in (home / "secrets").iterdir()} == dict.fromkeys(
        ("farthing_owner.pw", "farthing_app.pw", "farthing_auditor.pw", "postgres.pw"), 0o600
    )
    assert [mode(home), mode(home / "secrets"), mode(server.socket)] == [0o700] * 3
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(host=str(server.socket), port=server.port, user=APP, password="guess", dbname="farthing")
    hba = (postgres_life.cluster(home) / "pg_hba.conf").read_text()
    rules = [line.split() for line in hba.splitlines() if line and not line.startswith("#")]
    assert {rule[-1] for rule in rules} == {"scram-sha-256"}


def test_only_the_owner_defines_and_the_auditor_only_reads(home):
    server = start(home)
    ask(server, OWNER, "CREATE TABLE seen (n int)", f"GRANT SELECT, INSERT ON seen TO {APP}, {AUDITOR}")
    ask(server, APP, "INSERT INTO seen VALUES (1)")
    assert ask(server, AUDITOR, "SELECT n FROM seen") == [(1,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server, APP, "CREATE TABLE mine (n int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server, APP, "CREATE TEMPORARY TABLE mine (n int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server, APP, "UPDATE seen SET n = 2")
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        ask(server, AUDITOR, "INSERT INTO seen VALUES (2)")
    ask(server, OWNER, "DROP TABLE seen")


def test_a_start_cut_short_before_the_roles_is_completed(home):
    server = start(home)
    (home / "secrets" / f"{APP}.pw").unlink()
    with pytest.raises(Unavailable) as refused:
        server.url(APP)
    assert refused.value.code == "postgres_secret_missing"
    assert ask(start(home), APP, "SELECT current_user") == [(APP,)]


def test_the_superusers_lost_password_is_asked_for(ground, copy_to):
    place = copy_to(ground / "lost")
    start(place)
    kept = (place / "secrets" / "postgres.pw").rename(place / "secrets" / "kept")
    with pytest.raises(Unavailable, match="Restore the file from a backup"):
        start(place)
    kept.rename(place / "secrets" / "postgres.pw")
    start(place)


def test_each_test_gets_a_fresh_database(new_database, database_url, owner_url):
    engines = [create_engine(new_database().owner_url), create_engine(owner_url), create_engine(database_url)]
    with engines[0].begin() as connection:
        connection.execute(text("CREATE TABLE only_here (n int)"))
    for engine in engines[1:]:
        with engine.connect() as connection:
            assert connection.execute(text("SELECT to_regclass('only_here')")).scalar_one() is None
    for engine in engines:
        engine.dispose()
