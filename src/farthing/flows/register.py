"""A party becomes known because somebody tells us of it, not because a file does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.consent import Consent
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.event import ConsentGiven, PartyKnown
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.party import Channel, Party, PartyKind, PersonalData, names_bank, normalised
from farthing.domain.staff import Actor, Purpose, Role
from farthing.flows.access import require
from farthing.flows.ports import Command, House, Transaction

GROUND = "consent shown to the member of staff who registered the party"


@dataclass(frozen=True, slots=True)
class RegisterRequest:
    """A party to be; `consents` are the kinds of evidence it lets us use, from the open business day on."""

    kind: PartyKind
    data: PersonalData
    registered_on: dt.date | None = None
    industry: str | None = None
    county: str | None = None
    consents: tuple[EvidenceKind, ...] = ()
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What the record of commands may hold: nothing that could be guessed back to a person."""

    kind: PartyKind
    registered_on: dt.date | None
    industry: str | None
    county: str | None
    consents: tuple[EvidenceKind, ...]


@dataclass(frozen=True, slots=True)
class _Registered:
    party: Id


def register(house: House, actor: Actor, request: RegisterRequest, key: str) -> Party:
    """The new party. `Invalid` when its external key is blank or the bank's own.

    `Conflict` when that is known already, or the key was used for somebody else.
    """
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.SYSTEM)
    today, consents = house.clock.today(), tuple(dict.fromkeys(request.consents))
    if request.registered_on is not None and request.registered_on > today:
        raise Invalid("future_registration", f"{request.registered_on} lies after {today}.", "Check the date.", field="registered_on")
    if (named := request.data.external_key) is not None and (not normalised(named) or names_bank(named)):
        raise Invalid(
            "reserved_key", f"{named!r} names nobody or the bank itself.", "Give the party's own key, or none.", field="external_key"
        )
    inputs = _Inputs(request.kind, request.registered_on, request.industry, request.county, consents)
    channel = None if request.channel is None else request.channel.value
    fresh: list[Id] = []

    def think(transaction: Transaction) -> _Registered:
        registry = {"registered_on": request.registered_on, "industry": request.industry, "county": request.county, "channel": channel}
        party, commitment = transaction.add_party(request.kind, request.data, registry, synthetic=False)
        transaction.append(party.id, today, PartyKnown(party.id, commitment))
        if consents:
            transaction.append(party.id, today, ConsentGiven(party.id, consents, None, GROUND))
            transaction.add_consent(Consent(party.id, consents, today))
        fresh.append(party.id)
        return _Registered(party.id)

    told = inputs if channel is None else (inputs, channel)  # as before there were channels: a key sent again finds its party
    made = house.commands.run(Command(key, "register", actor, told), think, _Registered).party
    if made not in fresh and house.parties.personal(made, actor, Purpose.UNDERWRITING) != request.data:
        raise Conflict("key_reused", "This key was used before, for another party.", "Send a new key for a new party.")
    return house.parties.get(made)
