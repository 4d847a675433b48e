"""The frozen measure of constructs in whole numbers: a score on one scale, and a bar of error that fewer answers never narrow.

The scale runs from 0 to 100: 50 is the mean of those it was fitted on and 10 one standard deviation among them, as of a T-score. The
score is the posterior mean. The bar is the root of the posterior variance that the answered items leave on average: it depends on what was
answered, not on how, so that nobody looks more certain for having answered less.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from farthing.domain.errors import Invalid

MICRO = 1_000_000
MIDDLE, SPREAD = 500, 100
"""The mean and the standard deviation of the scale, in tenths of a point."""
NINETY = 1_645
"""Bars to either side that hold nine in ten, in thousandths of a bar."""


@dataclass(frozen=True, slots=True)
class Measured:
    """An item of a construct: answer i is starts[i-1] <= value < starts[i], turned round where less is more. `likely` is the
    log-probability of each answer at each node in millionths."""

    feature: str
    rising: bool
    starts: tuple[int, ...]
    likely: tuple[tuple[int, ...], ...]
    discrimination_milli: int

    def answer(self, value: int) -> int:
        """0, 1, 2 ...: more is more of the construct."""
        step = bisect_right(self.starts, value)
        return step if self.rising else len(self.starts) - step


@dataclass(frozen=True, slots=True)
class Scale:
    """A construct's measure. `bars` (tenths of a point) by which items were answered, the first item the lowest bit. `alpha_ppm` is None
    where it cannot be told; `reliability_ppm` is the share of variance that all items together explain."""

    name: str
    zh: str
    en: str
    items: tuple[Measured, ...]
    bars: tuple[int, ...]
    omega_ppm: int
    alpha_ppm: int | None
    reliability_ppm: int
    cases: int

    def __post_init__(self) -> None:
        if len(self.bars) != 2 ** len(self.items) or not self.items:
            raise Invalid("bad_scale", f"Scale {self.name} lacks a bar of error.", "Fit it again.")


@dataclass(frozen=True, slots=True)
class Constructs:
    """All scales that were fitted together; `nodes` (thousandths) with their `prior` (log, millionths)."""

    name: str
    told: str
    synthetic: bool
    nodes: tuple[int, ...]
    prior: tuple[int, ...]
    scales: tuple[Scale, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A person on a scale: the score and its bar in tenths of a point, the bounds that hold nine in ten, and what was not answered."""

    construct: str
    score: int
    bar: int
    low: int
    high: int
    answered: int
    missing: tuple[str, ...]


def read(made: Constructs, scale: Scale, facts: Mapping[str, int | None]) -> Reading:
    """Where somebody stands on a scale; a fact that is not there is an item not answered. With none: the middle, the widest bar."""
    log, given, missing = list(made.prior), 0, []
    for place, item in enumerate(scale.items):
        value = facts.get(item.feature)
        if value is None:
            missing.append(item.feature)
            continue
        given |= 1 << place
        log = [total + more for total, more in zip(log, item.likely[item.answer(value)], strict=True)]
    score, bar = _score(made, log), scale.bars[given]
    wide = -(-NINETY * bar // 1_000)
    return Reading(scale.name, score, bar, _held(score - wide), _held(score + wide), len(scale.items) - len(missing), tuple(missing))


def _score(made: Constructs, log: list[int]) -> int:
    top = max(log)
    weight = [math.exp((one - top) / MICRO) for one in log]
    mean = math.fsum(one * node for one, node in zip(weight, made.nodes, strict=True)) / math.fsum(weight)
    return _held(MIDDLE + round(mean * SPREAD / 1_000))


def _held(score: int) -> int:
    return min(max(score, 0), 2 * MIDDLE)
