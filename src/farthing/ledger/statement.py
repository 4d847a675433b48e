"""The story of a line: each event, each bill and what a surplus met of it in order, how a repayment was split, and the balance after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from farthing.domain.event import Event, Opened
from farthing.domain.facility import LineState, ObligationKind
from farthing.ledger.due import next_due
from farthing.ledger.facility import advance, apply_event, billed, in_order, open_line


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the story: `kind` is the event's past participle, `Billed` or `Settled`.

    Amounts are what it moved, balances what stood after.
    """

    on: dt.date
    kind: str
    event: str | None
    amount_fen: int
    interest_fen: int
    principal_fen: int
    surplus_fen: int
    principal_after_fen: int
    interest_after_fen: int
    headroom_after_fen: int
    known_on: dt.date
    ground: str = ""


def story(events: Iterable[Event], to: dt.date) -> tuple[Entry, ...]:
    """What happened on a line up to `to`, its bills included; events that take effect later are left out."""
    entries: list[Entry] = []
    state: LineState | None = None
    for event in (event for event in in_order(events) if event.effective_on <= to):
        if state is None:
            assert isinstance(event.body, Opened), "a line begins with its opening"
            before = after = open_line(event.body.terms)
        else:
            bills, before = _bills(state, event.effective_on)
            entries.extend(bills)
            after = apply_event(before, event)
        entries.append(_entry(event, before, after))
        state = after
    if state is not None:
        entries.extend(_bills(state, to)[0])
    return tuple(entries)


def _bills(state: LineState, to: dt.date) -> tuple[list[Entry], LineState]:
    """The bills of every due date up to `to`, and the state on `to`."""
    entries: list[Entry] = []
    while (due := next_due(state)) is not None and due <= to:
        written = billed(state, due)
        state = advance(state, due)
        new = [item for item in written.obligations if item.due_on == due]
        interest = sum(item.due_fen for item in new if item.kind is ObligationKind.INTEREST)
        principal = sum(item.due_fen for item in new if item.kind is ObligationKind.PRINCIPAL)
        if new:
            entries.append(_made(written, "Billed", interest, principal))
        if state.surplus_fen < written.surplus_fen:
            met = state.interest_paid_fen - written.interest_paid_fen
            entries.append(_made(state, "Settled", met, state.principal_paid_fen - written.principal_paid_fen, surplus_fen=-1))
    return entries, advance(state, to)


def _made(after: LineState, kind: str, interest_fen: int, principal_fen: int, surplus_fen: int = 0) -> Entry:
    """What time brought about on `after.as_of`; `surplus_fen` is -1 where the surplus paid for it."""
    amount = interest_fen + principal_fen
    return Entry(
        on=after.as_of, kind=kind, event=None, amount_fen=amount, interest_fen=interest_fen, principal_fen=principal_fen,
        surplus_fen=surplus_fen * amount, principal_after_fen=after.principal_fen, interest_after_fen=after.interest_owed_fen,
        headroom_after_fen=after.headroom_fen, known_on=after.as_of,
    )  # fmt: skip


def _entry(event: Event, before: LineState, after: LineState) -> Entry:
    principal = after.principal_paid_fen - before.principal_paid_fen
    interest = after.interest_paid_fen - before.interest_paid_fen
    return Entry(
        on=event.effective_on, kind=event.kind, event=event.id, amount_fen=getattr(event.body, "amount_fen", 0),
        interest_fen=interest, principal_fen=principal, surplus_fen=after.surplus_fen - before.surplus_fen,
        principal_after_fen=after.principal_fen, interest_after_fen=after.interest_owed_fen, headroom_after_fen=after.headroom_fen,
        known_on=event.known_at.date(), ground=getattr(event.body, "ground", ""),
    )  # fmt: skip
