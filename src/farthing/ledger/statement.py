"""The story of a line: each event, each bill and what a surplus met of it in order, how a repayment was split, and the balance after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from farthing.domain.event import Event
from farthing.domain.facility import LineState
from farthing.domain.line_event import Opened, Reversed
from farthing.domain.product import Claim
from farthing.ledger.due import next_due
from farthing.ledger.facility import advance, apply_event, billed, in_order, open_line, taken_back


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
    penalty_fen: int = 0
    penalty_after_fen: int = 0
    taken_back: bool = False


def story(events: Sequence[Event], to: dt.date) -> tuple[Entry, ...]:
    """What happened on a line up to `to`, its bills included; events that take effect later are left out.

    What the bank took back stands where it stood and moves nothing (`taken_back`), and so does the taking back itself.
    """
    entries: list[Entry] = []
    state: LineState | None = None
    gone = taken_back(events)
    for event in (event for event in in_order(events) if event.effective_on <= to):
        if state is None:
            assert isinstance(event.body, Opened), "a line begins with its opening"
            before = after = open_line(event.body.terms)
        else:
            bills, before = _bills(state, event.effective_on)
            entries.extend(bills)
            skipped = event.id in gone or isinstance(event.body, Reversed)
            after = before if skipped else apply_event(before, event)
        entries.append(_entry(event, before, after, taken_back=event.id in gone))
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
        interest = sum(item.due_fen for item in new if item.kind is Claim.INTEREST)
        principal = sum(item.due_fen for item in new if item.kind is Claim.PRINCIPAL)
        if new:
            entries.append(_made(written, "Billed", interest, principal))
        if state.surplus_fen < written.surplus_fen:
            entries.append(_settled(written, state))
    return entries, advance(state, to)


def _made(after: LineState, kind: str, interest_fen: int, principal_fen: int) -> Entry:
    """What time brought about on `after.as_of`."""
    return Entry(
        on=after.as_of, kind=kind, event=None, amount_fen=interest_fen + principal_fen, interest_fen=interest_fen,
        principal_fen=principal_fen, surplus_fen=0, principal_after_fen=after.principal_fen, interest_after_fen=after.interest_owed_fen,
        headroom_after_fen=after.headroom_fen, known_on=after.as_of, penalty_after_fen=after.penalty_owed_fen,
    )  # fmt: skip


def _settled(before: LineState, after: LineState) -> Entry:
    """What a surplus paid for."""
    interest, principal = after.interest_paid_fen - before.interest_paid_fen, after.principal_paid_fen - before.principal_paid_fen
    penalty, used = after.penalty_paid_fen - before.penalty_paid_fen, before.surplus_fen - after.surplus_fen
    return replace(_made(after, "Settled", interest, principal), amount_fen=used, surplus_fen=-used, penalty_fen=penalty)


def _entry(event: Event, before: LineState, after: LineState, *, taken_back: bool) -> Entry:
    return Entry(
        on=event.effective_on, kind=event.kind, event=event.id, amount_fen=getattr(event.body, "amount_fen", 0),
        interest_fen=after.interest_paid_fen - before.interest_paid_fen,
        principal_fen=after.principal_paid_fen - before.principal_paid_fen, surplus_fen=after.surplus_fen - before.surplus_fen,
        principal_after_fen=after.principal_fen, interest_after_fen=after.interest_owed_fen, headroom_after_fen=after.headroom_fen,
        known_on=event.known_at.date(), ground=getattr(event.body, "ground", ""),
        penalty_fen=after.penalty_paid_fen - before.penalty_paid_fen, penalty_after_fen=after.penalty_owed_fen, taken_back=taken_back,
    )  # fmt: skip
