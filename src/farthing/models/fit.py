"""Fitting a scorecard: bin each feature, choose few, weigh them, and freeze points.

Everything that looks at outcomes is in `fit`, so that validation can run all of it inside each fold. Two faces stand before it:
`develop` takes catalogue features with a direction fixed beforehand, `fit_scorecard` any table with its columns declared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain.errors import Invalid
from farthing.models.attribute import MISSING, OTHER, Attribute, Bin, Described, Special, labels, listed
from farthing.models.crossing import Crossed, Tried, crossings, frozen
from farthing.models.forward import Stop, forward
from farthing.models.reasons import Candidate
from farthing.models.refine import refined, weighed
from farthing.models.sample import Sample
from farthing.models.scorecard import Scorecard
from farthing.models.table import Code, Column, Kind, Unseen, rules_for, sample_of_table
from farthing.models.unseen import share_unseen, unseen, weigh
from farthing.quant.binning import Bins, Floats, Rules, bin_categories, bin_feature
from farthing.quant.calibration import Line, prior_shift
from farthing.quant.logistic import Coded, Logistic, fit_logistic, sigmoid
from farthing.quant.placing import Bytes
from farthing.quant.woe import information_value

PPM = 1_000_000
LEAST_SLOPE = 0.1
ENOUGH = 65_536
"""Whether two features are alike is read off so many rows."""
RULES = Rules(prebins=10, most=4, least_share=0.1, smoothing=1.0)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a card is fitted. Few features and wide bins by default: a small sample supports no more.

    A feature is chosen for every `bads_a_feature` cases of the rarer outcome, at most `most_features`. They are taken by information
    value, or with `least_gain` one after the other, each time the one that tells most beside those taken (`models.forward`).
    Without `gaps_earn` a missing value is never better than evidence zero, whatever the sample says, since holding back must not pay;
    and it is just that where the sample never lacked one.
    With `refine` above zero the bins are fitted again beside each other, drawn so hard towards the weight of their column
    (`models.refine`). With `folds` weights are fitted on evidence from bins that did not see the case, drawn `together` so hard
    (`models.unseen`); without, and in a sample too large for it to matter, on what bins say of their own cases, drawn to zero by `ridge`.
    Where bins were tried so, at most so many `crossings` of two columns are looked for (`models.crossing`).
    """

    most_features: int = 5
    bads_a_feature: int = 4
    most_correlation: float = 0.7
    least_value: float = 0.1
    ridge: float = 1.0
    rules: Rules = RULES
    least_gain: float | None = None
    gaps_earn: bool = True
    refine: float = 0.0
    folds: int = 0
    together: float = 100.0
    crossings: int = 0


WIDE = Settings(
    most_features=1_000, bads_a_feature=10, most_correlation=1.0, least_value=0.001,
    rules=Rules(prebins=32, most=10, least_share=0.02, least_bads=5.0, rare_share=0.005), refine=20.0, folds=5,
    crossings=25,
)  # fmt: skip
"""For a table with bads by the hundred: every column that tells anything, in finer bins."""
FEW = Settings(
    most_features=20, bads_a_feature=1, rules=Rules(prebins=10, most=4, least_share=0.1, smoothing=4.0), folds=5, together=30.0,
)  # fmt: skip
"""For a table with bads by the ten: many columns in wide bins, much smoothed, each weighed by cases that its bins did not see."""
FEW_BADS = 100


def settings_for(sample: Sample) -> Settings:
    """How a table of so many bads is fitted: see `FEW` and `WIDE`."""
    return WIDE if min(int(sample.bad.sum()), int((~sample.bad).sum())) >= FEW_BADS else FEW


@dataclass(frozen=True, slots=True)
class Scale:
    """How points are read: `anchor` points stand for `odds` goods to a bad, and `double` points more for twice the odds."""

    double: int = 20
    anchor: int = 600
    odds: int = 19  # a PD of 5 %

    def __post_init__(self) -> None:
        if min(self.double, self.odds) < 1:
            raise Invalid("bad_scale", "Points to double and the odds at the anchor are at least 1.", "Give something like 20 and 19.")


DEFAULT_SCALE = Scale()


@dataclass(frozen=True, eq=False)
class Fitted:
    """A card before it is frozen: chosen features with their bins, and what these are worth.

    `evidence` is by place of the bins, with that of an unseen category last, and so are `effects`, in log-odds of bad; `rate` is the
    sample's share of bads. `values` is the information value of every feature that was looked at, chosen or not.
    """

    features: tuple[str, ...]
    bins: tuple[Bins, ...]
    evidence: tuple[tuple[float, ...], ...]
    effects: tuple[tuple[float, ...], ...]
    logistic: Logistic
    columns: tuple[Column, ...]
    rate: float
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, float] = field(default_factory=dict)
    crossed: tuple[Crossed, ...] = ()

    def eta(self, sample: Sample) -> Floats:
        """Log-odds of bad of every case, at the sample's own rate of bads."""
        total = np.full(len(sample.bad), self.logistic.intercept)
        for name, bins, effects in zip(self.features, self.bins, self.effects, strict=True):
            value, missing = sample.columns[name]
            if name in self.categories:
                value = _renumbered(value, sample.categories[name], self.categories[name])
            total += np.array(effects)[bins.place(value, missing)]
        return sum((pair.eta(sample) for pair in self.crossed), total)


def _renumbered(value: npt.NDArray[np.int64], names: tuple[str, ...], known: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Categories by their numbers in `known`; -1 where it does not hold them."""
    if names == known or not names:
        return value
    number = {name: place for place, name in enumerate(known)}
    return np.array([number.get(name, -1) for name in names], dtype=np.int64)[value]


def develop(sample: Sample, candidates: Sequence[Candidate], settings: Settings) -> Fitted:
    """Bin, select and fit the candidates that the sample has. Raises `Invalid` when none of them tells bads from goods."""
    columns = [Column(one.feature, trend=one.trend, unseen=Unseen.WORST) for one in candidates if one.feature in sample.columns]
    return fit(sample, columns, settings)


def fit_scorecard(
    frame: pl.DataFrame, columns: Sequence[Column], outcome: str, weight: str | None = None, settings: Settings = WIDE
) -> Fitted:
    """Bin, select and fit the columns of a table whose `outcome` is 1 or true for a bad case.

    >>> import polars as pl
    >>> from farthing.models.table import Column, Kind
    >>> table = pl.DataFrame({
    ...     "age": [20, 30, 40, None, 60, -9] * 40, "home": ["rent", "own", "own", "rent", "own", "rent"] * 40,
    ...     "bad": ([1, 0, 0, 1, 0, 0] * 3 + [0, 1, 0, 1, 0, 1]) * 10,
    ... })
    >>> columns = [Column("age", specials=((-9,),)), Column("home", Kind.CATEGORY)]
    >>> fitted = fit_scorecard(table, columns, outcome="bad")
    >>> from farthing.models.scorecard import Scorer
    >>> scorer = Scorer(freeze(fitted))
    >>> scorer.tell({"age": 25, "home": "rent"}).points < scorer.tell({"age": 60, "home": "own"}).points
    True
    """
    return fit(sample_of_table(frame, columns, outcome, weight), columns, settings)


def fit(sample: Sample, columns: Sequence[Column], settings: Settings) -> Fitted:
    """Bin, select and fit on this sample alone. Raises `Invalid` when no feature tells bads from goods.

    Features are taken by information value; one too like a chosen one (correlation of evidence) is passed over, and one whose
    weight comes out against its evidence is dropped.
    """
    declared = {column.name: column for column in columns}
    binned = {name: _bin(sample, column, settings) for name, column in declared.items()}
    smoothing = settings.rules.smoothing
    values = {name: information_value(np.array(bins.good), np.array(bins.bad), smoothing) for name, (bins, _) in binned.items()}
    ranked = sorted((name for name in binned if values[name] >= settings.least_value), key=lambda name: (-values[name], name))
    woes = {name: _safe_woe(binned[name][0], declared[name], settings) for name in ranked}
    room = max(1, min(settings.most_features, min(int(sample.bad.sum()), int((~sample.bad).sum())) // settings.bads_a_feature))
    if settings.least_gain is None:
        chosen = _unlike({name: (woes[name], binned[name][1]) for name in ranked}, room, settings.most_correlation)
    else:
        told = {name: np.array(woes[name])[binned[name][1]] for name in ranked}
        chosen = forward(told, sample, Stop(room, settings.least_gain, settings.most_correlation))
    if not chosen:
        raise _no_signal()
    logistic, effects, tried = _weighed(sample, [declared[name] for name in chosen], settings, binned)
    kept = [place for place, effect in enumerate(effects) if any(effect)]
    if not kept:
        raise _no_signal()
    names = [chosen[place] for place in kept]
    thinned = replace(logistic, coefficients=tuple(logistic.coefficients[place] for place in kept))
    return Fitted(
        tuple(names), tuple(binned[name][0] for name in names), tuple(woes[name] for name in names),
        tuple(effects[place] for place in kept), thinned,
        tuple(declared[name] for name in names), float(np.average(sample.bad, weights=sample.weight)),
        {name: sample.categories[name] for name in names if name in sample.categories}, values,
        _crossed(sample, [(declared[chosen[place]], effects[place]) for place in kept], tried, settings.crossings),
    )  # fmt: skip


def _crossed(sample: Sample, columns: Sequence[tuple[Column, tuple[float, ...]]], tried: Tried | None, most: int) -> tuple[Crossed, ...]:
    """Pairs of the columns, those that move a score most being looked at first."""
    if not most or tried is None:
        return ()
    ranked = sorted(columns, key=lambda one: (min(one[1]) - max(one[1]), one[0].name))
    return crossings(sample, [column for column, _ in ranked], tried, most)


def _no_signal() -> Invalid:
    return Invalid("no_signal", "No candidate feature tells bads from goods in this sample.", "Bring more evidence or outcomes.")


def _weighed(
    sample: Sample, columns: Sequence[Column], settings: Settings, binned: Mapping[str, tuple[Bins, Bytes]]
) -> tuple[Logistic, tuple[tuple[float, ...], ...], Tried | None]:
    """The weights of these columns, the log-odds of bad of each of their bins, and those of the cases by bins that did not see them."""
    tried = None
    places = [binned[column.name][1] for column in columns]
    woes = [_safe_woe(binned[column.name][0], column, settings) for column in columns]
    if settings.folds and share_unseen(len(sample.bad), len(columns)) > 0.0:
        seen = np.column_stack([np.array(woe)[place] for woe, place in zip(woes, places, strict=True)])
        told = unseen(sample, settings.folds, seen, partial(_told, columns=columns, settings=settings))
        logistic = weigh(told, sample.bad, settings.together)
        if not any(logistic.coefficients):
            raise _no_signal()
        tried = Tried(told.case, told.weight, told.fold, logistic.intercept + told.evidence @ np.array(logistic.coefficients))
    else:
        design = Coded.of(places, [np.array(woe) for woe in woes])
        logistic = fit_logistic(design, sample.bad, sample.weight, settings.ridge, sign=-1)
    if not settings.refine:
        return logistic, weighed(woes, logistic), tried
    intercept, effects = refined(places, woes, logistic, (sample.bad, sample.weight), settings.refine)
    return replace(logistic, intercept=intercept), effects, tried


def _told(fitting: Sample, others: Sample, columns: Sequence[Column], settings: Settings) -> Floats:
    """Evidence [cases, columns] of the other cases by bins made from the first."""
    found = []
    for column in columns:
        bins, _ = _bin(fitting, column, settings)
        found.append(np.array(_safe_woe(bins, column, settings))[bins.place(*others.columns[column.name])])
    return np.column_stack(found)


def _bin(sample: Sample, column: Column, settings: Settings) -> tuple[Bins, Bytes]:
    value, missing = sample.columns[column.name]
    rules = rules_for(column, settings.rules, sample.categories.get(column.name, ()))
    search = bin_categories if column.kind is Kind.CATEGORY else bin_feature
    return search(value, missing, sample.bad, sample.weight, rules)


def _safe_woe(bins: Bins, column: Column, settings: Settings) -> tuple[float, ...]:
    """Evidence by bin, that of an unseen category last.

    Where nothing was ever missing, a missing value counts as the worst bin seen, and so does a special code: silence earns nothing.
    Without `gaps_earn` it counts as nothing known: a source that falls silent must not make everybody the worst.
    """
    woe = bins.woe(settings.rules.smoothing).tolist()
    seen = [one for one, good, bad in zip(woe, bins.good, bins.bad, strict=True) if good + bad > 0]
    for place in range(bins.ordinary, len(woe)):
        if bins.good[place] + bins.bad[place] == 0:
            woe[place] = min(seen)
    if not settings.gaps_earn:
        woe[-1] = 0.0 if bins.good[-1] + bins.bad[-1] == 0 else min(woe[-1], 0.0)
    if column.kind is Kind.CATEGORY:
        worst = woe[bins.rare] if column.unseen is Unseen.RARE and bins.rare is not None else min(seen)
        woe.append(0.0 if column.unseen is Unseen.NEUTRAL else worst)
    return tuple(woe)


def _unlike(found: Mapping[str, tuple[tuple[float, ...], Bytes]], room: int, most: float) -> list[str]:
    """The first so many that are not too like one taken before."""
    if most >= 1.0:
        return list(found)[:room]
    chosen: dict[str, Floats] = {}
    for name, (woe, place) in found.items():
        if len(chosen) == room:
            break
        column = np.array(woe)[place[:: max(1, len(place) // ENOUGH)]]
        if all(_alike(column, other) <= most for other in chosen.values()):
            chosen[name] = column
    return list(chosen)


def _alike(one: Floats, other: Floats) -> float:
    if one.std() == 0.0 or other.std() == 0.0:
        return 0.0
    return float(abs(np.corrcoef(one, other)[0, 1]))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How log-odds become a PD: the line found out of fold, then the move from the sample's rate of bads to the one assumed."""

    line: Line
    target_rate_ppm: int

    def __post_init__(self) -> None:
        if self.line.slope < LEAST_SLOPE:
            raise Invalid("no_signal", "Out of fold the score does not order bads above goods.", "Bring more evidence or more outcomes.")
        if not 0 < self.target_rate_ppm < PPM:
            raise Invalid(
                "bad_rate", "The assumed rate of bads must lie between 0 and 1.", "Give something like 0.05.", field="target_bad_rate"
            )


def freeze(
    fitted: Fitted, calibration: Calibration | None = None, features: Mapping[str, Described] | None = None, scale: Scale = DEFAULT_SCALE
) -> Scorecard:
    """The card in whole numbers: points by bin, and the PD of every number of points that can be reached.

    Without a calibration the PD is the logistic one at the sample's own rate of bads, with no interval about it. Without `features` the
    columns describe themselves. The card's name is left for its digest to give.
    """
    calibration = calibration or Calibration(Line(0.0, 1.0, ((0.0, 0.0), (0.0, 0.0))), round(fitted.rate * PPM))
    line, shift = calibration.line, prior_shift(fitted.rate, calibration.target_rate_ppm / PPM)
    factor = scale.double / np.log(2.0)
    middle = line.intercept + line.slope * fitted.logistic.intercept + shift
    base = round(scale.anchor - factor * (np.log(scale.odds) + middle))
    attributes = attributes_of(fitted, factor * line.slope, features)
    pairs = tuple(frozen(one, features or _by_name(fitted.columns), factor * line.slope) for one in fitted.crossed)
    every = [[one.points for one in bins] for bins in (*(a.every for a in attributes), *(pair.cells for pair in pairs))]
    least, most = base + sum(map(min, every)), base + sum(map(max, every))
    eta = -(np.arange(least, most + 1) - scale.anchor) / factor - np.log(scale.odds)
    spread = 1.959963984540054 * line.spread((eta - shift - line.intercept) / line.slope)
    tables = [tuple(_millionths(sigmoid(column))) for column in (eta, eta - spread, eta + spread)]
    return Scorecard(
        name="", base_points=base, attributes=attributes, table_from=least, pd_ppm=tables[0], low_ppm=tables[1], high_ppm=tables[2],
        sample_rate_ppm=round(fitted.rate * PPM), target_rate_ppm=calibration.target_rate_ppm, points_to_double=scale.double,
        crossings=pairs,
    )  # fmt: skip


def attributes_of(fitted: Fitted, factor: float, features: Mapping[str, Described] | None = None) -> tuple[Attribute, ...]:
    """The bins of every feature with their points: `factor` points for a unit of the card's log-odds, rounded."""
    described = features or _by_name(fitted.columns)
    return tuple(
        _attribute(described[name], fitted, place, [round(-factor * effect) for effect in fitted.effects[place]])
        for place, name in enumerate(fitted.features)
    )


def _by_name(columns: Sequence[Column]) -> Mapping[str, Described]:
    return {column.name: column for column in columns}


def _millionths(p: Floats) -> list[int]:
    return [int(one) for one in np.clip(np.rint(p * PPM), 1, PPM - 1)]


def _attribute(feature: Described, fitted: Fitted, place: int, points: list[int]) -> Attribute:
    bins, column, woe = fitted.bins[place], fitted.columns[place], fitted.evidence[place]
    names = fitted.categories.get(column.name, ())
    groups = tuple(tuple(names[code] for code in group) for group in bins.groups)
    codes: list[tuple[Code, ...]] = [
        tuple(column.whole(code) if column.kind is Kind.NUMERIC else str(code) for code in group) for group in column.specials
    ]
    ordinary = [listed(group) for group in groups] if groups else labels(feature, bins.cuts)
    named = [*ordinary, *(listed([str(code) for code in group]) for group in column.specials), MISSING]
    every = [
        Bin(label, mark, round(value * PPM), round(good), round(bad))
        for label, mark, value, good, bad in zip(named, points, woe, bins.good, bins.bad, strict=False)
    ]
    reference = round(float(np.average(points[: len(every)], weights=bins.good)))
    specials = tuple(Special(group, one) for group, one in zip(codes, every[bins.ordinary :], strict=False))
    return Attribute(
        feature.name, feature.scale, feature.unit, feature.zh, feature.en, bins.cuts, tuple(every[: bins.ordinary]), every[-1], reference,
        specials, groups, Bin(OTHER, points[-1], round(woe[-1] * PPM), 0, 0) if column.kind is Kind.CATEGORY else None,
    )  # fmt: skip
