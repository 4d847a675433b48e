"""Due dates."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.ledger.lives import life, terms

from farthing.domain.product import RepaymentMethod
from farthing.ledger.due import bill, monthly_after, next_due, unbilled_fen
from farthing.ledger.facility import advance, fold, open_line


@pytest.mark.parametrize(
    ("due_day", "day", "expected"),
    [
        (20, dt.date(2024, 1, 19), dt.date(2024, 1, 20)),
        (20, dt.date(2024, 1, 20), dt.date(2024, 2, 20)),
        (28, dt.date(2023, 2, 28), dt.date(2023, 3, 28)),
        (1, dt.date(2023, 12, 31), dt.date(2024, 1, 1)),
    ],
)
def test_the_monthly_due_day_after_a_day(due_day: int, day: dt.date, expected: dt.date) -> None:
    assert monthly_after(terms(due_day=due_day), day) == expected


def test_nothing_falls_due_on_a_line_at_rest() -> None:
    assert next_due(open_line(terms())) is None
    paid = fold(life(terms(), [(0, "draw", 100_000), (10, "repay", 200_000)]))
    assert next_due(paid) is None


def test_the_earlier_of_due_day_and_maturity_comes_first() -> None:
    state = fold(life(terms(tenor_months=1), [(5, "draw", 100_000)]))  # drawn on the 15th, due day the 20th
    assert next_due(state) == dt.date(2024, 1, 20)
    assert next_due(advance(state, dt.date(2024, 1, 20))) == dt.date(2024, 2, 15)
    bullet = fold(life(terms(tenor_months=1, repayment=RepaymentMethod.AT_MATURITY), [(5, "draw", 100_000)]))
    assert next_due(bullet) == dt.date(2024, 2, 15)


def test_a_bill_asks_only_for_what_was_not_billed() -> None:
    state = advance(fold(life(terms(), [(0, "draw", 1_000_000)])), dt.date(2024, 1, 25))
    assert unbilled_fen(state) == 5 * 300
    assert bill(bill(state)) == bill(state)
