"""The state of a line as a fold over its events: open, apply, advance.

A state never changes; each step returns the next one. Time passes in `advance`, which earns interest and bills what falls
due on each due date it crosses, so a state looks the same however many stops were made on the way. A backdated event is
no special case: fold again, in order of effect.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from farthing.domain.errors import Broken, Invalid
from farthing.domain.event import Body, Event
from farthing.domain.evolve import evolve
from farthing.domain.facility import Draw, LineState, LineStatus, LineTerms
from farthing.domain.ids import Id
from farthing.domain.line_event import Drawn, Opened, Repaid, Reversed
from farthing.domain.product import Claim
from farthing.ledger.accrual import interest_exact, penalty_exact, posted, spared_exact
from farthing.ledger.change import changed
from farthing.ledger.due import bill, maturity, next_due
from farthing.ledger.waterfall import repay, settle

_NEWEST = dt.datetime.max.replace(tzinfo=dt.UTC)


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
    if to == state.as_of:
        return state
    while (due := next_due(state)) is not None and due <= to:
        state = settle(billed(state, due))
    return _accrue(state, to) if to > state.as_of else state


def billed(state: LineState, due: dt.date) -> LineState:
    """The state on its next due date with that date's bill just made, before any surplus meets it."""
    return bill(_accrue(state, due))


def apply_event(state: LineState, event: Event) -> LineState:
    """The state after an event that takes effect on or after `state.as_of`. `Broken` for one that is not a line's."""
    return evolve(_happened(state, event), events=state.events + 1)


def _happened(state: LineState, event: Event) -> LineState:
    """The same, with the event not counted."""
    state = advance(state, event.effective_on)
    match event.body:
        case Drawn() as drawn:
            return _draw(state, drawn)
        case Repaid(amount_fen=amount_fen):
            return repay(state, amount_fen)[0]
        case body:
            return changed(state, body)


def in_order(events: Iterable[Event]) -> list[Event]:
    """Events by (effective_on, known_at, sequence), the order they are folded in; the opening comes first on its day."""
    return sorted(events, key=lambda event: (event.effective_on, not isinstance(event.body, Opened), event.known_at, event.sequence))


def taken_back(events: Iterable[Event]) -> frozenset[Id]:
    """The ids of the events that the bank took back."""
    return frozenset(event.body.event for event in events if isinstance(event.body, Reversed))


def counted(events: Iterable[Event]) -> list[Event]:
    """The events that count, in the order they are folded in: what the bank took back is left out, and so is the taking back."""
    ordered = in_order(events)
    gone = taken_back(ordered)
    return [event for event in ordered if event.id not in gone and not isinstance(event.body, Reversed)] if gone else ordered


def steps(events: Iterable[Event]) -> Iterable[tuple[Event, LineState]]:
    """Each event that counts in order, with the state after it. `Broken` if the stream does not begin with its opening."""
    state: LineState | None = None
    for event in counted(events):
        state = _opened(event) if state is None else apply_event(state, event)
        yield event, state


def fold(events: Sequence[Event]) -> LineState:
    """The state of a line after all its events, on the day of the last one that counts."""
    if not events:
        raise Broken("no_events", "A line without events has no state.", "Look at the journal.")
    first, *rest = counted(events)
    state = _opened(first)
    for event in rest:
        state = _happened(state, event)
    return evolve(state, events=len(events))


def _opened(event: Event) -> LineState:
    if isinstance(event.body, Opened):
        return open_line(event.body.terms)
    told = f"{event.kind} {event.id} takes effect before line {event.stream} opened."
    raise Broken("unopened_line", told, "Look at the journal.")


def record(state: LineState, event: Event, past: Callable[[], Sequence[Event]]) -> LineState:
    """The state once `event` is known: one step when it takes effect now, a fold of `past` (all events, this one too) when not."""
    now = event.effective_on >= state.as_of and not isinstance(event.body, Reversed)
    return apply_event(state, event) if now else fold(past())


def stood(state: LineState, on: dt.date, past: Callable[[], Sequence[Event]]) -> LineState:
    """The line on a day, by all that is known now; `past` gives all its events, for a day that lies before the state."""
    if on >= state.as_of:
        return advance(state, on)
    return advance(fold([event for event in past() if event.effective_on <= on]), on)


def supposed(state: LineState, body: Body, on: dt.date, past: Callable[[], Sequence[Event]]) -> LineState:
    """The line if `body` had happened on a day, the last to be learned of; nothing is recorded."""
    event = Event("", state.terms.line, state.events + 1, on, _NEWEST, "", "", body)
    return record(state, event, lambda: [*past(), event])


def _accrue(state: LineState, to: dt.date) -> LineState:
    """Interest and penalty earned up to a later day, before which nothing falls due."""
    terms, span = state.terms, (state.as_of, to)
    exact = state.interest_exact + interest_exact(state.principal_fen, terms.rate, (to - state.as_of).days)
    if not state.coupons and not (terms.penalty_units and state.obligations):
        return evolve(state, as_of=to, interest_exact=exact, interest_fen=posted(exact, terms.rate))
    spared = spared_exact(state.principal_fen, terms.rate, state.coupons, span)
    penalty = state.penalty_exact + sum(
        penalty_exact(item.unpaid_fen, terms.penalty_units, item.due_on + dt.timedelta(days=terms.grace_days), span)
        for item in state.obligations
        if item.kind is Claim.PRINCIPAL
    )
    return evolve(
        state, as_of=to, interest_exact=exact - spared, interest_fen=posted(exact - spared, terms.rate),
        coupon_exact=state.coupon_exact + spared, penalty_exact=penalty, penalty_fen=posted(penalty, terms.rate),
    )  # fmt: skip


def _draw(state: LineState, drawn: Drawn) -> LineState:
    amount_fen = drawn.amount_fen
    matures_on = maturity(state.terms, state.as_of)
    if amount_fen <= 0 or matures_on <= state.as_of:
        raise Invalid(
            "bad_draw",
            f"Line {state.terms.line} cannot pay out {amount_fen} fen on {state.as_of}.",
            "Draw a positive amount before it expires.",
        )
    draw = Draw(drawn.number, state.as_of, matures_on, amount_fen, amount_fen, drawn.consumption)
    made = max(state.draws_made, drawn.number)
    return evolve(state, draws=(*state.draws, draw), drawn_fen=state.drawn_fen + amount_fen, draws_made=made)
