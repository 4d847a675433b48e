"""What one party's evidence is reduced to, window by window."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.features.daily import daily
from farthing.features.primitives import ABSENT, CELLS
from farthing.features.reducers import Days, Lows, Partners
from farthing.features.seen import see

AS_OF = dt.date(2020, 6, 30)
LOW, HIGH = np.array([0, 0, 12]), np.array([3, CELLS, 24])  # the last 3 months, all, the year before last


def test_days_by_window() -> None:
    days = Days(np.array([1, 11, 400]), np.array([0, 0, 13]), LOW, HIGH)
    assert days.days.tolist() == [2, 3, 1]
    assert days.gap.tolist() == [10, 389, ABSENT]
    assert days.months.tolist() == [1, 2, 1]
    assert (days.last[0], days.first[0]) == (1, 400)


def test_partners_by_window() -> None:
    trades, amounts = np.zeros((CELLS, 3), np.int64), np.zeros((CELLS, 3), np.int64)
    trades[0], amounts[0] = (1, 2, 0), (50, 30, 0)
    trades[13], amounts[13] = (0, 1, 1), (0, 20, -5)
    seen = Partners(trades, amounts, np.array([0, 390, 0]), LOW, HIGH)
    assert seen.partners.tolist() == [2, 3, 2]
    assert seen.top1.tolist() == [50, 50, 20]
    assert seen.new.tolist() == [1, 1, 0]
    assert seen.lost.tolist() == [0, 1, 1]
    assert seen.oldest.tolist() == [390, 390, 390]


def test_balances_by_window() -> None:
    lows = Lows(np.array([5, -2, 9]), np.array([0, 1, 13]), LOW, HIGH)
    assert lows.low_min.tolist() == [-2, -2, 9]
    assert lows.low_negative.tolist() == [1, 1, 0]
    assert lows.low_last.tolist() == [5, 5, 9]


def test_nothing_known_by_the_date_is_nothing_seen() -> None:
    rows = {"party": ["p"], "account": ["a"], "booked_on": [AS_OF], "known_on": [AS_OF + dt.timedelta(1)], "direction": ["credit"],
            "amount_fen": [7], "balance_fen": [7], "counterparty": ["x"]}  # fmt: skip
    frame = daily(EvidenceKind.TRANSACTION, pl.DataFrame(rows))
    assert see(EvidenceKind.TRANSACTION, {}, frame, AS_OF) is None
    later = see(EvidenceKind.TRANSACTION, {}, frame, AS_OF + dt.timedelta(1))
    assert later is not None
    assert later.rows("debit") == slice(0, 0)
    assert later.cells[0][0, 1, 1] == 7
