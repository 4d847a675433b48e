"""The bank parts with a bill: sells it on before maturity, or writes off one that stays unpaid. Each needs a second person.

A sale is at the agreed rate and the price of the day on which it is agreed to. Writing off takes the claim off the balance sheet and
forgives nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TypeAlias

from farthing.domain.bill.bill import BillState
from farthing.domain.bill.event import BillRediscounted, BillWrittenOff
from farthing.domain.ids import Id
from farthing.domain.rate import Rate
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.bill.act import Foreseen, closed_party, stop
from farthing.flows.bill.discount import outside_band
from farthing.flows.joint.partners import require_organisation
from farthing.flows.ports import House, Transaction
from farthing.ledger.bill.machine import check, step
from farthing.ledger.bill.posting import required_fen
from farthing.ledger.bill.price import Price, earned_fen, price
from farthing.ledger.bill.recourse import claim
from farthing.ledger.waterfall import Refusal

READERS = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
Parting: TypeAlias = BillRediscounted | BillWrittenOff


@dataclass(frozen=True, slots=True)
class RediscountRequest:
    """Which bill, to which registered enterprise, at what yearly rate (units of the catalogue's basis), and whether the bank answers."""

    bill: Id
    buyer: Id
    rate_units: int
    recourse: bool


@dataclass(frozen=True, slots=True)
class Parted:
    """A bill before and after. Of a sale the price, what of the interest the bank took it has earned by holding it, and what it keeps
    beyond that: below zero where it sells at a loss. Of a write-off what is lost beyond what was set aside."""

    foreseen: Foreseen
    price: Price | None
    earned_fen: int
    kept_fen: int
    lost_fen: int


def sale_of(house: House, request: RediscountRequest) -> BillRediscounted:
    """The sale at today's price."""
    rate = Rate(request.rate_units, house.bill_product.rate_basis)
    offer, state = BillRediscounted(request.bill, request.buyer, rate, 0, request.recourse), house.bills.get(request.bill)
    return replace(offer, interest_fen=_price(state, offer, house.clock.today()).interest_fen)


def foresee_parting(house: House, actor: Actor, body: Parting) -> Parted:
    """What it would come to today; raises whatever it would be refused with. Nothing is recorded."""
    require(actor, *READERS)
    before, today = house.bills.get(body.bill), house.clock.today()
    body = _today(house, before, body)
    check_parting(house, body)
    after, agreed = step(before, body, today), before.discount
    assert agreed is not None, "only what was bought is parted with"
    owed = claim(before, today).total_fen, claim(after, today).total_fen
    if isinstance(body, BillWrittenOff):
        return Parted(Foreseen(before, after, *owed), None, 0, 0, before.balance_fen - required_fen(before, today))
    earned = earned_fen(before.bill.amount_fen, agreed, today)
    kept = agreed.interest_fen - earned - body.interest_fen
    return Parted(Foreseen(before, after, *owed), _price(before, body, today), earned, kept, 0)


def foresee_sale(house: House, actor: Actor, request: RediscountRequest) -> Parted:
    """What a sale would come to today."""
    return foresee_parting(house, actor, sale_of(house, request))


def check_parting(house: House, body: Parting) -> None:
    """Raises what it would be refused with today."""
    state = house.bills.get(body.bill)
    stop(_against(house, state, _today(house, state, body)))


def carry_out_parting(house: House, transaction: Transaction, body: Parting) -> None:
    """What a second person agreed to."""
    state, today = transaction.bill(body.bill), house.clock.today()
    body = _today(house, state, body)
    stop(_against(house, state, body))
    transaction.append(body.bill, today, body, synthetic=state.bill.synthetic)
    transaction.save_bill(step(state, body, today))


def _against(house: House, state: BillState, body: Parting) -> Refusal | None:
    """The first reason not to part with it, in this order: the bill itself; the buyer and the rate."""
    refusal = check(state, body, house.clock.today())
    if isinstance(body, BillWrittenOff):
        return refusal
    if refusal is None:
        require_organisation(house, body.buyer, "buyer")
    return refusal or outside_band(house, body.rate) or closed_party(house, body.buyer)


def _today(house: House, state: BillState, body: Parting) -> Parting:
    """At the price of today."""
    if isinstance(body, BillWrittenOff):
        return body
    return replace(body, interest_fen=_price(state, body, house.clock.today()).interest_fen)


def _price(state: BillState, body: BillRediscounted, today: dt.date) -> Price:
    return price(state.bill.amount_fen, body.rate, today, max(state.falls_due_on, today))
