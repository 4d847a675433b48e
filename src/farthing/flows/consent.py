"""A party lets us use kinds of evidence, or takes that back (PI-05, IL-12).

Taking back is as easy as giving and reaches forward only: no new decision rests on that evidence; what was decided stays decided,
and what is owed stays owed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from farthing.domain.consent import Consent
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.event import ConsentGiven, ConsentWithdrawn
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.party import Party
from farthing.domain.staff import Actor, Role
from farthing.flows.access import GROUND, require, require_own
from farthing.flows.ports import Command, House, Transaction


@dataclass(frozen=True, slots=True)
class GiveRequest:
    """Which kinds, and the day from which it no longer holds (None: until withdrawn).

    `ground` is how we know when the party does not say it themselves: a code such as `signed_form`, since it stands in the journal.
    """

    party: Id
    kinds: tuple[EvidenceKind, ...]
    expires_on: dt.date | None = None
    ground: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    """Which kinds; `ground` as in giving, such as `told_by_phone`."""

    party: Id
    kinds: tuple[EvidenceKind, ...]
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was given or taken back, from which day: of the kinds asked for, those for which it changes something."""

    event: Id
    party: Id
    kinds: tuple[EvidenceKind, ...]
    on: dt.date
    expires_on: dt.date | None = None


def give(house: House, actor: Actor, request: GiveRequest, key: str) -> Spoken:
    """From the open business day on. `Conflict` when all of it is given for as long already, or the party is closed."""
    _may(actor, request)
    today, until = house.clock.today(), request.expires_on
    if until is not None and until <= today:
        raise Invalid("bad_consent_end", f"{until} is not after {today}.", "Name a later day, or none.", field="expires_on")

    def think(transaction: Transaction) -> Spoken:
        party = _settled(house, transaction, request.party)
        if party.restricted_until is not None:
            raise Conflict("party_closed", f"{party.id} is restricted.", "Nothing of it may be used.")
        running = [
            one for one in transaction.consents(party.id) if one.expires_on is None or (until is not None and until <= one.expires_on)
        ]
        kinds = tuple(kind for kind in dict.fromkeys(request.kinds) if not _covered(running, kind, today))
        if not kinds:
            raise Conflict("consent_given", f"{party.id} allows this already.", "To end it sooner, withdraw it first.")
        event = transaction.append(party.id, today, ConsentGiven(party.id, kinds, until, request.ground), synthetic=party.synthetic)
        transaction.add_consent(Consent(party.id, kinds, today, until))
        return Spoken(event.id, party.id, kinds, today, until)

    return house.commands.run(Command(key, "give_consent", actor, request), think, Spoken)


def withdraw(house: House, actor: Actor, request: WithdrawRequest, key: str) -> Spoken:
    """From the open business day on. `Conflict` when none of it is allowed now."""
    _may(actor, request)
    today = house.clock.today()

    def think(transaction: Transaction) -> Spoken:
        party = _settled(house, transaction, request.party)
        running = transaction.consents(party.id)
        kinds = tuple(kind for kind in dict.fromkeys(request.kinds) if _covered(running, kind, today))
        if not kinds:
            raise Conflict("not_consented", f"{party.id} allows none of this now.", "There is nothing to withdraw.")
        event = transaction.append(party.id, today, ConsentWithdrawn(party.id, kinds, request.ground), synthetic=party.synthetic)
        transaction.add_consent(Consent(party.id, kinds, today, withdrawn_on=today))
        return Spoken(event.id, party.id, kinds, today)

    return house.commands.run(Command(key, "withdraw_consent", actor, request), think, Spoken)


def _may(actor: Actor, request: GiveRequest | WithdrawRequest) -> None:
    """A borrower speaks for themselves; who speaks for them says how they know."""
    require(actor, Role.BORROWER, Role.CREDIT_OFFICER, Role.SYSTEM)
    require_own(actor, request.party)
    if not request.kinds:
        raise Invalid("no_kinds", "No kind of evidence was named.", f"It is one of {', '.join(EvidenceKind)}.", field="kinds")
    if (request.ground or actor.role is not Role.BORROWER) and not GROUND.match(request.ground):
        raise Invalid(
            "bad_ground", "Say how you know: a code of small letters, digits and _.", "Write signed_form or told_by_phone.", field="ground"
        )


def _settled(house: House, transaction: Transaction, party_id: Id) -> Party:
    """The party, while no other command speaks for it."""
    transaction.lock_party(party_id)
    party = house.parties.get(party_id)
    if party.erased:
        raise Conflict("party_closed", f"{party.id} was erased.", "There is nothing left to speak of.")
    return party


def _covered(consents: Iterable[Consent], kind: EvidenceKind, day: dt.date) -> bool:
    return any(consent.covers(kind, day) for consent in consents)
