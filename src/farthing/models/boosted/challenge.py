"""Boosted trees beside the scorecard, in the same folds: would the bank rank its borrowers better, and what would it give up?

The trees are judged twice: as they are, and as the additive model that prints as tables. Neither is saved here; a challenger that wins
is put forward like any model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from farthing.models.boosted.clusters import Kind, kinds, table_of
from farthing.models.boosted.explain import explainer
from farthing.models.boosted.fit import FEW_BADS, STUMPS, WAYS, Growth, fewer, grow_on_all, held_outs
from farthing.models.boosted.model import Boosted, Fit, freeze
from farthing.models.boosted.shapes import Shapes, shapes_of
from farthing.models.boosted.trees import UNIT, Forest, eta_many, log_odds, matrix_of
from farthing.models.fit import Settings, develop
from farthing.models.master_scale import SCALE, GradeResult, results_by_grade
from farthing.models.reasons import Candidate
from farthing.models.sample import Sample
from farthing.models.validate import Plan, Progress, auc_difference, stratified
from farthing.quant.binning import Bools, Floats
from farthing.quant.calibration import beta_calibration, brier, expected_error, platt, stairs
from farthing.quant.conformal import thresholds
from farthing.quant.discrimination import Interval, auc, bootstrap
from farthing.quant.logistic import sigmoid

Read = Callable[[Sample], Sample]
"""Cases as trees read them."""
CARD, TREES, TABLES = "scorecard", "trees", "tables"
MOST_KINDS = 5
PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What a challenger is made for: the rate of bads assumed, and how often certainty may be wrong."""

    target_rate_ppm: int = 50_000
    error_ppm: int = 100_000


@dataclass(frozen=True, slots=True)
class CalibrationResult:
    """How far probabilities were from outcomes on cases that took no part in calibrating them: ECE over five bands, and Brier."""

    way: str
    error: float
    brier: float


@dataclass(frozen=True, eq=False)
class Challenge:
    """AUC out of fold of card, trees and tables, and paired differences to the card (`trees_less_scorecard`).

    `grades` are out of fold at the sample's own rate of bads; `kinds` and the models are of all cases.
    """

    measures: Mapping[str, Interval]
    model: Boosted
    tables: Shapes
    calibrations: tuple[CalibrationResult, ...]
    grades: tuple[GradeResult, ...]
    kinds: tuple[Kind, ...]


def challenge(sample: Sample, candidates: Sequence[Candidate], plan: Plan, terms: Terms, progress: Progress) -> Challenge:
    """Run all folds, then make the challenger from all cases. The same sample, plan and terms give the same bytes."""
    eta = _out_of_fold(sample, candidates, plan, progress)
    measures = {name: bootstrap(auc, one, sample.bad, plan.seed) for name, one in eta.items()}
    cases = np.arange(len(sample.bad), dtype=np.float64)
    for name in (TREES, TABLES):
        measures[f"{name}_less_{CARD}"] = bootstrap(auc_difference(eta[name], eta[CARD]), cases, sample.bad, plan.seed)
    mean = eta[TREES].mean(axis=0)
    line = platt(mean, sample.bad, ridge=0.1)
    certain = thresholds(np.rint(mean * UNIT).astype(np.int64), sample.bad, terms.error_ppm)
    model = freeze(forest_of(sample, candidates, WAYS, plan.seed), Fit(line, terms.target_rate_ppm, certain), sample)
    additive = forest_of(sample, candidates, (STUMPS,), plan.seed)
    usual = dict(zip(model.forest.features, model.usual, strict=True))
    found = explainer(model.forest).many(*matrix_of(model.forest, sample.columns, len(sample.bad)))
    return Challenge(
        measures, model, shapes_of(additive, tuple(usual[name] for name in additive.features)),
        calibrations(mean, sample.bad, plan),
        results_by_grade(SCALE, np.rint(sigmoid(line.apply(mean)) * PPM).astype(np.int64), sample.bad),
        table_of(found, kinds(found, MOST_KINDS, plan.seed), sample.bad, model.forest.features),
    )  # fmt: skip


def calibrations(eta: Floats, bad: Bools, plan: Plan) -> tuple[CalibrationResult, ...]:
    """The trees' log-odds as they are, and calibrated by a line, a beta curve and stairs, each fitted on the other folds."""
    fold = stratified(bad, plan.folds, np.random.default_rng(plan.seed + 1))
    ways: dict[str, Callable[[Floats, Bools, Floats], Floats]] = {
        "none": lambda _, __, fresh: sigmoid(fresh),
        "line": lambda known, flags, fresh: sigmoid(platt(known, flags, ridge=0.1).apply(fresh)),
        "beta": lambda known, flags, fresh: beta_calibration(sigmoid(known), flags, ridge=0.1).apply(sigmoid(fresh)),
        "stairs": lambda known, flags, fresh: stairs(known, flags.astype(np.float64)).apply(fresh),
    }
    told = []
    for name, way in ways.items():
        p = np.empty(len(bad))
        for part in range(plan.folds):
            p[fold == part] = way(eta[fold != part], bad[fold != part], eta[fold == part])
        told.append(CalibrationResult(name, expected_error(p, bad, 5), brier(p, bad)))
    return tuple(told)


def fitting(sample: Sample, growth: Growth) -> Growth:
    """The growth for a sample of this size: a leaf holds a twenty-fifth of a small sample at most, and three cases at least.

    Where bads are few each tree sees three features of ten and seven cases of ten: what chance put into a few cases is averaged out.
    """
    fitted = replace(growth, least_cases=min(growth.least_cases, max(3, len(sample.bad) // 25)))
    return replace(fitted, features_a_tree=0.3, cases_a_tree=0.7) if fewer(sample) < FEW_BADS else fitted


def forest_of(
    sample: Sample, candidates: Sequence[Candidate], growths: Sequence[Growth], seed: int, read: Callable[[Sample], Read] | None = None
) -> Forest:
    """Trees grown in each of these ways on all cases, averaged by what cases held out say of each way.

    `read` makes from the cases fitted on how cases are read, where that depends on outcomes; without it they are read as they are.
    """
    ways = [fitting(sample, growth) for growth in growths]
    reading = read or (lambda _: lambda cases: cases)
    trials = [(reading(sample.take(np.flatnonzero(~held)))(sample), held) for held in held_outs(sample, ways[0].held_out, seed)]
    return grow_on_all(reading(sample)(sample), candidates, ways, trials)


def _out_of_fold(sample: Sample, candidates: Sequence[Candidate], plan: Plan, progress: Progress) -> dict[str, Floats]:
    """Log-odds [repeats, cases] of each model for cases that took no part in it, every choice made inside the fold."""
    ways: dict[str, Callable[[Sample, Sample], Floats]] = {
        CARD: lambda train, test: develop(train, candidates, Settings()).eta(test),
        TREES: lambda train, test: _eta(train, test, candidates, WAYS, plan.seed),
        TABLES: lambda train, test: _eta(train, test, candidates, (STUMPS,), plan.seed),
    }
    found = {name: np.empty((plan.repeats, len(sample.bad))) for name in ways}
    rng = np.random.default_rng(plan.seed)
    for repeat in range(plan.repeats):
        fold = stratified(sample.bad, plan.folds, rng)
        for part in range(plan.folds):
            train, test = sample.take(np.flatnonzero(fold != part)), sample.take(np.flatnonzero(fold == part))
            for name, way in ways.items():
                found[name][repeat, fold == part] = way(train, test)
            progress(repeat * plan.folds + part + 1, plan.folds * plan.repeats, "cross-validation")
    return found


def _eta(train: Sample, test: Sample, candidates: Sequence[Candidate], growths: Sequence[Growth], seed: int) -> Floats:
    forest = forest_of(train, candidates, growths, seed)
    return log_odds(eta_many(forest, *matrix_of(forest, test.columns, len(test.bad))))
