"""Days past due, buckets, and how a line stands on a day.

The due date itself is not late: days past due are `day - due_on` of the oldest unpaid amount.
"""

from __future__ import annotations

import datetime as dt

from farthing.domain.arrears import Bucket
from farthing.domain.facility import LineState, Standing
from farthing.ledger.classify import classify

BUCKETS: tuple[tuple[int, Bucket], ...] = (
    (361, Bucket.D361_UP),
    (271, Bucket.D271_360),
    (181, Bucket.D181_270),
    (91, Bucket.D91_180),
    (61, Bucket.D61_90),
    (31, Bucket.D31_60),
    (1, Bucket.D1_30),
)


def oldest_unpaid(state: LineState) -> dt.date | None:
    """The due date of the oldest obligation not fully met."""
    return min((item.due_on for item in state.obligations), default=None)


def dpd(state: LineState) -> int:
    """Days past due on `state.as_of`."""
    oldest = oldest_unpaid(state)
    return (state.as_of - oldest).days if oldest is not None else 0


def bucket(days: int) -> Bucket:
    """The bucket of so many days past due."""
    for least, name in BUCKETS:
        if days >= least:
            return name
    return Bucket.CURRENT


def overdue_fen(state: LineState) -> int:
    """What was due before `state.as_of` and is unpaid."""
    return sum(item.unpaid_fen for item in state.obligations if item.due_on < state.as_of)


def standing(state: LineState) -> Standing:
    """How the line stands on `state.as_of`."""
    days = dpd(state)
    return Standing(
        line=state.terms.line, as_of=state.as_of, dpd=days, loan_class=classify(days), overdue_fen=overdue_fen(state),
        principal_fen=state.principal_fen, interest_owed_fen=state.interest_owed_fen,
    )  # fmt: skip
