"""Fitting: a scorecard a dimension, each calibrated on cases it did not see, and a total whose weights are none of them negative.

What a dimension says is *evidence*: its calibrated log-odds of bad less the sample's own. Nothing known is evidence zero, so a dimension
that is off, or of which nothing is there, adds exactly nothing. Weights are fitted on out-of-fold evidence (stacking, D. H. Wolpert, Neural
Networks 5 (1992), with the non-negative weights of L. Breiman, Machine Learning 24 (1996)), drawn toward the stated shares of the
spread of the total.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from farthing.domain.errors import Invalid
from farthing.models.dimension.group import PPM, Group
from farthing.models.fit import LEAST_SLOPE, Fitted, Settings, fit
from farthing.models.sample import Column as Values
from farthing.models.sample import Sample
from farthing.models.table import Column
from farthing.models.validate import stratified
from farthing.quant.binning import Bools, Floats, Ints, Rules
from farthing.quant.calibration import Line, platt
from farthing.quant.logistic import logit
from farthing.quant.shrunk import Anchor, fit_shrunk

LEAST_LABELS = 10
MANY_BADS = 80
FEW = Settings(most_features=4, bads_a_feature=5, most_correlation=0.8, least_value=0.05, least_gain=4.0, gaps_earn=False)
MANY = Settings(
    most_features=200, bads_a_feature=1, most_correlation=1.0, least_value=0.0005, ridge=10.0,
    rules=Rules(prebins=40, most=10, least_share=0.01, smoothing=1.0), gaps_earn=False,
)  # fmt: skip
"""Every signal of a dimension at once, each held small by the ridge: what many say a little of is lost when few are chosen (ADR 0029)."""


@dataclass(frozen=True, slots=True)
class Stacking:
    """How the whole is fitted: folds of the out-of-fold evidence, their seed, and how hard weights are drawn to the stated shares.

    `strength` is a precision on weights of evidence of unit spread: of a sample with some 50 bads, prior and data weigh alike.
    `sub` None: by the number of bads.
    """

    folds: int = 5
    seed: int = 20200221
    strength: float = 10.0
    sub: Settings | None = None


@dataclass(frozen=True, eq=False)
class Part:
    """One dimension as fitted. `line` calibrates its log-odds; `weight` is 0 where it told nothing that the others had not.

    `spread` is the standard deviation of its evidence where it is there, `fitted` None where nothing in it told bads from goods.
    """

    group: Group
    fitted: Fitted | None
    line: Line
    weight: float
    spread: float

    def evidence(self, sample: Sample, middle: float) -> Floats:
        """Calibrated log-odds less the sample's own, 0 where nothing of the dimension is there."""
        if self.fitted is None:
            return np.zeros(len(sample.bad))
        told = self.line.apply(self.fitted.eta(heard(sample, self.group.silence))) - middle
        return np.where(present(sample, self.group), told, 0.0)


@dataclass(frozen=True, eq=False)
class Total:
    """The whole as fitted, on the sample's own rate of bads. `line` is the last calibration, `unseen` the out-of-fold evidence."""

    parts: tuple[Part, ...]
    intercept: float
    line: Line
    rate: float
    unseen: Floats

    def eta(self, sample: Sample, off: Collection[str] = ()) -> Floats:
        """Calibrated log-odds of bad with some dimensions off."""
        middle = float(logit(np.array([self.rate]))[0])
        raw = np.full(len(sample.bad), self.intercept)
        for part in self.parts:
            if part.weight > 0.0 and part.group.dimension.code not in off:
                raw += part.weight * part.evidence(sample, middle)
        return self.line.apply(raw)

    @property
    def asked(self) -> tuple[str, ...]:
        """The dimensions that are off unless consented to by name."""
        return tuple(part.group.dimension.code for part in self.parts if part.group.dimension.asked)


def heard(sample: Sample, silence: Mapping[str, int]) -> Sample:
    """The sample in which saying nothing is read as what it says."""
    told: dict[str, Values] = dict(sample.columns)
    for name, value in silence.items():
        if name in told:
            values, missing = told[name]
            told[name] = (np.where(missing, value, values), np.zeros_like(missing))
    return replace(sample, columns=told)


def present(sample: Sample, group: Group) -> Bools:
    """Where anything of the dimension is there. What silence speaks for is always there."""
    names = [name for name in group.names if name in sample.columns]
    if any(name in group.silence for name in names) or not names:
        return np.full(len(sample.bad), bool(names))
    return np.asarray(~np.logical_and.reduce([sample.columns[name][1] for name in names]))


def fit_total(sample: Sample, groups: Sequence[Group], stacking: Stacking = Stacking(), fold: Ints | None = None) -> Total:
    """Fit all of it on these cases. `Invalid` when no dimension tells bads from goods.

    `fold`: which cases are left out together, where they come in groups that share a fate; else they are drawn by outcome.
    """
    settings = stacking.sub or (MANY if int(sample.bad.sum()) >= MANY_BADS else FEW)
    if fold is None:
        fold = stratified(sample.bad, stacking.folds, np.random.default_rng(stacking.seed))
    rate = float(np.average(sample.bad, weights=sample.weight))
    middle = float(logit(np.array([rate]))[0])
    parts, columns = [], []
    for group in groups:
        part, unseen = _part(sample, group, settings, fold, middle)
        parts.append(part)
        columns.append(unseen)
    evidence = np.column_stack(columns)
    weights, intercept = _weigh(sample, parts, evidence, stacking.strength)
    raw = intercept + evidence @ np.where([part.group.dimension.asked for part in parts], 0.0, weights)
    line = platt(raw, sample.bad, weight=sample.weight)
    weighed = tuple(replace(part, weight=float(weight)) for part, weight in zip(parts, weights, strict=True))
    return Total(weighed, intercept, line, rate, evidence)


def _part(sample: Sample, group: Group, settings: Settings, fold: Ints, middle: float) -> tuple[Part, Floats]:
    """A dimension fitted on all cases, its line and its evidence from those left out in turn."""
    there, told = present(sample, group), heard(sample, group.silence)
    eta = np.zeros(len(sample.bad))
    nothing = Part(group, None, Line(0.0, 1.0, ((0.0, 0.0), (0.0, 0.0))), 0.0, 0.0), np.zeros(len(sample.bad))
    try:
        for number in np.unique(fold):
            train, test = (np.flatnonzero(there & one) for one in (fold != number, fold == number))
            _require_labels(sample.bad[train], group)
            eta[test] = fit(told.take(train), _known(group, told), settings).eta(told.take(test))
        fitted = fit(told.take(np.flatnonzero(there)), _known(group, told), settings)
    except Invalid:  # too few labels, or no signal: the dimension says nothing, and the card says that
        return nothing
    line = platt(eta[there], sample.bad[there], ridge=1.0, weight=sample.weight[there])
    if line.slope < LEAST_SLOPE:
        return nothing
    evidence = np.where(there, line.apply(eta) - middle, 0.0)
    return Part(group, fitted, line, 0.0, float(evidence[there].std())), evidence


def _known(group: Group, sample: Sample) -> list[Column]:
    return [column for column in group.columns if column.name in sample.columns]


def _require_labels(bad: Bools, group: Group) -> None:
    if min(int(bad.sum()), int((~bad).sum())) < LEAST_LABELS:
        raise Invalid("too_few_labels", f"{group.dimension.code} is known of too few bads or goods.", "Bring more outcomes.")


def _weigh(sample: Sample, parts: Sequence[Part], evidence: Floats, strength: float) -> tuple[Floats, float]:
    """Weights of the evidence, and the intercept: first of what is on, then of what must be asked for, beside it."""
    spread = np.array([part.spread for part in parts])
    share = np.array([part.group.dimension.prior_ppm / PPM for part in parts])
    usual = np.array([not part.group.dimension.asked for part in parts]) & (spread > 0.0)
    if not usual.any():
        raise Invalid("no_signal", "No dimension tells bads from goods in this sample.", "Bring more evidence or outcomes.")
    even = evidence / np.where(spread > 0.0, spread, 1.0)
    level = fit_shrunk((even[:, usual] @ share[usual])[:, None], sample.bad, Anchor((0.0,), 1e-6), sample.weight).weights[0]
    toward = level * share
    found = fit_shrunk(even[:, usual], sample.bad, Anchor(tuple(toward[usual].tolist()), strength), sample.weight)
    weights = np.zeros(len(parts))
    weights[usual] = np.array(found.weights) / spread[usual]
    more = ~usual & (spread > 0.0)
    if more.any():
        known = found.predict(even[:, usual])
        beside = fit_shrunk(even[:, more], sample.bad, Anchor(tuple(toward[more].tolist()), strength), sample.weight, known)
        weights[more] = np.array(beside.weights) / spread[more]
    return weights, found.intercept
