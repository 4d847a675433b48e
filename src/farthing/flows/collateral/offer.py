"""A customer offers a house, or the offer ends before anything rests on it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from farthing.domain.collateral.event import HouseOffered, HouseWithdrawn
from farthing.domain.collateral.house import Premises
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.ids import Id, Prefix, derived_id
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require, require_ground
from farthing.flows.collateral.pledge import Pledged, pledge, shown
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.lien import Move, house_after

DEED = re.compile(r"^[^\x00-\x1f\x7f]{4,80}$")


@dataclass(frozen=True, slots=True)
class OfferRequest:
    """Whose house, what it is, and the number of its deed: that is kept as a keyed index only, to find the same house again.

    `synthetic` marks one scripted by the world.
    """

    party: Id
    premises: Premises
    deed: str
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    """Which offer ends, and why, as a code."""

    house: Id
    ground: str


def offer_house(house: House, actor: Actor, request: OfferRequest, key: str) -> Pledged:
    """Record the offer. `Conflict` if the house is with the bank already, under whatever customer, or the party is closed."""
    require(actor, Role.CREDIT_OFFICER, Role.SYSTEM)
    if not DEED.match(request.deed.strip()):
        raise Invalid("bad_deed", "That is not the number of a deed.", "Copy it from the deed, 4 to 80 characters.", field="deed")
    today = house.clock.today()
    if request.premises.built > today.year:
        raise Invalid("bad_house", f"A house of {request.premises.built} is not built yet.", "Lend on what stands.", field="built")
    of = derived_id(Prefix.HOUSE, actor.id, key)

    def think(transaction: Transaction) -> Pledged:
        transaction.lock_party(request.party)
        party = house.parties.get(request.party)
        if party.erased or party.restricted_until is not None:
            raise Conflict("party_closed", f"{party.id} was erased or restricted.", "Nothing can be offered for it.")
        made_up = party.synthetic or request.synthetic
        event = transaction.append(of, today, HouseOffered(of, request.party, request.premises), synthetic=made_up)
        return shown(transaction, event, house_after(None, event), request.deed)

    return house.commands.run(Command(key, "offer_house", actor, request), think, Pledged)


def withdraw_house(house: House, actor: Actor, request: WithdrawRequest, key: str) -> Pledged:
    """End an offer before a lien was agreed."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.SYSTEM)
    require_ground(request.ground)
    command = Command(key, "withdraw_house", actor, request)
    return pledge(house, command, request.house, Move.WITHDRAW, lambda _, state: HouseWithdrawn(state.house, request.ground))
