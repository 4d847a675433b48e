"""Verify the identity of a party: its own words are opened for this, under the reader's name, and compared with what others told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.domain.facts import FactValue
from farthing.domain.ids import Id
from farthing.domain.party import Party
from farthing.domain.staff import Actor, Purpose, Role
from farthing.evidence.purpose import Standing, standing
from farthing.flows.access import require
from farthing.flows.identity import compare
from farthing.flows.ports import House
from farthing.models.identity.checks import Claimed, Heard, Identity, Verdict, identify
from farthing.models.identity.documents import DocumentKind

__all__ = ["RULES", "VERIFIERS", "DocumentKind", "Identity", "IdentityView", "Verdict", "as_facts", "verify"]

VERIFIERS = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.SYSTEM)
"""Who judges an application may open what it claims; an auditor reads what was opened."""
RULES = "identity_checks_1"
"""The name of these rules in a decision's record: identity is checked by rules of ours, not by a trained model."""


@dataclass(frozen=True, slots=True)
class IdentityView:
    """The level of assurance of a party on a day, and the checks behind it."""

    party: Id
    on: dt.date
    identity: Identity


def verify(house: House, actor: Actor, party_id: Id) -> IdentityView:
    """`NotFound` for an unknown or erased party; the opening of its data is recorded under the actor's name."""
    require(actor, *VERIFIERS)
    party, on = house.parties.get(party_id), house.clock.today()
    return IdentityView(party_id, on, _identify(house, actor, party, on))


def as_facts(house: House, reader: Actor, party: Party, on: dt.date) -> tuple[str, Mapping[str, FactValue]]:
    """The rules' name and the level, for a decision; the opening is recorded under the name of `reader`."""
    return RULES, {"identity_level": _identify(house, reader, party, on).level}


def _identify(house: House, reader: Actor, party: Party, on: dt.date) -> Identity:
    data = house.parties.personal(party.id, reader, Purpose.UNDERWRITING)
    claimed = Claimed(party.kind, data.name, data.id_number, data.phone, party.registered_on)
    return identify(claimed, _heard(house, party, on), on)


def _heard(house: House, party: Party, on: dt.date) -> Heard:
    same = house.parties.same(party.id)
    register = _newest(house, EvidenceKind.REGISTRY_ENTRY, party, "recorded_on", on)
    profile = _newest(house, EvidenceKind.OWNER_PROFILE, party, "answered_on", on)
    return Heard(
        same_document=len(same["id_number"]), same_phone=len(same["phone"]),
        register_state=register.get("state"), founded_on=register.get("founded_on"),
        birth_year=profile.get("birth_year"), business_months=profile.get("business_months"), answered_on=profile.get("answered_on"),
        face_matched=compare.newest(house, party, on),
    )  # fmt: skip


def _newest(house: House, kind: EvidenceKind, party: Party, day: str, on: dt.date) -> Mapping[str, Any]:
    """The newest row of a kind that was known on the day; nothing if there is none, or the party took its consent to the kind back."""
    if standing(house.parties.consents(party.id), kind, on) is Standing.ENDED:
        return {}
    rows = house.lake.subject(kind, party.subject).filter(pl.col("known_on") <= on).sort(day, "known_on", "row")
    return rows.row(-1, named=True) if rows.height else {}
