"""What a borrower may choose when accepting an offer: how to repay, and with whose harvest the line ends; with what each would cost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.ids import Id
from farthing.domain.product import RepaymentMethod
from farthing.domain.staff import Actor, Role
from farthing.flows.accept import AcceptRequest, terms_of
from farthing.flows.access import require, require_own
from farthing.flows.apply import recorded
from farthing.flows.decide import product_of
from farthing.flows.ports import House
from farthing.ledger.quote import cost_of_draw
from farthing.ledger.schedule import Due


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to repay, told for all that was decided drawn today: what falls due first, and all the interest."""

    method: RepaymentMethod
    expires_on: dt.date
    first: Due
    interest_fen: int


def choices(house: House, actor: Actor, decision: Id, crop: str | None = None) -> tuple[Choice, ...]:
    """Each way the product may be repaid, the usual one first. `Invalid` where the line ends with a harvest and no crop is named."""
    require(actor, Role.BORROWER, Role.CREDIT_OFFICER, Role.SYSTEM)
    made = recorded(house, decision)
    require_own(actor, made.party)
    product, today, found = product_of(house, made.product), house.clock.today(), []
    for method in product.repayments:
        terms = terms_of(made, product, AcceptRequest(decision, repayment=method, crop=crop), today, synthetic=False)
        cost = cost_of_draw(terms, made.limit_fen, today)
        found.append(Choice(method, terms.expires_on, cost.schedule[0], cost.interest_fen))
    return tuple(found)
