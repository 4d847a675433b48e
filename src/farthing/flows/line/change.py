"""One change of one line: lock it, carry it to its day, write the event, show the line as it stands after.

What was agreed and is recorded late is dated back: it is checked against the line as it stood that day, and the line is folded again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from farthing.domain.arrears import LoanClass
from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.event import Body
from farthing.domain.facility import LineState, LineStatus
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.conduct import loan_class
from farthing.ledger.facility import advance, record, stood

ENDED = (LineStatus.CLOSED, LineStatus.WRITTEN_OFF, LineStatus.SOLD)


@dataclass(frozen=True, slots=True)
class Changed:
    """A line after a change, on the open business day."""

    event: Id
    line: Id
    on: dt.date
    status: LineStatus
    loan_class: LoanClass
    owed_fen: int
    headroom_fen: int


def change(house: House, command: Command, line: Id, decide: Callable[[LineState], Body], on: dt.date | None = None) -> Changed:
    """Carry out what `decide` makes of the line as it stood on a day, today if not said; it raises where the line did not allow it."""

    def think(transaction: Transaction) -> Changed:
        return write(transaction, line, house.clock.today(), decide, on)

    return house.commands.run(command, think, Changed)


def write(transaction: Transaction, line: Id, today: dt.date, decide: Callable[[LineState], Body], on: dt.date | None = None) -> Changed:
    """The same inside a transaction."""
    return book(transaction, decide(standing_on(transaction, line, on or today, today)), line, on or today, today)


def standing_on(transaction: Transaction, line: Id, on: dt.date, today: dt.date) -> LineState:
    """The line as it stood on a day, locked. `Invalid` for a day to come, or before the line opened."""
    stored = transaction.line(line)
    refuse_date(stored, on, today)
    return stood(stored, on, lambda: transaction.events(line))


def book(transaction: Transaction, body: Body, line: Id, on: dt.date, today: dt.date) -> Changed:
    """Write what happened on a day and show the line as it stands today."""
    stored = transaction.line(line)
    event = transaction.append(line, on, body, synthetic=stored.terms.synthetic)
    after = record(stored, event, lambda: transaction.events(line))
    transaction.save_line(after)
    after = advance(after, max(after.as_of, today))
    return Changed(event.id, line, today, after.status, loan_class(after), after.owed_fen, after.headroom_fen)


def refuse_date(state: LineState, on: dt.date, today: dt.date) -> None:
    """`Invalid` for a day that nothing can be dated on."""
    line, opened = state.terms.line, state.terms.opened_on
    if on > today:
        raise Invalid("future_date", f"{on} lies after the open business day {today}.", f"Date it {today} or before.", field="on")
    if on < opened:
        raise Invalid("before_opening", f"Line {line} opened on {opened}, after {on}.", f"Date it {opened} or later.", field="on")


def refuse_dating_back(actor: Actor, on: dt.date | None, today: dt.date) -> None:
    """`Forbidden` to a borrower."""
    if on is not None and on < today and actor.role is Role.BORROWER:
        raise Forbidden("dated_back", "Only staff can date something back.", "Send the bank what shows the date.")


def refuse_ended(state: LineState) -> None:
    """`Conflict` for a line whose claim has ended."""
    if state.status in ENDED:
        raise Conflict("line_ended", f"Line {state.terms.line} is {state.status.value}.", "Nothing about it can be agreed any more.")
