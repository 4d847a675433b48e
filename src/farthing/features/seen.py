"""One subject's evidence of one kind as it was known on a date, reduced once for all primitives that ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.features.primitives import CELLS, OLDER, Ints
from farthing.features.records import SIDES, SUMS
from farthing.features.reducers import Days, Lows, Partners

Windows: TypeAlias = Mapping[str, tuple[Ints, Ints]]
"""For each side the months, lower and upper, that its days, balances and partners are asked of."""
Chosen: TypeAlias = Ints | slice
"""Which rows are seen, and in what order; a slice where it is all of them as they lie."""
_NONE = 2**62  # no balance given


def see(kind: EvidenceKind, windows: Windows, frame: pl.DataFrame, as_of: dt.date) -> View | None:
    """What was known by the date, by side and oldest day first."""
    today = np.datetime64(as_of, "D")
    day = frame.get_column("day").to_numpy()
    seen = (day <= today) & (frame.get_column("known_on").to_numpy() <= today)
    if not seen.any():
        return None
    chosen: Chosen = slice(None) if seen.all() else np.flatnonzero(seen)
    ago = (today - day[chosen]).astype(np.int64)
    place = np.zeros(len(day), np.int64)
    sides = SIDES[kind]
    if len(sides) > 1:
        told = frame.get_column("side")
        for index, side in enumerate(sides[1:], 1):
            place[(told == side).to_numpy()] = index
    place = place[chosen]
    runs = starts(place)
    mixed = len(runs) > len(np.unique(place[runs]))
    if mixed or ((ago[1:] > ago[:-1]) & (place[1:] == place[:-1])).any():  # daily rows come in order; merged ones may not
        order = np.lexsort((-ago, place))
        chosen, ago, place = np.arange(len(day))[chosen][order], ago[order], place[order]
    return View(kind, windows, frame, (chosen, ago, _months_back(int(ago.max()), as_of)[ago], place))


@lru_cache(maxsize=64)
def _months_back(oldest: int, as_of: dt.date) -> Ints:
    """The rolling month of each day, by how many days ago it was."""
    day = np.datetime64(as_of, "D") - np.arange(oldest + 1)
    month_of = day.astype("M8[M]")
    day_of_month = (day - month_of.astype("M8[D]")).astype(np.int64) + 1
    back: Ints = (as_of.year - 1970) * 12 + as_of.month - 1 - month_of.astype(np.int64) - (day_of_month > as_of.day)
    return back


def starts(*keys: npt.NDArray[Any]) -> Ints:
    """Where runs of equal keys begin."""
    change = np.zeros(len(keys[0]), dtype=np.bool_)
    change[:1] = True
    for key in keys:
        change[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(change)


class View:
    """What was known of one subject and kind on a date, reduced once for all primitives that ask."""

    def __init__(self, kind: EvidenceKind, windows: Windows, frame: pl.DataFrame, when: tuple[Chosen, Ints, Ints, Ints]) -> None:
        self.kind, self.windows, self.frame = kind, windows, frame
        self.chosen, self.ago, self.month, place = when
        self.place = place
        self.sides = SIDES[kind]
        self.count = self.column("count")
        begin = starts(place).tolist()
        self._rows = {self.sides[place[start]]: slice(start, stop) for start, stop in zip(begin, [*begin[1:], len(place)], strict=True)}
        self._days: dict[str, Days] = {}
        self._partners: dict[str, Partners] = {}

    def column(self, name: str) -> Ints:
        """A column in order."""
        values: Ints = self.frame.get_column(name).to_numpy()[self.chosen]
        return values

    def rows(self, side: str) -> slice:
        """Where the rows of a side lie."""
        return self._rows.get(side, slice(0, 0))

    @cached_property
    def cells(self) -> tuple[Ints, Ints]:
        """Running sums over months [sides, 26, columns], newest first after a zero, and the largest row of each month [sides, 25]."""
        cell = self.place * CELLS + np.minimum(self.month, OLDER)
        begin = starts(cell)
        names, sides = SUMS[self.kind], len(self.sides)
        sums, largest = np.zeros((sides * CELLS, len(names)), np.int64), np.zeros(sides * CELLS, np.int64)
        sums[cell[begin]] = np.add.reduceat(np.stack([self.column(name) for name in names], axis=1), begin, axis=0)
        largest[cell[begin]] = np.maximum.reduceat(self.column("largest"), begin)
        sums_so_far = np.zeros((sides, CELLS + 1, len(names)), np.int64)
        sums_so_far[:, 1:] = sums.reshape(sides, CELLS, -1).cumsum(axis=1)
        return sums_so_far, largest.reshape(sides, CELLS)

    def newest(self, side: str, reducer: str, columns: Sequence[str]) -> Sequence[int]:
        """Of a side's newest rows, or of those that are as new as any of the kind: the sum of each column, or its most."""
        mine = self.rows(side)
        ago = self.ago[mine]
        if not len(ago) or (reducer != "latest" and ago[-1] > self._youngest):
            return [0] * len(columns)
        last = slice(mine.start + int(np.searchsorted(-ago, -ago[-1], "left")), mine.stop)
        rows = (self.column(name)[last] for name in columns)
        return [int(values.max() if reducer == "worst" else values.sum()) for values in rows]

    @cached_property
    def _youngest(self) -> int:
        return int(self.ago.min())

    def days(self, side: str) -> Days:
        """The active days of a side."""
        if side not in self._days:
            mine = self.rows(side)
            active = self.count[mine] > 0
            ago, month = self.ago[mine][active], self.month[mine][active]
            first = starts(ago)[::-1]
            self._days[side] = Days(ago[first], month[first], *self.windows[side])
        return self._days[side]

    @cached_property
    def lows(self) -> Lows:
        """The lowest balance of each day that has one."""
        low = self.frame.get_column("low").fill_null(_NONE).to_numpy()[self.chosen]
        given = low != _NONE
        order = np.argsort(self.ago[given], kind="stable")
        ago, low, month = self.ago[given][order], low[given][order], self.month[given][order]
        begin = starts(ago)
        lowest = np.minimum.reduceat(low, begin) if len(ago) else low
        return Lows(lowest, month[begin], *self.windows["any"])

    def partners(self, side: str) -> Partners:
        """The partners of a side."""
        if side not in self._partners:
            self._partners[side] = self._pair(side)
        return self._partners[side]

    def _pair(self, side: str) -> Partners:
        mine = self.rows(side)
        named = self.column("partner")[mine]
        chosen = np.flatnonzero(named)
        who, ago = named[chosen].astype(np.int64) - 1, self.ago[mine][chosen]
        month, count = self.month[mine][chosen], self.count[mine][chosen]
        partners = int(who.max()) + 1 if len(who) else 0
        cell = np.minimum(month, OLDER) * partners + who
        trades, earned = np.zeros((2, CELLS * partners), np.int64)
        np.add.at(trades, cell, count)
        np.add.at(earned, cell, self.column("amount")[mine][chosen])
        span = _spans(partners, who[count > 0], ago[count > 0])
        return Partners(trades.reshape(CELLS, partners), earned.reshape(CELLS, partners), span, *self.windows[side])


def _spans(partners: int, who: Ints, ago: Ints) -> Ints:
    """Days between the first and the last active row of each partner (0 where there is none); rows oldest first."""
    newest, oldest = np.zeros((2, partners), np.int64)
    newest[who] = ago  # of a place named several times the last stays
    oldest[who[::-1]] = ago[::-1]
    return oldest - newest
