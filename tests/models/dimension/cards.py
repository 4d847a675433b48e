"""Cards of dimensions with points drawn at random in each feature's declared direction: whatever training may find is among them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence

from farthing.features.catalogue import CATALOGUE
from farthing.flows.model.dimensions import GROUPS
from farthing.models.dimension.card import DimensionCard, Facet, ScoreKind, silent_bin
from farthing.models.dimension.group import Dimension
from farthing.models.dimension.signals import SILENCE, TRENDS
from farthing.models.scorecard import Attribute, Bin
from farthing.quant.binning import Trend

Vector = Mapping[str, int | None]


def card_about(vectors: Sequence[Vector], seed: int, kind: ScoreKind = ScoreKind.ENTERPRISE) -> DimensionCard:
    """A card that reads all that these vectors hold, cut where they differ, with points that only the directions bind."""
    chance = random.Random(seed)
    facets = []
    for group in GROUPS[kind]:
        attributes = tuple(_attribute(name, [one.get(name) for one in vectors], chance) for name in group.names if name in vectors[0])
        facets.append(facet_of(group.dimension, attributes, chance.randrange(-9, 10)))
    return card_of(facets, kind)


def facet_of(dimension: Dimension, attributes: tuple[Attribute, ...], own: int) -> Facet:
    """A facet with a PD for each of its points."""
    heard = tuple(one.feature for one in attributes if one.feature in SILENCE)
    spread, own_points = (7_000, own) if attributes else (0, 0)
    told = dimension.code, dimension.zh, dimension.en, dimension.purposes, dimension.asked, dimension.prior_ppm, 200_000, spread
    least, most = Facet(*told, own_points, attributes, heard, 0, ()).reach()
    return Facet(*told, own_points, attributes, heard, least, tuple(falling(most - least + 1)))


def card_of(facets: Iterable[Facet], kind: ScoreKind = ScoreKind.ENTERPRISE) -> DimensionCard:
    """The facets under a total."""
    held = tuple(facets)
    least = 600 + sum(facet.reach()[0] for facet in held)
    most = 600 + sum(facet.reach()[1] for facet in held)
    bounds = (350, 950) if kind is ScoreKind.PERSONAL else (None, None)
    return DimensionCard(
        "", kind, 600, held, least, tuple(falling(most - least + 1)), (2_000,) * (most - least + 1), 100_000, 50_000, 20, *bounds
    )


def falling(count: int) -> range:
    """So many PDs, each lower than the one before."""
    return range(900_000, 900_000 - 100 * count, -100)


def _attribute(name: str, values: Sequence[int | None], chance: random.Random) -> Attribute:
    seen = sorted({value for value in values if value is not None} | {0, chance.randrange(-9, 10**6)})
    points = sorted(chance.randrange(-9, 10) for _ in range(len(seen) + 1))
    if TRENDS[name] is Trend.RISING:  # more bads as it grows, so fewer points
        points.reverse()
    bins = tuple(Bin(f"{place}", one, 0, 1, 1) for place, one in enumerate(points))
    feature = CATALOGUE[name]
    missing = Bin("missing", chance.randrange(-9, 10), 0, 1, 1)
    made = Attribute(name, feature.scale, feature.unit, feature.zh, feature.en, tuple(seen), bins, missing, chance.choice(points))
    return silent_bin(made, SILENCE[name]) if name in SILENCE else made
