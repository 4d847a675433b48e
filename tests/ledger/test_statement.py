"""The story of a line."""

from __future__ import annotations

import datetime as dt

from tests.ledger.lives import life, random_life, terms

from farthing.ledger.facility import advance, fold
from farthing.ledger.statement import story


def test_events_and_bills_stand_in_order_with_the_balance_after_each() -> None:
    events = life(terms(), [(0, "draw", 1_000_000), (15, "repay", 503_000), (20, "freeze", 0)])
    told = [(entry.on, entry.kind, entry.amount_fen, entry.principal_after_fen) for entry in story(events, dt.date(2024, 2, 20))]
    assert told == [
        (dt.date(2024, 1, 10), "Opened", 0, 0),
        (dt.date(2024, 1, 10), "Drawn", 1_000_000, 1_000_000),
        (dt.date(2024, 1, 20), "Billed", 3_000, 1_000_000),
        (dt.date(2024, 1, 25), "Repaid", 503_000, 501_500),
        (dt.date(2024, 1, 30), "Frozen", 0, 501_500),
        (dt.date(2024, 2, 20), "Billed", 3_912, 501_500),
    ]


def test_the_last_balance_is_the_fold() -> None:
    for seed in range(20):
        _, events = random_life(seed)
        state = fold(events)
        told = story(events, state.as_of)
        assert told[-1].principal_after_fen == state.principal_fen
        assert sum(entry.surplus_fen for entry in told) == state.surplus_fen
        assert sum(entry.interest_fen for entry in told if entry.kind in {"Repaid", "Settled"}) == state.interest_paid_fen


def test_what_takes_effect_later_is_not_told_yet() -> None:
    events = life(terms(), [(0, "draw", 1_000), (30, "draw", 1_000)])
    assert [entry.kind for entry in story(events, dt.date(2024, 1, 15))] == ["Opened", "Drawn"]
    assert advance(fold(events[:2]), dt.date(2024, 1, 15)).principal_fen == 1_000


def test_a_surplus_that_meets_a_bill_is_told() -> None:
    events = life(terms(), [(0, "draw", 1_000_000), (0, "repay", 1_002_000), (1, "draw", 1_000_000)])
    told = [(str(entry.on), entry.kind, entry.amount_fen, entry.surplus_fen) for entry in story(events, dt.date(2024, 2, 20))[-4:]]
    assert told == [
        ("2024-01-11", "Drawn", 1_000_000, 0), ("2024-01-20", "Billed", 2_700, 0), ("2024-01-20", "Settled", 1_700, -1_700),
        ("2024-02-20", "Billed", 9_300, 0),
    ]  # fmt: skip
