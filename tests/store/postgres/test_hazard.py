"""Hands on a server: it dies, stands still, has no room, and is well again; each as the bank's own store sees it."""

from __future__ import annotations

import datetime as dt
import os
import signal
import threading
import time
from pathlib import Path

import psycopg
import pytest
from tests.store.server import ask, pid_of

from farthing.sources.clock import SteppedClock
from farthing.store.postgres import hazard
from farthing.store.postgres.hazard import Hazard
from farthing.store.postgres.server import OWNER, start, status
from farthing.store.schema import migrate

NOW = dt.datetime(2025, 1, 6, tzinfo=dt.UTC)
AN_EVENT = "INSERT INTO event SELECT * FROM event"


@pytest.fixture
def hands(home: Path) -> Hazard:
    migrate(start(home).url(OWNER))
    return Hazard(home, SteppedClock(NOW))


def test_a_killed_database_is_there_again_after_mending(home: Path, hands: Hazard) -> None:
    before = pid_of(home)
    hands.kill_database()
    while status(home).state == "running":
        time.sleep(0.01)
    hands.mend()
    assert pid_of(home) != before
    assert ask(start(home), OWNER, "SELECT 1") == [(1,)]


def test_a_full_disk_refuses_events_until_somebody_makes_room(home: Path, hands: Hazard) -> None:
    hands.fill()
    with pytest.raises(psycopg.errors.DiskFull):
        ask(start(home), OWNER, AN_EVENT)
    hands.mend()
    ask(start(home), OWNER, AN_EVENT)
    assert ask(start(home), OWNER, "SELECT count(*) FROM pg_proc WHERE proname = 'hazard_full'") == [(0,)]


def test_a_life_after_the_full_disk_makes_room_too(home: Path, hands: Hazard) -> None:
    hands.fill()
    Hazard(home, SteppedClock(NOW)).mend()
    ask(start(home), OWNER, AN_EVENT)
    assert status(home).state == "running"


def test_a_slow_server_stands_still_and_goes_on_by_itself(home: Path, hands: Hazard) -> None:
    hands.slow(200)
    assert Path(f"/proc/{pid_of(home)}/stat").read_text().rsplit(")", 1)[1].split()[0] == "T"
    assert ask(start(home), OWNER, "SELECT 2") == [(2,)]


def test_a_server_that_was_left_standing_is_woken_by_the_next_life(home: Path, hands: Hazard) -> None:
    hands.slow(600_000)
    Hazard(home, SteppedClock(NOW)).wake()
    assert ask(start(home), OWNER, "SELECT 3") == [(3,)]
    timers = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    assert len(timers) == 1
    timers[0].cancel()


def test_the_process_ends_itself(home: Path, hands: Hazard, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(hazard.os, "kill", lambda pid, number: sent.append((pid, number)))
    hands.kill()
    assert sent == [(os.getpid(), signal.SIGKILL)]
