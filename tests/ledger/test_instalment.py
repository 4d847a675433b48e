"""Instalments: equal parts that bring the debt to nothing, whatever happens on the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.lives import life, terms

from farthing.domain.product import RepaymentMethod
from farthing.domain.rate import Basis, Rate
from farthing.ledger.facility import advance, fold
from farthing.ledger.instalment import instalment_fen
from farthing.ledger.schedule import upcoming
from farthing.ledger.waterfall import repay

LEVEL = terms(repayment=RepaymentMethod.EQUAL_INSTALMENT)
EQUAL = terms(repayment=RepaymentMethod.EQUAL_PRINCIPAL)
MONTHS = [dt.date(2024, month, 20) for month in range(1, 13)]


def test_equal_principal_differs_by_no_more_than_the_odd_fen() -> None:
    stub, *rows = upcoming(fold(life(EQUAL, [(0, "draw", 1_000_001)])))
    assert (stub.due_on, stub.principal_fen) == (dt.date(2024, 1, 20), 0)  # ten days after the draw: interest only
    assert [row.principal_fen for row in rows] == [83_333] * 7 + [83_334] * 5
    assert rows[-1].left_fen == 0


def test_equal_instalments_are_equal_to_the_fen_but_for_rounding() -> None:
    rows = upcoming(fold(life(LEVEL, [(10, "draw", 12_000_000)])))
    sums = [row.total_fen for row in rows]
    assert len(rows) == 12
    assert max(sums) - min(sums) <= 12
    assert sum(row.principal_fen for row in rows) == 12_000_000


@given(st.integers(1, 10**12), st.integers(0, 60_000), st.lists(st.integers(15, 62), min_size=1, max_size=60))
def test_a_level_payment_brings_the_debt_to_nothing(left: int, units: int, gaps: list[int]) -> None:
    """Against exact fractions: paying the level sum each time, with the interest of each period, leaves less than the rounding of it."""
    rate = Rate(units, Basis.DAY)
    dates = [dt.date(2024, 1, 1)]
    for gap in gaps:
        dates.append(dates[-1] + dt.timedelta(days=gap))
    part = instalment_fen(left, replace(LEVEL, rate=rate), dates)
    payment = part + Fraction(left * units * gaps[0], rate.denominator)
    debt = Fraction(left)
    for gap in gaps:
        debt = debt * (1 + Fraction(units * gap, rate.denominator)) - payment
    grown = len(gaps) * (1 + Fraction(units * 62, rate.denominator)) ** len(gaps)
    assert abs(debt) <= grown * 2
    assert 0 <= part <= left


def test_without_interest_both_methods_are_the_same() -> None:
    free = Rate(0, Basis.DAY)
    both = {instalment_fen(1200, replace(method, rate=free), [dt.date(2023, 12, 20), *MONTHS]) for method in (LEVEL, EQUAL)}
    assert both == {100}


@pytest.mark.parametrize("of", [LEVEL, EQUAL])
def test_paying_early_makes_the_coming_instalments_smaller_and_not_fewer(of) -> None:  # type: ignore[no-untyped-def]
    state = fold(life(of, [(10, "draw", 12_000_000)]))
    before = upcoming(state)
    after = upcoming(repay(advance(state, dt.date(2024, 3, 1)), 6_000_000)[0])
    assert [row.due_on for row in before[1:]] == [row.due_on for row in after]
    assert all(new.principal_fen < old.principal_fen for new, old in zip(after, before[1:], strict=True))


def test_a_missed_instalment_does_not_change_the_next_one() -> None:
    state = fold(life(EQUAL, [(10, "draw", 12_000_000)]))
    late = advance(state, dt.date(2024, 4, 20))
    assert [item.due_fen for item in late.obligations if item.draw] == [1_000_000] * 3


def test_the_last_instalment_is_the_maturity_of_the_draw() -> None:
    state = fold(life(EQUAL, [(0, "draw", 1_200_000)]))
    assert state.draws[0].matures_on == dt.date(2025, 1, 20)
    assert upcoming(state)[-1].due_on == dt.date(2025, 1, 20)
