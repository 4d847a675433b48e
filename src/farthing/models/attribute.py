"""A feature on a card, and two that are crossed: bins with their points."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from farthing.domain.errors import Invalid
from farthing.models.reasons import tell

MISSING = "missing"
OTHER = "other"
Value = int | str | None


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin: what it holds in words, its points, and what was seen in development (weight of evidence in millionths)."""

    label: str
    points: int
    woe_ppm: int
    goods: int
    bads: int


@dataclass(frozen=True, slots=True)
class Special:
    """Codes that are not values, and the bin of their own that they share."""

    codes: tuple[int | str, ...]
    bin: Bin


@dataclass(frozen=True, slots=True)
class Attribute:
    """One feature on the card. Bin i holds cuts[i-1] <= value < cuts[i], in the feature's own whole numbers.

    A category has `other`, the bin of what development never saw; bin i then holds the categories groups[i], and there are no cuts.
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
    specials: tuple[Special, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()
    other: Bin | None = None

    def __post_init__(self) -> None:
        codes = [code for special in self.specials for code in special.codes] + [name for group in self.groups for name in group]
        kind = int if self.other is None else str
        held = len(self.cuts) + 1 if self.other is None else len(self.groups)
        if (
            len(self.bins) != held
            or any(earlier >= later for earlier, later in pairwise(self.cuts))
            or len(set(codes)) != len(codes)
            or any(type(code) is not kind for code in codes)
            or (self.groups if self.other is None else self.cuts)
        ):
            raise Invalid("bad_scorecard", f"The bins of {self.feature} do not fit its cuts, groups or special codes.", "Train it again.")

    @property
    def every(self) -> tuple[Bin, ...]:
        """All bins: ordinary, special, missing, and that of unseen categories."""
        last = () if self.other is None else (self.other,)
        return (*self.bins, *(special.bin for special in self.specials), self.missing, *last)

    def find(self, value: Value) -> Bin:
        """The bin a value falls in. `Invalid` on a value that is not of the feature's kind: a wrong score would be silent."""
        if value is None:
            return self.missing
        if type(value) is not (int if self.other is None else str):
            raise odd(self.feature, value, self.other is None)
        for special in self.specials:
            if value in special.codes:
                return special.bin
        if self.other is None:
            return self.bins[bisect_right(self.cuts, value)]
        return next((self.bins[place] for place, group in enumerate(self.groups) if value in group), self.other)


@dataclass(frozen=True, slots=True)
class Crossing:
    """What two features tell together beyond what each tells alone: the cell of the bins that they fall in has points of its own.

    `first` and `second` say how the two are binned here; the points of their bins are the places of rows and columns, from 0. `cells`
    lie row by row.
    """

    first: Attribute
    second: Attribute
    cells: tuple[Bin, ...]
    reference_points: int

    def __post_init__(self) -> None:
        sides = [{one.points for one in side.every} for side in (self.first, self.second)]
        if (
            min(map(min, sides)) < 0
            or len(self.cells) != (max(sides[0]) + 1) * (max(sides[1]) + 1)
            or self.first.feature == self.second.feature
        ):
            raise Invalid("bad_scorecard", f"The cells of {self.feature} do not fit its bins.", "Train it again.")

    @property
    def feature(self) -> str:
        """The name of the pair, as reasons and points tables tell it."""
        return f"{self.first.feature} × {self.second.feature}"

    @property
    def zh(self) -> str:
        """What the pair is called in Chinese."""
        return f"{self.first.zh} × {self.second.zh}"

    @property
    def en(self) -> str:
        """What the pair is called in English."""
        return f"{self.first.en} × {self.second.en}"

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return 1 + max(one.points for one in self.second.every)

    def find(self, first: Value, second: Value) -> Bin:
        """The cell that a case falls in."""
        return self.cells[self.first.find(first).points * self.width + self.second.find(second).points]


def odd(feature: str, value: object, number: bool) -> Invalid:
    """Why a value cannot be read by a card."""
    wanted = "a whole number at the feature's scale" if number else "a category's name"
    return Invalid("bad_value", f"{feature} is {value!r}, not {wanted}.", "Quantise it first: models.table.whole_row.", field=feature)


# ---- in words ---------------------------------------------------------------------------------------------------------


class Described(Protocol):
    """What labels a feature: a feature of the catalogue, or a column of a table."""

    @property
    def name(self) -> str: ...
    @property
    def scale(self) -> int: ...
    @property
    def unit(self) -> str: ...
    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


def labels(feature: Described, cuts: tuple[int, ...]) -> list[str]:
    """What each bin holds, in words."""
    told = [tell(cut, feature.unit, feature.scale) for cut in cuts]
    if not told:
        return ["any"]
    inner = [f"{low} – {high}" for low, high in pairwise(told)]
    return [f"< {told[0]}", *inner, f">= {told[-1]}"]


def listed(names: Sequence[str], most: int = 6) -> str:
    """Names in a row, the first few where they are many."""
    more = f" … ({len(names)})" if len(names) > most else ""
    return ", ".join(names[:most]) + more
