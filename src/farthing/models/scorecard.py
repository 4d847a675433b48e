"""The scorecard: a frozen artefact of whole numbers that scores one applicant, a million rows or a database table alike to the last bit.

`score_one` says what a card means, `Scorer` makes that quick, and `models.sql` writes it as a query. To be quick, a number's bins,
special codes and all, are one step function over the whole numbers: a code is a step up to its bin and one back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import getitem, itemgetter
from types import NoneType
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.ids import Prefix, derived_id
from farthing.domain.score import Contribution, Score
from farthing.models.columns import Adder, number_adder, text_adder

MISSING = "missing"
OTHER = "other"
Value = int | str | None
_NOTHING = 1 << 200
"""Stands for a missing number while a record is scored: above every value, so that it is one step more."""
_LAST = (1 << 63) - 1
_WHOLE, _WHOLE_OR_NONE, _TEXT_OR_NONE = frozenset({int}), frozenset({int, NoneType}), frozenset({str, NoneType})
CHUNK = 32_768
"""Rows whose totals stay in the cache while all columns are added to them."""


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


def odd(feature: str, value: object, number: bool) -> Invalid:
    """Why a value cannot be read by a card."""
    wanted = "a whole number at the feature's scale" if number else "a category's name"
    return Invalid("bad_value", f"{feature} is {value!r}, not {wanted}.", "Quantise it first: models.table.whole_row.", field=feature)


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
        if any(later > earlier for earlier, later in pairwise(self.pd_ppm)):
            raise Invalid("bad_scorecard", f"Scorecard {self.name} gives a better score a worse PD.", "Train it again.")

    def reach(self) -> tuple[int, int]:
        """The fewest and the most points anyone can have."""
        every = [[one.points for one in attribute.every] for attribute in self.attributes]
        return self.base_points + sum(map(min, every)), self.base_points + sum(map(max, every))

    @property
    def features(self) -> tuple[str, ...]:
        """What the card reads."""
        return tuple(attribute.feature for attribute in self.attributes)


def score_one(card: Scorecard, facts: Mapping[str, Value]) -> Score:
    """The score of one applicant with all its parts; a feature that is None or not there is missing."""
    points = card.base_points
    contributions = []
    for attribute in card.attributes:
        value = facts.get(attribute.feature)
        found = attribute.find(value)
        points += found.points
        contributions.append(Contribution(attribute.feature, found.label, found.points, attribute.reference_points, value))
    place = points - card.table_from
    return Score(card.name, points, card.pd_ppm[place], tuple(contributions), card.low_ppm[place], card.high_ppm[place])


def named(card: Scorecard) -> Scorecard:
    """The card under the id that follows from its content."""
    return replace(card, name=derived_id(Prefix.MODEL, canon.digest(replace(card, name="")).hex()))


def encode(card: Scorecard) -> bytes:
    """The artefact: canonical bytes, hashed for the model's name and its card."""
    return canon.encode(card)


def decode(artefact: bytes) -> Scorecard:
    """The scorecard behind its bytes; those written before specials and categories existed have none."""
    return canon.decode(Scorecard, artefact)


# ---- the same, quick -------------------------------------------------------------------------------------------------


class Lost(NamedTuple):
    """A feature that cost points against the reference, and the bin that it fell in."""

    feature: str
    bin: str
    points: int
    reference_points: int

    @property
    def shortfall(self) -> int:
        """Points below the reference: what a true reason is ranked by."""
        return self.reference_points - self.points


class Told(NamedTuple):
    """Points, the PD they stand for in millionths, and the features that cost most against the reference, the dearest first."""

    points: int
    pd_ppm: int
    reasons: tuple[Lost, ...]


class _Read(NamedTuple):
    """A feature as one record needs it: what finds a step (`cuts` of a number, `names` of a category) and what each step is."""

    attribute: Attribute
    cuts: tuple[int, ...]
    names: dict[str | None, int]
    bins: tuple[Bin, ...]


class Scorer:
    """A card made ready once and used often.

    `tell` is for one record, `many` for a frame. Both give the points and PDs of `score_one`: a law (`tests/laws/test_scorecard.py`).
    """

    def __init__(self, card: Scorecard) -> None:
        self.card = card
        numbers = [_read_number(attribute) for attribute in card.attributes if attribute.other is None]
        texts = [_read_text(attribute) for attribute in card.attributes if attribute.other is not None]
        every = [*numbers, *texts]
        self._features = [one.attribute.feature for one in every]
        self._cuts, self._names = [one.cuts for one in numbers], [one.names for one in texts]
        self._scales = [one.attribute.scale for one in numbers]
        self._points = [tuple(found.points for found in one.bins) for one in every]
        self._lost = [
            tuple(Lost(one.attribute.feature, found.label, found.points, one.attribute.reference_points) for found in one.bins)
            for one in every
        ]
        # one number a bin ranks what it loses, and among equals by name: 0 where nothing is lost
        self._order = sorted(range(len(every)), key=self._features.__getitem__, reverse=True)
        rank = {place: index for index, place in enumerate(self._order)}
        self._losses = [
            tuple(lost.shortfall * len(every) + rank[place] if lost.shortfall > 0 else 0 for lost in bins)
            for place, bins in enumerate(self._lost)
        ]
        self._read_numbers = _reader(self._features[: len(numbers)])
        self._read_texts = _reader(self._features[len(numbers) :])

    def tell(self, facts: Mapping[str, Value], most: int = 4) -> Told:
        """One record with at most so many ranked reasons; a feature that is None or not there is missing."""
        numbers, texts = self._read_numbers(facts), self._read_texts(facts)
        if not _WHOLE.issuperset(map(type, numbers)):
            if not _WHOLE_OR_NONE.issuperset(map(type, numbers)):
                raise self._odd(numbers, int, 0)
            numbers = [_NOTHING if value is None else value for value in numbers]
        if not _TEXT_OR_NONE.issuperset(map(type, texts)):
            raise self._odd(texts, str, len(numbers))
        found = list(map(bisect_right, self._cuts, numbers))
        found += [names.get(value, -1) for names, value in zip(self._names, texts, strict=True)]
        points = sum(map(getitem, self._points, found), self.card.base_points)
        losses, count = sorted(filter(None, map(getitem, self._losses, found)), reverse=True), len(found)
        places = [self._order[loss % count] for loss in losses[:most]]
        return Told(points, self.card.pd_ppm[points - self.card.table_from], tuple([self._lost[at][found[at]] for at in places]))

    def _odd(self, values: Sequence[Any], kind: type, first: int) -> Invalid:
        place = next(place for place, value in enumerate(values) if value is not None and type(value) is not kind)
        return odd(self._features[first + place], values[place], kind is int)

    def many(self, frame: pl.DataFrame, parts: bool = False) -> pl.DataFrame:
        """The same for every row: `points`, `pd_ppm`, `low_pd_ppm`, `high_pd_ppm`, and with `parts` `points_<feature>`.

        A column of integers holds whole numbers at the feature's scale, as facts do. One of floats holds numbers as they are, and is
        rounded on the way as `models.table` rounds it. Categories are strings. A column not there is missing.
        """
        card, rows = self.card, frame.height
        least = [min(bins) for bins in self._points]
        adders = [self._adder(place, frame, by) for place, by in enumerate(least)]
        total = np.zeros(rows, dtype=np.int32)
        own = {f"points_{name}": np.zeros(rows if parts else 0, dtype=np.int32) for name in self._features}
        for begin in range(0, rows, CHUNK):
            some = slice(begin, begin + CHUNK)
            for add, part in zip(adders, own.values(), strict=True):
                add(some, part[some] if parts else total[some])
        total += sum(own.values()) if parts else np.int32(0)
        lowest = card.base_points + sum(least)
        tables = {"pd_ppm": card.pd_ppm, "low_pd_ppm": card.low_ppm, "high_pd_ppm": card.high_ppm}
        found = {name: np.take(np.array(table[lowest - card.table_from :], dtype=np.int64), total) for name, table in tables.items()}
        each = {name: part + np.int64(by) for (name, part), by in zip(own.items(), least, strict=True)} if parts else {}
        order = [f"points_{attribute.feature}" for attribute in card.attributes] if parts else []
        return pl.DataFrame({"points": total + np.int64(lowest), **found, **{name: each[name] for name in order}})

    def _adder(self, place: int, frame: pl.DataFrame, least: int) -> Adder:
        """What adds the points of a feature beyond its least."""
        name, points = self._features[place], [point - least for point in self._points[place]]
        nothing = pl.Series(name, [None], dtype=pl.Null)
        column = frame[name] if name in frame.columns else nothing.new_from_index(0, frame.height)
        if place < len(self._cuts):
            return number_adder(column, self._scales[place], self._cuts[place][:-1], points)
        return text_adder(column, [known for known in self._names[place - len(self._cuts)] if known is not None], points)


def score_many(card: Scorecard, frame: pl.DataFrame, parts: bool = False) -> pl.DataFrame:
    """`Scorer(card).many(frame, parts)`."""
    return Scorer(card).many(frame, parts)


def _reader(names: Sequence[str]) -> Callable[[Mapping[str, Value]], Sequence[Any]]:
    """What reads these from a record, None where they are not there."""
    if len(names) < 2:
        return lambda facts: [facts.get(name) for name in names]
    every = itemgetter(*names)

    def read(facts: Mapping[str, Value]) -> Sequence[Any]:
        try:
            return every(facts)  # type: ignore[no-any-return]
        except KeyError:
            return [facts.get(name) for name in names]

    return read


def _read_number(attribute: Attribute) -> _Read:
    """The step function of a number, a missing one above all others."""
    codes = {int(code): special.bin for special in attribute.specials for code in special.codes}
    cuts = sorted({*attribute.cuts, *codes, *(code + 1 for code in codes if code < _LAST)})
    steps = (attribute.bins[0], *(codes.get(cut) or attribute.bins[bisect_right(attribute.cuts, cut)] for cut in cuts))
    return _Read(attribute, (*cuts, _NOTHING), {}, (*steps, attribute.missing))


def _read_text(attribute: Attribute) -> _Read:
    """Categories and special codes by name, missing, and last what is none of them."""
    bins = [(name, one) for group, one in zip(attribute.groups, attribute.bins, strict=True) for name in group]
    bins += [(str(code), special.bin) for special in attribute.specials for code in special.codes]
    names: dict[str | None, int] = {name: place for place, (name, _) in enumerate(bins)}
    last = (attribute.missing, attribute.other or attribute.missing)
    return _Read(attribute, (), names | {None: len(bins)}, (*(one for _, one in bins), *last))
