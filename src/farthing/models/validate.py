"""Validation: repeated stratified cross-validation with binning, selection and fit inside every fold.

A plain logistic regression runs in the same folds, so that the model is judged beside something simple on equal terms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from farthing.models.sample import Sample
from farthing.quant.binning import Bools, Floats
from farthing.quant.calibration import Band, Line, bands, brier, expected_error, platt
from farthing.quant.discrimination import Interval, Measure, auc, bootstrap, delong, ks
from farthing.quant.logistic import fit_logistic, sigmoid

Progress = Callable[[int, int, str], None]
"""Called with steps done, steps in all, and what was done."""


class Fitted(Protocol):
    """What a fit leaves: the features it uses, and the log-odds of bad of other cases."""

    @property
    def features(self) -> tuple[str, ...]: ...
    def eta(self, sample: Sample) -> Floats: ...


Fitting = Callable[[Sample], Fitted]
"""Every choice that looks at outcomes, made on the cases given and on no others."""

BASELINE = (
    "turnover_monthly_12m", "purchases_monthly_12m", "sales_count_12m", "purchases_count_12m", "buyers_12m", "suppliers_12m",
    "sales_void_share_all", "sales_return_share_all", "buyer_top1_share_12m", "supplier_top1_share_12m", "turnover_growth_yoy",
    "turnover_volatility_12m", "months_active", "tax_burden_12m",
    "inflow_monthly_12m", "outflow_cover_12m", "inflow_volatility_12m", "balance_min_12m", "negative_days_12m",
)  # fmt: skip
MATTER = {"auc": auc, "ks": ks}


@dataclass(frozen=True, slots=True)
class Plan:
    """How to validate: `folds` x `repeats`, from a seed."""

    folds: int = 5
    repeats: int = 5
    seed: int = 20200221


@dataclass(frozen=True, eq=False)
class Validation:
    """Out-of-fold results: log-odds [repeats, cases] of model and baseline, and what follows from them.

    `line` is the calibration of the model's log-odds; `probability` [repeats, cases] is calibrated out of fold. `chosen` counts in
    how many fits each feature was used.
    """

    eta: Floats
    baseline: Floats
    probability: Floats
    line: Line
    measures: dict[str, Interval]
    table: tuple[Band, ...]
    chosen: dict[str, int]
    fits: int


def validate(sample: Sample, fit: Fitting, plan: Plan, progress: Progress) -> Validation:
    """Run all folds. The same sample, way of fitting and plan give the same figures."""
    cases, total = len(sample.bad), plan.folds * plan.repeats
    eta, baseline, probability = (np.empty((plan.repeats, cases)) for _ in range(3))
    chosen: dict[str, int] = {}
    rng = np.random.default_rng(plan.seed)
    for repeat in range(plan.repeats):
        fold = stratified(sample.bad, plan.folds, rng)
        for part in range(plan.folds):
            train, test = sample.take(np.flatnonzero(fold != part)), sample.take(np.flatnonzero(fold == part))
            fitted = fit(train)
            eta[repeat, fold == part] = fitted.eta(test)
            baseline[repeat, fold == part] = plain_logistic(train, test)
            for name in fitted.features:
                chosen[name] = chosen.get(name, 0) + 1
            progress(repeat * plan.folds + part + 1, total, "cross-validation")
        probability[repeat] = _calibrated(eta[repeat], sample.bad, fold)
    line = platt(eta.mean(axis=0), sample.bad)
    measures = _measures(eta, baseline, probability, sample.bad, plan)
    ranked = dict(sorted(chosen.items(), key=lambda item: (-item[1], item[0])))
    return Validation(eta, baseline, probability, line, measures, bands(probability.mean(axis=0), sample.bad, 5), ranked, total)


def stratified(bad: Bools, folds: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """The fold of each case; every fold has its share of bads and of goods."""
    fold = np.empty(len(bad), dtype=np.int64)
    start = 0
    for group in (np.flatnonzero(bad), np.flatnonzero(~bad)):
        fold[rng.permutation(group)] = (np.arange(len(group)) + start) % folds
        start += len(group)
    return fold


def plain_logistic(train: Sample, test: Sample) -> Floats:
    """Log-odds on `test` of a ridge logistic on standardised features, money and counts as logarithms, missing at the mean."""
    names = [name for name in BASELINE if name in train.columns and not train.columns[name][1].all()]
    columns, others = [], []
    for name in names:
        (value, missing), (value_test, missing_test) = train.columns[name], test.columns[name]
        known, unknown = _smooth(value), _smooth(value_test)
        mean, spread = known[~missing].mean(), known[~missing].std()
        scale = spread if spread > 0 else 1.0
        columns.append(np.where(missing, 0.0, (known - mean) / scale))
        others.append(np.where(missing_test, 0.0, (unknown - mean) / scale))
    fitted = fit_logistic(np.column_stack(columns), train.bad, train.weight, ridge=1.0)
    return fitted.predict(np.column_stack(others))


def _smooth(value: npt.NDArray[np.int64]) -> Floats:
    result: Floats = np.sign(value) * np.log1p(np.abs(value))
    return result


def _calibrated(eta: Floats, bad: Bools, fold: npt.NDArray[np.int64]) -> Floats:
    """Probabilities of each fold by the calibration line of the other folds."""
    result = np.empty(len(eta))
    for part in np.unique(fold):
        line = platt(eta[fold != part], bad[fold != part], ridge=0.1)
        result[fold == part] = sigmoid(line.apply(eta[fold == part]))
    return result


def _measures(eta: Floats, baseline: Floats, probability: Floats, bad: Bools, plan: Plan) -> dict[str, Interval]:
    found = {name: bootstrap(measure, eta, bad, plan.seed) for name, measure in MATTER.items()}
    found |= {f"baseline_{name}": bootstrap(measure, baseline, bad, plan.seed) for name, measure in MATTER.items()}
    found["auc_less_baseline"] = bootstrap(auc_difference(eta, baseline), np.arange(len(bad), dtype=np.float64), bad, plan.seed)
    found["auc_delong"] = delong(eta.mean(axis=0), bad)
    found["brier"] = bootstrap(brier, probability, bad, plan.seed)
    found["calibration_error"] = bootstrap(lambda p, b: expected_error(p, b, 5), probability, bad, plan.seed)
    line = platt(eta.mean(axis=0), bad)
    for name, value, place in (("calibration_intercept", line.intercept, 0), ("calibration_slope", line.slope, 1)):
        spread = 1.959963984540054 * line.covariance[place][place] ** 0.5
        found[name] = Interval(value, value - spread, value + spread)
    return found


def auc_difference(one: Floats, other: Floats) -> Measure:
    """Mean AUC of one less that of the other, on the cases drawn."""

    def measure(cases: Floats, bad: Bools) -> float:
        picked = cases.astype(np.int64)
        return float(np.mean([auc(a[picked], bad) - auc(b[picked], bad) for a, b in zip(one, other, strict=True)]))

    return measure
