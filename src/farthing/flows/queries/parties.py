"""A party without its name, what it allows us to use, and, for a purpose that is recorded, its personal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from farthing.domain.consent import Consent
from farthing.domain.errors import NotFound
from farthing.domain.ids import Id, Prefix
from farthing.domain.party import Party, PersonalData
from farthing.domain.staff import Actor, Purpose, Role
from farthing.flows.access import require, require_own
from farthing.flows.ports import House

STAFF = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party and its consents, running or ended."""

    party: Party
    consents: tuple[Consent, ...]


def party(house: House, actor: Actor, party: Id) -> PartyView:
    """One party; a borrower sees only themselves."""
    require(actor, Role.BORROWER, *STAFF)
    require_own(actor, party)
    return PartyView(house.parties.get(party), tuple(house.parties.consents(party)))


def parties(house: House, actor: Actor, *, limit: int = 50, after: Id | None = None) -> Sequence[Party]:
    """A page of all parties in order of id, for staff."""
    require(actor, *STAFF)
    return house.parties.list(limit=limit, after=after)


def by_external_key(house: House, actor: Actor, external_key: str) -> Party:
    """The party that a source knows by this key, for staff."""
    require(actor, *STAFF)
    found = house.parties.find(external_key)
    if found is None:
        raise NotFound("no_party", "No party is known by that key.", "Check the key, or register the party.")
    return found


def named(house: House, actor: Actor, name: str) -> Party:
    """The party of this id, or the one that a source knows by this key, for staff."""
    require(actor, *STAFF)
    return house.parties.get(name) if name.startswith(f"{Prefix.PARTY.value}_") else by_external_key(house, actor, name)


def personal(house: House, actor: Actor, party: Id, purpose: Purpose) -> PersonalData:
    """Who a party is. The reading is recorded under the reader's name with its purpose."""
    require(actor, Role.BORROWER, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR)
    require_own(actor, party)
    return house.parties.personal(party, actor, purpose)
