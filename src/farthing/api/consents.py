"""What a party lets the bank use: read it, give it, take it back."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from farthing.api.fields import Answer, Ask, Day, Key, Listed, PartyPath, told
from farthing.api.security import By
from farthing.domain.evidence import EvidenceKind
from farthing.flows.consent import GiveRequest, WithdrawRequest, give, withdraw
from farthing.flows.queries import consents as reading

routes = APIRouter(tags=["parties"])

Kinds = Annotated[list[EvidenceKind], Field(min_length=1, max_length=len(EvidenceKind), examples=[["outcome"]])]
Ground = Annotated[
    str | None,
    Field(
        pattern=r"^[a-z][a-z0-9_]{2,39}$",
        description="how you know; staff must say it, since they speak for another",
        examples=["signed_form"],
    ),
]


class NewConsent(Ask):
    """Kinds of evidence the bank may use from today on."""

    kinds: Kinds
    expires_on: Day | None = Field(
        None, description="the day from which it no longer holds; until withdrawn if not said", examples=["2198-12-31"]
    )
    ground: Ground = None


class Withdrawal(Ask):
    """Kinds of evidence the bank may no longer use."""

    kinds: Kinds
    ground: Ground = None


class KindAnswer(Answer):
    """One kind of evidence: allowed `since` a day `until` another (null: until withdrawn), or ended on one (null: never given)."""

    kind: EvidenceKind
    allowed: bool
    since: dt.date | None
    until: dt.date | None
    ended_on: dt.date | None
    needed_for: list[str] = Field(description="products of which no application is decided without it")


class SpokenAnswer(Answer):
    """What changed, from which day: kinds that were so already are left out."""

    event: str
    party: str
    kinds: list[EvidenceKind]
    on: dt.date
    expires_on: dt.date | None


@routes.get("/parties/{party}/consents", response_model=Listed[KindAnswer])
def list_consents(by: By, party: PartyPath) -> Response:
    """What a party allows today, kind by kind; a borrower reads their own."""
    return told(Listed[KindAnswer](items=[KindAnswer.model_validate(one) for one in reading.kinds(by.house, by.actor, party)]))


@routes.post("/parties/{party}/consents", status_code=201, response_model=SpokenAnswer)
def give_consent(by: By, party: PartyPath, asked: NewConsent, key: Key) -> Response:
    """Allow kinds of evidence: the borrower, or a credit officer for them with a ground."""
    request = GiveRequest(party, tuple(asked.kinds), asked.expires_on, asked.ground or "")
    return told(SpokenAnswer.model_validate(give(by.house, by.actor, request, by.key(key))), 201)


@routes.post("/parties/{party}/consents/withdrawal", status_code=201, response_model=SpokenAnswer)
def withdraw_consent(by: By, party: PartyPath, asked: Withdrawal, key: Key) -> Response:
    """Take them back: no new decision rests on them from now on; past decisions and what is owed stay."""
    request = WithdrawRequest(party, tuple(asked.kinds), asked.ground or "")
    return told(SpokenAnswer.model_validate(withdraw(by.house, by.actor, request, by.key(key))), 201)
