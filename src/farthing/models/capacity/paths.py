"""Which past month stands for which month to come, path by path: a block bootstrap that respects seasons.

Months to come are drawn from months that were (historical simulation), in blocks that run on for three months on average, as the stationary
bootstrap does (D. N. Politis, J. P. Romano, JASA 89, 1994), so that a good spell stays a spell. A block begins at a month that is near in
season and recent, more often than elsewhere. No trend is fitted and nothing is centred: a path is a sum of months that happened, so one
more fen of income in any of them makes no path smaller. The paths depend on the length of a history alone, never on whose it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

SEASON = (8, 5, 2, 1, 1, 1, 1)
"""How often a month so many months off in season is drawn, to one at the other end of the year."""
RECENT = (4, 3, 2, 1)
"""The same by half-years back."""
RUNS_ON = 2 / 3


@dataclass(frozen=True, slots=True)
class PathPlan:
    """How many paths, how many months ahead, from which seed. 199 paths put each per cent on a path of its own."""

    horizon: int = 12
    paths: int = 199
    seed: int = 20_260_101


@lru_cache(maxsize=64)
def past_months(months: int, plan: PathPlan) -> Ints:
    """[paths, horizon]: the past month, 0 the newest of `months`, that stands for each month to come."""
    assert months > 0, "no month to draw from"
    rng = np.random.default_rng([plan.seed, months, plan.horizon])
    found = np.empty((plan.paths, plan.horizon), np.int64)
    for ahead in range(plan.horizon):
        fresh = rng.choice(months, plan.paths, p=_chances(months, ahead + 1))
        on = found[:, ahead - 1] - 1 if ahead else np.full(plan.paths, -1)
        runs = (rng.random(plan.paths) < RUNS_ON) & (on >= 0)
        found[:, ahead] = np.where(runs, on, fresh)
    found.setflags(write=False)
    return found


@lru_cache(maxsize=64)
def how_often(months: int, plan: PathPlan) -> Ints:
    """[paths, months]: how often each path goes through each past month."""
    drawn = past_months(months, plan)
    found = (drawn[:, :, None] == np.arange(months)).sum(axis=1)
    found.setflags(write=False)
    return np.asarray(found, dtype=np.int64)


def _chances(months: int, ahead: int) -> npt.NDArray[np.float64]:
    back = np.arange(months)
    apart = (back + ahead) % 12
    weight = np.array(SEASON)[np.minimum(apart, 12 - apart)] * np.array(RECENT)[np.minimum(back // 6, len(RECENT) - 1)]
    return np.asarray(weight / weight.sum(), dtype=np.float64)
