"""From fitted weights to whole points: what a dimension adds, what that alone stands for, and the PD of the total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from farthing.models.attribute import Described
from farthing.models.dimension.card import MILLI, DimensionCard, Facet, ScoreKind, silent_bin
from farthing.models.dimension.fit import Part, Total
from farthing.models.dimension.group import PPM
from farthing.models.fit import DEFAULT_SCALE, Scale, attributes_of
from farthing.quant.binning import Floats
from farthing.quant.calibration import prior_shift
from farthing.quant.logistic import logit, sigmoid


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a total is read: whom it scores, its scale, the assumed rate of bads (None: the sample's own), and where a score shown ends."""

    kind: ScoreKind = ScoreKind.ENTERPRISE
    scale: Scale = DEFAULT_SCALE
    target_rate_ppm: int | None = None
    floor: int | None = None
    ceiling: int | None = None


def freeze_total(total: Total, shown: Presentation, features: Mapping[str, Described] | None = None) -> DimensionCard:
    """The card in whole numbers. Its name is left for its digest to give."""
    target = shown.target_rate_ppm or round(total.rate * PPM)
    shift = prior_shift(total.rate, target / PPM)
    factor = shown.scale.double / float(np.log(2.0))
    middle = total.line.intercept + total.line.slope * total.intercept + shift
    base = round(shown.scale.anchor - factor * (float(np.log(shown.scale.odds)) + middle))
    spread = sum(part.weight * part.spread for part in total.parts)
    facets = tuple(_facet(part, factor * total.line.slope * part.weight, (total.rate, target), spread, features) for part in total.parts)
    reaches = [facet.reach() for facet in facets]
    least, most = base + sum(low for low, _ in reaches), base + sum(high for _, high in reaches)
    eta = -(np.arange(least, most + 1) - shown.scale.anchor) / factor - np.log(shown.scale.odds)
    sure = factor * total.line.spread((eta - shift - total.line.intercept) / total.line.slope)
    return DimensionCard(
        name="", kind=shown.kind, base_points=base, facets=facets, table_from=least, pd_ppm=_millionths(sigmoid(eta)),
        spread_milli=tuple(int(one) for one in np.rint(MILLI * sure)), sample_rate_ppm=round(total.rate * PPM), target_rate_ppm=target,
        points_to_double=shown.scale.double, floor=shown.floor, ceiling=shown.ceiling,
    )  # fmt: skip


def _facet(part: Part, factor: float, rates: tuple[float, int], spread: float, features: Mapping[str, Described] | None) -> Facet:
    """`factor` points for a unit of the dimension's evidence; `rates`: the sample's, and the one assumed in millionths."""
    dimension, silence = part.group.dimension, part.group.silence
    told = dimension.code, dimension.zh, dimension.en, dimension.purposes, dimension.asked, dimension.prior_ppm
    if part.fitted is None or factor <= 0.0:
        return Facet(*told, 0, 0, 0, (), (), 0, (rates[1],))
    found = attributes_of(part.fitted, factor * part.line.slope, features)
    attributes = tuple(silent_bin(one, silence[one.feature]) if one.feature in silence else one for one in found)
    constant = part.line.intercept + part.line.slope * part.fitted.logistic.intercept - float(logit(np.array([rates[0]]))[0])
    bare = Facet(
        *told, round(PPM * part.weight * part.spread / spread), round(MILLI * factor * part.spread), round(-factor * constant), attributes,
        tuple(one.feature for one in attributes if one.feature in silence), 0, (),
    )  # fmt: skip
    least, most = bare.reach()
    alone = float(logit(np.array([rates[1] / PPM]))[0]) - np.arange(least, most + 1) / factor
    return Facet(*told, bare.share_ppm, bare.spread_milli, bare.own_points, attributes, bare.heard, least, _millionths(sigmoid(alone)))


def _millionths(p: Floats) -> tuple[int, ...]:
    return tuple(int(one) for one in np.clip(np.rint(p * PPM), 1, PPM - 1))
