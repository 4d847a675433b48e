"""The whole cost of an offer, shown before it is signed, and that it was shown, on record (PR-03).

What is recorded binds the terms on which the offer would be accepted that day. `flows.accept` takes no other, and not before there was
time to read them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.bank.bank_event import CostShown
from farthing.domain.facility import LineTerms
from farthing.domain.rate import Rate
from farthing.domain.staff import Actor, Role
from farthing.flows.accept import AcceptRequest, must_be_read, read_left_s, shown_digest, terms_of
from farthing.flows.access import require, require_own
from farthing.flows.apply import recorded
from farthing.flows.decide import product_of
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.quote import Cost, cost_of_draw


@dataclass(frozen=True, slots=True)
class WholeCost:
    """What an offer costs if its whole limit is drawn at once; `penalty` comes on top when late; `left_s` seconds are left to read it."""

    terms: LineTerms
    cost: Cost
    penalty: Rate
    left_s: int


@dataclass(frozen=True, slots=True)
class _Shown:
    at: dt.datetime


def show_cost(house: House, actor: Actor, request: AcceptRequest) -> WholeCost:
    """The cost on these terms. The first time a person sees it on a day is recorded; looking again changes nothing."""
    require(actor, Role.BORROWER, Role.CREDIT_OFFICER, Role.SYSTEM)
    made, today = recorded(house, request.decision), house.clock.today()
    require_own(actor, made.party)
    party = house.parties.get(made.party)
    terms = terms_of(made, product_of(house, made.product), request, today, synthetic=request.synthetic or party.synthetic)
    digest = shown_digest(terms)

    def think(transaction: Transaction) -> _Shown:
        event = transaction.append(made.id, today, CostShown(made.id, digest), synthetic=terms.synthetic)
        return _Shown(event.known_at)

    command = Command(f"cost:{made.id}:{digest}:{actor.id}", "show_cost", actor, {"decision": made.id, "shown": digest})
    shown = house.commands.run(command, think, _Shown)
    left = read_left_s(shown.at, house.clock.now()) if must_be_read(actor, party.kind, today) else 0
    return WholeCost(terms, cost_of_draw(terms, terms.limit_fen, today), Rate(terms.penalty_units, terms.rate.basis), left)
