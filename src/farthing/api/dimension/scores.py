"""A party's score by dimension: points that add up, the PD beside them, what costs most, and what is off and why."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from farthing.api.fields import Answer, PartyPath, told
from farthing.api.security import By
from farthing.domain.evidence import EvidenceKind
from farthing.domain.model_card import ModelStatus
from farthing.domain.score import Contribution
from farthing.flows.queries.dimension.score import Asked, FacetView, ScoreKind, Standing, score_party

routes = APIRouter(tags=["models"])

ModelQuery = Annotated[str | None, Query(pattern=r"^mdl_[a-z0-9_]{1,36}$", description="the model in use if left out")]
Named = Annotated[list[str] | None, Query(max_length=5, description="dimensions that the party asked for by name")]


class ContributionAnswer(Answer):
    """A feature: its points, and those of a usual good customer."""

    feature: str
    bin: str
    points: int
    reference_points: int
    value: int | str | None


class FacetAnswer(Answer):
    """A dimension. `points` are its own points and those of its features; 0 whenever it is not on."""

    code: str
    zh: str
    en: str
    standing: Standing
    points: int
    own_points: int
    reference_points: int
    pd_ppm: int | None = Field(description="what this dimension alone speaks for")
    unread: list[EvidenceKind] = Field(description="kinds of evidence that no consent covers today")
    features: list[ContributionAnswer]


class DimensionsAnswer(Answer):
    """The whole. `points` = `base_points` + the points of the dimensions; `score` is held within the bounds of the scale."""

    party: str
    kind: ScoreKind
    as_of: dt.date
    model: str
    status: ModelStatus
    synthetic: bool
    score: int
    points: int
    base_points: int
    pd_ppm: int
    low_pd_ppm: int
    high_pd_ppm: int
    dimensions: list[FacetAnswer]
    costs_most: list[ContributionAnswer]


@routes.get("/parties/{party}/dimensions", response_model=DimensionsAnswer)
def read_dimensions(
    by: By, party: PartyPath, kind: ScoreKind = ScoreKind.ENTERPRISE, model: ModelQuery = None, asked: Named = None
) -> Response:
    """A party's score by dimension as it stands today, from consented evidence (staff). A draft is for risk managers and auditors."""
    found = score_party(by.house, by.actor, Asked(party, kind, model, tuple(asked or ())))
    score = found.score
    return told(
        DimensionsAnswer(
            party=found.party, kind=kind, as_of=found.as_of, model=found.card.id, status=found.card.status, synthetic=found.card.synthetic,
            score=score.score, points=score.points, base_points=score.base_points, pd_ppm=score.pd_ppm, low_pd_ppm=score.low_pd_ppm,
            high_pd_ppm=score.high_pd_ppm, dimensions=[_facet(one) for one in found.facets],
            costs_most=[_contribution(one) for one in found.moves],
        )
    )  # fmt: skip


def _facet(view: FacetView) -> FacetAnswer:
    one, facet = view.score, view.facet
    return FacetAnswer(
        code=one.code, zh=facet.zh, en=facet.en, standing=one.standing, points=one.points,
        own_points=facet.own_points if one.standing is Standing.ON else 0, reference_points=one.reference_points, pd_ppm=one.pd_ppm,
        unread=list(view.unread), features=[_contribution(each) for each in one.contributions],
    )  # fmt: skip


def _contribution(one: Contribution) -> ContributionAnswer:
    return ContributionAnswer.model_validate(one)
