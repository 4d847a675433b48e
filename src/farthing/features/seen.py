"""One subject's evidence as it was known on a date, every kind in one table, reduced once for all primitives that ask."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from types import MappingProxyType

import numpy as np
import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.features.primitives import CELLS, OLDER, Ints
from farthing.features.records import KIND_OF, RECORDS, SIDES, SUMS
from farthing.features.reducers import Bools, Days, Lows, Partners, starts

ORDER: tuple[str, ...] = tuple(side for kind in RECORDS for side in sorted(SIDES[kind]))
"""Every side, kind by kind, as daily rows are sorted."""
SIDE: Mapping[str, int] = MappingProxyType({side: place for place, side in enumerate(ORDER)} | {"any": 0})
"""The place of each side; balances are of neither, and are told apart by their reducers."""
_FIRST = {kind: SIDE[min(SIDES[kind])] for kind in RECORDS}
_WIDTHS = np.array([len(SUMS[KIND_OF[side]]) for side in ORDER])
COLUMN: Ints = np.cumsum(_WIDTHS) - _WIDTHS
"""Where the summed columns of each side begin, in a line of all of them."""
WIDTH = int(_WIDTHS.sum())
_DOWN: Ints = np.arange(_WIDTHS.max())[:, None]
_SIDES = len(ORDER)
_FAR = 2**32  # further than any day
_NONE = 2**62  # no balance given


def see(aggregates: Mapping[EvidenceKind, pl.DataFrame | None], kinds: Sequence[EvidenceKind], as_of: dt.date) -> Seen | None:
    """What was known by the date of these kinds, by side and oldest day first; nothing if nothing was."""
    asked = frozenset(kinds)
    found = {kind: frame for kind in RECORDS if kind in asked and (frame := aggregates.get(kind)) is not None and frame.height}
    if not found:
        return None
    table = _Table(found)
    today = np.datetime64(as_of, "D")
    day = table.column("day")
    known = (day <= today) & (table.column("known_on") <= today)
    side = table.side()
    ago = (today - day).astype(np.int64)
    key = side * _FAR - ago
    if not known.all():
        table.chosen = np.flatnonzero(known)
        key = key[table.chosen]
    if (key[1:] < key[:-1]).any():  # daily rows come in order; merged ones may not
        order = np.argsort(key, kind="stable")
        key, table.chosen = key[order], order if table.chosen is None else table.chosen[order]
    if not len(key):
        return None
    if table.chosen is not None:
        side, ago = side[table.chosen], ago[table.chosen]
    return Seen(table, as_of, key, side, ago)


class _Table:
    """The daily rows of several kinds, one below the other."""

    def __init__(self, frames: Mapping[EvidenceKind, pl.DataFrame]) -> None:
        self.frames = frames
        self.above = dict(zip(frames, itertools.accumulate((frame.height for frame in frames.values()), initial=0), strict=False))
        self.chosen: Ints | None = None
        """Which rows are seen, and in what order; none where it is all of them as they lie. Kinds never mix."""

    def column(self, name: str) -> Ints:
        """A column that every kind has, chosen rows in order."""
        values: Ints = pl.concat([frame.get_column(name) for frame in self.frames.values()]).to_numpy()
        return values if self.chosen is None else values[self.chosen]

    def side(self) -> Ints:
        """The place of each row's side."""
        side = np.repeat([_FIRST[kind] for kind in self.frames], [frame.height for frame in self.frames.values()])
        for kind, frame in self.frames.items():
            first, mine = _FIRST[kind], side[self.above[kind] : self.above[kind] + frame.height]
            for place in range(first + 1, first + len(SIDES[kind])):
                mine[(frame.get_column("side") == ORDER[place]).to_numpy()] = place
        return side

    def place(self, kind: EvidenceKind, begin: int, end: int) -> Ints | slice:
        """Where in the frame of a kind its chosen rows are, which lie between these places of them all."""
        if self.chosen is None:
            return slice(None)
        return self.chosen[begin:end] - self.above[kind]


class Seen:
    """What was known of one subject on a date, reduced once for all primitives that ask."""

    def __init__(self, table: _Table, as_of: dt.date, key: Ints, side: Ints, ago: Ints) -> None:
        self.table, self.key, self.side, self.ago = table, key, side, ago
        self.month_of = _months_back(int(ago.max()), as_of)
        """The month of each day, by how long ago it was."""
        self.month = self.month_of[ago]
        self.count = table.column("count")
        self.ends = np.searchsorted(side, np.arange(_SIDES + 1))
        """Where the rows of each side begin, and the last ends."""
        self.rows = {kind: (int(self.ends[first]), int(self.ends[first + len(SIDES[kind])])) for kind, first in _FIRST.items()}
        """Where the rows of each kind lie."""
        self._sums: dict[EvidenceKind, Ints] = {}

    def knows(self, kind: EvidenceKind) -> bool:
        """Whether anything of the kind was known."""
        begin, end = self.rows[kind]
        return end > begin

    def _columns(self, kind: EvidenceKind) -> Ints:
        """The summed columns of a kind [columns, rows]."""
        if kind not in self._sums:
            self._sums[kind] = self._of(kind, SUMS[kind])
        return self._sums[kind]

    def _of(self, kind: EvidenceKind, names: Sequence[str]) -> Ints:
        """Columns of a kind [columns, rows]."""
        frame = self.table.frames[kind]
        columns = np.array([frame.get_column(name).to_numpy() for name in names])
        return columns if self.table.chosen is None else columns[:, self.table.place(kind, *self.rows[kind])]

    @cached_property
    def cell(self) -> Ints:
        """Side and month of each row in one number; what is older than the last month shares it."""
        return self.side * CELLS + np.minimum(self.month, OLDER)

    @cached_property
    def _cells(self) -> tuple[Ints, Ints]:
        """Where runs of one side and month begin, and the cell of each run."""
        begin = starts(self.cell)
        return begin, self.cell[begin]

    @cached_property
    def sums(self) -> Ints:
        """Running sums over months, newest first after a zero, every column of every side in a line (`COLUMN`) [26 x WIDTH]."""
        begin, cell = self._cells
        side, month = np.divmod(cell, CELLS)
        places = (month + 1) * WIDTH + COLUMN[side]
        sums = np.zeros((CELLS + 1) * WIDTH, np.int64)
        known = [kind for kind in self.table.frames if self.knows(kind)]
        ends = np.searchsorted(begin, [self.rows[kind] for kind in known]).tolist()
        for kind, (first, last) in zip(known, ends, strict=True):
            columns = self._columns(kind)
            added = np.add.reduceat(columns, begin[first:last] - self.rows[kind][0], axis=1)
            sums[places[first:last] + _DOWN[: len(columns)]] = added
        return sums.reshape(CELLS + 1, WIDTH).cumsum(axis=0).ravel()

    @cached_property
    def largest(self) -> Ints:
        """The largest row of each side and month, newest first, in a line [sides x 25]."""
        begin, cell = self._cells
        largest = np.zeros(_SIDES * CELLS, np.int64)
        largest[cell] = np.maximum.reduceat(self.table.column("largest"), begin)
        return largest

    def newest(self, side: str, reducer: str, columns: Sequence[str]) -> Ints | int:
        """Of a side's newest rows, or of those that are as new as any of the kind: the sum of each column, or its most."""
        place, kind = SIDE[side], KIND_OF[side]
        begin, end = int(self.ends[place]), int(self.ends[place + 1])
        first, last = self.rows[kind]
        if end == begin or (reducer != "latest" and self.ago[end - 1] > self.ago[first:last].min()):
            return 0
        begin = int(np.searchsorted(self.key, self.key[end - 1]))
        rows = slice(begin - first, end - first)
        if reducer == "worst":
            worst: Ints = self._of(kind, columns)[:, rows].max(axis=1)
            return worst
        added: Ints = self._columns(kind)[[SUMS[kind].index(name) for name in columns], rows].sum(axis=1)
        return added

    def days(self, low: Ints, high: Ints) -> Days:
        """The active days of every side."""
        active = (self.count > 0).nonzero()[0]
        first = active[starts(self.key[active])]
        return Days(_SIDES, self.side[first], self.ago[first], self.month[first], low, high)

    def lows(self, low: Ints, high: Ints) -> Lows:
        """The lowest balance of each day that has one."""
        kind = EvidenceKind.TRANSACTION
        if not self.knows(kind):
            none = np.zeros(0, np.int64)
            return Lows(none, none, low, high)
        begin, end = self.rows[kind]
        told = _filled(self.table.frames[kind].get_column("low"), _NONE)[self.table.place(kind, begin, end)]
        lowest = np.full(len(self.month_of), _NONE)
        np.minimum.at(lowest, self.ago[begin:end], told)
        given = (lowest != _NONE).nonzero()[0]
        return Lows(lowest[given], self.month_of[given], low, high)

    def partners(self, wanted: Bools, low: Ints, high: Ints) -> Partners:
        """The partners of the wanted sides."""
        named = self.table.column("partner")
        mine = (named > 0) & wanted[self.side]
        chosen = slice(None) if mine.all() else mine.nonzero()[0]
        side, who, cell = self.side[chosen], named[chosen], self.cell[chosen]
        many = np.zeros(_SIDES, np.int64)
        begin = starts(side)
        many[side[begin]] = np.maximum.reduceat(who, begin) if len(begin) else 0
        first = np.cumsum(many) - many - 1
        who = first[side] + who
        partners = int(many.sum())
        cell = (cell - side * CELLS) * partners + who
        count = self.count[chosen]
        trades, earned = np.zeros((2, CELLS * partners), np.int64)
        np.add.at(trades, cell, count)
        np.add.at(earned, cell, self.table.column("amount")[chosen])
        active = count > 0
        span = _spans(partners, who[active], self.ago[chosen][active])
        return Partners(many, trades.reshape(CELLS, partners), earned.reshape(CELLS, partners), span, low, high)


@lru_cache(maxsize=64)
def _months_back(oldest: int, as_of: dt.date) -> Ints:
    """The rolling month of each day, by how many days ago it was."""
    day = np.datetime64(as_of, "D") - np.arange(oldest + 1)
    month_of = day.astype("M8[M]")
    day_of_month = (day - month_of.astype("M8[D]")).astype(np.int64) + 1
    back: Ints = (as_of.year - 1970) * 12 + as_of.month - 1 - month_of.astype(np.int64) - (day_of_month > as_of.day)
    return back


def _spans(partners: int, who: Ints, ago: Ints) -> Ints:
    """Days between the first and the last active row of each partner (0 where there is none); rows oldest first."""
    newest, oldest = np.zeros((2, partners), np.int64)
    newest[who] = ago  # of a place named several times the last stays
    oldest[who[::-1]] = ago[::-1]
    return oldest - newest


def _filled(told: pl.Series, otherwise: int) -> Ints:
    """A column with a number where it has none; by hand, as polars plans even this as a query."""
    if not told.has_nulls():
        return told.to_numpy()
    there = ~np.isnan(told.to_numpy())  # as floats, to see where there is nothing, and nothing more
    filled = np.full(len(told), otherwise, np.int64)
    filled[there] = told.filter(pl.Series(there)).to_numpy()
    return filled
