"""The frozen artefact: whole points by dimension and by feature that add up to the total, and what the total stands for.

A dimension that is off, or of which nothing is there, adds 0 points, the documented neutral value: it says that the party is as likely
to fail as the sample. The total is then less certain by the spread that the dimension would have had.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from math import isqrt

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.evidence import ConsentPurpose
from farthing.domain.ids import Prefix, derived_id
from farthing.domain.score import Contribution
from farthing.models.scorecard import Attribute, Bin, Value

WITHHELD = "withheld"
MILLI = 1_000
_TWO_SIDED = 1_960
"""1.960 standard errors on each side are 95 %, in thousandths."""


class ScoreKind(StrEnum):
    """Whom a card of dimensions scores."""

    ENTERPRISE = "enterprise"
    PERSONAL = "personal"


class Standing(StrEnum):
    """How a dimension stands in one score."""

    ON = "on"
    WITHHELD = "withheld"  # no consent that runs allows it
    NOT_ASKED = "not_asked"  # off unless consented to by name, and it was not
    ABSENT = "absent"  # allowed, and nothing of it is there
    IDLE = "idle"  # in development it told nothing that the others had not


@dataclass(frozen=True, slots=True)
class Facet:
    """One dimension on the card. `own_points` stand beside those of its features whenever it is on.

    `prior_ppm` is the stated share of the total's spread and `share_ppm` the fitted one. `spread_milli` is what is not known when it
    is off, in thousandths of a point. Entry i of `pd_ppm` is the PD that the dimension alone gives `table_from + i` of its points.
    """

    code: str
    zh: str
    en: str
    purposes: tuple[ConsentPurpose, ...]
    asked: bool
    prior_ppm: int
    share_ppm: int
    spread_milli: int
    own_points: int
    attributes: tuple[Attribute, ...]
    heard: tuple[str, ...]
    table_from: int
    pd_ppm: tuple[int, ...]

    def reach(self) -> tuple[int, int]:
        """The fewest and the most points it can add, off included."""
        every = [[0, *(one.points for one in attribute.every)] for attribute in self.attributes]
        least, most = self.own_points + sum(map(min, every)), self.own_points + sum(map(max, every))
        return min(0, least), max(0, most)


@dataclass(frozen=True, slots=True)
class DimensionCard:
    """A total of dimensions. Entry i of `pd_ppm` is for `table_from + i` points, in millionths, never rising; entry i of `spread_milli` is
    how sure the calibration is there with everything on, in thousandths of a point.

    A score shown is held within `floor` and `ceiling` where they are given; the PD is that of the points as they are.
    """

    name: str
    kind: ScoreKind
    base_points: int
    facets: tuple[Facet, ...]
    table_from: int
    pd_ppm: tuple[int, ...]
    spread_milli: tuple[int, ...]
    sample_rate_ppm: int
    target_rate_ppm: int
    points_to_double: int
    floor: int | None = None
    ceiling: int | None = None

    def __post_init__(self) -> None:
        least, most = self.reach()
        if least < self.table_from or most >= self.table_from + len(self.pd_ppm) or len(self.spread_milli) != len(self.pd_ppm):
            raise Invalid("bad_scorecard", f"Card {self.name} can reach points without a PD.", "Train it again.")
        tables = (self.pd_ppm, *(facet.pd_ppm for facet in self.facets))
        if any(later > earlier for table in tables for earlier, later in pairwise(table)):
            raise Invalid("bad_scorecard", f"Card {self.name} gives a better score a worse PD.", "Train it again.")

    def reach(self) -> tuple[int, int]:
        """The fewest and the most points anyone can have."""
        every = [facet.reach() for facet in self.facets]
        return self.base_points + sum(least for least, _ in every), self.base_points + sum(most for _, most in every)

    @property
    def features(self) -> tuple[str, ...]:
        """What the card reads."""
        return tuple(attribute.feature for facet in self.facets for attribute in facet.attributes)

    @property
    def asked(self) -> tuple[str, ...]:
        """The dimensions that are off unless consented to by name."""
        return tuple(facet.code for facet in self.facets if facet.asked)

    def pd_of(self, points: int) -> int:
        """The PD in millionths; the first or the last of the table beyond it."""
        return self.pd_ppm[min(max(points - self.table_from, 0), len(self.pd_ppm) - 1)]


@dataclass(frozen=True, slots=True)
class FacetScore:
    """What one dimension added, what a usual good customer's adds, and the PD that it alone speaks for (None: it says nothing)."""

    code: str
    standing: Standing
    points: int
    reference_points: int
    pd_ppm: int | None
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """A total with all its parts: `points` = `base_points` + the facets' points, each = its own points + its contributions'.

    `score` is `points` held within the card's floor and ceiling.
    """

    model: str
    score: int
    points: int
    base_points: int
    pd_ppm: int
    low_pd_ppm: int
    high_pd_ppm: int
    facets: tuple[FacetScore, ...]


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be looked at of one party: dimensions that are off, and features of the others that are withheld."""

    off: Collection[str] = ()
    withheld: Collection[str] = ()


def score_dimensions(card: DimensionCard, facts: Mapping[str, Value], allowed: Allowed | None = None) -> DimensionScore:
    """The score of one party. Without `allowed`, everything may be looked at but what must be asked for by name."""
    may = allowed or Allowed(off=card.asked)
    facets = tuple(_facet_score(facet, facts, may) for facet in card.facets)
    points = card.base_points + sum(facet.points for facet in facets)
    unknown = sum(
        facet.spread_milli**2
        for facet, one in zip(card.facets, facets, strict=True)
        if one.standing in (Standing.WITHHELD, Standing.ABSENT)
    )
    band = isqrt(_TWO_SIDED**2 * (card.spread_milli[points - card.table_from] ** 2 + unknown)) // (MILLI * MILLI)
    score = points if card.floor is None or card.ceiling is None else min(max(points, card.floor), card.ceiling)
    return DimensionScore(
        card.name, score, points, card.base_points, card.pd_of(points), card.pd_of(points + band), card.pd_of(points - band), facets
    )


def _facet_score(facet: Facet, facts: Mapping[str, Value], allowed: Allowed) -> FacetScore:
    standing = _standing(facet, facts, allowed)
    if standing is not Standing.ON:
        return FacetScore(facet.code, standing, 0, 0, None, ())
    contributions = tuple(_contribution(attribute, facts, allowed) for attribute in facet.attributes)
    points = facet.own_points + sum(one.points for one in contributions)
    reference = facet.own_points + sum(one.reference_points for one in contributions)
    return FacetScore(facet.code, standing, points, reference, facet.pd_ppm[points - facet.table_from], contributions)


def _standing(facet: Facet, facts: Mapping[str, Value], allowed: Allowed) -> Standing:
    if not facet.attributes:
        return Standing.IDLE
    read = [name for name in (attribute.feature for attribute in facet.attributes) if name not in allowed.withheld]
    if facet.code in allowed.off or not read:
        return Standing.NOT_ASKED if facet.asked else Standing.WITHHELD
    there = any(facts.get(name) is not None or name in facet.heard for name in read)
    return Standing.ON if there else Standing.ABSENT


def _contribution(attribute: Attribute, facts: Mapping[str, Value], allowed: Allowed) -> Contribution:
    if attribute.feature in allowed.withheld:
        return Contribution(attribute.feature, WITHHELD, 0, 0, None)
    value = facts.get(attribute.feature)
    found = attribute.find(value)
    return Contribution(attribute.feature, found.label, found.points, attribute.reference_points, value)


def lost(score: DimensionScore, most: int = 4) -> tuple[Contribution, ...]:
    """The features that cost points against a usual good customer, the dearest first: true reasons."""
    every = [one for facet in score.facets for one in facet.contributions if one.shortfall > 0]
    return tuple(sorted(every, key=lambda one: (-one.shortfall, one.feature))[:most])


def named(card: DimensionCard) -> DimensionCard:
    """The card under the id that follows from its content."""
    return replace(card, name=derived_id(Prefix.MODEL, canon.digest(replace(card, name="")).hex()))


def encode(card: DimensionCard) -> bytes:
    """The artefact: canonical bytes, hashed for the model's name and its card."""
    return canon.encode(card)


def decode(artefact: bytes) -> DimensionCard:
    """The card behind its bytes; `Invalid` where they are another kind of model's."""
    try:
        return canon.decode(DimensionCard, artefact)
    except (TypeError, KeyError, ValueError):
        raise Invalid("not_dimensions", "This model is no score of dimensions.", "Ask for one: farthing model list.") from None


def silent_bin(attribute: Attribute, value: int) -> Attribute:
    """The attribute whose missing values fall where what silence stands for falls."""
    found = attribute.bins[bisect_right(attribute.cuts, value)]
    return replace(attribute, missing=Bin(attribute.missing.label, found.points, found.woe_ppm, 0, 0))
