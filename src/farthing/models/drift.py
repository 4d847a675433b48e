"""Drift: how the people we score, and how well we score them, move from month to month and from vintage to vintage.

All that is kept is counts. A night adds its own rows to them and reads nothing older; two branches add theirs to each other's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.models.extras import compiled
from farthing.models.sample import Column
from farthing.quant.stability import Bools, Floats, Ints, auc_of_counts, by_chance, count, count_into, psi, shares

WATCH, ALARM = 0.10, 0.25
"""Below the first nothing has happened, above the second the model was made for other people (N. Siddiqi, 2006)."""
MOST_MONTHS = 1200
PPM = 1_000_000


def month_number(year: int, month: int) -> int:
    """Months since the year 0, so that months subtract."""
    return year * 12 + month - 1


def month_name(number: int) -> str:
    """`2020-03`."""
    return f"{number // 12:04}-{number % 12 + 1:02}"


@dataclass(frozen=True, slots=True)
class Watched:
    """A feature, or a score, and the bins it is watched in."""

    feature: str
    cuts: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts [features, months, bins] from month `first` on, without a gap; the last bin of a feature holds what is missing."""

    first: int
    table: Ints

    def of(self, feature: int, months: slice = slice(None)) -> Ints:
        """Counts of one feature, over all or some of the months."""
        return self.table[feature, months]

    def __add__(self, other: Tally) -> Tally:
        """The counts of both."""
        if not other.table.shape[1] or not self.table.shape[1]:
            return self if self.table.shape[1] else other
        first = min(self.first, other.first)
        end = max(self.first + self.table.shape[1], other.first + other.table.shape[1])
        features, _, bins = self.table.shape
        sum_of: Ints = np.zeros((features, _span(end - first), bins), dtype=np.int64)
        for one in (self, other):
            sum_of[:, one.first - first : one.first - first + one.table.shape[1]] += one.table
        return Tally(first, sum_of)


@dataclass(frozen=True, eq=False)
class Counts:
    """The population by bin: by the month it was seen in, and by its vintage, the month it came to us."""

    watched: tuple[Watched, ...]
    month: Tally
    vintage: Tally

    def __add__(self, other: Counts) -> Counts:
        """The counts of both. `Invalid` where they were taken in different bins."""
        if self.watched != other.watched:
            raise Invalid("other_bins", "These counts were taken in different bins and cannot be added.", "Count again in the same bins.")
        return Counts(self.watched, self.month + other.month, self.vintage + other.vintage)

    def place(self, feature: str) -> int:
        """Where a feature stands in the tables."""
        return [one.feature for one in self.watched].index(feature)

    def cases(self) -> int:
        """Rows counted so far."""
        return int(self.month.of(0).sum()) if self.watched else 0


def watch(columns: Mapping[str, Column], bins: int = 10) -> tuple[Watched, ...]:
    """Bins that hold equal shares of these columns, the population that others will be compared with."""
    found = []
    for name, (value, missing) in columns.items():
        known = value[~missing]
        wanted = np.quantile(known, np.arange(1, bins) / bins, method="higher") if len(known) else known
        found.append(Watched(name, tuple(int(cut) for cut in np.unique(wanted) if cut > known.min())))
    return tuple(found)


def empty(watched: Sequence[Watched]) -> Counts:
    """No counts yet."""
    nothing = Tally(0, np.zeros((len(watched), 0, _widest(watched)), dtype=np.int64))
    return Counts(tuple(watched), nothing, nothing)


def counted(watched: Sequence[Watched], columns: Mapping[str, Column], month: Ints, vintage: Ints, *, plain: bool = False) -> Counts:
    """Counts of these rows alone, to be added to those of all rows before: `counts + counted(counts.watched, ...)`.

    `month` and `vintage` are month numbers by row; values are int64. Compiled where numba is installed; `plain` asks for the column
    path, which counts the same. `Invalid` where a watched column is not there: drift that is not looked at would be told as none.
    """
    lacking = [one.feature for one in watched if one.feature not in columns]
    if lacking:
        raise Invalid("column_missing", f"{lacking[0]} is watched and not among these columns.", "Bring it, all missing where unknown.")
    if not len(month):
        return empty(watched)
    (first, months), (oldest, vintages) = _from_to(month), _from_to(vintage)
    cell: Ints = month * vintages
    cell += vintage
    cell -= first * vintages + oldest
    loop = None if plain else compiled(count_into)
    table: Ints = np.zeros((len(watched), months * vintages, _widest(watched)), dtype=np.int64)
    for place, one in enumerate(watched):
        (value, missing), cuts = columns[one.feature], np.array(one.cuts, dtype=np.int64)
        if loop is None:
            table[place, :, : len(cuts) + 2] = count(value, missing, cuts, cell, months * vintages)
        else:
            loop(value, missing, cuts, cell, table[place])
    both = table.reshape(len(watched), months, vintages, -1)
    return Counts(tuple(watched), Tally(first, both.sum(axis=2)), Tally(oldest, both.sum(axis=1)))


def _widest(watched: Sequence[Watched]) -> int:
    return max((len(one.cuts) + 2 for one in watched), default=0)


def _from_to(month: Ints) -> tuple[int, int]:
    first = int(month.min())
    return first, _span(int(month.max()) - first + 1)


def _span(months: int) -> int:
    if months > MOST_MONTHS:
        raise Invalid(
            "months_too_far", f"Counts over {months} months: a date among them cannot be right.", "Look at the oldest and newest."
        )
    return months


def encode(counts: Counts) -> bytes:
    """Canonical bytes, for keeping from night to night."""
    tables = [(one.first, one.table.shape, one.table.ravel().tolist()) for one in (counts.month, counts.vintage)]
    return canon.encode({"watched": counts.watched, "tables": tables})


def decode(kept: bytes) -> Counts:
    """The counts behind their bytes."""
    raw = canon.decode(dict, kept)
    watched = tuple(Watched(one["feature"], tuple(one["cuts"])) for one in raw["watched"])
    month, vintage = (Tally(first, np.array(flat, dtype=np.int64).reshape(shape)) for first, shape, flat in raw["tables"])
    return Counts(watched, month, vintage)


# ---- what the counts say ---------------------------------------------------------------------------------------------


class Level(StrEnum):
    """What to do about a movement: nothing, look, or stop and look."""

    STEADY = "steady"
    WATCH = "watch"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Movement:
    """How far a feature moved in one month or vintage from the base. `by_chance` is what the index stays below without any drift."""

    feature: str
    month: str
    cases: int
    psi: float
    by_chance: float

    @property
    def level(self) -> Level:
        """A movement that chance could have made is no alarm, however large: a month of twenty cases moves every time."""
        if self.psi < WATCH or self.psi <= self.by_chance:
            return Level.STEADY
        return Level.WATCH if self.psi < ALARM else Level.ALARM


def movements(counts: Counts, base: Counts, *, by_vintage: bool = False) -> tuple[Movement, ...]:
    """Every feature in every month (or vintage) that has cases, against all of `base`, features in their order."""
    tally = counts.vintage if by_vintage else counts.month
    found = []
    for place, one in enumerate(counts.watched):
        expected, actual = base.month.of(base.place(one.feature)).sum(axis=0), tally.of(place)
        width = len(one.cuts) + 2
        expected, actual = expected[:width], actual[:, :width]
        index, chance, cases = psi(expected, actual), by_chance(expected, actual), actual.sum(axis=1)
        found += [
            Movement(one.feature, month_name(tally.first + month), int(cases[month]), float(index[month]), float(chance[month]))
            for month in np.flatnonzero(cases).tolist()
        ]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Shift:
    """The bin that moved a feature's index most: from `low` up to `high` (None: without end), or what is missing; its share before and now
    in millionths."""

    low: int | None
    high: int | None
    missing: bool
    from_ppm: int
    to_ppm: int


def furthest(counts: Counts, base: Counts, feature: str, month: str) -> Shift:
    """Where the people of a month are that were elsewhere before."""
    place, at = counts.place(feature), [month_name(counts.month.first + one) for one in range(counts.month.table.shape[1])].index(month)
    cuts = counts.watched[place].cuts
    width = len(cuts) + 2
    before = shares(base.month.of(base.place(feature)).sum(axis=0)[:width])
    now = shares(counts.month.of(place)[at, :width])
    bin_ = int(np.argmax((now - before) * np.log(now / before)))
    low, high = ([None, *cuts][bin_], [*cuts, None][bin_]) if bin_ <= len(cuts) else (None, None)
    return Shift(low, high, bin_ > len(cuts), round(float(before[bin_]) * PPM), round(float(now[bin_]) * PPM))


def from_to(counts: Counts, first: int, last: int) -> Counts:
    """The counts of some months only, as a base for the others; vintages are left as they are."""
    start = max(first - counts.month.first, 0)
    table = counts.month.table[:, start : max(last - counts.month.first + 1, 0)]
    return replace(counts, month=Tally(counts.month.first + start, table))


# ---- how well we score -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Results:
    """What became of those scored, by month and PD band: [months, bands, (goods, bads, sum of PD in millionths)]; adds like counts."""

    bands: tuple[int, ...]
    tally: Tally

    def __add__(self, other: Results) -> Results:
        """The results of both."""
        assert self.bands == other.bands, "results are added in the same bands"
        return Results(self.bands, self.tally + other.tally)


def results(bands: tuple[int, ...], pd_ppm: Ints, bad: Bools, month: Ints) -> Results:
    """Results of these cases alone; bands are cut at PDs in millionths, safest first."""
    first, months = _from_to(month)
    place = np.searchsorted(np.array(bands, dtype=np.int64), pd_ppm, side="right")
    width = len(bands) + 1
    cell = (month - first) * width + place
    weights = (~bad, bad, pd_ppm)  # sums of whole numbers below 2**53 are exact in floats too
    parts = [np.bincount(cell, weight, months * width).astype(np.int64).reshape(months, width) for weight in weights]
    return Results(bands, Tally(first, np.stack(parts)))


@dataclass(frozen=True, slots=True)
class Performance:
    """A month's outcomes: AUC by band (None without both outcomes), and bads seen beside bads expected.

    `z` is their difference in standard errors, taking the bads of a month as independent: beyond 3 the PDs are wrong, or one shock hit all.
    """

    month: str
    cases: int
    bads: int
    expected_bads: float
    auc: float | None
    z: float


def performance(found: Results) -> tuple[Performance, ...]:
    """Each month that has outcomes."""
    good, bad, predicted = found.tally.table
    ranked, cases = auc_of_counts(good, bad), good + bad
    mean = predicted / np.maximum(cases, 1) / PPM
    spread: Floats = np.sqrt((cases * mean * (1.0 - mean)).sum(axis=1))
    told = []
    for month in np.flatnonzero(cases.sum(axis=1)).tolist():
        expected, bads = float(predicted[month].sum()) / PPM, int(bad[month].sum())
        auc = None if np.isnan(ranked[month]) else float(ranked[month])
        z = (bads - expected) / float(spread[month]) if spread[month] > 0 else 0.0
        told.append(Performance(month_name(found.tally.first + month), int(cases[month].sum()), bads, expected, auc, z))
    return tuple(told)
