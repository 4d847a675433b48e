"""Levels learnt from a bank's own forecasts in the order of time: nine in ten are held to mean nine in ten month after month.

A correction holds where the next parties are like the last. So forecasts are made as they would have been on each past day, from what was
known by then, and what came is counted, of those who ask for loans where they are told apart: where a level had more under it than it
says, a lower share is asked of it from then on, until it has what it says. Nothing is assumed of why the times change: adaptive conformal
inference, I. Gibbs, E. Candès, NeurIPS 2021.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from farthing.models.capacity.estimate import CUT, OWN, PLAN, Histories, Misses, corrections, misses
from farthing.models.capacity.levels import CERTAINTIES_PPM, LEAST_CASES, LEAST_OF_A_CLASS, LENGTHS, PPM, Levels
from farthing.models.capacity.paths import PathPlan

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

LEARNS = 0.1
"""How much of what a level missed its share by is taken off what is asked of it, each time. Fixed beforehand."""
FARTHEST = 10
"""A level is never asked for less than a tenth of its share, nor for so little above it."""


@dataclass(frozen=True, eq=False)
class Step:
    """Histories as known in a month (12 a year), and their free cash in the months that followed [parties, horizon], known in another.

    `asked`: who of them asked for a loan meanwhile. Levels are for those who ask, so these speak where they are enough; None: not told.
    """

    month: int
    known: int
    before: Histories
    later_fen: Ints
    asked: Bools | None = None


@dataclass(eq=False)
class _Course:
    """What is known at a point of the walk: misses by class so far, what is asked of each level, and how forecasts did."""

    past: list[tuple[Misses, ...]] = field(default_factory=list)
    asked: Floats = field(default_factory=lambda: np.tile(np.array(CERTAINTIES_PPM, np.float64), (len(LENGTHS), 1)))
    foretold: int = 0
    under: int = 0

    def learn(self, found: tuple[Misses, ...], given: Levels | None) -> None:
        """What came of a step, and of the levels given to it."""
        self.past.append(found)
        if given is None:
            return
        shares = np.array(CERTAINTIES_PPM, np.float64)
        for place, one in enumerate(found):
            nearest = one.mean_ppm[one.near == max(OWN, one.near.max(initial=CUT))]
            if not len(nearest):
                continue
            under = nearest < np.array(given.mean_ppm[place])
            self.foretold += len(nearest)
            self.under += int(under[:, 0].sum())
            moved = self.asked[place] + LEARNS * (shares - PPM * under.mean(axis=0))
            self.asked[place] = np.clip(moved, shares / FARTHEST, PPM - (PPM - shares) / FARTHEST)

    def levels(self, told: str, *, synthetic: bool) -> Levels | None:
        """What would be given now; None while too few cases are known."""
        every = [_joined([found[place] for found in self.past]) for place in range(len(LENGTHS))] if self.past else []
        if not every or len(every[0].near) < LEAST_CASES or min(len(one.near) for one in every) < LEAST_OF_A_CLASS:
            return None
        made = [corrections(one, tuple(np.rint(asked).astype(int).tolist())) for one, asked in zip(every, self.asked, strict=True)]
        share = PPM * self.under // self.foretold if self.foretold else None
        cases = sum(len(found[0].near) for found in self.past)
        return Levels(told, synthetic, cases, tuple(mean for mean, _ in made), tuple(month for _, month in made), self.foretold, share)


def _joined(parts: Sequence[Misses]) -> Misses:
    return Misses(*(np.concatenate([getattr(one, name) for one in parts]) for name in ("mean_ppm", "month_ppm", "near")))


def learnt(steps: Sequence[Step], told: str, plan: PathPlan = PLAN, *, synthetic: bool) -> tuple[tuple[Levels | None, ...], Levels | None]:
    """The levels that each step would have been given by what was known then, and those of today; None: too little was known."""
    made = sorted(range(len(steps)), key=lambda place: steps[place].month)
    known = sorted(range(len(steps)), key=lambda place: steps[place].known)
    found = [misses(step.before, step.later_fen, plan, step.asked) for step in steps]
    given: dict[int, Levels | None] = {}
    course = _Course()
    for place in made:
        while known and steps[known[0]].known <= steps[place].month:
            course.learn(found[known[0]], given[known.pop(0)])
        given[place] = course.levels(told, synthetic=synthetic)
    for place in known:
        course.learn(found[place], given[place])
    return tuple(given[place] for place in range(len(steps))), course.levels(told, synthetic=synthetic)
