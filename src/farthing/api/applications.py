"""Applications and decisions: ask, be told at once, read why, accept, review."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from farthing.api.fields import (
    Answer,
    Ask,
    Cursor,
    DecisionPath,
    Fen,
    Key,
    Limit,
    Listed,
    PartyId,
    RateAnswer,
    Word,
    offset,
    onward,
    percent,
    rate_answer,
    told,
)  # fmt: skip
from farthing.api.lines import DueAnswer, LineAnswer, line_answer
from farthing.api.security import By
from farthing.domain.decision import Decision
from farthing.domain.evidence import EvidenceKind
from farthing.domain.policy import Outcome
from farthing.domain.product import RepaymentMethod
from farthing.domain.staff import Role
from farthing.flows.accept import AcceptRequest, accept
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.bank.disclose import show_cost
from farthing.flows.queries import decisions as reading
from farthing.flows.queries.lines import line, rate_view
from farthing.flows.review import ReviewRequest, review

routes = APIRouter(tags=["decisions"])


class NewApplication(Ask):
    """A request for a facility."""

    party: PartyId = Field(examples=["pty_aaaaaaaaaaaaaaaaaaaaaaaa"])
    product: Word = Field(examples=["revolving"])
    requested_fen: Fen
    purpose: Word = Field("working_capital", examples=["stock"])


class NewAcceptance(Ask):
    """How it shall be repaid, of a farm loan with which crop's harvest it ends, of a house-backed loan for how many months."""

    repayment: RepaymentMethod | None = Field(default=None, examples=["interest_monthly"])
    crop: Word | None = Field(default=None, examples=["rice"])
    months: int | None = Field(default=None, strict=True, ge=1, le=120, description="where the product lets the term be chosen")


class DisclosureAnswer(Answer):
    """The whole cost if all of the limit is drawn at once; percentages are a year. Nothing else is charged."""

    decision: str
    repayment: RepaymentMethod
    expires_on: dt.date
    received_fen: int
    interest_fen: int
    fees_fen: int
    simple_percent: str
    effective_percent: str = Field(description="internal rate of return of the dated amounts")
    penalty_percent: str = Field(description="on top, on principal overdue for more than the days of grace")
    schedule: list[DueAnswer]
    seconds_left: int = Field(description="until it may be accepted; 0 where no time to read is asked for")


class NewReview(Ask):
    """What a person decides on a referred application, and why."""

    approve: bool = Field(strict=True, examples=[False])
    limit_fen: int = Field(0, strict=True, ge=0, le=10**14, description="granted, in fen; 0 with a decline", examples=[0])
    note: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]+$", examples=["No trade in the season that counts."])]


class ReasonAnswer(Answer):
    """A true reason in both languages."""

    code: str
    zh: str
    en: str


class SourceAnswer(Answer):
    """How far a kind of evidence could be relied on, by the monitors' run of a day, and whether the decision read it."""

    kind: EvidenceKind
    reliability_ppm: int = Field(description="in parts per million; whole where nothing was wrong with the source")
    kept_on: dt.date
    read: bool = Field(description="false: left out, so what rests on it is missing, and nobody is declined for that")


class DecisionAnswer(Answer):
    """What was decided. A decline is an answer like any other."""

    id: str
    application: str
    party: str
    product: str
    outcome: Outcome
    limit_fen: int
    rate: RateAnswer | None
    reasons: list[ReasonAnswer] = Field(description="at most four")
    score_points: int | None
    pd_percent: str | None = Field(description="probability of default over twelve months, in per cent", examples=["3.1416"])
    policy: str
    policy_digest: str
    model: str | None
    accountable: str
    approver: str
    decided_on: dt.date
    overrides: str | None = Field(description="the decision this one was made over")
    sources: list[SourceAnswer] = Field(description="empty while no run of the monitors was kept")


class FactAnswer(Answer):
    """A fact in words, and the evidence behind it."""

    name: str
    zh: str
    en: str
    value_zh: str
    value_en: str
    known: bool
    source: EvidenceKind | None
    window_days: int | None
    missing: str | None


class AccessAnswer(Answer):
    """One access rule: `fired`, `clear` or `unknown`; `decided` marks the one that settled the case."""

    name: str
    zh: str
    en: str
    expression: str
    state: str
    decided: bool
    outcome: Outcome | None


class CapAnswer(Answer):
    """One cap on the limit; `binds` marks the smallest."""

    name: str
    zh: str
    en: str
    expression: str
    amount_fen: int
    binds: bool


class PartAnswer(Answer):
    """One part of the rate, in per cent of the product's basis; the parts add up."""

    name: str
    zh: str
    en: str
    expression: str
    percent: str


class RelatedAnswer(Answer):
    """The related-party finding that no decision lacks."""

    hit: bool
    path: list[str]
    ground_zh: str
    ground_en: str
    relations_examined: int
    graph_digest: str


class ContributionAnswer(Answer):
    """How one feature moved the score."""

    feature: str
    bin: str
    points: int
    reference_points: int


class TraceAnswer(DecisionAnswer):
    """A decision with the folded steps that are its proof, and the facts they read."""

    sentence_zh: str
    sentence_en: str
    requested_fen: int
    purpose: str
    access: list[AccessAnswer]
    limit: list[CapAnswer]
    price: list[PartAnswer]
    facts: list[FactAnswer]
    related: RelatedAnswer
    contributions: list[ContributionAnswer]
    evidence: list[str]
    later: str | None = Field(description="the decision made over this one")
    line: str | None = Field(description="the line opened on it")
    synthetic: bool


class ApplicationRow(Answer):
    """A decided application in a list."""

    decision: str
    application: str
    party: str
    product: str
    outcome: Outcome
    requested_fen: int
    limit_fen: int
    decided_on: dt.date
    reviewed: bool


@routes.post("/applications", status_code=201, response_model=DecisionAnswer)
def apply_for(by: By, asked: NewApplication, key: Key) -> Response:
    """Apply for a facility and be told at once: approve, refer or decline, with reasons."""
    request = ApplyRequest(asked.party, asked.product, asked.requested_fen, asked.purpose)
    made = apply(by.house, by.actor, request, by.key(key))
    return told(DecisionAnswer(**_decision(made)), 201, location=f"/api/v1/decisions/{made.id}")


@routes.get("/applications", response_model=Listed[ApplicationRow])
def list_applications(
    by: By, limit: Limit = 50, cursor: Cursor = None, outcome: Annotated[Outcome | None, Query(description="staff only")] = None
) -> Response:
    """Decided applications, the newest first; a borrower sees their own, newest hundred at most."""
    start = offset("applications", cursor)
    if by.actor.role is Role.BORROWER:
        own = reading.decisions_of(by.house, by.actor, str(by.actor.party))
        rows = tuple(row for row in own if outcome in (None, row.outcome))[start : start + limit]
    else:
        rows = reading.queue(by.house, by.actor, reading.Page(outcome, limit, start))
    items = [ApplicationRow.model_validate(row) for row in rows]
    return told(Listed[ApplicationRow](items=items, next=onward("applications", start, len(items), limit)))


@routes.get("/decisions/{decision}", response_model=TraceAnswer)
def read_decision(by: By, decision: DecisionPath, request: Request) -> Response:
    """A decision, why, by which rules and facts, and who answers for it."""
    view = reading.decision(by.house, by.actor, decision)
    etag = f'"{view.decision.id}.{view.later or 0}.{view.line or 0}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"etag": etag})
    return told(_trace(view), etag=etag)


@routes.post("/decisions/{decision}/disclosure", status_code=201, response_model=DisclosureAnswer)
def disclose_cost(by: By, decision: DecisionPath, asked: NewAcceptance | None = None) -> Response:
    """Show the whole cost of an approval on chosen terms. A person may accept just these terms that day, once there was time to read."""
    chosen = asked or NewAcceptance()
    found = show_cost(by.house, by.actor, AcceptRequest(decision, repayment=chosen.repayment, crop=chosen.crop))
    return told(
        DisclosureAnswer(
            decision=decision, repayment=found.terms.repayment, expires_on=found.terms.expires_on, received_fen=found.cost.received_fen,
            interest_fen=found.cost.interest_fen, fees_fen=0, simple_percent=percent(found.cost.simple_ppm),
            effective_percent=percent(found.cost.effective_ppm), penalty_percent=str(found.penalty.annual_percent()),
            schedule=[DueAnswer.model_validate(due) for due in found.cost.schedule], seconds_left=found.left_s,
        ),
        201,
    )  # fmt: skip


@routes.post("/decisions/{decision}/acceptance", status_code=201, response_model=LineAnswer)
def accept_decision(by: By, decision: DecisionPath, key: Key, asked: NewAcceptance | None = None) -> Response:
    """Accept an approval: the line opens on its terms, repaid as the product usually is unless another of its methods is chosen."""
    chosen = asked or NewAcceptance()
    terms = accept(
        by.house, by.actor, AcceptRequest(decision, repayment=chosen.repayment, crop=chosen.crop, months=chosen.months), by.key(key)
    )
    return line_answer(line(by.house, by.actor, terms.line), status=201, location=f"/api/v1/lines/{terms.line}")


@routes.post("/decisions/{decision}/review", status_code=201, response_model=DecisionAnswer)
def review_decision(by: By, decision: DecisionPath, asked: NewReview, key: Key) -> Response:
    """Decide what was referred (credit officers, risk managers); above ¥500,000 a second person must agree."""
    made = review(by.house, by.actor, ReviewRequest(decision, asked.approve, asked.limit_fen, asked.note), by.key(key))
    return told(DecisionAnswer(**_decision(made)), 201, location=f"/api/v1/decisions/{made.id}")


def _decision(made: Decision) -> dict[str, Any]:
    """The fields of `DecisionAnswer`."""
    return {
        "id": made.id, "application": made.application, "party": made.party, "product": made.product, "outcome": made.outcome,
        "limit_fen": made.limit_fen, "rate": rate_answer(rate_view(made.rate)) if made.rate else None,
        "reasons": [ReasonAnswer.model_validate(reason) for reason in made.reasons],
        "score_points": made.score.points if made.score else None, "pd_percent": percent(made.score.pd_ppm) if made.score else None,
        "policy": made.policy, "policy_digest": made.policy_digest, "model": made.model, "accountable": made.accountable,
        "approver": made.approver, "decided_on": made.decided_on, "overrides": made.overrides,
        "sources": [SourceAnswer.model_validate(one) for one in made.sources],
    }  # fmt: skip


def _trace(view: reading.DecisionView) -> TraceAnswer:
    return TraceAnswer(
        **_decision(view.decision), sentence_zh=view.sentence_zh, sentence_en=view.sentence_en,
        requested_fen=view.application.requested_fen, purpose=view.application.purpose,
        access=[AccessAnswer.model_validate(one) for one in view.access], limit=[CapAnswer.model_validate(one) for one in view.caps],
        price=[PartAnswer.model_validate(one) for one in view.price], facts=[FactAnswer.model_validate(one) for one in view.facts],
        related=_related(view.related),
        contributions=[ContributionAnswer.model_validate(one) for one in view.contributions],
        evidence=[one.id for one in view.evidence], later=view.later, line=view.line, synthetic=view.synthetic,
    )  # fmt: skip


def _related(found: reading.RelatedView) -> RelatedAnswer:
    return RelatedAnswer(
        hit=found.hit, path=list(found.path), ground_zh=found.ground_zh, ground_en=found.ground_en,
        relations_examined=found.relations_examined, graph_digest=found.graph_digest,
    )  # fmt: skip
