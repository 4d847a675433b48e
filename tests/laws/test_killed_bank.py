"""Law: kill the bank's process or its database at any moment, as often as you like: what was answered stays, and nothing counts twice.

Real processes, a real server, SIGKILL at moments drawn from a seed. A machine's clock decides what is hit, so every run tries
other steps after the same answers; the law holds at all of them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from tests.flows.bank import AUDITOR, OFFICER, OPENED, opened
from tests.laws.dying_bank import DAYS, GONE, LINES, settings
from tests.store.server import backends, log_syncs, processes
from tests.store_fixture import scratch

from farthing import wiring
from farthing.domain.line_event import Drawn, Repaid
from farthing.flows.day_end import BANK
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.ports import House
from farthing.flows.prove import verify
from farthing.ledger.facility import advance, fold
from farthing.ledger.posting import Totals, entries, totals
from farthing.store.postgres import server as postgres

ROOT = Path(__file__).parents[2]
SEED, KILLS = 1, 6
VICTIMS = ("database", "process", "backend")
MOST_ANSWERS, LONGEST_MOMENT_S = 30, 0.02
"""A life ends soon after some answers, so that it is at work whatever the machine's speed: six lives are told less than all days hold."""


@dataclass
class Told:
    """What a bank answered over all its lives, and how each of them ended."""

    answers: dict[str, dict[str, object]] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)

    def live(self, home: Path, seed: int, kill: tuple[str, int, float] | None = None) -> None:
        """One life: to its end, or until a moment after so many answers, when it, its database or one process of that is killed."""
        command = [sys.executable, "-m", "tests.laws.dying_bank", str(home), str(seed)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            first = process.stdout.readline()
            if kill is not None:
                for line in islice(process.stdout, kill[1]):
                    self.hear(line)
                time.sleep(kill[2])
                shoot({"process": [process.pid], "backend": backends(home)[:1]}.get(kill[0]) or processes(home))
            for line in process.stdout:
                self.hear(line)
            wrong = process.stderr.read()
            self.ends.append(process.wait())
        assert first == '{"kind": "open"}\n', wrong
        assert self.ends[-1] in {0, GONE, -signal.SIGKILL}, f"a death is told as Unavailable, never as a traceback: {wrong}"

    def hear(self, line: str) -> None:
        """An answer; one given again must be the same."""
        answer = json.loads(line)
        assert self.answers.setdefault(answer["key"], answer) == answer


def shoot(pids: list[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


@pytest.fixture
def home() -> Iterator[Path]:
    with scratch() as directory:
        place = directory / "bank"
        yield place
        postgres.stop(place)


def test_what_was_answered_stays_and_nothing_counts_twice(home: Path) -> None:
    chance, told = np.random.default_rng(SEED), Told()
    for number in range(KILLS):
        after, moment = int(chance.integers(0, MOST_ANSWERS)), float(chance.uniform(0.0, LONGEST_MOMENT_S))
        told.live(home, SEED, (VICTIMS[number % len(VICTIMS)], after, moment))
    assert -signal.SIGKILL in told.ends, "the process was killed at work"
    assert GONE in told.ends, "the database was killed at work"
    told.live(home, SEED)
    assert told.ends[-1] == 0
    with wiring.open_house(settings(home)) as house:
        the_record_is_what_was_answered(house, told)
        the_books_are_the_fold(house)
        checked = verify(house, AUDITOR)
        assert checked.findings == ()
        assert checked.lines == LINES


def test_each_answer_waited_for_the_disk(home: Path) -> None:
    with wiring.open_house(settings(home)) as house:
        house.clock.open_day(OPENED)
        line = opened(house, 1).line
    server = postgres.start(home)
    before = log_syncs(server)
    with wiring.open_house(settings(home)) as house:
        for number in range(20):
            draw(house, OFFICER, DrawRequest(line, 10_000), f"draw {number}")
    deadline = time.monotonic() + 20
    while log_syncs(server) < before + 20:
        assert time.monotonic() < deadline, "fewer syncs than answers that came one after the other"
        time.sleep(0.1)


def the_record_is_what_was_answered(house: House, told: Told) -> None:
    recorded: Counter[tuple[str, str, int]] = Counter()
    for line in house.lines.ids():
        for event in house.journal.events(line):
            if isinstance(event.body, Drawn | Repaid):
                recorded[event.kind, line, event.body.amount_fen] += 1
    answered = Counter((a["kind"], a["line"], a["amount_fen"]) for a in told.answers.values() if a["kind"] != "DayClosed")
    assert recorded == answered
    assert sum(answered.values()) > LINES * DAYS // 2
    nights = [event.effective_on for event in house.journal.events(BANK, "DayClosed")]
    assert nights == list(house.lines.days())
    answered_nights = {answer["key"] for answer in told.answers.values() if answer["kind"] == "DayClosed"}
    assert answered_nights <= {f"night:{day}" for day in nights}
    assert len(nights) == DAYS
    assert DAYS - len(answered_nights) <= KILLS, "a night that was closed and not told is not asked for again: one a death at most"
    assert nights[0] == OPENED


def the_books_are_the_fold(house: House) -> None:
    last, book = house.lines.days()[-1], Totals()
    for line in house.lines.ids():
        state = fold(house.journal.events(line))
        assert house.lines.get(line) == state
        book += totals(advance(state, last))
    accounts = {account: fen for account, fen in house.lines.balances(last).items() if fen}
    assert sum(accounts.values()) == 0
    assert accounts == {account.value: fen for (_, account), fen in entries("revolving", book).items() if fen}
