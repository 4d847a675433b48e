"""Parties: register one, find one, read one."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from farthing.api.fields import Answer, Ask, Cursor, Key, Limit, Listed, PartyPath, Registration, Text, Word, cursor, position, told
from farthing.api.security import By
from farthing.domain.consent import Consent
from farthing.domain.evidence import EvidenceKind
from farthing.domain.party import Channel, PartyKind, PersonalData
from farthing.domain.staff import Purpose
from farthing.flows.queries import parties as reading
from farthing.flows.register import RegisterRequest, register

routes = APIRouter(tags=["parties"])

EXAMPLE: JsonDict = {
    "kind": "enterprise",
    "name": "和顺小吃店",
    "external_key": "shop-001",
    "registered_on": "2021-03-01",
    "industry": "catering",
    "consents": ["enterprise", "invoice", "transaction", "relation"],
}


class NewParty(Ask):
    """A party to register. Personal data is sealed under a key of its own."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    kind: PartyKind
    name: Text
    id_number: Text | None = None
    phone: Text | None = None
    external_key: Text | None = Field(None, description="the key by which your own files name it")
    registered_on: Registration | None = None
    industry: Word | None = None
    county: Text | None = None
    channel: Channel | None = Field(None, description="by which it came to the bank")
    consents: list[EvidenceKind] = Field(default_factory=list, max_length=len(EvidenceKind), description="evidence it lets the bank use")


class ExternalKey(Ask):
    """The key by which a source names a party."""

    external_key: Text = Field(examples=["shop-001"])


class PartyAnswer(Answer):
    """A party without what identifies it."""

    id: str
    kind: PartyKind
    registered_on: dt.date | None
    industry: str | None
    county: str | None
    channel: Channel | None
    synthetic: bool = Field(description="made up by the seeded world")
    erased: bool
    restricted_until: dt.date | None


class ConsentAnswer(Answer):
    """What a party allowed, from when to when."""

    kinds: list[EvidenceKind]
    given_on: dt.date
    expires_on: dt.date | None
    withdrawn_on: dt.date | None


class PartyDetail(PartyAnswer):
    """A party with its consents."""

    consents: list[ConsentAnswer]


class PersonalAnswer(Answer):
    """Who a party is."""

    name: str
    id_number: str | None
    phone: str | None
    external_key: str | None


@routes.post("/parties", status_code=201, response_model=PartyAnswer)
def register_party(by: By, asked: NewParty, key: Key) -> Response:
    """Register a party (credit officers, risk managers)."""
    data = PersonalData(asked.name, asked.id_number, asked.phone, asked.external_key)
    request = RegisterRequest(asked.kind, data, asked.registered_on, asked.industry, asked.county, tuple(asked.consents), asked.channel)
    made = register(by.house, by.actor, request, by.key(key))
    return told(PartyAnswer.model_validate(made), 201, location=f"/api/v1/parties/{made.id}")


@routes.get("/parties", response_model=Listed[PartyAnswer])
def list_parties(by: By, limit: Limit = 50, cursor_: Annotated[Cursor, Query(alias="cursor")] = None) -> Response:
    """All parties, without names (staff)."""
    after = position("parties", cursor_)
    found = reading.parties(by.house, by.actor, limit=limit, after=None if after is None else str(after))
    onward = cursor("parties", found[-1].id) if len(found) == limit else None
    return told(Listed[PartyAnswer](items=[PartyAnswer.model_validate(one) for one in found], next=onward))


@routes.post("/parties/search", response_model=PartyAnswer)
def find_party(by: By, asked: ExternalKey) -> Response:
    """The party a source knows by this key (staff); the key goes in the body, so that no log keeps it."""
    return told(PartyAnswer.model_validate(reading.by_external_key(by.house, by.actor, asked.external_key)))


@routes.get("/parties/{party}", response_model=PartyDetail)
def read_party(by: By, party: PartyPath) -> Response:
    """One party and what it allows; a borrower reads themselves only."""
    view = reading.party(by.house, by.actor, party)
    plain = PartyAnswer.model_validate(view.party)
    return told(PartyDetail(**plain.model_dump(), consents=[_consent(one) for one in view.consents]))


@routes.get("/parties/{party}/personal", response_model=PersonalAnswer)
def read_personal(by: By, party: PartyPath, purpose: Annotated[Purpose, Query(examples=["underwriting"])]) -> Response:
    """Who a party is. The reading is recorded under your name with its purpose."""
    return told(PersonalAnswer.model_validate(reading.personal(by.house, by.actor, party, purpose)))


def _consent(one: Consent) -> ConsentAnswer:
    return ConsentAnswer(kinds=list(one.kinds), given_on=one.given_on, expires_on=one.expires_on, withdrawn_on=one.withdrawn_on)
