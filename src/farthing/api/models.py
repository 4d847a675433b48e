"""Models: their cards, what challengers would have led to, and what happens to them. An appointment is a proposal."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from farthing import wiring
from farthing.api.fields import Answer, Ask, Day, Ground, Key, Listed, told
from farthing.api.security import By
from farthing.domain.model_card import HOME_MARKET, ModelCard, ModelClass, ModelStatus
from farthing.domain.policy import Outcome
from farthing.flows.model.build import score_rows
from farthing.flows.model.life import RetireRequest, ReturnRequest, ReviewRequest, retire_model, return_model, review_model
from farthing.flows.queries import models as reading
from farthing.flows.queries.model.report import report

routes = APIRouter(tags=["models"])

ModelPath = Annotated[str, Path(pattern=r"^mdl_[a-z0-9_]{1,36}$", examples=["mdl_aaaaaaaaaaaaaaaaaaaaaaaa"])]


class MeasureAnswer(Answer):
    """A figure of the validation with its interval, as decimal strings."""

    name: str
    value: str
    low: str
    high: str
    method: str


class ModelAnswer(Answer):
    """What a reader must know before trusting a model."""

    id: str
    title: str
    model_class: ModelClass
    artefact: str
    trained_on: str
    data_digest: str
    labels: int
    bads: int
    as_of: dt.date
    features: list[str]
    measures: list[MeasureAnswer]
    supports: list[str]
    cannot_support: list[str]
    owner: str
    approver: str
    status: ModelStatus
    market: str
    valid_until: dt.date | None = Field(description="the last day on which it may be used")
    reviewed_on: dt.date | None
    synthetic: bool = Field(description="trained on the seeded world")


class NewReturn(Ask):
    """Use again what was used before."""

    ground: Ground
    model_class: ModelClass = ModelClass.RATING
    market: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{1,19}$")] = HOME_MARKET


class NewRetirement(Ask):
    """Never use it again."""

    ground: Ground


class NewReview(Ask):
    """It was found sound, until when."""

    ground: Ground
    valid_until: Day


class SwapAnswer(Answer):
    """Decisions that came to `used` and would have come to `would`."""

    used: Outcome
    would: Outcome
    decisions: int
    used_limit_fen: int
    would_limit_fen: int


class ChallengeAnswer(Answer):
    """What a challenger would have led to since it was appointed; mean PDs over the decisions that both models scored."""

    model: str
    title: str
    since: dt.date | None
    seen: int
    swaps: list[SwapAnswer]
    used_pd_ppm: int | None
    would_pd_ppm: int | None


class NewScores(Ask):
    """Records to score, each by column; what is not there is missing."""

    rows: list[dict[str, str | int | float | None]] = Field(min_length=1, max_length=10_000, examples=[[{"monthly_sales": 12000.5}]])


class ScoredReason(Answer):
    """A column that cost points, in words."""

    code: str
    zh: str
    en: str


class ScoreAnswer(Answer):
    """Points, the PD they stand for in parts per million, and at most four reasons for points lost."""

    points: int
    pd_ppm: int
    reasons: list[ScoredReason]


@routes.post("/models/{model}/scores", response_model=Listed[ScoreAnswer])
def score(by: By, model: ModelPath, asked: NewScores) -> Response:
    """Score records by a model built from a table, once two people agreed to its use (officers, risk managers)."""
    found = score_rows(by.house, by.actor, model, asked.rows)
    items = [
        ScoreAnswer(points=one.points, pd_ppm=one.pd_ppm, reasons=[ScoredReason.model_validate(reason) for reason in one.reasons])
        for one in found
    ]
    return told(Listed[ScoreAnswer](items=items))


@routes.get("/models", response_model=Listed[ModelAnswer])
def list_models(by: By) -> Response:
    """Every model's card (staff)."""
    return told(Listed[ModelAnswer](items=[_answer(card) for card in reading.models(by.house, by.actor)]))


@routes.get("/models/{model}/report.pdf", response_class=Response, responses={200: {"content": {"application/pdf": {}}}})
def print_report(by: By, model: ModelPath, language: Annotated[Literal["zh", "en"], Query(description="of the paper")] = "zh") -> Response:
    """A model's validation report as a PDF: the same bytes for the same card (staff)."""
    return Response(wiring.report_paper(report(by.house, by.actor, model), language), media_type="application/pdf")


@routes.get("/models/challenges", response_model=Listed[ChallengeAnswer])
def list_challenges(by: By) -> Response:
    """Each challenger beside the model in use (staff)."""
    items = [
        ChallengeAnswer(
            model=one.card.id, title=one.card.title, since=one.since, seen=one.seen, used_pd_ppm=one.used_pd_ppm,
            would_pd_ppm=one.would_pd_ppm, swaps=[SwapAnswer.model_validate(swap) for swap in one.swaps],
        )
        for one in reading.challenges(by.house, by.actor)
    ]  # fmt: skip
    return told(Listed[ChallengeAnswer](items=items))


@routes.post("/models/return", status_code=201, response_model=ModelAnswer)
def return_to_model(by: By, asked: NewReturn, key: Key) -> Response:
    """The model that was in use before is so again, at once (risk managers)."""
    request = ReturnRequest(asked.ground, asked.model_class, asked.market)
    return told(_answer(return_model(by.house, by.actor, request, by.key(key))), 201)


@routes.post("/models/{model}/retirement", status_code=201, response_model=ModelAnswer)
def retire(by: By, model: ModelPath, asked: NewRetirement, key: Key) -> Response:
    """Never use it again; where it was in use, a person decides (risk managers)."""
    return told(_answer(retire_model(by.house, by.actor, RetireRequest(model, asked.ground), by.key(key))), 201)


@routes.post("/models/{model}/review", status_code=201, response_model=ModelAnswer)
def review(by: By, model: ModelPath, asked: NewReview, key: Key) -> Response:
    """Note an independent review that found it sound (risk managers, never its owner)."""
    request = ReviewRequest(model, asked.valid_until, asked.ground)
    return told(_answer(review_model(by.house, by.actor, request, by.key(key))), 201)


def _answer(card: ModelCard) -> ModelAnswer:
    plain = {name: getattr(card, name) for name in ModelAnswer.model_fields if name not in ("owner", "approver", "measures")}
    listed = {name: list(plain[name]) for name in ("features", "supports", "cannot_support")}
    people = {"owner": card.accountable.owner, "approver": card.accountable.approver}
    return ModelAnswer(**{**plain, **listed, **people, "measures": [MeasureAnswer.model_validate(one) for one in card.measures]})
