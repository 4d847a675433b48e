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
from farthing.models.attribute import MISSING, OTHER, Attribute, Bin, Crossing, Special, Value, odd
from farthing.models.columns import Adder, Totals, number_adder, text_adder

_NOTHING = 1 << 200
"""Stands for a missing number while a record is scored: above every value, so that it is one step more."""
_LAST = (1 << 63) - 1
_WHOLE, _WHOLE_OR_NONE, _TEXT_OR_NONE = frozenset({int}), frozenset({int, NoneType}), frozenset({str, NoneType})
__all__ = [
    "MISSING",
    "OTHER",
    "Attribute",
    "Bin",
    "Crossing",
    "Lost",
    "Scorecard",
    "Scorer",
    "Special",
    "Told",
    "Value",
    "decode",
    "encode",
    "named",
    "score_many",
    "score_one",
]
CHUNK = 32_768
"""Rows whose totals stay in the cache while all columns are added to them."""


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
    crossings: tuple[Crossing, ...] = ()

    def __post_init__(self) -> None:
        unread = {side.feature for one in self.crossings for side in (one.first, one.second)} - set(self.features)
        if unread:
            raise Invalid("bad_scorecard", f"Scorecard {self.name} crosses {min(unread)}, which it does not read.", "Train it again.")
        least, most = self.reach()
        if least < self.table_from or most >= self.table_from + len(self.pd_ppm):
            raise Invalid("bad_scorecard", f"Scorecard {self.name} can reach points without a PD.", "Train it again.")
        if any(later > earlier for earlier, later in pairwise(self.pd_ppm)):
            raise Invalid("bad_scorecard", f"Scorecard {self.name} gives a better score a worse PD.", "Train it again.")

    def reach(self) -> tuple[int, int]:
        """The fewest and the most points anyone can have."""
        every = [[one.points for one in attribute.every] for attribute in self.attributes]
        every += [[cell.points for cell in crossing.cells] for crossing in self.crossings]
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
    for crossing in card.crossings:
        found = crossing.find(facts.get(crossing.first.feature), facts.get(crossing.second.feature))
        points += found.points
        contributions.append(Contribution(crossing.feature, found.label, found.points, crossing.reference_points, None))
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

    feature: str
    reference_points: int
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
        every = [*numbers, *texts, *map(_read_crossing, card.crossings)]
        self._features = [one.feature for one in every]
        self._crossed = [_Cell(_placing(one.first), _placing(one.second), one.width) for one in card.crossings]
        self._cuts, self._names = [one.cuts for one in numbers], [one.names for one in texts]
        self._scales = {one.feature: one.scale for one in card.attributes}
        self._points = [tuple(found.points for found in one.bins) for one in every]
        self._lost = [tuple(Lost(one.feature, found.label, found.points, one.reference_points) for found in one.bins) for one in every]
        # one number a bin ranks what it loses, and among equals by name: 0 where nothing is lost
        self._order = sorted(range(len(every)), key=self._features.__getitem__, reverse=True)
        rank = {place: index for index, place in enumerate(self._order)}
        self._losses = [
            tuple(lost.shortfall * len(every) + rank[place] if lost.shortfall > 0 else 0 for lost in bins)
            for place, bins in enumerate(self._lost)
        ]
        self._read_numbers = _reader(self._features[: len(numbers)])
        self._read_texts = _reader(self._features[len(numbers) : len(card.attributes)])

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
        for cell in self._crossed:
            found.append(cell.of(facts))
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
        adders = [self._adder(place, frame, by) for place, by in enumerate(least[: len(card.attributes)])]
        adders += [
            _cell_adder(cell, frame, self._scales, bins) for cell, bins in zip(self._crossed, self._points[len(adders) :], strict=True)
        ]
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
        order = [f"points_{name}" for name in (*card.features, *(one.feature for one in card.crossings))] if parts else []
        return pl.DataFrame({"points": total + np.int64(lowest), **found, **{name: each[name] for name in order}})

    def _adder(self, place: int, frame: pl.DataFrame, least: int) -> Adder:
        """What adds the points of a feature beyond its least."""
        name, points = self._features[place], [point - least for point in self._points[place]]
        if place < len(self._cuts):
            return number_adder(_column(frame, name), self._scales[name], self._cuts[place][:-1], points)
        return text_adder(_column(frame, name), [known for known in self._names[place - len(self._cuts)] if known is not None], points)


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
    return _Read(attribute.feature, attribute.reference_points, (*cuts, _NOTHING), {}, (*steps, attribute.missing))


def _read_text(attribute: Attribute) -> _Read:
    """Categories and special codes by name, missing, and last what is none of them."""
    bins = [(name, one) for group, one in zip(attribute.groups, attribute.bins, strict=True) for name in group]
    bins += [(str(code), special.bin) for special in attribute.specials for code in special.codes]
    names: dict[str | None, int] = {name: place for place, (name, _) in enumerate(bins)}
    last = (attribute.missing, attribute.other or attribute.missing)
    return _Read(attribute.feature, attribute.reference_points, (), names | {None: len(bins)}, (*(one for _, one in bins), *last))


# ---- two features together -------------------------------------------------------------------------------------------


class _Placing(NamedTuple):
    """How one side of a crossing is binned: a number or not, and the place each step stands for."""

    number: bool
    read: _Read
    places: tuple[int, ...]

    def of(self, value: Value) -> int:
        """The place of a value of the right kind."""
        if self.number:
            return self.places[bisect_right(self.read.cuts, _NOTHING if value is None else value)]
        return self.places[self.read.names.get(value, -1)]  # type: ignore[arg-type]

    def adder(self, frame: pl.DataFrame, scales: Mapping[str, int]) -> Adder:
        """What adds the places of a column's rows."""
        column = _column(frame, self.read.feature)
        if self.number:
            return number_adder(column, scales[self.read.feature], self.read.cuts[:-1], self.places)
        return text_adder(column, [known for known in self.read.names if known is not None], self.places)


class _Cell(NamedTuple):
    first: _Placing
    second: _Placing
    width: int

    def of(self, facts: Mapping[str, Value]) -> int:
        """The number of the cell; values were looked at before, since the card reads both by themselves."""
        return self.first.of(facts.get(self.first.read.feature)) * self.width + self.second.of(facts.get(self.second.read.feature))


def _placing(side: Attribute) -> _Placing:
    number = side.other is None
    read = _read_number(side) if number else _read_text(side)
    return _Placing(number, read, tuple(one.points for one in read.bins))


def _read_crossing(crossing: Crossing) -> _Read:
    return _Read(crossing.feature, crossing.reference_points, (), {}, crossing.cells)


def _cell_adder(cell: _Cell, frame: pl.DataFrame, scales: Mapping[str, int], points: Sequence[int]) -> Adder:
    """What adds the points of the cells beyond the least of them."""
    first, second = (side.adder(frame, scales) for side in (cell.first, cell.second))
    worth = np.array(points, dtype=np.int32) - np.int32(min(points))

    def add(rows: slice, total: Totals) -> None:
        row, column = np.zeros(len(total), dtype=np.int32), np.zeros(len(total), dtype=np.int32)
        first(rows, row)
        second(rows, column)
        total += worth[row * cell.width + column]

    return add


def _column(frame: pl.DataFrame, name: str) -> pl.Series:
    """A column; one that is not there is missing."""
    return frame[name] if name in frame.columns else pl.Series(name, [None], dtype=pl.Null).new_from_index(0, frame.height)
