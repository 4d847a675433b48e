"""The state of a line as a fold over its events: open, apply, advance.

A state never changes; each step returns the next one. Time passes in `advance`, which earns interest and bills what falls
due on each due date it crosses, so a state looks the same however many stops were made on the way. A backdated event is
no special case: fold again, in order of effect.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from farthing.domain.calendar import add_months
from farthing.domain.errors import Broken, Invalid
from farthing.domain.event import Drawn, Event, Frozen, Opened, Repaid, Unfrozen
from farthing.domain.facility import Draw, LineState, LineStatus, LineTerms
from farthing.ledger.accrual import interest_exact, posted
from farthing.ledger.due import bill, next_due
from farthing.ledger.waterfall import repay, settle


def open_line(terms: LineTerms) -> LineState:
    """The line on its first day: nothing drawn, nothing owed."""
    return LineState(
        terms=terms, as_of=terms.opened_on, status=LineStatus.ACTIVE, draws=(), obligations=(),
        interest_exact=0, interest_fen=0, interest_paid_fen=0, drawn_fen=0, principal_paid_fen=0, surplus_fen=0,
        draws_made=0, events=1,
    )  # fmt: skip


def advance(state: LineState, to: dt.date) -> LineState:
    """The state on a later day when nothing happens in between: interest earned, due amounts billed and
    met from the surplus if there is one.

    `advance(advance(s, a), b) == advance(s, b)`. A due date's bill is made before that day's events. `Invalid` if `to` lies
    before the state: the past is a fold, not a walk backwards.
    """
    if to < state.as_of:
        raise Invalid("before_state", f"Line {state.terms.line} stands at {state.as_of}, after {to}.", "Fold its events up to that day.")
    while (due := next_due(state)) is not None and due <= to:
        state = settle(billed(state, due))
    return _accrue(state, to)


def billed(state: LineState, due: dt.date) -> LineState:
    """The state on its next due date with that date's bill just made, before any surplus meets it."""
    return bill(_accrue(state, due))


def apply_event(state: LineState, event: Event) -> LineState:
    """The state after an event that takes effect on or after `state.as_of`."""
    state = advance(state, event.effective_on)
    match event.body:
        case Drawn(number=number, amount_fen=amount_fen):
            state = _draw(state, number, amount_fen)
        case Repaid(amount_fen=amount_fen):
            state, _ = repay(state, amount_fen)
        case Frozen():
            state = replace(state, status=LineStatus.FROZEN)
        case Unfrozen():
            state = replace(state, status=LineStatus.ACTIVE)
        case _:
            raise Broken(
                "not_a_line_event", f"{event.kind} {event.id} stands in the stream of line {state.terms.line}.", "Look at the journal."
            )
    return replace(state, events=state.events + 1)


def in_order(events: Iterable[Event]) -> list[Event]:
    """Events by (effective_on, known_at, sequence), the order they are folded in; the opening comes first on its day."""
    return sorted(events, key=lambda event: (event.effective_on, not isinstance(event.body, Opened), event.known_at, event.sequence))


def steps(events: Iterable[Event]) -> Iterable[tuple[Event, LineState]]:
    """Each event of one line in order, with the state after it. `Broken` if the stream does not begin with its opening."""
    state: LineState | None = None
    for event in in_order(events):
        if state is None:
            if not isinstance(event.body, Opened):
                raise Broken(
                    "unopened_line", f"{event.kind} {event.id} takes effect before line {event.stream} opened.", "Look at the journal."
                )
            state = open_line(event.body.terms)
        else:
            state = apply_event(state, event)
        yield event, state


def fold(events: Iterable[Event]) -> LineState:
    """The state of a line after all its events, on the day of the last one."""
    state: LineState | None = None
    for _, after in steps(events):
        state = after
    if state is None:
        raise Broken("no_events", "A line without events has no state.", "Look at the journal.")
    return state


def record(state: LineState, event: Event, past: Callable[[], Sequence[Event]]) -> LineState:
    """The state once `event` is known: one step when it takes effect now, a fold of `past` (all events, this one too) when backdated."""
    return apply_event(state, event) if event.effective_on >= state.as_of else fold(past())


def maturity(terms: LineTerms, drawn_on: dt.date) -> dt.date:
    """When a draw falls due: `tenor_months` later, and no later than the line's expiry."""
    return min(add_months(drawn_on, terms.tenor_months), terms.expires_on)


def _accrue(state: LineState, to: dt.date) -> LineState:
    if to == state.as_of:
        return state
    rate = state.terms.rate
    exact = state.interest_exact + interest_exact(state.principal_fen, rate, (to - state.as_of).days)
    return replace(state, as_of=to, interest_exact=exact, interest_fen=posted(exact, rate))


def _draw(state: LineState, number: int, amount_fen: int) -> LineState:
    matures_on = maturity(state.terms, state.as_of)
    if amount_fen <= 0 or matures_on <= state.as_of:
        raise Invalid(
            "bad_draw",
            f"Line {state.terms.line} cannot pay out {amount_fen} fen on {state.as_of}.",
            "Draw a positive amount before it expires.",
        )
    draw = Draw(number=number, drawn_on=state.as_of, matures_on=matures_on, drawn_fen=amount_fen, principal_fen=amount_fen)
    return replace(state, draws=(*state.draws, draw), drawn_fen=state.drawn_fen + amount_fen, draws_made=state.draws_made + 1)
