"""How a card from a table holds on cases it was not made from: those that began later where days are known, else fold by fold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain.errors import Invalid
from farthing.models.fit import Settings, fit
from farthing.models.own_table.mapping import TableMap
from farthing.models.own_table.reading import BAD, DAY, WEIGHT, TableRead
from farthing.models.sample import Sample
from farthing.models.table import sample_of_table
from farthing.models.validate import stratified
from farthing.quant.binning import Bools, Floats, Ints
from farthing.quant.calibration import Band, Line, bands, brier, expected_error, platt
from farthing.quant.discrimination import Interval, auc, bootstrap, ks
from farthing.quant.logistic import sigmoid

Progress = Callable[[int, int, str], None]
LATER = 0.7
"""The share of cases, the earliest, that a card is made from where days are known."""
FOLDS, REPEATS, SMALL = 5, 5, 3_000
"""Fewer cases than `SMALL` are folded so many times over."""
FEWEST = 30
WORK, MOST_GROUPS = 4_000_000, 12
BANDS = 10


class Made(Protocol):
    """A card or trees before they are frozen: what they read, what they are worth alone, and the log-odds they give."""

    @property
    def features(self) -> tuple[str, ...]:
        """The columns they read."""

    @property
    def rate(self) -> float:
        """The sample's share of bads."""

    @property
    def values(self) -> Mapping[str, float]:
        """The information value of every column that was looked at, where one was reckoned."""

    def eta(self, sample: Sample) -> Floats:
        """Log-odds of bad of every case, at the sample's own rate of bads."""


Fitting = Callable[[Sample], Made]


@dataclass(frozen=True, eq=False)
class Tested:
    """Cases the card was not made from: their risk as log-odds [repeats, cases] and probability, what came, their places in the
    frame, and how many cases each stands for."""

    eta: Floats
    probability: Floats
    bad: Bools
    rows: Ints
    weight: Floats


@dataclass(frozen=True, eq=False)
class TableValidation:
    """What was fitted, the calibration of its log-odds, and what it was worth on the cases tested.

    `split` is the first day of those tested, None where they were folded. `measures` carry their 95 % interval; `month` is the month's
    number (12 a year) in which each case tested began, empty where no day is told.
    """

    fitted: Made
    sample: Sample
    line: Line
    tested: Tested
    split: dt.date | None
    measures: Mapping[str, Interval]
    table: tuple[Band, ...]
    month: Ints


def cards(told: TableMap, settings: Settings) -> Fitting:
    """Scorecards on the columns of a mapping."""
    return lambda sample: fit(sample, told.columns, settings)


def validate_table(read: TableRead, told: TableMap, fitting: Fitting, seed: int, progress: Progress) -> TableValidation:
    """Fit and test. Raises `Invalid` with too few outcomes on either side, or when no column tells bads from goods."""
    whole = sample_of_table(read.frame, told.columns, BAD, WEIGHT if told.weight else None)
    split = _split(read.frame) if told.time else None
    if split is None:
        fitted, line, tested = _folded(whole, fitting, (seed, progress))
        sample = whole
    else:
        day = read.frame[DAY].to_numpy().astype("datetime64[D]")
        before = np.flatnonzero(day < np.datetime64(split))
        after = np.flatnonzero(day >= np.datetime64(split))
        sample = whole.take(before)
        fitted, line, _ = _folded(sample, fitting, (seed, progress))
        eta = fitted.eta(whole.take(after))
        tested = Tested(eta[None], sigmoid(line.apply(eta))[None], whole.bad[after], after, whole.weight[after])
    progress(1, 1, "intervals")
    draws = max(100, min(1000, WORK // len(tested.bad)))
    ranks, levels = (("auc", auc), ("ks", ks)), (("brier", brier), ("calibration_error", _error))
    measures = {name: _by_weight(of, tested, tested.eta, (seed, draws)) for name, of in ranks}
    measures |= {name: _by_weight(of, tested, tested.probability, (seed, draws)) for name, of in levels}
    measures["calibration_slope"] = _slope(tested)
    months = _months(read.frame)[tested.rows] if told.time else np.empty(0, dtype=np.int64)
    table = bands(tested.probability.mean(axis=0), tested.bad, BANDS, tested.weight)
    return TableValidation(fitted, sample, line, tested, split, measures, table, months)


def _split(frame: pl.DataFrame) -> dt.date | None:
    """The day from which cases are tested; None when either side would have too few of an outcome."""
    days = frame[DAY].sort()
    split = days[int(len(days) * LATER)]
    sides = [frame.filter(later)[BAD] for later in (pl.col(DAY) < split, pl.col(DAY) >= split)]
    fewest = min(min(int(side.sum() or 0), len(side) - int(side.sum() or 0)) for side in sides)
    return split if fewest >= FEWEST and isinstance(split, dt.date) else None


def _folded(sample: Sample, fitting: Fitting, run: tuple[int, Progress]) -> tuple[Made, Line, Tested]:
    """A card of all cases, and what cards of the other folds say of each."""
    seed, progress = run
    repeats = REPEATS if len(sample.bad) < SMALL else 1
    if min(int(sample.bad.sum()), int((~sample.bad).sum())) < FOLDS * 2:
        raise Invalid("too_few_labels", "There are too few cases of one outcome to test a card.", f"Bring at least {FOLDS * 2} of each.")
    eta, probability = np.empty((repeats, len(sample.bad))), np.empty((repeats, len(sample.bad)))
    rng = np.random.default_rng(seed)
    for repeat in range(repeats):
        fold = stratified(sample.bad, FOLDS, rng)
        for part in range(FOLDS):
            train, test = sample.take(np.flatnonzero(fold != part)), np.flatnonzero(fold == part)
            eta[repeat, test] = fitting(train).eta(sample.take(test))
            progress(repeat * FOLDS + part + 1, repeats * FOLDS, "folds")
        for part in range(FOLDS):
            test = fold == part
            line = platt(eta[repeat][~test], sample.bad[~test], 0.1, sample.weight[~test])
            probability[repeat, test] = sigmoid(line.apply(eta[repeat, test]))
    fitted = fitting(sample)
    line = platt(eta.mean(axis=0), sample.bad, weight=sample.weight)
    return fitted, line, Tested(eta, probability, sample.bad, np.arange(len(sample.bad)), sample.weight)


def _error(p: Floats, bad: Bools, weight: Floats | None) -> float:
    return expected_error(p, bad, BANDS, weight)


def _by_weight(measure: Callable[..., float], tested: Tested, values: Floats, run: tuple[int, int]) -> Interval:
    """A measure of values [repeats, cases] in which each case counts by its weight, with its interval."""
    (seed, draws), alike = run, bool((tested.weight == tested.weight[0]).all())

    def of(cases: Floats, bad: Bools) -> float:
        drawn = cases.astype(np.int64)
        return float(np.mean([measure(row[drawn], bad, None if alike else tested.weight[drawn]) for row in values]))

    return bootstrap(of, np.arange(len(tested.bad), dtype=np.float64), tested.bad, seed, draws)


def _slope(tested: Tested) -> Interval:
    line = platt(tested.eta.mean(axis=0), tested.bad, weight=tested.weight)
    spread = 1.959963984540054 * line.covariance[1][1] ** 0.5
    return Interval(line.slope, line.slope - spread, line.slope + spread)


def _months(frame: pl.DataFrame) -> Ints:
    day = frame[DAY].dt
    return (day.year().cast(pl.Int64) * 12 + day.month().cast(pl.Int64) - 1).to_numpy()


def fairness(frame: pl.DataFrame, watch: str, tested: Tested, approve: float = 0.7) -> tuple[tuple[str, int, float, float], ...]:
    """By group of a watched column: cases, share by weight among the safest `approve` of all, and that share beside the best group's.

    Groups of fewer than thirty cases are left out: their share says nothing. A number of many values, such as an age, is compared by
    quarters of the cases.
    """
    group = _groups(frame[watch])[tested.rows]
    p = tested.probability.mean(axis=0)
    safe = p <= _weighted_quantile(p, tested.weight, approve)
    found = [
        (name, int((group == name).sum()), float(np.average(safe[group == name], weights=tested.weight[group == name])))
        for name in sorted(set(group.tolist()))
    ]
    kept = sorted((one for one in found if one[1] >= FEWEST), key=lambda one: -one[1])[:MOST_GROUPS]
    best = max((share for _, _, share in kept), default=1.0) or 1.0
    return tuple((name, cases, share, share / best) for name, cases, share in kept)


def _weighted_quantile(value: Floats, weight: Floats, share: float) -> float:
    """The least value up to which at least this share of the weight lies."""
    order = np.argsort(value, kind="stable")
    reached = np.cumsum(weight[order])
    return float(value[order][min(int(np.searchsorted(reached, share * reached[-1])), len(value) - 1)])


def _groups(column: pl.Series) -> npt.NDArray[np.object_]:
    """The group of each case: its word, or the quarter that its number falls in."""
    number = column.cast(pl.Float64, strict=False)
    groups = column.fill_null("—").to_numpy().astype(object)
    if column.n_unique() <= MOST_GROUPS or number.null_count() > column.null_count():
        return groups
    value = number.to_numpy()
    known = ~np.isnan(value)
    cuts = np.unique(np.quantile(value[known], [0.25, 0.5, 0.75], method="higher"))
    ends = [f"{cut:g}" for cut in cuts]
    names = [f"< {ends[0]}", *(f"{low} – {high}" for low, high in pairwise(ends)), f">= {ends[-1]}"]
    groups[known] = np.array(names, dtype=object)[np.searchsorted(cuts, value[known], side="right")]
    return groups


def whole_rate(read: TableRead, told: TableMap, validation: TableValidation, worse: float = 3.0) -> Interval | None:
    """The rate of bads among all who asked, those without an outcome included, between two assumptions: that who was turned down is as
    risky as the card says, and that their odds of bad are `worse` times as high. None where everybody has an outcome.

    What the card says of them is all there is: the bounds are assumptions, not an estimate (cf. J. Banasik, J. Crook, EJOR 183, 2007).
    """
    if not read.unlabelled.height:
        return None
    places = read.unlabelled.with_columns(pl.lit(value=False).alias(BAD))
    both = pl.concat([places, read.frame.select(places.columns)])  # a sample needs both outcomes to be one
    eta = validation.line.apply(validation.fitted.eta(sample_of_table(both, told.columns, BAD))[: places.height])
    labelled, asked = (frame[WEIGHT].to_numpy() if told.weight else np.ones(frame.height) for frame in (read.frame, places))
    known, total = float(labelled @ read.frame[BAD].to_numpy()), float(labelled.sum() + asked.sum())
    low, high = ((known + float(asked @ sigmoid(eta + np.log(times)))) / total for times in (1.0, worse))
    return Interval(low, low, high)
