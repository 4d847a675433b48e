"""Fitting a scorecard: bin each candidate, choose few, weigh them, and freeze points.

Everything that looks at outcomes is in `develop`, so that validation can run all of it inside each fold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from farthing.domain.errors import Invalid
from farthing.domain.feature import Feature
from farthing.models.reasons import Candidate, tell
from farthing.models.sample import Sample
from farthing.models.scorecard import MISSING, Attribute, Bin, Scorecard
from farthing.quant.binning import Bins, Floats, Rules, bin_feature
from farthing.quant.calibration import Line, prior_shift
from farthing.quant.logistic import Logistic, fit_logistic, sigmoid
from farthing.quant.woe import information_value

POINTS_TO_DOUBLE = 20
ANCHOR_POINTS, ANCHOR_ODDS = 600, 19.0  # 600 points is a PD of 5 %
PPM = 1_000_000
LEAST_SLOPE = 0.1
RULES = Rules(prebins=10, most=4, least_share=0.1, smoothing=1.0)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a card is fitted. Few features and wide bins by default: a small sample supports no more.

    A feature is chosen for every `bads_a_feature` cases of the rarer outcome, at most `most_features`.
    """

    most_features: int = 5
    bads_a_feature: int = 4
    most_correlation: float = 0.7
    least_value: float = 0.1
    ridge: float = 1.0
    rules: Rules = RULES


@dataclass(frozen=True, slots=True)
class Fitted:
    """A card before it is frozen: chosen features with their bins, and the weights of their evidence."""

    features: tuple[str, ...]
    bins: tuple[Bins, ...]
    evidence: tuple[tuple[float, ...], ...]
    logistic: Logistic

    def eta(self, sample: Sample) -> Floats:
        """Log-odds of bad of every case, at the sample's own rate of bads."""
        columns = [_evidence(sample, name, bins, woe) for name, bins, woe in zip(self.features, self.bins, self.evidence, strict=True)]
        return self.logistic.predict(np.column_stack(columns))


def develop(sample: Sample, candidates: Sequence[Candidate], settings: Settings) -> Fitted:
    """Bin, select and fit on this sample alone. Raises `Invalid` when no candidate tells bads from goods.

    Candidates are taken by information value; one too like a chosen one (correlation of evidence) is passed over, and one whose
    weight comes out against its direction is dropped.
    """
    binned = {c.feature: _bin(sample, c, settings) for c in candidates if c.feature in sample.columns}
    values = {name: information_value(np.array(bins.good), np.array(bins.bad), settings.rules.smoothing) for name, bins in binned.items()}
    ranked = sorted((name for name in binned if values[name] >= settings.least_value), key=lambda name: (-values[name], name))
    room = max(1, min(settings.most_features, min(int(sample.bad.sum()), int((~sample.bad).sum())) // settings.bads_a_feature))
    chosen: dict[str, Floats] = {}
    woes = {name: _safe_woe(binned[name], settings.rules.smoothing) for name in ranked}
    for name in ranked:
        column = _evidence(sample, name, binned[name], woes[name])
        if len(chosen) < room and all(_alike(column, other) <= settings.most_correlation for other in chosen.values()):
            chosen[name] = column
    if not chosen:
        raise Invalid("no_signal", "No candidate feature tells bads from goods in this sample.", "Bring more evidence or outcomes.")
    logistic = fit_logistic(np.column_stack(list(chosen.values())), sample.bad, sample.weight, settings.ridge, sign=-1)
    kept = [place for place, weight in enumerate(logistic.coefficients) if weight != 0.0]
    names = [list(chosen)[place] for place in kept]
    thinned = replace(logistic, coefficients=tuple(logistic.coefficients[place] for place in kept))
    return Fitted(tuple(names), tuple(binned[name] for name in names), tuple(woes[name] for name in names), thinned)


def _bin(sample: Sample, candidate: Candidate, settings: Settings) -> Bins:
    value, missing = sample.columns[candidate.feature]
    return bin_feature(value, missing, sample.bad, sample.weight, replace(settings.rules, trend=candidate.trend))


def _safe_woe(bins: Bins, smoothing: float) -> tuple[float, ...]:
    """Evidence by bin. Where nothing was ever missing, a missing value counts as the worst bin seen: silence earns nothing."""
    woe = bins.woe(smoothing).tolist()
    if bins.good[-1] + bins.bad[-1] == 0:
        woe[-1] = min(woe[:-1])
    return tuple(woe)


def _evidence(sample: Sample, name: str, bins: Bins, woe: tuple[float, ...]) -> Floats:
    value, missing = sample.columns[name]
    return np.array(woe)[bins.place(value, missing)]


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


def freeze(fitted: Fitted, calibration: Calibration, sample: Sample, features: Mapping[str, Feature]) -> Scorecard:
    """The card in whole numbers: points by bin, and the PD of every number of points that can be reached.

    600 points is a PD of 5 %, and 20 points more halve the odds of bad. The card's name is left for its digest to give.
    """
    rate, line = float(sample.bad.mean()), calibration.line
    shift = prior_shift(rate, calibration.target_rate_ppm / PPM)
    factor = POINTS_TO_DOUBLE / np.log(2.0)
    weights = [line.slope * weight for weight in fitted.logistic.coefficients]
    middle = line.intercept + line.slope * fitted.logistic.intercept + shift
    base = round(ANCHOR_POINTS - factor * (np.log(ANCHOR_ODDS) + middle))
    attributes = tuple(
        _attribute(features[feature], bins, woe, [round(-factor * weight * value) for value in woe], sample)
        for feature, bins, woe, weight in zip(fitted.features, fitted.bins, fitted.evidence, weights, strict=True)
    )
    least = base + sum(min(one.points for one in (*a.bins, a.missing)) for a in attributes)
    most = base + sum(max(one.points for one in (*a.bins, a.missing)) for a in attributes)
    eta = -(np.arange(least, most + 1) - ANCHOR_POINTS) / factor - np.log(ANCHOR_ODDS)
    spread = 1.959963984540054 * line.spread((eta - shift - line.intercept) / line.slope)
    tables = [tuple(_millionths(sigmoid(column))) for column in (eta, eta - spread, eta + spread)]
    return Scorecard(
        name="", base_points=base, attributes=attributes, table_from=least, pd_ppm=tables[0], low_ppm=tables[1], high_ppm=tables[2],
        sample_rate_ppm=round(rate * PPM), target_rate_ppm=calibration.target_rate_ppm, points_to_double=POINTS_TO_DOUBLE,
    )  # fmt: skip


def _millionths(p: Floats) -> list[int]:
    return [int(one) for one in np.clip(np.rint(p * PPM), 1, PPM - 1)]


def _attribute(feature: Feature, bins: Bins, woe: tuple[float, ...], points: list[int], sample: Sample) -> Attribute:
    labels = [*_labels(feature, bins.cuts), MISSING]
    every = [
        Bin(label, mark, round(value * PPM), round(good), round(bad))
        for label, mark, value, good, bad in zip(labels, points, woe, bins.good, bins.bad, strict=True)
    ]
    value, missing = sample.columns[feature.name]
    place = bins.place(value, missing)[~sample.bad]
    reference = round(float(np.array(points)[place].mean()))
    return Attribute(feature.name, feature.scale, feature.unit, feature.zh, feature.en, bins.cuts, tuple(every[:-1]), every[-1], reference)


def _labels(feature: Feature, cuts: tuple[int, ...]) -> list[str]:
    """What each bin holds, in words."""
    told = [tell(cut, feature.unit, feature.scale) for cut in cuts]
    if not told:
        return ["any"]
    inner = [f"{low} – {high}" for low, high in pairwise(told)]
    return [f"< {told[0]}", *inner, f">= {told[-1]}"]
