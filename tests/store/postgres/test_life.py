"""Killed servers, doubled starts and lock files that lie."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress

import psycopg
import pytest
from tests.store.server import ask, pid_of, processes

from farthing.domain.errors import Unavailable
from farthing.store.postgres import life as postgres_life
from farthing.store.postgres import server as postgres
from farthing.store.postgres.server import OWNER, Status, start, status, stop


def test_after_sigkill_what_was_confirmed_is_there(home):
    server = start(home)
    ask(server, OWNER, "CREATE TABLE loan (fen bigint)", "INSERT INTO loan VALUES (12345)")
    for pid in processes(home):
        with suppress(ProcessLookupError):  # a worker that ended by itself, or with the one killed before
            os.kill(pid, signal.SIGKILL)
    while processes(home):
        time.sleep(0.01)
    assert status(home) == Status("stale")
    told: list[str] = []
    assert ask(start(home, progress=told.append), OWNER, "SELECT fen FROM loan") == [(12345,)]
    assert told == ["PostgreSQL did not stop cleanly the last time; recovering"]
    ask(server, OWNER, "DROP TABLE loan")


def test_a_start_waits_for_the_sessions_of_a_killed_server(home):
    server = start(home)
    with closing(psycopg.connect(server.url(OWNER).replace("+psycopg", ""))) as session:
        orphan = session.info.backend_pid
        session.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 6000000) a")
        while not ask(server, OWNER, f"SELECT 1 FROM pg_stat_activity WHERE pid = {orphan} AND state = 'active'"):
            time.sleep(0.01)
        os.kill(pid_of(home), signal.SIGKILL)
        start(home)
    assert orphan not in processes(home)


def test_a_session_that_never_leaves_is_named(home, monkeypatch):
    server = start(home)
    monkeypatch.setattr(postgres, "_ORPHANS_LEAVE_S", 0.5)
    with closing(psycopg.connect(server.url(OWNER).replace("+psycopg", ""))) as session:
        orphan = session.info.backend_pid
        session.execute("SELECT 1")
        os.kill(orphan, signal.SIGSTOP)
        os.kill(pid_of(home), signal.SIGKILL)
        try:
            with pytest.raises(Unavailable) as refused:
                start(home)
        finally:
            os.kill(orphan, signal.SIGKILL)
    assert refused.value.code == "postgres_held"
    assert str(orphan) in refused.value.message
    monkeypatch.undo()
    start(home)


def test_a_stale_lock_naming_another_living_process_is_seen_through(home):
    start(home)
    stop(home)
    lock = postgres_life.cluster(home) / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{postgres_life.cluster(home)}\n1\n5432\n{home}\n\n  1 1\nready   \n")
    assert status(home) == Status("stale")
    start(home)
    assert pid_of(home) != os.getpid()


@pytest.mark.parametrize("text", ["", "not a number\n", "999999999\n"])
def test_a_lock_file_cut_short_is_seen_through(home, text):
    start(home)
    stop(home)
    (postgres_life.cluster(home) / "postmaster.pid").write_text(text)
    start(home)
    assert status(home).state == "running"


@pytest.mark.parametrize("state", ["new", "stopped", "killed"])
def test_starts_at_once_share_one_server(home, ground, state):
    place = ground / "twins" if state == "new" else home
    if state != "new":
        start(place)
        (stop(place) if state == "stopped" else os.kill(pid_of(place), signal.SIGKILL))
    program = (
        "import sys, pathlib as p; from farthing.store.postgres.server import *; h = p.Path(sys.argv[1]); start(h); print(status(h).pid)"
    )
    starts = [subprocess.Popen([sys.executable, "-c", program, str(place)], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    pids = {process.communicate()[0] for process in starts}
    assert pids == {f"{pid_of(place)}\n"}
    assert [process.returncode for process in starts] == [0, 0, 0]


def test_half_a_cluster_is_never_taken_for_one(ground):
    place = ground / "half"
    new = place / "postgres" / "data.new"
    new.mkdir(parents=True)
    (new / "PG_VERSION").write_text("18\n")
    start(place)
    assert not new.exists()
