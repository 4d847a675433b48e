"""What was booked and was not so: a payment taken back, moved to the line it was meant for, a surplus returned.

Nothing is rewritten: taking back is an event of its own, dated as what it takes back, and the line is folded again without both.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.errors import Conflict, Invalid, NotFound
from farthing.domain.event import Event
from farthing.domain.ids import Id
from farthing.domain.line_event import Closed, Drawn, Refunded, Repaid, Reversed
from farthing.domain.money import format_yuan
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require, require_ground
from farthing.flows.line.change import Changed, book, standing_on
from farthing.flows.ports import Command, House, Transaction


@dataclass(frozen=True, slots=True)
class ReverseRequest:
    """Which draw, repayment or end of which line never was, and why."""

    line: Id
    event: Id
    ground: str


@dataclass(frozen=True, slots=True)
class MoveRequest:
    """A repayment that was booked on `line` and meant for `to`."""

    line: Id
    event: Id
    to: Id


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """How much of the surplus went back to the borrower, on which day; today if not said."""

    line: Id
    amount_fen: int
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """Both lines after a payment was moved."""

    from_line: Changed
    to_line: Changed


def reverse(house: House, actor: Actor, request: ReverseRequest, key: str) -> Changed:
    """Take a draw, a repayment or the end of a line back as of its own day. `NotFound` if the line has none such, `Conflict` if it was
    taken back before."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    require_ground(request.ground)
    today = house.clock.today()

    def think(transaction: Transaction) -> Changed:
        return _take_back(transaction, request, today, (Drawn, Repaid, Closed))

    return house.commands.run(Command(key, "reverse", actor, request), think, Changed)


def move(house: House, actor: Actor, request: MoveRequest, key: str) -> Moved:
    """Book a repayment on the line it was meant for, as of the day it came; both lines or neither."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.SYSTEM)
    if request.line == request.to:
        raise Invalid("same_line", f"The payment is on {request.to} already.", "Name the line it was meant for.", field="to")
    today = house.clock.today()

    def think(transaction: Transaction) -> Moved:
        for line in sorted((request.line, request.to)):  # in one order, so that two moves never wait for each other
            transaction.line(line)
        paid = _found(transaction, request.line, request.event, (Repaid,))
        assert isinstance(paid.body, Repaid)
        if paid.effective_on < transaction.line(request.to).terms.opened_on:
            told = f"The payment came on {paid.effective_on}, before {request.to} opened."
            raise Conflict("before_opening", told, "It cannot have been meant for that line.")
        taken = _take_back(transaction, ReverseRequest(request.line, request.event, "moved"), today, (Repaid,))
        return Moved(taken, book(transaction, Repaid(request.to, paid.body.amount_fen), request.to, paid.effective_on, today))

    return house.commands.run(Command(key, "move", actor, request), think, Moved)


def refund(house: House, actor: Actor, request: RefundRequest, key: str) -> Changed:
    """Return money beyond what is owed. `Invalid` for more than the surplus there was that day, or is left of it."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.SYSTEM)
    today = house.clock.today()
    on = request.on or today

    def think(transaction: Transaction) -> Changed:
        then = standing_on(transaction, request.line, on, today).surplus_fen
        surplus_fen = min(then, standing_on(transaction, request.line, today, today).surplus_fen)
        if not 0 < request.amount_fen <= surplus_fen:
            told = f"{format_yuan(request.amount_fen)} is no part of a surplus of {format_yuan(surplus_fen)}."
            raise Invalid("bad_refund", told, "Return at most the surplus.", field="amount_fen")
        return book(transaction, Refunded(request.line, request.amount_fen), request.line, on, today)

    return house.commands.run(Command(key, "refund", actor, request), think, Changed)


def _take_back(transaction: Transaction, request: ReverseRequest, today: dt.date, kinds: tuple[type, ...]) -> Changed:
    found = _found(transaction, request.line, request.event, kinds)
    return book(transaction, Reversed(request.line, request.event, request.ground), request.line, found.effective_on, today)


def _found(transaction: Transaction, line: Id, wanted: Id, kinds: tuple[type, ...]) -> Event:
    """The event, if it stands."""
    transaction.line(line)  # locked first: what is read next is settled
    events = transaction.events(line)
    found = next((event for event in events if event.id == wanted and isinstance(event.body, kinds)), None)
    if found is None:
        raise NotFound(
            "no_such_event", f"Line {line} has no such event as {wanted[:40]} to take back.", "Copy its id from the line's story."
        )
    if any(isinstance(event.body, Reversed) and event.body.event == wanted for event in events):
        raise Conflict("taken_back_already", f"{wanted} was taken back before.", "Look at the line's story.")
    return found
