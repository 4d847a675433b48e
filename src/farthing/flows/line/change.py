"""One change of one line: lock it, carry it to the open day, write the event, show the line as it stands after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from farthing.domain.arrears import LoanClass
from farthing.domain.errors import Conflict
from farthing.domain.event import Body
from farthing.domain.facility import LineState, LineStatus
from farthing.domain.ids import Id
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.conduct import loan_class
from farthing.ledger.facility import advance, record

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


def change(house: House, command: Command, line: Id, decide: Callable[[LineState], Body]) -> Changed:
    """Carry out what `decide` makes of the line as it stands today; it raises where the line does not allow it."""

    def think(transaction: Transaction) -> Changed:
        return write(transaction, line, house.clock.today(), decide)

    return house.commands.run(command, think, Changed)


def write(transaction: Transaction, line: Id, today: dt.date, decide: Callable[[LineState], Body], on: dt.date | None = None) -> Changed:
    """The same inside a transaction; `on` is when it takes effect, today if not said."""
    stored = transaction.line(line)
    body = decide(advance(stored, today))
    event = transaction.append(line, on or today, body, synthetic=stored.terms.synthetic)
    after = record(stored, event, lambda: transaction.events(line))
    transaction.save_line(after)
    after = advance(after, max(after.as_of, today))
    return Changed(event.id, line, today, after.status, loan_class(after), after.owed_fen, after.headroom_fen)


def refuse_ended(state: LineState) -> None:
    """`Conflict` for a line whose claim has ended."""
    if state.status in ENDED:
        raise Conflict("line_ended", f"Line {state.terms.line} is {state.status.value}.", "Nothing about it can be agreed any more.")
