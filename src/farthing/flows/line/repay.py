"""Money comes back: today, or found late with the date it arrived."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.errors import Invalid
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.line_event import Repaid
from farthing.domain.money import format_yuan
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require, require_own
from farthing.flows.line.change import refuse_date, refuse_dating_back
from farthing.flows.line.seen import Seen
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.facility import advance, record

MOST_FEN = 10**14
"""One repayment is at most a trillion yuan: more is a slip of the hand."""


@dataclass(frozen=True, slots=True)
class RepayRequest:
    """How much to which line; `on` is the day the money arrived, the open business day if not said.

    With `seen`, only if the line is as the caller saw it.
    """

    line: Id
    amount_fen: int
    on: dt.date | None = None
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Repayment:
    """A repayment and what it changed: its parts add up to it. For a late-found one they are the difference it makes up to today."""

    event: Id
    line: Id
    amount_fen: int
    repaid_on: dt.date
    penalty_fen: int
    interest_fen: int
    principal_fen: int
    surplus_fen: int
    owed_fen: int
    headroom_fen: int


def repay(house: House, actor: Actor, request: RepayRequest, key: str) -> Repayment:
    """Record a repayment; no fee whenever it comes. Only staff may date it back: the line is then folded again, nothing rewritten."""
    require(actor, Role.BORROWER, Role.CREDIT_OFFICER, Role.SYSTEM)
    today = house.clock.today()
    on = request.on or today

    def think(transaction: Transaction) -> Repayment:
        _check(actor, request, on, today)  # here and not before: a repeated key is answered as it was, on a later day too
        state = transaction.line(request.line)
        require_own(actor, state.terms.party)
        if request.seen is not None:
            request.seen.still(state, today)
        refuse_date(state, on, today)
        _refuse_slip(advance(state, max(state.as_of, today)), request.amount_fen)
        body = Repaid(request.line, request.amount_fen)
        event = transaction.append(request.line, on, body, synthetic=state.terms.synthetic)
        after = record(state, event, lambda: transaction.events(request.line))
        transaction.save_line(after)
        return _told(event.id, request.amount_fen, on, (advance(state, today), advance(after, today)))

    return house.commands.run(Command(key, "repay", actor, request, (request.line,)), think, Repayment)


def _check(actor: Actor, request: RepayRequest, on: dt.date, today: dt.date) -> None:
    if not 0 < request.amount_fen <= MOST_FEN:
        raise Invalid(
            "bad_repayment", f"{request.amount_fen} fen is not an amount to repay.", "Repay at least one fen.", field="amount_fen"
        )
    refuse_dating_back(actor, on, today)


def _refuse_slip(state: LineState, amount_fen: int) -> None:
    """More than is owed and the limit together is a slip of the hand; a smaller excess is a surplus."""
    most = state.owed_fen + max(state.terms.limit_fen, state.drawn_fen)
    if amount_fen > most:
        told = f"{format_yuan(amount_fen)} is more than what is owed and the limit together ({format_yuan(most)})."
        raise Invalid("bad_repayment", told, "Look at the amount again.", field="amount_fen")


def _told(event: Id, amount_fen: int, on: dt.date, change: tuple[LineState, LineState]) -> Repayment:
    before, after = change
    return Repayment(
        event=event, line=after.terms.line, amount_fen=amount_fen, repaid_on=on,
        penalty_fen=after.penalty_paid_fen - before.penalty_paid_fen,
        interest_fen=after.interest_paid_fen - before.interest_paid_fen,
        principal_fen=after.principal_paid_fen - before.principal_paid_fen,
        surplus_fen=after.surplus_fen - before.surplus_fen,
        owed_fen=after.owed_fen, headroom_fen=after.headroom_fen,
    )  # fmt: skip
