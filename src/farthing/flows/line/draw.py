"""A borrower draws on a line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.errors import Conflict, Invalid
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.line_event import Drawn
from farthing.domain.money import format_yuan
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require, require_own
from farthing.flows.joint.room import admit, lends_jointly
from farthing.flows.line.change import refuse_dating_back, standing_on
from farthing.flows.line.seen import Seen
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.due import maturity
from farthing.ledger.facility import advance, record
from farthing.ledger.waterfall import Refusal, check_consumption, check_draw

ABOUT_THE_AMOUNT = {"draw_below_minimum", "draw_above_headroom", "draw_consumption_cap"}


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """How much of which line, for business or for consumption; `on` is the day it was paid out, today if not said.

    With `seen`, only if the line is as the caller saw it.
    """

    line: Id
    amount_fen: int
    seen: Seen | None = None
    consumption: bool = False
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A draw that was made, and the line after it."""

    event: Id
    line: Id
    number: int
    amount_fen: int
    drawn_on: dt.date
    matures_on: dt.date
    owed_fen: int
    headroom_fen: int


def draw(house: House, actor: Actor, request: DrawRequest, key: str) -> Drawing:
    """Pay out on the open business day. `Invalid` for an amount the line does not allow, `Conflict` when it may not be drawn on now.

    What was paid out before and is recorded late is dated back by staff, if the line allowed it then and has room for it now.
    A refusal leaves no trace, so the same key may be tried again once its cause is gone.
    """
    require(actor, Role.BORROWER, Role.CREDIT_OFFICER, Role.SYSTEM)
    today = house.clock.today()
    on = request.on or today

    def think(transaction: Transaction) -> Drawing:
        refuse_dating_back(actor, on, today)
        state = advance(transaction.line(request.line), today)
        require_own(actor, state.terms.party)
        if request.seen is not None:
            request.seen.still(state, today)
        then = state if on == today else _paid_out_before(transaction, request, on, state)
        _refuse(check_draw(then, request.amount_fen, on, consumption=request.consumption))
        if then.terms.shares:
            admit(house, transaction, then.terms.shares, request.amount_fen)
        body = Drawn(request.line, state.draws_made + 1, request.amount_fen, request.consumption)
        event = transaction.append(request.line, on, body, synthetic=state.terms.synthetic)
        after = record(state, event, lambda: transaction.events(request.line))
        transaction.save_line(after)
        shown = advance(after, max(after.as_of, today))
        return Drawing(
            event=event.id, line=request.line, number=body.number, amount_fen=body.amount_fen, drawn_on=on,
            matures_on=maturity(then.terms, on), owed_fen=shown.owed_fen, headroom_fen=shown.headroom_fen,
        )  # fmt: skip

    shared = () if lends_jointly(house) else (request.line,)  # a joint draw looks at what others drew: it is committed by itself
    return house.commands.run(Command(key, "draw", actor, request, shared), think, Drawing)


def _paid_out_before(transaction: Transaction, request: DrawRequest, on: dt.date, now: LineState) -> LineState:
    """The line as it stood when the money went out; `Invalid` if there is no room for it any more."""
    if request.amount_fen > now.headroom_fen:
        told = f"{format_yuan(request.amount_fen)} is more than what is left of the limit today, {format_yuan(now.headroom_fen)}."
        raise Invalid("draw_above_headroom", told, "Book what was repaid since, or raise the limit.", field="amount_fen")
    if request.consumption:
        _refuse(check_consumption(now, request.amount_fen))
    return standing_on(transaction, request.line, on, now.as_of)


def _refuse(refusal: Refusal | None) -> None:
    if refusal is None:
        return
    if refusal.code in ABOUT_THE_AMOUNT:
        raise Invalid(refusal.code, refusal.message, refusal.remedy, field="amount_fen")
    raise Conflict(refusal.code, refusal.message, refusal.remedy)
