"""One step in the life of a bill: accepted, refused, returned, endorsed, presented, paid, dishonoured, recourse taken and met, redeemed.

Each is recorded by the bill desk as the electronic bill system tells it, by the day it took effect. To buy a bill, and to part with one,
are decisions of the bank's and have journeys of their own (`flows.bill.discount`, `flows.bill.part`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeAlias

from farthing.domain.bill.bill import BillState, BillStatus
from farthing.domain.bill.event import (
    BillAccepted,
    BillDishonoured,
    BillEndorsed,
    BillPaid,
    BillPaidInPart,
    BillPresented,
    BillRedeemed,
    BillRefused,
    BillReturned,
    RecourseMet,
    RecourseTaken,
)
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.bill.machine import check, step
from farthing.ledger.bill.recourse import claim
from farthing.ledger.waterfall import Refusal

DESK = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.SYSTEM)
"""Who works at the bill desk."""
ABOUT_WHAT_WAS_TYPED = {"recourse_above_claim": "amount_fen", "bad_endorsee": "to", "not_liable": "party", "not_asked": "party",
    "bad_bill_number": "number", "bad_bill_parties": "payee", "bill_amount": "amount_fen", "bill_days": "matures_on",
    "trade_below_face": "invoices", "nothing_left": "rate_units", "bill_rate": "rate_units",
    "bill_part": "amount_fen", "redeemed_in_part": "amount_fen", "bad_buyer": "buyer"}  # fmt: skip
"""Refusals that another input would mend, and which input that is."""

StepBody: TypeAlias = (
    BillAccepted
    | BillRefused
    | BillReturned
    | BillEndorsed
    | BillPresented
    | BillPaid
    | BillPaidInPart
    | BillDishonoured
    | RecourseTaken
    | RecourseMet
    | BillRedeemed
)


@dataclass(frozen=True, slots=True)
class StepRequest:
    """What happened to the bill, and on which day: the open business day if not said. With `events`, only if the bill has so many as when
    the caller looked."""

    body: StepBody
    on: dt.date | None = None
    events: int | None = None


@dataclass(frozen=True, slots=True)
class BillChanged:
    """A bill after a step. `claim_fen` is what its holder may claim on the open business day, if it is dishonoured."""

    event: Id
    bill: Id
    on: dt.date
    status: BillStatus
    holder: Id
    claim_fen: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A bill before and after a step, and what may be claimed on it on that day."""

    before: BillState
    after: BillState
    claim_before_fen: int
    claim_after_fen: int


def act(house: House, actor: Actor, request: StepRequest, key: str) -> BillChanged:
    """Record a step. `Conflict` where the bill does not allow it, `Invalid` where another input would."""
    require(actor, *DESK)
    body, today = request.body, house.clock.today()
    on = _day(request, today)

    def think(transaction: Transaction) -> BillChanged:
        if isinstance(body, BillEndorsed):
            transaction.lock_party(body.to)
        before = transaction.bill(body.bill)
        _still(before, request)
        _refuse_endorsee(house, body)
        stop(check(before, body, on))
        event = transaction.append(body.bill, on, body, synthetic=before.bill.synthetic)
        after = step(before, body, on)
        transaction.save_bill(after)
        if after.status in (BillStatus.REFUSED, BillStatus.RETURNED):
            transaction.free_invoices(body.bill)
        return BillChanged(event.id, body.bill, on, after.status, after.holder, claim(after, max(on, today)).total_fen)

    return house.commands.run(Command(key, "bill_step", actor, request), think, BillChanged)


def foresee_step(house: House, actor: Actor, request: StepRequest) -> Foreseen:
    """What a step would make of its bill; raises whatever the step would refuse with. Nothing is recorded."""
    require(actor, *DESK, Role.AUDITOR)
    on = _day(request, house.clock.today())
    before = house.bills.get(request.body.bill)
    _still(before, request)
    _refuse_endorsee(house, request.body)
    stop(check(before, request.body, on))
    after = step(before, request.body, on)
    return Foreseen(before, after, claim(before, on).total_fen, claim(after, on).total_fen)


def stop(refusal: Refusal | None) -> None:
    """Raises a refusal, if there is one."""
    if refusal is not None:
        raise error_of(refusal)


def error_of(refusal: Refusal) -> Invalid | Conflict:
    """A refusal as the doors hear of it."""
    field = ABOUT_WHAT_WAS_TYPED.get(refusal.code)
    if field is not None:
        return Invalid(refusal.code, refusal.message, refusal.remedy, field=field)
    return Conflict(refusal.code, refusal.message, refusal.remedy)


def closed_party(house: House, party: Id) -> Refusal | None:
    """Was the party erased or restricted? `NotFound` for one that is unknown."""
    found = house.parties.get(party)
    if not found.erased and found.restricted_until is None:
        return None
    return Refusal("party_closed", f"{party} was erased or restricted.", "No bill can name it any more.")


def _day(request: StepRequest, today: dt.date) -> dt.date:
    on = request.on or today
    if on > today:
        raise Invalid("future_step", f"{on} lies after the open business day {today}.", "Record it on the day, or dated back.", field="on")
    return on


def _still(state: BillState, request: StepRequest) -> None:
    if request.events is not None and request.events != state.events:
        told = f"Bill {state.bill.bill} is not as it was when you looked."
        raise Conflict("bill_changed", told, "Look at the bill, then decide again.")


def _refuse_endorsee(house: House, body: StepBody) -> None:
    if isinstance(body, BillEndorsed):
        stop(closed_party(house, body.to))
