"""A line over a period: the parts of its interest add up, the balances meet, and two periods make one."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.lives import life, random_life, terms

from farthing.domain.errors import Invalid
from farthing.ledger.accrual import posted
from farthing.ledger.facility import advance, fold
from farthing.ledger.period import ONE_DAY, Period, period

MARCH = (dt.date(2024, 3, 1), dt.date(2024, 3, 31))


def test_a_month_tells_its_interest_by_days_and_principal() -> None:
    events = life(terms(), [(0, "draw", 1_000_000), (60, "repay", 400_000), (61, "draw", 100_000)])  # drawn on 2024-01-10
    of = period(events, *MARCH)
    assert of.opening is not None
    assert of.opening.principal_fen == 1_000_000
    assert [(one.from_on, one.to_on, one.days, one.principal_fen) for one in of.stretches] == [
        (dt.date(2024, 2, 29), dt.date(2024, 3, 10), 10, 1_000_000),
        (dt.date(2024, 3, 10), dt.date(2024, 3, 11), 1, of.stretches[1].principal_fen),
        (dt.date(2024, 3, 11), dt.date(2024, 3, 31), 20, of.stretches[1].principal_fen + 100_000),
    ]
    assert posted(of.stretches[0].interest_exact, terms().rate) == 3_000
    assert [entry.kind for entry in of.movements] == ["Repaid", "Drawn", "Billed"]


def test_a_line_not_open_yet_is_refused_and_one_opened_within_begins_with_nothing() -> None:
    events = life(terms(), [(0, "draw", 1_000_000)])
    with pytest.raises(Invalid):
        period(events, dt.date(2023, 1, 1), dt.date(2023, 2, 1))
    of = period(events, dt.date(2024, 1, 1), dt.date(2024, 1, 31))
    assert (of.opening, of.moved(lambda state: state.drawn_fen), of.stretches[0].days) == (None, 1_000_000, 21)


def test_money_back_on_its_day_bears_a_stretch_of_no_days() -> None:
    events = life(terms(), [(0, "draw", 1_000_000), (0, "repay", 1_000_300)])
    (only,) = period(events, dt.date(2024, 1, 10), dt.date(2024, 1, 12)).stretches
    assert (only.days, posted(only.interest_exact, terms().rate)) == (0, 300)


def whole(of: Period) -> tuple[int, int, int]:
    """What the stretches come to, each unrounded."""
    return tuple(sum(getattr(one, name) for one in of.stretches) for name in ("interest_exact", "penalty_exact", "spared_exact"))  # type: ignore[return-value]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), start=st.integers(0, 900), cut=st.integers(0, 200), length=st.integers(0, 500))
def test_stretches_add_up_to_the_ledger_and_two_periods_make_one(seed: int, start: int, cut: int, length: int) -> None:
    of, events = random_life(seed)
    first = of.opened_on + dt.timedelta(days=start)
    last = first + dt.timedelta(days=length)
    told = period(events, first, last)
    known = [event for event in events if event.effective_on <= last]
    assert told.closing == advance(fold(known), last).__class__(**{**vars(advance(fold(known), last)), "events": told.closing.events})
    moved = tuple(told.moved(lambda state, name=name: getattr(state, name)) for name in ("interest_exact", "penalty_exact", "coupon_exact"))  # type: ignore[misc]
    assert whole(told) == moved
    if cut < length:
        middle = first + dt.timedelta(days=cut)
        one, other = period(events, first, middle), period(events, middle + ONE_DAY, last)
        assert tuple(map(sum, zip(whole(one), whole(other), strict=True))) == moved
        assert one.movements + other.movements == told.movements
