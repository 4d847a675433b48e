"""A borrower draws on a line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.errors import Conflict, Invalid
from farthing.domain.ids import Id
from farthing.domain.line_event import Drawn
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require, require_own
from farthing.flows.joint.room import admit, lends_jointly
from farthing.flows.line.seen import Seen
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.facility import advance, apply_event
from farthing.ledger.waterfall import Refusal, check_draw

ABOUT_THE_AMOUNT = {"draw_below_minimum", "draw_above_headroom", "draw_consumption_cap"}


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """How much of which line, for business or for consumption; with `seen`, only if the line is as the caller saw it."""

    line: Id
    amount_fen: int
    seen: Seen | None = None
    consumption: bool = False


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

    A refusal leaves no trace, so the same key may be tried again once its cause is gone.
    """
    require(actor, Role.BORROWER, Role.CREDIT_OFFICER, Role.SYSTEM)
    today = house.clock.today()

    def think(transaction: Transaction) -> Drawing:
        state = advance(transaction.line(request.line), today)
        require_own(actor, state.terms.party)
        if request.seen is not None:
            request.seen.still(state, today)
        _refuse(check_draw(state, request.amount_fen, today, consumption=request.consumption))
        if state.terms.shares:
            admit(house, transaction, state.terms.shares, request.amount_fen)
        body = Drawn(request.line, state.draws_made + 1, request.amount_fen, request.consumption)
        event = transaction.append(request.line, today, body, synthetic=state.terms.synthetic)
        after = apply_event(state, event)
        transaction.save_line(after)
        return Drawing(
            event=event.id, line=request.line, number=body.number, amount_fen=body.amount_fen, drawn_on=today,
            matures_on=after.draws[-1].matures_on, owed_fen=after.owed_fen, headroom_fen=after.headroom_fen,
        )  # fmt: skip

    shared = () if lends_jointly(house) else (request.line,)  # a joint draw looks at what others drew: it is committed by itself
    return house.commands.run(Command(key, "draw", actor, request, shared), think, Drawing)


def _refuse(refusal: Refusal | None) -> None:
    if refusal is None:
        return
    if refusal.code in ABOUT_THE_AMOUNT:
        raise Invalid(refusal.code, refusal.message, refusal.remedy, field="amount_fen")
    raise Conflict(refusal.code, refusal.message, refusal.remedy)
