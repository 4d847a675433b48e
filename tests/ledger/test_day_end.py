"""The night in columns. That it equals the fold on random lives is a law (tests/laws/test_money.py); here are the odd lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.ledger.lives import Script, life, terms

from farthing.domain.facility import LineState
from farthing.domain.product import RepaymentMethod
from farthing.ledger.conduct import standing
from farthing.ledger.day_end import STANDINGS, close, columns, stand_on
from farthing.ledger.facility import advance, fold, open_line

DAY = dt.date(2024, 6, 30)


def line(number: int, script: Script, **changes: object) -> LineState:
    return fold(life(terms(line=f"lin_{number:020d}", **changes), script))


ODD = {
    "at rest": line(0, []),
    "a bill that rounds to nothing": line(1, [(0, "draw", 20)]),
    "a bullet past its maturity": line(2, [(0, "draw", 1_000_000)], tenor_months=2, repayment=RepaymentMethod.AT_MATURITY),
    "beyond an int64": line(3, [(0, "draw", 10**16)], limit_fen=10**16),
    "plain and overdue": line(5, [(0, "draw", 1_000_000)]),
    "touched today, billed today": line(6, [(140, "draw", 100_000), (170, "repay", 1)], due_day=28),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("ahead", [0, 1, 29, 31, 200, 3000])
def test_odd_lines_stand_as_the_fold_says(name: str, ahead: int) -> None:
    state, day = ODD[name], DAY + dt.timedelta(days=ahead)
    (row,) = close([state], day).standings.iter_rows(named=True)
    stands = standing(advance(state, day))
    seen = (row["dpd"], row["loan_class"], row["overdue_fen"], row["interest_owed_fen"])
    assert seen == (stands.dpd, stands.loan_class.value, stands.overdue_fen, stands.interest_owed_fen)


def test_most_lines_take_the_columns_and_the_odd_ones_do_not() -> None:
    simple = stand_on(columns(list(ODD.values())), DAY).simple.tolist()
    assert {name for name, yes in zip(ODD, simple, strict=True) if not yes} == {
        "a bill that rounds to nothing", "a bullet past its maturity", "beyond an int64",
    }  # fmt: skip


def test_products_are_kept_apart_and_an_empty_partition_is_fine() -> None:
    other = open_line(replace(terms(), product="term", line="lin_b"))
    night = close([ODD["plain and overdue"], other], DAY)
    assert set(night.totals) == {"revolving", "term"}
    assert night.totals["revolving"].drawn_fen == 1_000_000
    empty = close([], DAY)
    assert (empty.standings.height, empty.totals) == (0, {})
    assert dict(empty.standings.schema) == STANDINGS


def test_the_order_of_lines_does_not_matter() -> None:
    lines = list(ODD.values())
    assert close(lines, DAY).standings.equals(close(lines[::-1], DAY).standings)
