"""What one party's evidence is reduced to, window by window and side by side."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from tests.features.rows import rows_of

from farthing.domain.evidence import EvidenceKind
from farthing.features.daily import daily
from farthing.features.primitives import ABSENT, CELLS
from farthing.features.reducers import Days, Lows, Partners
from farthing.features.seen import COLUMN, SIDE, WIDTH, see

AS_OF = dt.date(2020, 6, 30)
LOW, HIGH = np.array([0, 0, 12]), np.array([3, CELLS, 24])  # the last 3 months, all, the year before last
FLOWS, CASES = EvidenceKind.TRANSACTION, EvidenceKind.COURT_CASE


def test_days_by_window() -> None:
    """The middle one of three sides has no day, and no gap is seen from one side to the next."""
    days = Days(3, np.array([0, 0, 0, 2, 2]), np.array([400, 11, 1, 500, 0]), np.array([13, 0, 0, 16, 0]), LOW, HIGH)
    assert days.days.T.tolist() == [[2, 3, 1], [0, 0, 0], [1, 2, 1]]
    assert days.gap.T.tolist() == [[10, 389, ABSENT], [ABSENT] * 3, [ABSENT, 500, ABSENT]]
    assert days.months.T.tolist() == [[1, 2, 1], [0, 0, 0], [1, 2, 1]]
    assert days.last.tolist() == [[1, ABSENT, 0]] * 3
    assert days.first.tolist() == [[400, ABSENT, 500]] * 3


def test_partners_by_window() -> None:
    """Three partners of the first side, none of the second, one of the third."""
    trades, amounts = np.zeros((CELLS, 4), np.int64), np.zeros((CELLS, 4), np.int64)
    trades[0], amounts[0] = (1, 2, 0, 0), (50, 30, 0, 0)
    trades[13], amounts[13] = (0, 1, 1, 1), (0, 20, -5, 7)
    seen = Partners(np.array([3, 0, 1]), trades, amounts, np.array([0, 390, 0, 5]), LOW, HIGH)
    assert seen.partners.T.tolist() == [[2, 3, 2], [0, 0, 0], [0, 1, 1]]
    assert seen.top1.T.tolist() == [[50, 50, 20], [0, 0, 0], [0, 7, 7]]
    assert seen.top5.T.tolist() == [[80, 100, 20], [0, 0, 0], [0, 7, 7]]
    assert seen.new.T.tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert seen.lost.T.tolist() == [[0, 1, 1], [0, 0, 0], [0, 1, 1]]
    assert seen.oldest.T.tolist() == [[390, 390, 390], [0, 0, 0], [0, 5, 5]]


def test_the_five_largest_partners() -> None:
    amounts = np.zeros((CELLS, 8), np.int64)
    amounts[0] = (9, 1, 2, 3, 4, 5, 6, 100)
    seen = Partners(np.array([7, 1]), amounts, amounts, np.zeros(8, np.int64), LOW, HIGH)
    assert seen.top5.tolist() == [[27, 100], [27, 100], [0, 0]]


def test_balances_by_window() -> None:
    lows = Lows(np.array([5, -2, 9]), np.array([0, 1, 13]), LOW, HIGH)
    assert lows.low_min.ravel().tolist() == [-2, -2, 9]
    assert lows.low_negative.ravel().tolist() == [1, 1, 0]
    assert lows.low_sum.ravel().tolist() == [3, 12, 9]
    assert lows.low_last.ravel().tolist() == [5, 5, 9]
    nothing = Lows(np.array([5]), np.array([4]), LOW, HIGH)
    assert nothing.low_last.ravel().tolist() == nothing.low_min.ravel().tolist() == [ABSENT, 5, ABSENT]


def test_nothing_known_by_the_date_is_nothing_seen() -> None:
    rows = {"party": ["p"], "account": ["a"], "booked_on": [AS_OF], "known_on": [AS_OF + dt.timedelta(1)], "direction": ["credit"],
            "amount_fen": [7], "balance_fen": [7], "counterparty": ["x"]}  # fmt: skip
    frame = daily(FLOWS, pl.DataFrame(rows))
    assert see({FLOWS: frame}, [FLOWS], AS_OF) is None
    assert see({FLOWS: frame, CASES: None}, [CASES], AS_OF + dt.timedelta(1)) is None
    later = see({FLOWS: frame, CASES: daily(CASES, rows_of(CASES, 5, 1)).clear()}, [FLOWS, CASES], AS_OF + dt.timedelta(1))
    assert later is not None
    assert later.knows(FLOWS)
    assert not later.knows(CASES)
    assert later.sums[WIDTH + COLUMN[SIDE["credit"]] + 1] == 7
    assert later.sums[WIDTH + COLUMN[SIDE["debit"]] + 1] == 0


def test_balances_are_exact_beside_days_without_one() -> None:
    """A balance that no float holds stays itself where another day has none."""
    exact = 2**53 + 1
    rows = {"party": ["p"] * 2, "account": ["a"] * 2, "booked_on": [AS_OF, AS_OF - dt.timedelta(1)], "known_on": [AS_OF] * 2,
            "direction": ["credit"] * 2, "amount_fen": [7] * 2, "balance_fen": [exact, None], "counterparty": ["x"] * 2}  # fmt: skip
    seen = see({FLOWS: daily(FLOWS, pl.DataFrame(rows))}, [FLOWS], AS_OF)
    assert seen is not None
    assert seen.lows(LOW, HIGH).lowest.tolist() == [exact]
