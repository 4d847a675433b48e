"""Which lines a day's posting is made of: each line's part is the difference of its totals to date between two closes.

A close knew what was written when its night read the bank, whatever day it is dated on. A line's part splits into what time alone brought
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
from farthing.ledger.facility import advance, steps
from farthing.ledger.posting import entries, totals


@dataclass(frozen=True, slots=True)
class Known:
    """The day of a close, and the events of a line that it knew, oldest first; none where it knew of no such line."""

    day: dt.date
    events: Sequence[Event]


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


def at_close(known: Known) -> LineState | None:
    """The line as the close saw it; None where it was not open yet."""
    return path_at_close(known)[0]


def path_at_close(known: Known) -> tuple[LineState | None, list[tuple[Event, LineState]]]:
    """The line as the close saw it, and the events that counted then, each with the line after it."""
    path = list(steps(event for event in known.events if event.effective_on <= known.day))
    return (advance(path[-1][1], known.day) if path else None), path


def part(before: Known, after: Known, account: Account) -> Part | None:
    """A line's part in what was posted to an account between two closes; None if it was not open at the second."""
    then, now = at_close(before), at_close(after)
    if now is None:
        return None
    passed = advance(then, after.day) if then is not None else None
    balance = [_balance(state, account) for state in (then, passed, now)]
    return Part(
        line=now.terms.line, before_fen=balance[0], after_fen=balance[2], by_time_fen=balance[1] - balance[0],
        principal_fen=then.principal_fen if then is not None else 0, rate=(then or now).terms.rate, days=(after.day - before.day).days,
        events=tuple(after.events[len(before.events) :]), synthetic=now.terms.synthetic,
    )  # fmt: skip


def _balance(state: LineState | None, account: Account) -> int:
    return 0 if state is None else entries("", totals(state)).get(("", account), 0)
