"""Hold a living face beside a document's: what came of it is recorded; neither the pictures nor the vectors made of them are kept.

A face is sensitive and needs a consent of its own (PI-07): the bank takes it on a form and names the form here. Whether the picture
is of somebody present, and not of a screen or a mask, nothing here can tell.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from farthing.domain.errors import Conflict, Invalid
from farthing.domain.event import FaceCompared, FaceForgotten
from farthing.domain.ids import Id
from farthing.domain.party import Party, PartyKind
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require, require_ground
from farthing.flows.ports import Command, House, Transaction

COUNTS_DAYS = 365
"""For so long a comparison speaks for a party: people and papers change."""
_FORM = re.compile(r"(?!.*[0-9]{9})(?=.*[0-9])(?=.*[-/])[A-Za-z0-9][A-Za-z0-9./-]{2,39}")
"""A number such as F-2025-0007: no name, and nothing as long as a telephone's or a document's number."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far apart two faces are by the model of this digest, and up to how far they count as one person's, in millionths."""

    distance_ppm: int
    limit_ppm: int
    model: str


@dataclass(frozen=True, slots=True)
class Faces:
    """Two pictures that nobody has looked at: their digest, and what looks: `Invalid` that names the one which cannot be read, or shows
    no single face large enough."""

    digest: str
    look: Callable[[], Likeness]


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """Whose face, under which form of consent: the number of a signed form, never a name."""

    party: Id
    consent: str


@dataclass(frozen=True, slots=True)
class ForgetRequest:
    """Whose consent was taken back; `ground` is how we know, a code."""

    party: Id
    ground: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The event, and whether the faces are one person's."""

    event: Id
    party: Id
    matched: bool
    distance_ppm: int
    limit_ppm: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The event from which no earlier comparison counts."""

    event: Id
    party: Id


def compare(house: House, actor: Actor, request: CompareRequest, faces: Faces, key: str) -> Compared:
    """They are looked at once, when all else is in order; a key is of these pictures only. Faces that differ are an answer, no error."""
    require(actor, Role.CREDIT_OFFICER, Role.SYSTEM)
    if not _FORM.fullmatch(request.consent):
        told = "Name the signed form of consent by its number, like F-2025-0007."
        raise Invalid("no_face_consent", "A face needs a consent of its own (PI-07).", told, field="consent")
    _person(house, request.party)
    likeness = faces.look()
    matched = likeness.distance_ppm <= likeness.limit_ppm

    def think(transaction: Transaction) -> Compared:
        transaction.lock_party(request.party)
        party = _person(house, request.party)
        body = FaceCompared(party.id, matched, likeness.distance_ppm, likeness.limit_ppm, likeness.model, request.consent)
        event = transaction.append(party.id, house.clock.today(), body, synthetic=party.synthetic)
        return Compared(event.id, party.id, matched, likeness.distance_ppm, likeness.limit_ppm)

    return house.commands.run(Command(key, "compare_face", actor, (request, faces.digest)), think, Compared)


def forget(house: House, actor: Actor, request: ForgetRequest, key: str) -> Forgotten:
    """`Conflict` when no comparison counts."""
    require(actor, Role.CREDIT_OFFICER, Role.SYSTEM)
    require_ground(request.ground)

    def think(transaction: Transaction) -> Forgotten:
        transaction.lock_party(request.party)
        party = house.parties.get(request.party)
        if newest(house, party, house.clock.today()) is None:
            raise Conflict("no_face", f"No comparison of a face speaks for {party.id}.", "There is nothing to take back.")
        event = transaction.append(party.id, house.clock.today(), FaceForgotten(party.id, request.ground), synthetic=party.synthetic)
        return Forgotten(event.id, party.id)

    return house.commands.run(Command(key, "forget_face", actor, request), think, Forgotten)


def newest(house: House, party: Party, on: dt.date) -> bool | None:
    """Whether the newest comparison that counts on the day matched; None where none does."""
    told: FaceCompared | None = None
    for event in house.journal.events(party.id):
        if event.effective_on > on:
            continue
        if isinstance(event.body, FaceCompared):
            told = event.body if (on - event.effective_on).days < COUNTS_DAYS else None
        elif isinstance(event.body, FaceForgotten):
            told = None
    return None if told is None else told.matched


def _person(house: House, party_id: Id) -> Party:
    party = house.parties.get(party_id)
    if party.erased or party.restricted_until is not None:
        raise Conflict("party_closed", f"{party.id} was erased or is restricted.", "Nothing of it may be used.")
    if party.kind is PartyKind.ENTERPRISE:
        raise Invalid(
            "no_face", f"{party.id} is an enterprise and has no face.", "Compare its owner's, as a party of its own.", field="party"
        )
    return party
