"""The life of a bill: one table of what may follow what, what each step refuses, and the fold.

`STEPS` is all there is: a step that is not in it is refused, and a journal that holds one is `Broken`. What else refuses a step is a
visible, ordered tuple of small rules (`refusals`). `check` asks before a step; `step` and `fold` carry out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from farthing.domain.bill.bill import BANK, BillState, BillStatus, Discount, Endorsement, Redemption, Rediscount
from farthing.domain.bill.event import (
    BillAccepted,
    BillBody,
    BillDiscounted,
    BillDishonoured,
    BillDrawn,
    BillEndorsed,
    BillPaid,
    BillPaidInPart,
    BillPresented,
    BillRedeemed,
    BillRediscounted,
    BillRefused,
    BillReturned,
    BillWrittenOff,
    RecourseMet,
    RecourseTaken,
)
from farthing.domain.errors import Broken
from farthing.domain.event import Event
from farthing.ledger.bill.price import price
from farthing.ledger.bill.recourse import claim, claim_exact, split
from farthing.ledger.bill.refusals import RULES
from farthing.ledger.waterfall import Refusal

_S = BillStatus
STEPS: Mapping[tuple[BillStatus, type[Any]], BillStatus] = MappingProxyType({
    (_S.DRAWN, BillAccepted): _S.ACCEPTED,
    (_S.DRAWN, BillRefused): _S.REFUSED,
    (_S.DRAWN, BillReturned): _S.RETURNED,
    (_S.ACCEPTED, BillReturned): _S.RETURNED,
    (_S.ACCEPTED, BillEndorsed): _S.ACCEPTED,
    (_S.ACCEPTED, BillDiscounted): _S.DISCOUNTED,
    (_S.ACCEPTED, BillPresented): _S.PRESENTED,
    (_S.DISCOUNTED, BillPresented): _S.PRESENTED,
    (_S.DISCOUNTED, BillRediscounted): _S.REDISCOUNTED,
    (_S.REDISCOUNTED, BillPresented): _S.PRESENTED,
    (_S.PRESENTED, BillPaid): _S.PAID,
    (_S.PRESENTED, BillPaidInPart): _S.DISHONOURED,
    (_S.PRESENTED, BillDishonoured): _S.DISHONOURED,
    (_S.DISHONOURED, RecourseTaken): _S.RECOURSE,
    (_S.RECOURSE, RecourseTaken): _S.RECOURSE,
    (_S.RECOURSE, RecourseMet): _S.RECOURSE,  # RECOVERED once nothing of the claim is left
    (_S.RECOURSE, BillRedeemed): _S.DISHONOURED,  # in the bank's hand again
    (_S.DISHONOURED, BillWrittenOff): _S.WRITTEN_OFF,
    (_S.RECOURSE, BillWrittenOff): _S.WRITTEN_OFF,
    (_S.WRITTEN_OFF, RecourseTaken): _S.WRITTEN_OFF,
    (_S.WRITTEN_OFF, RecourseMet): _S.WRITTEN_OFF,  # RECOVERED likewise
})  # fmt: skip
"""What may follow what. `BillDrawn` begins a bill and follows nothing."""


def check(state: BillState, body: BillBody, day: dt.date) -> Refusal | None:
    """The first reason to refuse a step on `day`, in this order: the table, the day, then the step's own rules; None to allow it."""
    bill, kind = state.bill.bill, type(body)
    if (state.status, kind) not in STEPS:
        told = f"Bill {bill} is {state.status.value}: {kind.__name__} cannot follow."
        return Refusal("bill_status", told, "Look at the bill: its page says what may be done now.")
    if day < state.as_of:
        return Refusal("bill_out_of_order", f"Something happened to bill {bill} on {state.as_of}, after {day}.", "Date it then or later.")
    return next((refusal for rule in RULES.get(kind, ()) if (refusal := rule(state, body, day)) is not None), None)


def fold(events: Iterable[Event]) -> BillState:
    """The state after all events of a bill's stream, in sequence; `Broken` for a path that the table does not have."""
    ordered = sorted(events, key=lambda event: event.sequence)
    if not ordered or not isinstance(ordered[0].body, BillDrawn):
        raise Broken("no_drawing", "A bill's events do not begin with its drawing.", "Look at the journal.")
    state = drawn(ordered[0].body)
    for event in ordered[1:]:
        state = step(state, event.body, event.effective_on)
    return state


def drawn(body: BillDrawn) -> BillState:
    """The bill on its first day, in the payee's hand once it is accepted."""
    bill = body.bill
    return BillState(bill, BillStatus.DRAWN, bill.drawn_on, bill.payee, bill.trade)


def step(state: BillState, body: Any, day: dt.date) -> BillState:
    """The state after a step on `day`; `Broken` for one that is not in the table. Rules are not asked again: they may change."""
    to = STEPS.get((state.status, type(body)))
    if to is None:
        told = f"Bill {state.bill.bill} was {state.status.value} when {type(body).__name__} was recorded."
        raise Broken("illegal_step", told, "Look at the journal.")
    moved = replace(state, status=to, events=state.events + 1)
    made = _EFFECTS.get(type(body), _nothing)(moved, body, day)
    return replace(made, as_of=day, claim_exact=claim_exact(state, day) if made.dishonoured_on else 0)


def _nothing(state: BillState, _: Any, __: dt.date) -> BillState:
    return state


def _endorse(state: BillState, body: BillEndorsed, day: dt.date) -> BillState:
    return replace(state, holder=body.to, chain=(*state.chain, Endorsement(body.by, body.to, day)))


def _discount(state: BillState, body: BillDiscounted, day: dt.date) -> BillState:
    _priced(state, body, day, body.falls_due_on)
    agreed = Discount(body.seller, day, body.falls_due_on, body.rate, body.interest_fen)
    known = {one.mark for one in state.trade}
    trade = (*state.trade, *(one for one in body.trade if one.mark not in known))
    return replace(state, holder=BANK, discount=agreed, trade=trade, chain=(*state.chain, Endorsement(body.seller, BANK, day)))


def _priced(state: BillState, body: BillDiscounted | BillRediscounted, day: dt.date, falls_due_on: dt.date) -> None:
    due = price(state.bill.amount_fen, body.rate, day, falls_due_on)
    if due.interest_fen != body.interest_fen:
        told = f"Bill {body.bill} was booked at {body.interest_fen} fen of interest; its price on {day} is {due.interest_fen}."
        raise Broken("bill_price", told, "Look at the journal.")


def _rediscount(state: BillState, body: BillRediscounted, day: dt.date) -> BillState:
    _priced(state, body, day, state.falls_due_on)
    sold = Rediscount(body.buyer, day, state.falls_due_on, body.rate, body.interest_fen, body.recourse)
    return replace(state, holder=body.buyer, sold=sold, chain=(*state.chain, Endorsement(BANK, body.buyer, day)))


def _present(state: BillState, _: BillPresented, day: dt.date) -> BillState:
    return replace(state, presented_on=day)


def _dishonour(state: BillState, _: BillDishonoured, day: dt.date) -> BillState:
    return replace(state, dishonoured_on=day)


def _pay_part(state: BillState, body: BillPaidInPart, day: dt.date) -> BillState:
    return replace(state, dishonoured_on=day, recovered_fen=body.amount_fen)


def _redeem(state: BillState, _: BillRedeemed, day: dt.date) -> BillState:
    """The bank has the bill and the whole claim; whom the buyer asked, it asks anew."""
    owed = claim(state, day)
    redeemed = Redemption(day, owed.face_fen, owed.interest_fen, state.claim_paid_fen)
    return replace(state, redeemed=redeemed, holder=BANK, asked=())


def _ask(state: BillState, body: RecourseTaken, _: dt.date) -> BillState:
    return replace(state, asked=(*state.asked, body.party))


def _meet(state: BillState, body: RecourseMet, day: dt.date) -> BillState:
    claimed = claim(state, day)
    part = split(claimed, body.amount_fen)
    settled = part == claimed
    return replace(
        state, recovered_fen=state.recovered_fen + part.face_fen, claim_paid_fen=state.claim_paid_fen + part.interest_fen,
        status=BillStatus.RECOVERED if settled else state.status,
        holder=body.party if settled else state.holder,
    )  # fmt: skip


_EFFECTS: Mapping[type, Callable[[BillState, Any, dt.date], BillState]] = MappingProxyType({
    BillEndorsed: _endorse, BillDiscounted: _discount, BillRediscounted: _rediscount, BillPresented: _present, BillPaidInPart: _pay_part,
    BillDishonoured: _dishonour, RecourseTaken: _ask, RecourseMet: _meet, BillRedeemed: _redeem,
})  # fmt: skip
"""What a step changes besides the status; the others change nothing else."""
