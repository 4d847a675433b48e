"""Law: kill whoever tells the listeners at any moment, as often as you like: every event arrives, in order within its stream.

Real processes and SIGKILL at moments that a seed draws in answers of the listener; it is asked to refuse some events for a while besides.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.flows.bank import RISK, open_bank, opened
from tests.flows.listen.ear import Ear, listening
from tests.flows.listen.test_tell import Later, drawn
from tests.store_fixture import Database

from farthing.flows.listen.register import ListenRequest, listen
from farthing.flows.listen.tell import letters, tell
from farthing.flows.ports import House

ROOT = Path(__file__).parents[2]
LINES = [f"lin_{number:020d}" for number in range(1, 4)]
KILLS, EVENTS = 4, 90


def lives(home: Path, url: str, ear: Ear, answers: int) -> int:
    """One life of a teller: until the listener took so many more, or half a minute went by. How it ended."""
    before = len(ear.heard)
    with subprocess.Popen([sys.executable, "-m", "tests.laws.dying_teller", str(home), url], cwd=ROOT) as teller:
        deadline = time.monotonic() + 60
        while len(ear.heard) < before + answers and time.monotonic() < deadline:
            time.sleep(0.001)
        os.kill(teller.pid, signal.SIGKILL)
        return teller.wait()


@pytest.mark.parametrize("seed", [1])
def test_every_event_arrives_in_order_however_often_the_teller_is_killed(
    new_database: Callable[[], Database], tmp_path: Path, seed: int
) -> None:
    chance, database = np.random.default_rng(seed), new_database()
    with listening() as ear, open_bank(database, tmp_path) as house:
        for number in range(1, len(LINES) + 1):
            opened(house, number)
        listen(house, RISK, ListenRequest(ear.url, ("Drawn",)), "k")
        events = drawn(house, *[LINES[int(chance.integers(0, len(LINES)))] for _ in range(EVENTS)])
        refused = {events[int(place)] for place in chance.integers(0, EVENTS, 2)}
        ear.answers = lambda headers: 409 if headers["Farthing-Event"] in refused else 200
        ends = [lives(tmp_path, database.owner_url, ear, int(chance.integers(3, 15))) for _ in range(KILLS)]
        assert ends == [-signal.SIGKILL] * KILLS
        assert 0 < len({headers["Farthing-Event"] for headers, _ in ear.heard}) < EVENTS, "killed in the middle"
        ear.answers = lambda _: 200
        _finish(replace(house, clock=Later(house.clock)))
        assert letters(house, RISK) == ()
    first = dict.fromkeys(headers["Farthing-Event"] for headers, _ in ear.heard)
    assert set(first) == set(events), "at least once"
    streams = {headers["Farthing-Event"]: json.loads(body)["event"]["stream"] for headers, body in ear.heard}
    for line in LINES:
        assert [event for event in first if streams[event] == line] == [event for event in events if streams[event] == line], "in order"


def _finish(house: House) -> None:
    """The last teller, an afternoon later."""
    assert isinstance(house.clock, Later)
    house.clock.by = dt.timedelta(hours=9)
    for _ in range(3):
        tell(house)
