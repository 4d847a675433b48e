"""A challenger made from everything the bank knows, beside the scorecard, saving nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.model.develop import gather, refuse_leaks, silent
from farthing.flows.ports import House
from farthing.models.boosted.challenge import Challenge, Terms
from farthing.models.boosted.challenge import challenge as run
from farthing.models.reasons import CANDIDATES
from farthing.models.validate import Plan, Progress

__all__ = ["Challenge", "ChallengeRequest", "challenge"]


@dataclass(frozen=True, slots=True)
class ChallengeRequest:
    """Features as of which day, which folds, and the rate of bads assumed where the challenger would be used."""

    as_of: dt.date
    folds: int = 5
    repeats: int = 1
    seed: int = 20200221
    target_bad_rate_ppm: int = 50_000


def challenge(house: House, actor: Actor, request: ChallengeRequest, progress: Progress = silent) -> Challenge:
    """Trees and tables in the same folds as the card. `Invalid` as for training, or where the extra `models` is not installed."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    progress(0, 1, "features")
    sample = gather(house, request.as_of)
    refuse_leaks(sample)
    plan, terms = Plan(request.folds, request.repeats, request.seed), Terms(request.target_bad_rate_ppm)
    return run(sample, CANDIDATES, plan, terms, progress)
