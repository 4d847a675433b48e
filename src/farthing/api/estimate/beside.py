"""What models beside the score say of a party: how far it is known, its owner on scales, and its segment's estimate."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from farthing.api.fields import Answer, Ask, Listed, PartyPath, told
from farthing.api.models import ModelPath
from farthing.api.security import By
from farthing.flows.estimate.construct import show_constructs
from farthing.flows.estimate.novelty import LifeStage, show_novelty
from farthing.flows.estimate.segment import Estimate, score_case, segment_cards, show_segment

routes = APIRouter(tags=["models"])

ModelQuery = Annotated[str | None, Query(pattern=r"^mdl_[a-z0-9_]{1,36}$", description="the model in use if left out")]
Fact = Annotated[int, Field(strict=True, ge=-(10**15), le=10**15)]


class EstimateAnswer(Answer):
    """Whose estimate it is, by which model, as known on which day."""

    party: str
    as_of: dt.date
    model: str
    synthetic: bool


class Added(Answer):
    """What a feature adds to the distance from those known, in thousandths."""

    feature: str
    distance_milli: int


class NoveltyAnswer(EstimateAnswer):
    """How far a party is known; `as_far_ppm` is the share of known cases that are at least as far."""

    known: bool
    distance_milli: int
    as_far_ppm: int
    parts: list[Added]
    file_thickness: int
    with_credit: bool
    since: dt.date | None
    stage: LifeStage


class ReadingAnswer(Answer):
    """An owner on a scale of 0 to 1,000 tenths: 500 is usual, 100 one standard deviation; `low` and `high` hold nine in ten."""

    scale: str
    score: int
    bar: int
    low: int
    high: int
    answered: int
    missing: list[str]


class ConstructsAnswer(EstimateAnswer):
    """An owner on every scale."""

    readings: list[ReadingAnswer]


class PartAnswer(Answer):
    """What a field adds to the log-odds of failing against a usual case, in millionths of a logit."""

    field: str
    value: int | None
    logit_micro: int


class SegmentEstimate(Answer):
    """A PD with its 90 % interval, in parts per million, and how much of its model is the segment's own."""

    segment: str
    pd_ppm: int
    low_ppm: int
    high_ppm: int
    local_ppm: int
    parts: list[PartAnswer]


class SegmentAnswer(EstimateAnswer):
    """A party by the model of its segment, told apart `by` what its record says."""

    by: str
    estimate: SegmentEstimate


class WeightAnswer(Answer):
    """What one standard deviation of a field moves the log-odds, here and on average, in millionths of a logit; None where it is closed."""

    field: str
    own: int | None
    common: int
    local_ppm: int


class SegmentCardAnswer(Answer):
    """A segment's model: what it was fitted on, and how much of it is its own."""

    model: str
    segment: str
    known: bool
    labels: int
    bads: int
    local_ppm: int
    weights: list[WeightAnswer]


class NewSegmentScore(Ask):
    """A case of a segment; what is not there is missing."""

    segment: Annotated[str, Field(max_length=64)]
    facts: Annotated[dict[str, Fact | None], Field(max_length=500, examples=[{"late_days_12m": 20}])]


@routes.get("/parties/{party}/novelty", response_model=NoveltyAnswer)
def read_novelty(by: By, party: PartyPath, model: ModelQuery = None) -> Response:
    """How far the models know a party, and how thick its file is (staff)."""
    view = show_novelty(by.house, by.actor, party, model)
    found, kept = view.found, view.file
    return told(
        NoveltyAnswer(
            party=view.party, as_of=view.as_of, model=view.card.id, synthetic=view.card.synthetic, known=found.known,
            distance_milli=found.distance, as_far_ppm=found.as_far_ppm,
            parts=[Added(feature=feature, distance_milli=part) for feature, part in found.parts], file_thickness=kept.thickness,
            with_credit=kept.with_credit, since=kept.since, stage=kept.stage,
        )
    )  # fmt: skip


@routes.get("/parties/{party}/constructs", response_model=ConstructsAnswer)
def read_constructs(by: By, party: PartyPath, model: ModelQuery = None) -> Response:
    """An owner's experience, management and qualification, from consented evidence (staff)."""
    view = show_constructs(by.house, by.actor, party, model)
    readings = [
        ReadingAnswer(
            scale=one.construct, score=one.score, bar=one.bar, low=one.low, high=one.high, answered=one.answered, missing=list(one.missing)
        )
        for one in view.readings
    ]
    return told(ConstructsAnswer(party=view.party, as_of=view.as_of, model=view.card.id, synthetic=view.card.synthetic, readings=readings))


@routes.get("/parties/{party}/segment", response_model=SegmentAnswer)
def read_segment(by: By, party: PartyPath, model: ModelQuery = None) -> Response:
    """A party's PD by the model of its segment, from consented evidence (staff)."""
    view = show_segment(by.house, by.actor, party, model)
    return told(
        SegmentAnswer(
            party=view.party, as_of=view.as_of, model=view.card.id, synthetic=view.card.synthetic, by=view.by,
            estimate=_estimate(view.found),
        )
    )  # fmt: skip


@routes.get("/models/{model}/segments", response_model=Listed[SegmentCardAnswer])
def list_segments(by: By, model: ModelPath) -> Response:
    """How much of each segment's model is its own (staff)."""
    cards = segment_cards(by.house, by.actor, model)
    return told(Listed[SegmentCardAnswer](items=[SegmentCardAnswer.model_validate(one) for one in cards]))


@routes.post("/models/{model}/segment-scores", response_model=SegmentEstimate)
def score_segment(by: By, model: ModelPath, asked: NewSegmentScore) -> Response:
    """One case by the model of its segment (staff)."""
    return told(_estimate(score_case(by.house, by.actor, asked.segment, asked.facts, model)))


def _estimate(found: Estimate) -> SegmentEstimate:
    return SegmentEstimate.model_validate(found)
