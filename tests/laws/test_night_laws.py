"""Law: a night through the database, in columns, says of every line what the fold says, night after night, whatever happens between;
and what is kept of it, a row only where something changed, gives back what it said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ledger.lives import random_life
from tests.store.ledger_bank import OFFICER, Bank
from tests.store_fixture import Database

from farthing.domain.event import Event
from farthing.flows.ports import Command, Transaction
from farthing.ledger.conduct import standing
from farthing.ledger.facility import advance, fold

LIVES, NIGHTS = 14, 24
Lives = dict[str, list[tuple[dt.date, Event]]]


def lives(seed: int) -> Lives:
    """Random lives: each event with the day on which it is learned of, which is no earlier than the day it takes effect."""
    told: Lives = {}
    for number in range(LIVES):
        of, events = random_life(seed + number)
        known, told[of.line] = of.opened_on, []
        for event in events:
            known = max(known, event.effective_on)
            told[of.line].append((known, event))
    return told


def record(bank: Bank, told: Lives, known: dict[str, int], until: dt.date) -> None:
    """Let what is known by a day be known to the bank: a command a line that heard something."""
    for line, events in told.items():
        heard = [event for day, event in events if day <= until]
        if len(heard) == known.get(line, 0):
            continue

        def think(transaction: Transaction, line: str = line, heard: list[Event] = heard) -> int:
            for event in heard[known.get(line, 0) :]:
                transaction.append(line, event.effective_on, event.body)
            transaction.save_line(fold(heard))
            return len(heard)

        known[line] = bank.commands.run(Command(f"{line} {len(heard)}", "live", OFFICER, line), think, int)


def by_hand(told: Lives, known: dict[str, int], day: dt.date) -> list[tuple[object, ...]]:
    """How every line stands, one by one."""
    rows = []
    for line in sorted(known):
        state = advance(fold([event for _, event in told[line][: known[line]]]), day)
        stands, terms = standing(state), state.terms
        stood = (stands.dpd, stands.loan_class.value, stands.overdue_fen, stands.principal_fen, stands.interest_owed_fen)
        rows.append((line, terms.product, terms.opened_on, *stood, terms.synthetic))
    return rows


@pytest.fixture
def bank_of(new_database: Callable[[], Database], tmp_path: Path) -> Iterator[Callable[[], Bank]]:
    made: list[Bank] = []

    def make() -> Bank:
        made.append(Bank.open(new_database().url, tmp_path / str(len(made))))
        return made[-1]

    yield make
    for bank in made:
        bank.engine.dispose()


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_nights_through_the_database_equal_the_fold_line_by_line(bank_of: Callable[[], Bank], seed: int) -> None:
    bank, told, chance = bank_of(), lives(seed), np.random.default_rng(seed)
    known: dict[str, int] = {}
    said: dict[dt.date, pl.DataFrame] = {}
    day = min(events[0][0] for events in told.values())
    for _ in range(NIGHTS):
        day += dt.timedelta(days=int(chance.choice([1, 1, 1, 2, 9, 30, 100])))
        record(bank, told, known, day - dt.timedelta(days=1))
        if chance.random() < 0.3:
            bank.night(day)  # broken off
        record(bank, told, known, day)
        said[day] = bank.close_day(day)
        assert said[day].rows() == by_hand(told, known, day)
    assert all(bank.lines.repeats(line) for line in known)
    for day, frame in said.items():
        assert bank.lines.standings(day).equals(frame)
