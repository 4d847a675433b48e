"""A night over states in memory, for laws and the bench: columns where they hold, one by one where they do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from farthing.domain.facility import LineState
from farthing.ledger.day_end import Close, close_by_steps, close_rows, joined
from farthing.ledger.form import row, rows


def close(states: Sequence[LineState], day: dt.date) -> Close:
    """Standings and totals of these lines at the close of `day`."""
    found = [row(state) for state in states]
    narrow = close_rows(rows([one for one in found if one is not None]), day, None)
    steps = set(narrow.steps)
    slow = close_by_steps([state for state, one in zip(states, found, strict=True) if one is None or state.terms.line in steps], day)
    return joined([narrow, slow])
