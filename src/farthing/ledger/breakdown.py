"""Which lines a day's posting is made of: each line's part is the difference of its totals to date between two closes.

A close knew the events that stand in the log before its own `DayClosed`, whatever day they are dated on, but for those that came in
while the night ran: how it saw each line stand tells how many of them it knew. A line's part splits into what time alone brought
(principal x rate x days) and what the events did that became known between the closes, so a late payment shows as itself. Nothing is
stored: the parts follow from events, and add up to the posting (tests/laws/test_breakdown.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from farthing.domain.event import Event
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.posting import Account
from farthing.domain.rate import Rate
from farthing.ledger.arrears import dpd
from farthing.ledger.facility import advance, steps
from farthing.ledger.posting import entries, totals

MOST_LATE = 50
"""Events of one line that may have come in while a night ran: so many are tried."""


@dataclass(frozen=True, slots=True)
class Stood:
    """How a close saw a line stand."""

    dpd: int
    principal_fen: int
    interest_owed_fen: int


@dataclass(frozen=True, slots=True)
class Known:
    """A line's events in the log before a close, oldest first, the day of the close, and how it saw the line stand: None if not at all."""

    day: dt.date
    events: Sequence[Event]
    stood: Stood | None


@dataclass(frozen=True, slots=True)
class Part:
    """One line's part in a day's posting to an account: its balance there before and after, by time and by events.

    `principal_fen`, `rate` and `days` are what interest grew by since the close before; `events` became known since.
    """

    line: Id
    before_fen: int
    after_fen: int
    by_time_fen: int
    principal_fen: int
    rate: Rate
    days: int
    events: tuple[Event, ...]
    synthetic: bool

    @property
    def part_fen(self) -> int:
        """What of the posting is this line's."""
        return self.after_fen - self.before_fen

    @property
    def by_events_fen(self) -> int:
        """What of it the events did."""
        return self.part_fen - self.by_time_fen


def at_close(known: Known) -> tuple[LineState | None, int]:
    """The line as the close saw it, and how many of its events the close knew; None where it was not open yet."""
    state, _, count = _seen(known)
    return state, count


def path_at_close(known: Known) -> tuple[LineState | None, list[tuple[Event, LineState]]]:
    """The line as the close saw it, and the events that counted then, each with the state after it."""
    return _seen(known)[:2]


def _seen(known: Known) -> tuple[LineState | None, list[tuple[Event, LineState]], int]:
    count = len(known.events)
    if known.stood is None or not count:
        return None, [], 0
    newest = _after(known, count)
    for fewer in range(count, max(count - MOST_LATE, 1) - 1, -1):
        state, path = newest if fewer == count else _after(known, fewer)
        if Stood(dpd(state), state.principal_fen, state.interest_owed_fen) == known.stood:
            return state, path, fewer
    return *newest, count


def part(before: Known, after: Known, account: Account) -> Part | None:
    """A line's part in what was posted to an account between two closes; None if it was not open at the second."""
    (then, knew), (now, knows) = at_close(before), at_close(after)
    if now is None:
        return None
    passed = advance(then, after.day) if then is not None else None
    balance = [_balance(state, account) for state in (then, passed, now)]
    return Part(
        line=now.terms.line, before_fen=balance[0], after_fen=balance[2], by_time_fen=balance[1] - balance[0],
        principal_fen=then.principal_fen if then is not None else 0, rate=(then or now).terms.rate, days=(after.day - before.day).days,
        events=tuple(after.events[knew:knows]), synthetic=now.terms.synthetic,
    )  # fmt: skip


def _after(known: Known, count: int) -> tuple[LineState, list[tuple[Event, LineState]]]:
    """The line on the day of the close after its first so many events, and the states that led there."""
    path = list(steps(event for event in known.events[:count] if event.effective_on <= known.day))
    return advance(path[-1][1], known.day), path


def _balance(state: LineState | None, account: Account) -> int:
    return 0 if state is None else entries("", totals(state)).get(("", account), 0)
