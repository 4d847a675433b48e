"""Days past due: `day - due_on` of the oldest unpaid amount; the due date itself is not late.

Penalty is due as it is earned, but does not age a line: only what was billed does.
"""

from __future__ import annotations

import datetime as dt

from farthing.domain.facility import LineState


def oldest_unpaid(state: LineState) -> dt.date | None:
    """The due date of the oldest obligation not fully met."""
    return min([item.due_on for item in state.obligations]) if state.obligations else None


def dpd(state: LineState) -> int:
    """Days past due on `state.as_of`."""
    oldest = oldest_unpaid(state)
    return (state.as_of - oldest).days if oldest is not None else 0


def overdue_fen(state: LineState) -> int:
    """What was due before `state.as_of` and is unpaid; penalty comes on top."""
    return sum(item.unpaid_fen for item in state.obligations if item.due_on < state.as_of)
