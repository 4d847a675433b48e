"""A line over a period: how it stood before, what interest and penalty were made of day by day, what moved, how it stands after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from farthing.domain.errors import Invalid
from farthing.domain.event import Event
from farthing.domain.facility import LineState
from farthing.domain.rate import Rate
from farthing.ledger.due import next_due
from farthing.ledger.facility import advance, apply_event, billed, counted, steps
from farthing.ledger.statement import Entry, story
from farthing.ledger.waterfall import settle

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days over which principal and rate stood still, with what came of them, unrounded, in fen x the rate's denominator.

    Days count from the end of `from_on` to the end of `to_on`. A stretch of no days is the least that money returned on the day it was
    drawn bears. `spared_exact` is interest that coupons spared.
    """

    from_on: dt.date
    to_on: dt.date
    principal_fen: int
    rate: Rate
    interest_exact: int
    penalty_exact: int
    spared_exact: int

    @property
    def days(self) -> int:
        """How many days it counts."""
        return (self.to_on - self.from_on).days


@dataclass(frozen=True, slots=True)
class Period:
    """A line from the opening of `first` to the close of `last`; `opening` is None where the line was not open before."""

    first: dt.date
    last: dt.date
    opening: LineState | None
    closing: LineState
    movements: tuple[Entry, ...]
    stretches: tuple[Stretch, ...]

    def moved(self, of: Callable[[LineState], int]) -> int:
        """By how much a total to date grew."""
        return of(self.closing) - (of(self.opening) if self.opening is not None else 0)


def period(events: Sequence[Event], first: dt.date, last: dt.date) -> Period:
    """The line over these days, as far as its events are known. `Invalid` for one that opened later."""
    until = [event for event in events if event.effective_on <= last]
    if not until or first > last:
        raise Invalid("not_open", f"The line was not open between {first} and {last}.", "Choose days on which it was.", field="last")
    before = [event for event in until if event.effective_on < first]
    opening = advance(_folded(before), first - ONE_DAY) if before else None
    walked = _joined(one for one in _stretches(until, first, last) if one.to_on >= first)
    movements = tuple(entry for entry in story(until, last) if entry.on >= first)
    return Period(first, last, opening, advance(_folded(until), last), movements, tuple(walked))


def _folded(events: Sequence[Event]) -> LineState:
    *_, (_, state) = steps(events)
    return state


def _stretches(events: Sequence[Event], first: dt.date, last: dt.date) -> Iterator[Stretch]:
    """Every stretch of the line's life to `last`, cut at the opening of `first`."""
    state: LineState | None = None
    for event in counted(events):
        if state is None:
            *_, (_, state) = steps([event])
            continue
        yield from _passed(state, event.effective_on, first)
        state = advance(state, event.effective_on)
        after = apply_event(state, event)
        if after.interest_exact != state.interest_exact:
            yield _between(state, after)
        state = after
    assert state is not None, "a line begins with its opening"
    yield from _passed(state, last, first)


def _passed(state: LineState, to: dt.date, first: dt.date) -> Iterator[Stretch]:
    """Time alone, from due date to due date: a surplus may pay principal on each."""
    cut = first - ONE_DAY
    while state.as_of < to:
        due = next_due(state)
        ahead = [day for day in (due, cut, to) if day is not None and state.as_of < day <= to]
        stop = min(ahead)
        after = billed(state, stop) if stop == due else advance(state, stop)
        yield _between(state, after)
        state = settle(after) if stop == due else after


def _between(before: LineState, after: LineState) -> Stretch:
    return Stretch(
        before.as_of, after.as_of, before.principal_fen, before.terms.rate, after.interest_exact - before.interest_exact,
        after.penalty_exact - before.penalty_exact, after.coupon_exact - before.coupon_exact,
    )  # fmt: skip


def _joined(stretches: Iterator[Stretch]) -> Iterator[Stretch]:
    """Neighbours of the same principal and rate as one; stretches that bore nothing are left out."""
    last: Stretch | None = None
    for one in stretches:
        if (
            last is not None
            and last.days
            and one.days
            and (last.principal_fen, last.rate, last.to_on) == (one.principal_fen, one.rate, one.from_on)
        ):
            last = replace(
                last, to_on=one.to_on, interest_exact=last.interest_exact + one.interest_exact,
                penalty_exact=last.penalty_exact + one.penalty_exact, spared_exact=last.spared_exact + one.spared_exact,
            )  # fmt: skip
            continue
        if last is not None and _bore(last):
            yield last
        last = one
    if last is not None and _bore(last):
        yield last


def _bore(one: Stretch) -> bool:
    return bool(one.interest_exact or one.penalty_exact or one.spared_exact)
