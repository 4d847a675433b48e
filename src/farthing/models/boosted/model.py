"""The boosted model in use: frozen trees, the PD of every score, how sure it may be, and reasons that are true of the case.

Beside the scorecard it gives the same `Score`: points on the same scale, contributions in points, PD in millionths.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from farthing.domain import canon
from farthing.domain.decision import Reason
from farthing.domain.errors import Invalid
from farthing.domain.feature import Feature
from farthing.domain.ids import Prefix, derived_id
from farthing.domain.score import Contribution, Score
from farthing.models.boosted.explain import explainer
from farthing.models.boosted.trees import UNIT, Forest, eta_many, eta_one, matrix_of, row_of, unpack
from farthing.models.reasons import reasons_of
from farthing.models.sample import Column, Sample
from farthing.quant.binning import Floats, Ints
from farthing.quant.calibration import Line, prior_shift
from farthing.quant.conformal import Certainty, Thresholds
from farthing.quant.logistic import sigmoid

PPM = 1_000_000
STEP = 0.01
"""PDs are told in steps of 0.01 log-odds: no two of them differ by more than one per cent of the smaller."""
FARTHEST = 13.8
"""Log-odds of one in a million."""
FACTOR, ANCHOR_POINTS, ANCHOR_ODDS = 20 / math.log(2.0), 600, 19.0


@dataclass(frozen=True, slots=True)
class Boosted:
    """Step i holds eta_from[i-1] <= eta < eta_from[i], in leaf units; its PD, in millionths, never falls.

    `usual` is the value of each feature that is usual among goods (None: usually missing), and `usual_points` what it contributes to
    a usual good's points: a reason is a shortfall against them. `slope_ppm` turns contributions into calibrated ones.
    """

    name: str
    forest: Forest
    eta_from: tuple[int, ...]
    pd_ppm: tuple[int, ...]
    low_ppm: tuple[int, ...]
    high_ppm: tuple[int, ...]
    points: tuple[int, ...]
    slope_ppm: int
    usual: tuple[int | None, ...]
    usual_points: tuple[int, ...]
    certain: Thresholds
    sample_rate_ppm: int
    target_rate_ppm: int

    def __post_init__(self) -> None:
        tables = (self.pd_ppm, self.low_ppm, self.high_ppm, self.points)
        if any(len(table) != len(self.eta_from) + 1 for table in tables) or len(self.usual) != len(self.forest.features):
            raise Invalid("bad_boosted", f"Model {self.name} lacks a PD or a usual value.", "Train it again.")
        if any(later < earlier for earlier, later in pairwise(self.pd_ppm)):
            raise Invalid("bad_boosted", f"Model {self.name} gives a worse score a better PD.", "Train it again.")

    def step(self, eta: int) -> int:
        """The step of a score."""
        return bisect_right(self.eta_from, eta)


@dataclass(frozen=True, slots=True)
class Fit:
    """What freezing needs beside the trees: the calibration found out of fold, the rate assumed, and how sure it may be."""

    line: Line
    target_rate_ppm: int
    certain: Thresholds

    def __post_init__(self) -> None:
        if self.line.slope <= 0.0:
            raise Invalid("no_signal", "Out of fold the trees do not order bads above goods.", "Bring more evidence or more outcomes.")
        if not 0 < self.target_rate_ppm < PPM:
            raise Invalid("bad_rate", "The assumed rate of bads must lie between 0 and 1.", "Give something like 0.05.")


def freeze(forest: Forest, fit: Fit, sample: Sample) -> Boosted:
    """The model in whole numbers, under the id that follows from its content."""
    rate, line = float(sample.bad.mean()), fit.line
    shift = prior_shift(rate, fit.target_rate_ppm / PPM)
    least, most = (line.intercept + shift + line.slope * bound / UNIT for bound in reach(forest))
    edges = np.arange(math.floor(max(least, -FARTHEST) / STEP), math.ceil(min(most, FARTHEST) / STEP) + 1) * STEP
    raw = (edges - line.intercept - shift) / line.slope
    middle = np.concatenate([edges[:1] - STEP / 2, edges + STEP / 2])
    spread = 1.959963984540054 * line.spread((middle - line.intercept - shift) / line.slope)
    goods = np.flatnonzero(~sample.bad)
    contributions = explainer(forest).many(*matrix_of(forest, sample.take(goods).columns, len(goods))).mean(axis=0)
    model = Boosted(
        name="", forest=forest, eta_from=tuple(round(one * UNIT) for one in raw.tolist()), pd_ppm=_millionths(middle),
        low_ppm=_millionths(middle - spread), high_ppm=_millionths(middle + spread), points=_points(middle),
        slope_ppm=round(line.slope * PPM), usual=_usual(forest, sample), usual_points=_parts(contributions, round(line.slope * PPM)),
        certain=fit.certain, sample_rate_ppm=round(rate * PPM), target_rate_ppm=fit.target_rate_ppm,
    )  # fmt: skip
    return replace(model, name=derived_id(Prefix.MODEL, canon.digest(model).hex()))


def reach(forest: Forest) -> tuple[int, int]:
    """Log-odds that no case can be below or above, in leaf units."""
    return sum(min(tree.leaf) for tree in forest.trees), sum(max(tree.leaf) for tree in forest.trees)


def _millionths(eta: Floats) -> tuple[int, ...]:
    return tuple(int(one) for one in np.clip(np.rint(sigmoid(eta) * PPM), 1, PPM - 1))


def _points(eta: Floats) -> tuple[int, ...]:
    return tuple(round(ANCHOR_POINTS - FACTOR * (one + math.log(ANCHOR_ODDS))) for one in eta.tolist())


def _parts(contributions: Floats, slope_ppm: int) -> tuple[int, ...]:
    """Contributions to log-odds as points: fewer where the risk is higher."""
    return tuple(round(-FACTOR * slope_ppm / PPM * one) for one in contributions.tolist())


def _usual(forest: Forest, sample: Sample) -> tuple[int | None, ...]:
    """The median among goods of each feature where it is mostly known."""
    found: list[int | None] = []
    for name in forest.features:
        value, missing = sample.columns[name]
        known = np.sort(value[~missing & ~sample.bad])
        found.append(int(known[len(known) // 2]) if 2 * len(known) > int((~sample.bad).sum()) else None)
    return tuple(found)


class Scorer:
    """A model made ready to score one case after another."""

    def __init__(self, model: Boosted) -> None:
        self.model = model
        self._branches = unpack(model.forest)
        self._explainer = explainer(model.forest)

    def pd_ppm(self, facts: Mapping[str, int | None]) -> int:
        """The PD alone, which takes some microseconds; a fact that is not there is missing."""
        return self.model.pd_ppm[self.model.step(eta_one(self._branches, row_of(self.model.forest, facts)))]

    def certainty(self, facts: Mapping[str, int | None]) -> Certainty:
        """Whether the case can only be good, only be bad, or either, at the error the thresholds were made for."""
        return self.model.certain.of(eta_one(self._branches, row_of(self.model.forest, facts)))

    def score(self, facts: Mapping[str, int | None]) -> Score:
        """The score with each feature's contribution in points, rounded one by one: they add up to the points but for that."""
        model, row = self.model, row_of(self.model.forest, facts)
        place = model.step(eta_one(self._branches, row))
        parts = _parts(self._explainer.contributions(row), model.slope_ppm)
        found = tuple(map(_contribution, model.forest.features, parts, model.usual_points, row))
        return Score(model.name, model.points[place], model.pd_ppm[place], found, model.low_ppm[place], model.high_ppm[place])

    def reasons(self, facts: Mapping[str, int | None], features: Mapping[str, Feature], most: int = 4) -> tuple[Reason, ...]:
        """The features that cost most against a usual good, each only if making it usual, and nothing else, would lower the risk.

        Shapley values share out what features do together, so a large one may be true of the pair and false of the feature: then it
        is not told.
        """
        return reasons_of(self.true_contributions(facts), features, most)

    def true_contributions(self, facts: Mapping[str, int | None]) -> tuple[Contribution, ...]:
        """The contributions that fall short of a usual good's and whose feature alone, made usual, would lower the risk."""
        return self._true(row_of(self.model.forest, facts), self.score(facts))

    def estimate(self, facts: Mapping[str, int | None], features: Mapping[str, Feature]) -> tuple[Score, tuple[Reason, ...]]:
        """Score and reasons at once, which shares out contributions once."""
        score = self.score(facts)
        return score, reasons_of(self._true(row_of(self.model.forest, facts), score), features)

    def _true(self, row: Sequence[int | None], score: Score) -> tuple[Contribution, ...]:
        here = eta_one(self._branches, row)
        return tuple(one for place, one in enumerate(score.contributions) if one.shortfall > 0 and self._with_usual(row, place) < here)

    def _with_usual(self, row: Sequence[int | None], place: int) -> int:
        return eta_one(self._branches, [*row[:place], self.model.usual[place], *row[place + 1 :]])


def _contribution(feature: str, points: int, usual: int, value: int | None) -> Contribution:
    return Contribution(feature, "missing" if value is None else "", points, usual, value)


def pd_many(model: Boosted, sample: Sample, *, plain: bool = False) -> Ints:
    """The PD of every case of a sample, in millionths."""
    return pd_of(model, sample.columns, len(sample.bad), plain=plain)


def pd_of(model: Boosted, columns: Mapping[str, Column], cases: int, *, plain: bool = False) -> Ints:
    """The PD of every case of these columns, in millionths."""
    eta = eta_many(model.forest, *matrix_of(model.forest, columns, cases), plain=plain)
    place = np.searchsorted(np.array(model.eta_from, dtype=np.int64), eta, side="right")
    found: Ints = np.array(model.pd_ppm, dtype=np.int64)[place]
    return found


def encode(model: Boosted) -> bytes:
    """The artefact: canonical bytes of whole numbers."""
    return canon.encode(model)


def decode(artefact: bytes) -> Boosted:
    """The model behind its bytes."""
    return canon.decode(Boosted, artefact)
