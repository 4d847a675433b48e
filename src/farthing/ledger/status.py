"""The 24-month repayment status of a line, a letter a month, as a credit bureau reads it (CR-07).

`/` no account, `*` nothing to pay, `N` paid as agreed, `M` paid late within the month, `1` to `7` days past due in bands of thirty at the
month's end, `B` written off, `G` ended otherwise, `C` closed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from farthing.domain.calendar import add_months, month_end, month_start
from farthing.domain.event import Event
from farthing.domain.facility import LineState, LineStatus
from farthing.domain.line_event import Repaid
from farthing.ledger.arrears import dpd, oldest_unpaid
from farthing.ledger.facility import advance, steps

Step: TypeAlias = tuple[Event, LineState]
"""An event, and the line after it."""
MONTHS = 24
BAND_DAYS = 30
WORST = 7
ENDS = {LineStatus.CLOSED: "C", LineStatus.WRITTEN_OFF: "B", LineStatus.SOLD: "G"}


def status_24m(events: Sequence[Event], last: dt.date) -> str:
    """The letters of the 24 months that end with `last`'s, oldest first; how a line ended is told once, a loss every month."""
    lived = list(steps(events))
    ends = [month_end(add_months(month_start(last), -back)) for back in range(MONTHS - 1, -1, -1)]
    letters = [_letter(lived, end) for end in ends]
    over = next((place for place, letter in enumerate(letters) if letter in "CG"), MONTHS)
    return "".join(letters[: over + 1]) + "/" * (MONTHS - 1 - over)


def _letter(lived: Sequence[Step], end: dt.date) -> str:
    known = [step for step in lived if step[1].as_of <= end]
    if not known:
        return "/"
    state, start = advance(known[-1][1], end), month_start(end)
    if state.status in ENDS:
        return ENDS[state.status]
    if days := dpd(state):
        return str(min((days - 1) // BAND_DAYS + 1, WORST))
    if any(_cleared(before, step, start) for (_, before), step in pairwise(known)):
        return "M"
    owing = (one.principal_fen for _, one in known if one.as_of >= start)
    return "N" if any(owing) or _owed_at(known, start) else "*"


def _cleared(before: LineState, step: Step, start: dt.date) -> bool:
    """Did this step pay, in the month that begins on `start`, what had fallen due in the same month?"""
    event, after = step
    if after.as_of < start or not isinstance(event.body, Repaid):
        return False
    missed = oldest_unpaid(advance(before, after.as_of))
    return missed is not None and start <= missed < after.as_of and dpd(after) == 0


def _owed_at(lived: Sequence[Step], day: dt.date) -> bool:
    """Was something owed on the line when the month began?"""
    before = [state for _, state in lived if state.as_of <= day]
    return bool(before) and before[-1].principal_fen > 0
