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
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.ids import Prefix, derived_id
from farthing.domain.score import Contribution, Score
from farthing.quant.placing import Ints, fixed, kernels_for

MISSING = "missing"
OTHER = "other"
Value = int | str | None
_NOTHING = 1 << 200
"""Stands for a missing number while a record is scored: above every value, so that it is one step more."""
_LAST = (1 << 63) - 1
_ONLY_WHOLE = frozenset({int})


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


class Told(NamedTuple):
    """Points, the PD they stand for in millionths, and the features that cost most against the reference, the dearest first."""

    points: int
    pd_ppm: int
    reasons: tuple[Contribution, ...]


class _Steps(NamedTuple):
    """A number's step function: from each cut on, below the first of them too, the place of the bin among `Attribute.every`."""

    cuts: tuple[int, ...]
    places: tuple[int, ...]


class Scorer:
    """A card made ready once and used often.

    `tell` is for one record, `many` for a frame. Both give the points and PDs of `score_one`: a law (`tests/laws/test_scorecard.py`).
    """

    def __init__(self, card: Scorecard) -> None:
        self.card = card
        numbers = [attribute for attribute in card.attributes if attribute.other is None]
        texts = [attribute for attribute in card.attributes if attribute.other is not None]
        self._attributes = (*numbers, *texts)
        steps = [_steps(attribute) for attribute in numbers]
        self._cuts = [(*one.cuts, _NOTHING) for one in steps]
        self._names = [_names(attribute) for attribute in texts]
        self._places = [
            *((*one.places, len(attribute.every) - 1) for one, attribute in zip(steps, numbers, strict=True)),
            *(tuple(range(len(attribute.every))) for attribute in texts),
        ]
        self._points = [
            tuple(attribute.every[place].points for place in places)
            for attribute, places in zip(self._attributes, self._places, strict=True)
        ]
        self._losses = self._ranked()
        self._read_numbers = _reader([attribute.feature for attribute in numbers])
        self._read_texts = _reader([attribute.feature for attribute in texts])

    def _ranked(self) -> list[tuple[int, ...]]:
        """What each bin loses against the reference as one number that ranks by loss, then by the feature's name; 0 for none."""
        order = sorted(range(len(self._attributes)), key=lambda place: self._attributes[place].feature, reverse=True)
        self._order = order
        rank = {place: index for index, place in enumerate(order)}
        return [
            tuple(max(attribute.reference_points - points, 0) * len(order) + rank[place] for points in self._points[place])
            for place, attribute in enumerate(self._attributes)
        ]

    def tell(self, facts: Mapping[str, Value], most: int = 4) -> Told:
        """One record with at most so many ranked reasons; a feature that is None or not there is missing."""
        numbers = self._read_numbers(facts)
        if not _ONLY_WHOLE.issuperset(map(type, numbers)):
            numbers = self._checked(numbers)
        found = list(map(bisect_right, self._cuts, numbers))
        if self._names:
            found += map(_named, self._names, self._read_texts(facts))
        points = sum(map(getitem, self._points, found), self.card.base_points)
        losses, count = sorted(map(getitem, self._losses, found), reverse=True), len(found)
        reasons = []
        for loss in losses[:most]:
            if loss < count:  # nothing lost
                break
            place = self._order[loss % count]
            attribute = self._attributes[place]
            told = attribute.every[self._places[place][found[place]]]
            value = facts.get(attribute.feature)
            reasons.append(Contribution(attribute.feature, told.label, told.points, attribute.reference_points, value))
        return Told(points, self.card.pd_ppm[points - self.card.table_from], tuple(reasons))

    def _checked(self, numbers: Sequence[Any]) -> list[int]:
        """Missing ones as the last step; `Invalid` on what is no whole number."""
        for attribute, value in zip(self._attributes, numbers, strict=False):
            if value is not None and type(value) is not int:
                raise odd(attribute.feature, value, number=True)
        return [_NOTHING if value is None else value for value in numbers]

    def many(self, frame: pl.DataFrame, parts: bool = False) -> pl.DataFrame:
        """The same for every row: `points`, `pd_ppm`, `low_pd_ppm`, `high_pd_ppm`, and with `parts` `points_<feature>`.

        Columns hold whole numbers at the feature's scale, and strings; a column not there is missing.
        """
        card = self.card
        points = np.full(frame.height, card.base_points, dtype=np.int64)
        own: dict[str, Ints] = {}
        for attribute in card.attributes:
            total = np.zeros(frame.height, dtype=np.int64) if parts else points
            if attribute.feature not in frame.columns:
                total += attribute.missing.points
            elif attribute.other is None:
                _add_numbers(attribute, frame[attribute.feature], total)
            else:
                _add_categories(attribute, frame[attribute.feature], total)
            if parts:
                points += total
                own[f"points_{attribute.feature}"] = total
        tables = {"pd_ppm": card.pd_ppm, "low_pd_ppm": card.low_ppm, "high_pd_ppm": card.high_ppm}
        row = points - card.table_from
        return pl.DataFrame({"points": points, **{name: np.array(table, dtype=np.int64)[row] for name, table in tables.items()}, **own})


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


class _Names(NamedTuple):
    """The place of each category and special code, and of what is none of them."""

    feature: str
    places: dict[str | None, int]
    other: int


def _names(attribute: Attribute) -> _Names:
    places: dict[str | None, int] = {name: place for place, group in enumerate(attribute.groups) for name in group}
    for place, special in enumerate(attribute.specials, start=len(attribute.bins)):
        places |= {str(code): place for code in special.codes}
    last = len(attribute.every) - 1
    return _Names(attribute.feature, places | {None: last - 1}, last)


def _named(names: _Names, value: Any) -> int:
    if value is not None and type(value) is not str:
        raise odd(names.feature, value, number=False)
    return names.places.get(value, names.other)


def _steps(attribute: Attribute) -> _Steps:
    codes = {int(code): place for place, one in enumerate(attribute.specials, start=len(attribute.bins)) for code in one.codes}
    cuts = sorted({*attribute.cuts, *codes, *(code + 1 for code in codes if code < _LAST)})
    return _Steps(tuple(cuts), (0, *(codes.get(cut, bisect_right(attribute.cuts, cut)) for cut in cuts)))


def _add_numbers(attribute: Attribute, column: pl.Series, total: Ints) -> None:
    """Add to `total` the points of a column of whole numbers."""
    if not (column.dtype.is_integer() or column.dtype == pl.Null):
        raise Invalid(
            "bad_value", f"Column {column.name} holds {column.dtype}, no whole numbers.", "Quantise it first: models.table.whole_frame.",
            field=column.name,
        )  # fmt: skip
    missing = column.is_null().to_numpy() if column.null_count() else np.zeros(0, dtype=np.bool_)
    value = column.cast(pl.Int64).fill_null(0).to_numpy()
    steps = _steps(attribute)
    cuts = np.array(steps.cuts, dtype=np.int64)
    points = np.array([attribute.every[place].points for place in steps.places], dtype=np.int64)
    compiled = kernels_for(len(value))
    if compiled:
        compiled.add_points(*map(fixed, (value, missing, cuts, points)), attribute.missing.points, total)
        return
    found = points[np.searchsorted(cuts, value, side="right")]
    total += np.where(missing, attribute.missing.points, found) if len(missing) else found


def _add_categories(attribute: Attribute, column: pl.Series, total: Ints) -> None:
    """Add to `total` the points of a column of categories."""
    if column.dtype not in (pl.String, pl.Null, pl.Categorical) and column.dtype != pl.Enum:
        raise Invalid("bad_value", f"Column {column.name} holds {column.dtype}, no categories.", "Make them strings.", field=column.name)
    names = _names(attribute)
    known = [name for name in names.places if name is not None]
    table = np.array([attribute.every[names.places[name]].points for name in known], dtype=np.int64)
    code = column.cast(pl.String).cast(pl.Enum(known), strict=False).to_physical().cast(pl.Int64)
    place = code.fill_null(len(known)).to_numpy()
    if column.null_count():
        place = np.where(column.is_null().to_numpy(), len(known) + 1, place)
    total += np.append(table, [attribute.every[names.other].points, attribute.missing.points])[place]
