"""Validation of a total of dimensions: everything that looks at outcomes is run anew inside each fold.

Of each dimension is told what it ranks alone, what is lost when it is off (neutral, as for a party that withholds it), and how far the
order of cases moves when the whole is fitted on other cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from farthing.models.dimension.fit import Stacking, fit_total
from farthing.models.dimension.group import Group
from farthing.models.dimension.segments import by_segment, channels
from farthing.models.sample import Sample
from farthing.models.validate import Plan, Progress, auc_difference, stratified
from farthing.quant.binning import Floats
from farthing.quant.calibration import Line, expected_error, platt
from farthing.quant.discrimination import Interval, auc, bootstrap, ks, midranks
from farthing.quant.logistic import logit, sigmoid

DRAWS = 400


@dataclass(frozen=True, eq=False)
class Unseen:
    """Out-of-fold log-odds [repeats, cases] of the total as it is used (what must be asked for is off), of it with each dimension
    neutral, and the evidence of each dimension by itself."""

    total: Floats
    without: dict[str, Floats]
    alone: dict[str, Floats]


@dataclass(frozen=True, eq=False)
class TotalValidation:
    """The unseen log-odds, the line that calibrates their mean, and what was measured, with intervals of 95 %."""

    unseen: Unseen
    line: Line
    measures: dict[str, Interval]


def validate_total(sample: Sample, groups: Sequence[Group], stacking: Stacking, plan: Plan, progress: Progress) -> TotalValidation:
    """Run all folds. The same sample, settings and plan give the same figures."""
    unseen = _unseen(sample, groups, stacking, plan, progress)
    line = platt(unseen.total.mean(axis=0), sample.bad)
    return TotalValidation(unseen, line, _measures(unseen, line, sample, plan.seed))


def _unseen(sample: Sample, groups: Sequence[Group], stacking: Stacking, plan: Plan, progress: Progress) -> Unseen:
    shape, rng = (plan.repeats, len(sample.bad)), np.random.default_rng(plan.seed)
    codes = [group.dimension.code for group in groups]
    total, without, alone = np.empty(shape), {code: np.empty(shape) for code in codes}, {code: np.empty(shape) for code in codes}
    for repeat in range(plan.repeats):
        fold = stratified(sample.bad, plan.folds, rng)
        for number in range(plan.folds):
            rows = fold == number
            fitted, test = fit_total(sample.take(np.flatnonzero(~rows)), groups, stacking), sample.take(np.flatnonzero(rows))
            middle = float(logit(np.array([fitted.rate]))[0])
            total[repeat, rows] = fitted.eta(test, fitted.asked)
            for part in fitted.parts:
                code = part.group.dimension.code
                alone[code][repeat, rows] = part.evidence(test, middle)
                # what must be asked for is judged by what it would add, the others by what is lost without them
                off = [one for one in fitted.asked if one != code] if part.group.dimension.asked else [*fitted.asked, code]
                without[code][repeat, rows] = fitted.eta(test, off)
            progress(repeat * plan.folds + number + 1, plan.repeats * plan.folds, "cross-validation")
    return Unseen(total, without, alone)


def _measures(unseen: Unseen, line: Line, sample: Sample, seed: int) -> dict[str, Interval]:
    bad, order = sample.bad, np.arange(len(sample.bad), dtype=np.float64)
    found = {name: bootstrap(measure, unseen.total, bad, seed, DRAWS) for name, measure in (("auc", auc), ("ks", ks))}
    found["calibration_error"] = bootstrap(lambda p, b: expected_error(p, b, 5), sigmoid(unseen.total), bad, seed, DRAWS)
    for name, value, place in (("calibration_intercept", line.intercept, 0), ("calibration_slope", line.slope, 1)):
        spread = 1.959963984540054 * line.covariance[place][place] ** 0.5
        found[name] = Interval(value, value - spread, value + spread)
    for code, evidence in unseen.alone.items():
        if evidence.std() > 0.0:
            found[f"dimension_{code}_ks"] = bootstrap(ks, evidence, bad, seed, DRAWS)
            found[f"dimension_{code}_gain"] = bootstrap(auc_difference(unseen.total, unseen.without[code]), order, bad, seed, DRAWS)
    if len(unseen.total) > 1:
        found["rank_stability"] = rank_stability(unseen.total)
    for one in by_segment(unseen.total.mean(axis=0), bad, channels(sample)):
        found[f"segment_{one.name}_error"] = Interval(one.calibration_error, one.calibration_error, one.calibration_error)
        if one.auc is not None:
            found[f"segment_{one.name}_auc"] = one.auc
    return found


def rank_stability(scores: Floats) -> Interval:
    """Mean, least and greatest Spearman correlation between the orders that any two rows put the same cases in."""
    ranks = [midranks(row) for row in scores]
    found = [float(np.corrcoef(one, other)[0, 1]) for one, other in combinations(ranks, 2)]
    return Interval(float(np.mean(found)), min(found), max(found))
