"""What is set aside by class, and the stage of the expected loss."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.lives import life, terms

from farthing.domain.arrears import LoanClass
from farthing.domain.line_event import Sold, WrittenOff
from farthing.domain.money import round_half_even
from farthing.ledger.change import changed
from farthing.ledger.facility import advance, fold
from farthing.ledger.provision import PERCENT, required_columns, required_fen, stage, uncovered_fen

OF = terms(expires_on=dt.date(2027, 1, 10), tenor_months=30)
OWING = fold(life(OF, [(0, "draw", 1_000_050)]))
FIRST = dt.date(2024, 1, 20)


@pytest.mark.parametrize(
    ("dpd", "required", "stage_"),
    [(0, 10_000, 1), (1, 20_001, 1), (30, 20_001, 1), (31, 20_001, 2), (91, 250_012, 3), (271, 500_025, 3), (361, 1_000_050, 3)],
)  # fmt: skip
def test_the_allowance_follows_the_class_and_the_stage_the_days(dpd: int, required: int, stage_: int) -> None:
    state = advance(OWING, FIRST + dt.timedelta(days=dpd))
    assert (required_fen(state), stage(state)) == (required, stage_)


def test_a_claim_off_the_balance_sheet_needs_no_allowance() -> None:
    late = advance(OWING, FIRST + dt.timedelta(days=400))
    assert required_fen(changed(late, WrittenOff(OF.line, "test"))) == 0
    assert required_fen(changed(late, Sold(OF.line, "x", 1))) == 0


@given(st.lists(st.tuples(st.integers(0, 2**55), st.integers(0, 4)), min_size=1))
def test_columns_round_as_one_line_does(rows: list[tuple[int, int]]) -> None:
    principal, order = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    percent = [PERCENT[list(LoanClass)[place]] for _, place in rows]
    by_hand = [round_half_even(fen * part, 100) for (fen, _), part in zip(rows, percent, strict=True)]
    assert required_columns(principal, order).tolist() == by_hand


@pytest.mark.parametrize(("net", "fen"), [(1_000_050, 250_012), (0, 10_000), (400_000, 106_000), (-5, 10_000), (9_999_999, 250_012)])
def test_what_is_covered_is_told_at_the_rate_of_a_normal_loan_and_lowers_nothing_in_the_books(net: int, fen: int) -> None:
    state = advance(OWING, FIRST + dt.timedelta(days=91))  # substandard
    assert uncovered_fen(state, net) == fen
    assert uncovered_fen(state, net) <= required_fen(state) == 250_012
    gone = changed(advance(OWING, FIRST + dt.timedelta(days=361)), WrittenOff(OF.line, "no_recovery"))
    assert uncovered_fen(gone, net) == 0
