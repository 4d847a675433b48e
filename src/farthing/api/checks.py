"""What speaks for and against a party: its chance of fraud with reasons, and who it is with every check. No names are told."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Response
from pydantic import Field

from farthing.api.fields import Answer, PartyPath, told
from farthing.api.security import By
from farthing.flows.fraud.assess import FraudView, assess
from farthing.flows.identity.verify import verify

routes = APIRouter(tags=["parties"])


class ReasonAnswer(Answer):
    """A true reason in both languages."""

    code: str
    zh: str
    en: str


class RingAnswer(Answer):
    """Parties tied by what few share."""

    id: str
    members: int
    ways: list[str] = Field(description="what they share: device, network, contact, owner")


class CircleAnswer(Answer):
    """Goods that come back to their seller."""

    sales: int = Field(description="how many sales it takes")
    round_fen: int = Field(description="what can have gone all the way round in half a year")


class FraudAnswer(Answer):
    """What the anti-fraud model in use says of a party today."""

    party: str
    on: dt.date
    model: str
    synthetic: bool = Field(description="the model was trained on the seeded world")
    fraud_ppm: int = Field(description="chance of fraud in millionths")
    action: str = Field(description="pass, look or stop: what costs least at the costs on the model's card")
    reasons: list[ReasonAnswer]
    ring: RingAnswer | None
    circle: CircleAnswer | None
    signs: dict[str, int | None] = Field(description="what the model read; null: nothing known")


class CheckAnswer(Answer):
    """One check of an identity."""

    name: str
    verdict: str = Field(description="passed, failed or not_possible")
    zh: str
    en: str


class IdentityAnswer(Answer):
    """How sure the bank may be who a party is."""

    party: str
    on: dt.date
    level: int = Field(description="0 to 3; 3 needs a matched face, which nothing here compares")
    checks: list[CheckAnswer]


@routes.get("/parties/{party}/fraud", response_model=FraudAnswer)
def party_fraud(by: By, party: PartyPath) -> Response:
    """Assess a party for fraud by the model in use (staff)."""
    return told(_fraud(assess(by.house, by.actor, party)))


@routes.get("/parties/{party}/identity", response_model=IdentityAnswer)
def party_identity(by: By, party: PartyPath) -> Response:
    """Check who a party says it is; its data is opened under your name (credit officers and risk managers)."""
    view = verify(by.house, by.actor, party)
    checks = [CheckAnswer(name=one.name, verdict=one.verdict.value, zh=one.zh, en=one.en) for one in view.identity.checks]
    return told(IdentityAnswer(party=view.party, on=view.on, level=view.identity.level, checks=checks))


def _fraud(view: FraudView) -> FraudAnswer:
    one, ring, circle = view.assessment, view.ring, view.circle
    ways = sorted({shared.kind.value for shared in ring.shared}) if ring else []
    return FraudAnswer(
        party=view.party, on=view.on, model=one.model, synthetic=view.card.synthetic, fraud_ppm=one.fraud_ppm, action=one.action.value,
        reasons=[ReasonAnswer(code=each.code, zh=each.zh, en=each.en) for each in one.reasons],
        ring=RingAnswer(id=ring.id, members=len(ring.members), ways=ways) if ring else None,
        circle=CircleAnswer(sales=len(circle.members), round_fen=circle.round_fen) if circle else None, signs=dict(view.signs),
    )  # fmt: skip
