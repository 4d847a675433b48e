"""Score one applicant with an approved model, and say in words what lowered the score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from farthing.domain.decision import Reason
from farthing.domain.errors import NotFound
from farthing.domain.score import Score
from farthing.features.catalogue import CATALOGUE
from farthing.flows.ports import House
from farthing.models.reasons import reasons_of
from farthing.models.scorecard import Scorecard, decode, score_one


@dataclass(frozen=True, slots=True)
class Estimate:
    """The score and its reasons, worst shortfall first; no score where no model is approved."""

    score: Score | None
    reasons: tuple[Reason, ...]


def estimate(house: House, features: Mapping[str, int | None]) -> Estimate:
    """By the newest approved model, if there is one."""
    found = house.registry.model()
    return Estimate(None, ()) if found is None else _score(found[0].id, found[1], features)


def estimate_again(house: House, model: str, features: Mapping[str, int | None]) -> Estimate:
    """By the model of that id, retired or not; `NotFound` if it is gone."""
    found = house.registry.model(model)
    if found is None:
        raise NotFound("no_model", f"There is no model {model}.", "List models to see their ids.")
    return _score(found[0].id, found[1], features)


def _score(model: str, artefact: bytes, features: Mapping[str, int | None]) -> Estimate:
    score = replace(score_one(_card(artefact), features), model=model)
    return Estimate(score, reasons_of(score.contributions, CATALOGUE))


@lru_cache(maxsize=16)
def _card(artefact: bytes) -> Scorecard:
    return decode(artefact)
