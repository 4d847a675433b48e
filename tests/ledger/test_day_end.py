"""The night in columns. That it equals the fold on random lives is a law (tests/laws/test_money.py); here are the odd lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from tests.ledger.lives import Script, life, terms
from tests.ledger.night import close

from farthing.domain.facility import LineState
from farthing.domain.product import RepaymentMethod
from farthing.ledger.conduct import standing
from farthing.ledger.day_end import STANDINGS, close_by_steps, close_rows
from farthing.ledger.facility import advance, fold, open_line
from farthing.ledger.form import FORM, ROW, Rows, row, rows

DAY = dt.date(2024, 6, 30)
ONE = dt.timedelta(days=1)


def line(number: int, script: Script, **changes: object) -> LineState:
    return fold(life(terms(line=f"lin_{number:020d}", **changes), script))


ODD = {
    "at rest": line(0, []),
    "a bill that rounds to nothing": line(1, [(0, "draw", 20)]),
    "a bullet past its maturity": line(2, [(0, "draw", 1_000_000)], tenor_months=2, repayment=RepaymentMethod.AT_MATURITY),
    "beyond an int64": line(3, [(0, "draw", 10**16)], limit_fen=10**16),
    "plain and overdue": line(5, [(0, "draw", 1_000_000)]),
    "two maturities": line(7, [(60, "draw", 100_000), (80, "draw", 70_000)]),
    "instalments": line(8, [(165, "draw", 100_000)], repayment=RepaymentMethod.EQUAL_PRINCIPAL),
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


def columns_of(states: list[LineState]) -> Rows:
    return rows([found for state in states if (found := row(state)) is not None])


def by_steps(day: dt.date) -> set[str]:
    """The odd lines that columns do not tell on a day."""
    narrow = {name: found for name, state in ODD.items() if (found := row(state)) is not None}
    return {name for name, found in narrow.items() if close_rows(rows([found]), day, None).steps} | (ODD.keys() - narrow.keys())


def test_most_lines_take_the_columns_and_the_odd_ones_do_not() -> None:
    assert by_steps(DAY) == {"a bill that rounds to nothing", "a bullet past its maturity", "beyond an int64"}


def test_a_second_maturity_and_an_instalment_take_the_columns_until_they_fall_due() -> None:
    second = dt.date(2025, 3, 30)
    assert "two maturities" not in by_steps(second)
    assert "two maturities" in by_steps(second + ONE)
    assert "instalments" not in by_steps(dt.date(2024, 7, 19))
    assert "instalments" in by_steps(dt.date(2024, 7, 20))


def test_a_line_told_by_steps_gets_a_new_form_that_says_the_same_until_its_next_bill() -> None:
    due, state = dt.date(2024, 7, 20), ODD["instalments"]
    forms = close_by_steps([state, ODD["a bullet past its maturity"], ODD["beyond an int64"]], due).forms
    assert set(forms) == {state.terms.line}, "columns would not hold for the others tomorrow either"
    new = np.array([(state.terms.line.encode(), b"revolving", np.frombuffer(forms[state.terms.line], FORM)[0], True)], dtype=ROW)
    for day in (due + ONE * number for number in range(1, 31)):
        assert close_rows(new, day, None).standings.equals(close_by_steps([state], day).standings)
    assert close_rows(new, dt.date(2024, 8, 20), None).steps == (state.terms.line,)


def test_a_line_nobody_touched_is_told_only_when_it_does_not_go_on_by_itself() -> None:
    """Due on 20 July, so overdue the day after, special mention; then nothing but time until it is substandard."""
    part, told = columns_of([line(9, [(140, "draw", 100_000), (172, "repay", 2_000)])]), list[dt.date]()
    part["touched"] = False
    for day in (dt.date(2024, 7, 10) + ONE * number for number in range(150)):
        if close_rows(part, day, day - ONE).told.height:
            told.append(day)
    bills = [dt.date(2024, month, 21) for month in (7, 8, 9, 10, 11)]
    assert told == sorted([*bills, dt.date(2024, 7, 20) + ONE * 91])
    part["touched"] = True
    assert close_rows(part, dt.date(2024, 7, 12), dt.date(2024, 7, 11)).told.height == 1


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
