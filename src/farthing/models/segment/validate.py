"""What models of segments are worth on cases that took no part: all together, each segment, and the newest one as if it had no cases.

Where cases say when they were seen, the later ones are the test; else five folds are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from farthing.models.dimension.segments import Segment as Judged
from farthing.models.dimension.segments import by_segment
from farthing.models.segment.fit import LEAST_SEGMENTS, OPEN_FROM, Bools, Cases, Floats, eta_of, field_of, scores_of, tellings
from farthing.models.segment.model import Segments, etas, start_segment
from farthing.models.validate import auc_difference, stratified
from farthing.quant.calibration import expected_error
from farthing.quant.discrimination import Interval, auc, bootstrap
from farthing.quant.logistic import fit_logistic, sigmoid

FOLDS, DRAWS, RIDGE = 5, 300, 1.0
LATER = 0.3
LEAST_EITHER, LEAST_JUDGED = 10, 50
"""A test, or a newest segment, needs ten of each outcome; a segment of fewer than fifty cases is not called the worst."""
Fitting = Callable[[Cases], Segments]


@dataclass(frozen=True, eq=False)
class Newest:
    """The segment seen last: its AUC by the common model alone, by a regression on all of its own cases (out of fold), and their ratio."""

    code: str
    started: Interval
    own: Interval
    share: Interval


@dataclass(frozen=True, eq=False)
class Validation:
    """`out_of_time`: tested on later cases. `measures` of all cases tested; `segments` that were tested, the worst calibrated first."""

    out_of_time: bool
    tested: int
    measures: dict[str, Interval]
    segments: tuple[Judged, ...]
    newest: Newest | None

    @property
    def worst(self) -> Judged | None:
        """The segment of fifty cases or more whose probabilities are furthest off."""
        return next((one for one in self.segments if one.cases >= LEAST_JUDGED), None)


def validate_segments(cases: Cases, fit: Fitting, seed: int) -> Validation:
    """The same cases and way of fitting give the same figures."""
    later = _later(cases)
    if later is not None:
        tested = cases.take(np.flatnonzero(later))
        train = cases.take(np.flatnonzero(~later))
        eta, plain = eta_of(fit(train), tested), pooled(train, tested)
    else:
        tested, eta, plain = cases, np.empty(len(cases.bad)), np.empty(len(cases.bad))
        fold = stratified(cases.bad, FOLDS, np.random.default_rng(seed))
        for part in range(FOLDS):
            rows = np.flatnonzero(fold == part)
            train, test = cases.take(np.flatnonzero(fold != part)), cases.take(rows)
            eta[rows], plain[rows] = eta_of(fit(train), test), pooled(train, test)
    bad, order = tested.bad, np.arange(len(tested.bad), dtype=np.float64)
    measures = {
        "auc": bootstrap(auc, eta, bad, seed, DRAWS),
        "baseline_auc": bootstrap(auc, plain, bad, seed, DRAWS),
        "auc_less_baseline": bootstrap(auc_difference(eta[None], plain[None]), order, bad, seed, DRAWS),
        "calibration_error": bootstrap(lambda p, b: expected_error(p, b, 5), sigmoid(eta), bad, seed, DRAWS),
    }
    judged = by_segment(eta, bad, tested.segment.tolist())
    return Validation(later is not None, len(bad), measures, judged, _newest(cases, fit, seed))


def pooled(train: Cases, test: Cases) -> Floats:
    """One plain regression for all on the same scores, what is missing at the usual."""
    fields = [field_of(name, train.columns[name][~train.missing[name]]) for name in tellings(train)]
    x, later = (np.nan_to_num(scores_of(fields, one)) for one in (train, test))
    return fit_logistic(x, train.bad, ridge=RIDGE).predict(later)


def _later(cases: Cases) -> Bools | None:
    """Which cases are the later three tenths; None where times are not told or either side would lack an outcome."""
    if not len(cases.time):
        return None
    later = np.asarray(cases.time > np.quantile(cases.time, 1.0 - LATER, method="lower"))
    sides = [side for mask in (later, ~later) for side in (cases.bad[mask], ~cases.bad[mask])]
    return later if min(int(side.sum()) for side in sides) >= LEAST_EITHER else None


def _newest(cases: Cases, fit: Fitting, seed: int) -> Newest | None:
    """The one whose first case is the latest of all; None where no one is newest, or it has too few of either outcome."""
    if not len(cases.time):
        return None
    codes = np.unique(cases.segment).tolist()
    first = {code: int(cases.time[cases.segment == code].min()) for code in codes}
    code = max(codes, key=lambda one: first[one])
    here = cases.segment == code
    own = cases.take(np.flatnonzero(here))
    alone = list(first.values()).count(first[code]) == 1
    if not alone or len(codes) <= LEAST_SEGMENTS or min(int(own.bad.sum()), int((~own.bad).sum())) < LEAST_EITHER:
        return None
    model = fit(cases.take(np.flatnonzero(~here)))
    opened = [field.name for field in model.fields if (~own.missing[field.name]).mean() >= OPEN_FROM]
    started = etas(model, start_segment(model, code, opened), own.columns, own.missing)
    full, fold = np.empty(len(own.bad)), stratified(own.bad, FOLDS, np.random.default_rng(seed))
    for part in range(FOLDS):
        rows = np.flatnonzero(fold == part)
        full[rows] = pooled(own.take(np.flatnonzero(fold != part)), own.take(rows))
    order = np.arange(len(own.bad), dtype=np.float64)

    def share(drawn: Floats, bad: Bools) -> float:
        rows = drawn.astype(np.int64)
        return auc(started[rows], bad) / auc(full[rows], bad)

    by_common, by_own = (bootstrap(auc, eta, own.bad, seed, DRAWS) for eta in (started, full))
    return Newest(code, by_common, by_own, bootstrap(share, order, own.bad, seed, DRAWS))
