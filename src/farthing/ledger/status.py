"""The 24-month repayment status of a line, a letter a month, as a credit bureau reads it (CR-07).

`/` no account, `*` nothing to pay, `N` paid as agreed, `M` paid late within the month, `1` to `7` days past due in bands of thirty at the
month's end, `B` written off, `G` ended otherwise, `C` closed.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from farthing.domain.calendar import add_months, month_end, month_start
from farthing.domain.event import Event
from farthing.domain.facility import LineState, LineStatus
from farthing.domain.line_event import Repaid
from farthing.ledger.arrears import dpd, oldest_unpaid
from farthing.ledger.due import next_due
from farthing.ledger.facility import advance, steps

Step: TypeAlias = tuple[Event, LineState]
"""An event, and the line after it."""
MONTHS = 24
BAND_DAYS = 30
WORST = 7
ENDS = {LineStatus.CLOSED: "C", LineStatus.WRITTEN_OFF: "B", LineStatus.SOLD: "G"}


def status_24m(events: Sequence[Event], last: dt.date) -> str:
    """The letters of the 24 months that end with `last`'s, oldest first; how a line ended is told once, a loss every month."""
    return letters(list(steps(events)), last)


def letters(path: Sequence[Step], last: dt.date) -> str:
    """The same from the events that count, each with the state after it.

    The path is walked once: a month looks at no step but its own, and time passes only where a bill may come of it.
    """
    months = _months(month_start(last))
    told, place = list[str](), bisect_left(path, months[0][0], key=_as_of)
    state = path[place - 1][1] if place else None
    for start, end in months:
        beyond = bisect_right(path, end, place, key=_as_of)
        before, within = path[place - 1][1] if place else None, path[place:beyond]
        state = within[-1][1] if within else state
        if state is None:
            told.append("/")
            continue
        if (not state.obligations and _falls_due(state, end)) or state.surplus_fen:
            state = advance(state, end)
        told.append(_ended_or_late(state, end) or _paid(before, within, start))
        if told[-1] in "CG":
            break
        place = beyond
    return "".join(told).ljust(MONTHS, "/")


@lru_cache(maxsize=8)
def _months(last: dt.date) -> tuple[tuple[dt.date, dt.date], ...]:
    """First and last day of each of the months that end with `last`'s."""
    starts = [add_months(last, -back) for back in range(MONTHS - 1, -1, -1)]
    return tuple((start, month_end(start)) for start in starts)


def _as_of(step: Step) -> dt.date:
    return step[1].as_of


def _ended_or_late(state: LineState, end: dt.date) -> str:
    """The letter of a line that is over or past due, if it is: what is unpaid stays the oldest, whatever is billed next."""
    if state.status in ENDS:
        return ENDS[state.status]
    missed = oldest_unpaid(state)
    days = (end - missed).days if missed is not None else 0
    return str(min((days - 1) // BAND_DAYS + 1, WORST)) if days else ""


def _paid(before: LineState | None, within: Sequence[Step], start: dt.date) -> str:
    """The letter of a month at whose end nothing is late, after the last step before it and those within it."""
    states = [state for _, state in within]
    if any(_cleared(one, step, start) for one, step in zip([before, *states], within, strict=False)):
        return "M"
    owed_before = before is not None and before.principal_fen > 0 and not (states and states[0].as_of == start)
    return "N" if owed_before or any(one.principal_fen for one in states) else "*"


def _cleared(before: LineState | None, step: Step, start: dt.date) -> bool:
    """Did this step pay, in the month that begins on `start`, what had fallen due in the same month?"""
    event, after = step
    if before is None or not isinstance(event.body, Repaid) or dpd(after) or not (before.obligations or _falls_due(before, after.as_of)):
        return False
    missed = oldest_unpaid(advance(before, after.as_of))
    return missed is not None and start <= missed < after.as_of


def _falls_due(state: LineState, until: dt.date) -> bool:
    """Does anything before this day?"""
    due = next_due(state)
    return due is not None and due < until
