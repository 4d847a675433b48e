"""The scorecard: a frozen artefact of whole numbers that scores one applicant or a million, alike to the last bit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.ids import Prefix, derived_id
from farthing.domain.score import Contribution, Score

MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin: what it holds in words, its points, and what was seen in development (weight of evidence in millionths)."""

    label: str
    points: int
    woe_ppm: int
    goods: int
    bads: int


@dataclass(frozen=True, slots=True)
class Attribute:
    """One feature on the card. Bin i holds cuts[i-1] <= value < cuts[i], in the feature's own whole numbers.

    `reference_points` are what a usual good customer of the sample earns here: a true reason is a shortfall against it.
    """

    feature: str
    scale: int
    unit: str
    zh: str
    en: str
    cuts: tuple[int, ...]
    bins: tuple[Bin, ...]
    missing: Bin
    reference_points: int

    def find(self, value: int | None) -> Bin:
        """The bin a value falls in."""
        return self.missing if value is None else self.bins[bisect_right(self.cuts, value)]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Points, and the table that turns points into a PD: entry i is for `table_from + i` points, in millionths, never rising.

    `low_ppm` and `high_ppm` bound the PD by what the calibration sample could tell (95 %).
    """

    name: str
    base_points: int
    attributes: tuple[Attribute, ...]
    table_from: int
    pd_ppm: tuple[int, ...]
    low_ppm: tuple[int, ...]
    high_ppm: tuple[int, ...]
    sample_rate_ppm: int
    target_rate_ppm: int
    points_to_double: int

    def __post_init__(self) -> None:
        least, most = self.reach()
        if least < self.table_from or most >= self.table_from + len(self.pd_ppm):
            raise Invalid("bad_scorecard", f"Scorecard {self.name} can reach points without a PD.", "Train it again.")
        if any(later > earlier for earlier, later in zip(self.pd_ppm, self.pd_ppm[1:], strict=False)):
            raise Invalid("bad_scorecard", f"Scorecard {self.name} gives a better score a worse PD.", "Train it again.")

    def reach(self) -> tuple[int, int]:
        """The fewest and the most points anyone can have."""
        every = [[one.points for one in (*attribute.bins, attribute.missing)] for attribute in self.attributes]
        return self.base_points + sum(map(min, every)), self.base_points + sum(map(max, every))

    @property
    def features(self) -> tuple[str, ...]:
        """What the card reads."""
        return tuple(attribute.feature for attribute in self.attributes)


def score_one(card: Scorecard, facts: Mapping[str, int | None]) -> Score:
    """The score of one applicant; a feature that is None or not there is missing."""
    points = card.base_points
    contributions = []
    for attribute in card.attributes:
        value = facts.get(attribute.feature)
        found = attribute.find(value)
        points += found.points
        contributions.append(Contribution(attribute.feature, found.label, found.points, attribute.reference_points, value))
    place = points - card.table_from
    return Score(card.name, points, card.pd_ppm[place], tuple(contributions), card.low_ppm[place], card.high_ppm[place])


def score_many(card: Scorecard, frame: pl.DataFrame) -> pl.DataFrame:
    """The same for every row: `points`, `pd_ppm`, `low_pd_ppm`, `high_pd_ppm`, and `points_<feature>`. A column not there is missing."""
    parts = {f"points_{attribute.feature}": _points(attribute, frame) for attribute in card.attributes}
    points = np.full(frame.height, card.base_points, dtype=np.int64)
    for part in parts.values():
        points = points + part
    tables = {"pd_ppm": card.pd_ppm, "low_pd_ppm": card.low_ppm, "high_pd_ppm": card.high_ppm}
    found = {name: np.array(table, dtype=np.int64)[points - card.table_from] for name, table in tables.items()}
    return pl.DataFrame({"points": points, **found, **parts})


def _points(attribute: Attribute, frame: pl.DataFrame) -> npt.NDArray[np.int64]:
    points = np.array([one.points for one in (*attribute.bins, attribute.missing)], dtype=np.int64)
    if attribute.feature not in frame.columns:
        return np.full(frame.height, points[-1])
    column = frame[attribute.feature]
    place = np.searchsorted(np.array(attribute.cuts, dtype=np.int64), column.fill_null(0).to_numpy(), side="right")
    return points[np.where(column.is_null().to_numpy(), len(points) - 1, place)]


def named(card: Scorecard) -> Scorecard:
    """The card under the id that follows from its content."""
    return replace(card, name=derived_id(Prefix.MODEL, canon.digest(replace(card, name="")).hex()))


def encode(card: Scorecard) -> bytes:
    """The artefact: canonical bytes, hashed for the model's name and its card."""
    return canon.encode(card)


def decode(artefact: bytes) -> Scorecard:
    """The scorecard behind its bytes."""
    return canon.decode(Scorecard, artefact)
