"""Days past due, and how a line stands on a day.

The due date itself is not late: days past due are `day - due_on` of the oldest unpaid amount.
"""

from __future__ import annotations

import datetime as dt

from farthing.domain.facility import LineState, Standing
from farthing.ledger.classify import classify


def oldest_unpaid(state: LineState) -> dt.date | None:
    """The due date of the oldest obligation not fully met."""
    return min((item.due_on for item in state.obligations), default=None)


def dpd(state: LineState) -> int:
    """Days past due on `state.as_of`."""
    oldest = oldest_unpaid(state)
    return (state.as_of - oldest).days if oldest is not None else 0


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
