"""Days past due and buckets."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.ledger.lives import life, terms

from farthing.domain.arrears import Bucket, LoanClass
from farthing.ledger.arrears import dpd, oldest_unpaid, overdue_fen
from farthing.ledger.conduct import standing
from farthing.ledger.facility import advance, fold


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, Bucket.CURRENT), (1, Bucket.D1_30), (30, Bucket.D1_30), (31, Bucket.D31_60), (60, Bucket.D31_60), (61, Bucket.D61_90),
        (90, Bucket.D61_90), (91, Bucket.D91_180), (180, Bucket.D91_180), (181, Bucket.D181_270), (270, Bucket.D181_270),
        (271, Bucket.D271_360), (360, Bucket.D271_360), (361, Bucket.D361_UP),
    ],
)  # fmt: skip
def test_bucket_bounds(days: int, expected: Bucket) -> None:
    assert Bucket.of(days) is expected


def test_the_due_date_itself_is_not_late() -> None:
    state = advance(fold(life(terms(), [(0, "draw", 1_000_000)])), dt.date(2024, 1, 20))
    assert oldest_unpaid(state) == dt.date(2024, 1, 20)
    assert (dpd(state), overdue_fen(state)) == (0, 0)
    later = advance(state, dt.date(2024, 1, 21))
    assert (dpd(later), overdue_fen(later)) == (1, 3_000)


def test_paying_the_oldest_moves_the_days_to_the_next() -> None:
    events = life(terms(), [(0, "draw", 1_000_000), (50, "repay", 3_000)])
    state = fold(events)  # 29 February: the bill of 20 January paid, that of 20 February not
    assert dpd(state) == 9
    assert standing(state).loan_class is LoanClass.SPECIAL_MENTION
