"""How a line ends: closed when nothing is owed; written off or sold when what is owed will not come as agreed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.arrears import LoanClass
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.facility import LineState, LineStatus
from farthing.domain.ids import Id
from farthing.domain.line_event import Closed, Sold, WrittenOff
from farthing.domain.money import format_yuan
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require, require_ground, require_own
from farthing.flows.line.change import Changed, book, refuse_dating_back, refuse_ended, standing_on
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.conduct import loan_class


@dataclass(frozen=True, slots=True)
class CloseRequest:
    """Which line ends, on which day; today if not said."""

    line: Id
    on: dt.date | None = None


def close_line(house: House, actor: Actor, request: CloseRequest, key: str) -> Changed:
    """End a line. `Conflict` while something is owed, money of the borrower's is still here, or something happened since that day."""
    require(actor, Role.BORROWER, Role.CREDIT_OFFICER, Role.SYSTEM)
    today = house.clock.today()
    on = request.on or today

    def think(transaction: Transaction) -> Changed:
        refuse_dating_back(actor, on, today)
        stored, state = transaction.line(request.line), standing_on(transaction, request.line, on, today)
        require_own(actor, state.terms.party)
        refuse_ended(state)
        if stored.as_of > on:
            told = f"Something happened to line {request.line} on {stored.as_of}, after {on}."
            raise Conflict("line_lived_on", told, "Date the end on that day or later.")
        if state.owed_fen or state.surplus_fen:
            told = f"Line {request.line}: {format_yuan(state.owed_fen)} is owed and {format_yuan(state.surplus_fen)} is the borrower's."
            raise Conflict("line_in_use", told, "Settle it and return the surplus first.")
        return book(transaction, Closed(request.line), request.line, on, today)

    return house.commands.run(Command(key, "close_line", actor, request), think, Changed)


def check_write_off(state: LineState, body: WrittenOff) -> None:
    """A claim is written off when it is a loss; writing off forgives nothing."""
    require_ground(body.ground)
    refuse_ended(state)
    if loan_class(state) is not LoanClass.LOSS:
        told = f"Line {body.line} is {loan_class(state).value}, not loss."
        raise Conflict("not_a_loss", told, "Wait for RC-04, or have a person assess it (RC-05).")


def check_sale(state: LineState, body: Sold) -> None:
    """A claim is sold for a price while it is the bank's, written off or not; who may buy, `propose.check_beside` says."""
    if state.status in (LineStatus.CLOSED, LineStatus.SOLD) or not state.owed_fen:
        raise Conflict(
            "nothing_to_sell", f"Line {body.line} is {state.status.value} and owes {format_yuan(state.owed_fen)}.", "Look at it."
        )
    if body.price_fen < 0:
        raise Invalid("bad_sale", "A sale has a price of nothing or more.", "Give it.", field="price_fen")
