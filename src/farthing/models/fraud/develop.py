"""Develop a fraud model: trees over signs, fitted on confirmed cases, calibrated on groups that took no part, judged on later ones.

Cases come in groups (a world, a branch, a year) that are never parted: members of one ring are no independent cases. A plain logistic
regression on the same signs is fitted beside the trees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from farthing.domain.errors import Invalid
from farthing.models.boosted.fit import Growth, grow_best
from farthing.models.boosted.model import Fit, freeze
from farthing.models.boosted.trees import UNIT, Forest, eta_many, log_odds, matrix_of
from farthing.models.fraud.model import Costs, FraudModel
from farthing.models.fraud.signs import SIGNS
from farthing.models.reasons import Candidate
from farthing.models.sample import Sample
from farthing.quant.binning import Bools, Floats, Ints
from farthing.quant.calibration import platt
from farthing.quant.conformal import thresholds
from farthing.quant.discrimination import Interval, auc, bootstrap, wilson
from farthing.quant.logistic import fit_logistic

WAYS = (Growth(trees=300, patience=30), Growth(depth=3, leaves=6, rate=0.1, trees=200, patience=30))
FOLDS = 4
FPR = 0.01
LEAST = 10


@dataclass(frozen=True, slots=True)
class Terms:
    """What a fraud model is made for: the share of applicants who are frauds, which is assumed, and what mistakes cost."""

    fraud_rate_ppm: int = 5_000
    costs: Costs = field(default_factory=Costs)
    seed: int = 20200221


@dataclass(frozen=True, eq=False)
class Judged:
    """How well a risk tells frauds from the honest on cases that took no part: AUC, recall at 1 % false alarms of everything and by
    pattern (Wilson intervals), the threshold, and how many frauds there were."""

    auc: Interval
    recall: Interval
    by_pattern: dict[str, tuple[Interval, int]]
    threshold: float
    cases: int


def develop(sample: Sample, group: Ints, terms: Terms, signs: Sequence[Candidate] = SIGNS, out: Floats | None = None) -> FraudModel:
    """The model; `out` are its log-odds `out_of_group` where they are known. `Invalid` with too few cases, fewer than `FOLDS` groups with
    both outcomes, or no signal out of group."""
    out = out_of_group(sample, group, terms.seed, signs) if out is None else out
    line = platt(out, sample.bad, ridge=0.1)
    certain = thresholds(np.rint(out * UNIT).astype(np.int64), sample.bad, 100_000)
    forest = _forest(sample, group, terms.seed, signs)
    return FraudModel(freeze(forest, Fit(line, terms.fraud_rate_ppm, certain), sample), terms.costs)


def out_of_group(sample: Sample, group: Ints, seed: int, signs: Sequence[Candidate] = SIGNS) -> Floats:
    """Log-odds of each case by trees that saw nothing of its group."""
    names = np.unique(group)
    if min(int(sample.bad.sum()), int((~sample.bad).sum())) < LEAST or len(names) < FOLDS:
        raise Invalid(
            "too_few_cases",
            f"{int(sample.bad.sum())} confirmed cases in {len(names)} groups are too few for a model.",
            f"Bring {LEAST} cases in {FOLDS} groups, or make a rule of the few (farthing model fraud rule).",
        )
    fold = _folds(group, seed)
    eta = np.empty(len(sample.bad))
    for one in range(FOLDS):
        rest = np.flatnonzero(fold != one)
        forest = _forest(sample.take(rest), group[rest], seed, signs)
        eta[fold == one] = risk(forest, sample.take(np.flatnonzero(fold == one)))
    return eta


def plain_out_of_group(sample: Sample, group: Ints, seed: int) -> Floats:
    """The baseline in the same folds."""
    fold, eta = _folds(group, seed), np.empty(len(sample.bad))
    for one in range(FOLDS):
        eta[fold == one] = plain(sample.take(np.flatnonzero(fold != one)), sample.take(np.flatnonzero(fold == one)))
    return eta


def _folds(group: Ints, seed: int) -> Ints:
    """Which fold each row is in; a group is never parted."""
    names = np.unique(group)
    part = np.random.default_rng(seed).permutation(len(names)) % FOLDS
    return np.asarray(part[np.searchsorted(names, group)], dtype=np.int64)


def risk(forest: Forest, sample: Sample) -> Floats:
    """Log-odds by trees, before calibration."""
    return log_odds(eta_many(forest, *matrix_of(forest, sample.columns, len(sample.bad))))


def _forest(sample: Sample, group: Ints, seed: int, signs: Sequence[Candidate]) -> Forest:
    names = np.unique(group)
    held = np.isin(group, np.random.default_rng(seed).permutation(names)[: max(1, len(names) // 4)])
    if any(len(set(sample.bad[part].tolist())) < 2 for part in (held, ~held)):
        raise Invalid("too_few_cases", "A group that stops the fit holds no case, or no honest one.", "Bring larger groups.")
    return grow_best(sample, signs, [replace(way, seed=seed) for way in WAYS], held)


def plain(train: Sample, test: Sample) -> Floats:
    """The baseline: log-odds of a ridge logistic on standardised signs held within four deviations, missing at the mean."""
    columns, others = [], []
    for name in sorted(train.columns):
        (value, missing), (fresh, gone) = train.columns[name], test.columns[name]
        if missing.all():
            continue
        known, unknown = np.log1p(np.maximum(value, 0)), np.log1p(np.maximum(fresh, 0))
        mean, spread = known[~missing].mean(), known[~missing].std() or 1.0
        columns.append(np.where(missing, 0.0, _near((known - mean) / spread)))
        others.append(np.where(gone, 0.0, _near((unknown - mean) / spread)))
    fitted = fit_logistic(np.column_stack(columns), train.bad, train.weight, ridge=1.0)
    return fitted.predict(np.column_stack(others))


def _near(standard: Floats) -> Floats:
    """Within four deviations: a sign that hardly varied in fitting may lie a hundred away later, and would decide alone."""
    return np.clip(standard, -4.0, 4.0)


def judge(eta: Floats, bad: Bools, patterns: dict[str, Bools], seed: int) -> Judged:
    """Against the honest of the same cases; `patterns` are frauds of one kind each, at one moment each."""
    honest = np.sort(eta[~bad])
    threshold = float(honest[min(len(honest) - 1, int(np.ceil((1.0 - FPR) * len(honest))))])
    caught = eta > threshold
    return Judged(
        bootstrap(auc, eta, bad, seed, draws=200),
        _share(caught[bad]),
        {name: (_share(caught[cases]), int(cases.sum())) for name, cases in patterns.items()},
        threshold,
        int(bad.sum()),
    )


def _share(caught: Bools) -> Interval:
    if not len(caught):
        return Interval(0.0, 0.0, 1.0)
    low, high = wilson(int(caught.sum()), len(caught))
    return Interval(float(caught.mean()), low, high)
