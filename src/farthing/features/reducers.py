"""Reducers of one subject's days, balances and partners: each property answers for all windows, and all sides, at once.

A property bears the name of its reducer (`primitives.REDUCERS`), is computed once, when it is first asked, and gives [windows, sides].
A window is its lower and upper month; an upper one of `CELLS` reaches back to the first day. Rows come by side, oldest day first.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from farthing.features.primitives import ABSENT, CELLS, FOREVER, OLDER, REPEAT_MONTHS, SHARE_UNITS, Ints

Bools = npt.NDArray[np.bool_]


def running(table: npt.NDArray[Any]) -> Ints:
    """Running sums over months, after a zero."""
    sums = np.zeros((table.shape[0] + 1, *table.shape[1:]), np.int64)
    np.cumsum(table, axis=0, out=sums[1:])
    return sums


def starts(key: npt.NDArray[Any]) -> Ints:
    """Where runs of equal keys begin."""
    change = np.ones(len(key), dtype=np.bool_)
    np.not_equal(key[1:], key[:-1], out=change[1:])
    return change.nonzero()[0]


def most(values: Ints, begin: Ints, end: Ints, otherwise: int) -> Ints:
    """The most of each stretch of the values; what to say where a stretch is empty. Shaped as `begin` and `end` are."""
    found = np.full(begin.shape, otherwise, np.int64)
    some = end > begin
    if some.any():
        ends = np.stack([begin[some], end[some]], axis=1).ravel()
        found[some] = np.maximum.reduceat(np.append(values, otherwise), ends)[::2]  # every other stretch lies between two asked ones
    return found


@dataclass(frozen=True)
class Days:
    """Distinct active days: the side of each, as days ago, and its month."""

    sides: int
    side: Ints
    ago: Ints
    month: Ints
    low: Ints
    high: Ints

    @cached_property
    def cell(self) -> Ints:
        """Side and month in one number; what is older than the last month shares it."""
        return self.side * CELLS + np.minimum(self.month, OLDER)

    @cached_property
    def ends(self) -> Ints:
        """Where the days of each side begin, and the last ends."""
        return np.searchsorted(self.side, np.arange(self.sides + 1))

    def _by_month(self, cell: Ints) -> Ints:
        """Running counts [27, sides], newest month first."""
        return running(np.bincount(cell, minlength=self.sides * CELLS).reshape(self.sides, CELLS).T)

    @cached_property
    def newer(self) -> Ints:
        """How many days are newer than each month."""
        return self._by_month(self.cell)

    @cached_property
    def days(self) -> Ints:
        """How many days."""
        days: Ints = self.newer[self.high] - self.newer[self.low]
        return days

    @cached_property
    def gap(self) -> Ints:
        """The longest way between two days that follow each other."""
        end = self.ends[1:]
        return most(self.ago[:-1] - self.ago[1:], end - self.newer[self.high], end - self.newer[self.low] - 1, ABSENT)

    @cached_property
    def months(self) -> Ints:
        """How many months have a day."""
        opened = self._by_month(self.cell[starts(self.side * FOREVER + self.month)])
        months: Ints = opened[self.high] - opened[self.low]
        return months

    @cached_property
    def first(self) -> Ints:
        """How long ago the first day was."""
        return self._each(self.ends[:-1])

    @cached_property
    def last(self) -> Ints:
        """How long ago the last day was."""
        return self._each(self.ends[1:] - 1)

    def _each(self, places: Ints) -> Ints:
        """The days at these places, one a side, whatever the window."""
        found = np.full(self.sides, ABSENT)
        some = self.ends[1:] > self.ends[:-1]
        found[some] = self.ago[places[some]]
        return np.broadcast_to(found, (len(self.low), self.sides))


@dataclass(frozen=True)
class Lows:
    """The lowest balance of each day that has one, newest first, and the month of each day. Balances have no side: [windows, 1]."""

    lowest: Ints
    month: Ints
    low: Ints
    high: Ints

    @cached_property
    def ends(self) -> tuple[Ints, Ints]:
        """Where each window begins and ends."""
        far = np.where(self.high >= CELLS, FOREVER, self.high)
        return np.searchsorted(self.month, self.low)[:, None], np.searchsorted(self.month, far)[:, None]

    def _added(self, values: npt.NDArray[Any]) -> Ints:
        so_far, (start, stop) = running(values), self.ends
        added: Ints = so_far[stop] - so_far[start]
        return added

    @cached_property
    def low_min(self) -> Ints:
        """The lowest of all."""
        highest = most(-self.lowest, *self.ends, ABSENT)
        return np.where(highest == ABSENT, ABSENT, -highest)

    @cached_property
    def low_days(self) -> Ints:
        """How many days have one."""
        return self.ends[1] - self.ends[0]

    @cached_property
    def low_negative(self) -> Ints:
        """How many days fell below zero."""
        return self._added(self.lowest < 0)

    @cached_property
    def low_sum(self) -> Ints:
        """All added up."""
        return self._added(self.lowest)

    @cached_property
    def low_last(self) -> Ints:
        """That of the newest day."""
        start, stop = self.ends
        return most(self.lowest, start, np.minimum(start + 1, stop), ABSENT)


@dataclass(frozen=True)
class Partners:
    """Partners by month [25, partners], newest month first; what is older than the last shares it. `many`: how many belong to each side."""

    many: Ints
    trades: Ints
    amounts: Ints
    span: Ints  # days from a partner's first trade to its last
    low: Ints
    high: Ints

    @cached_property
    def begin(self) -> Ints:
        """Where the partners of each side begin."""
        return np.cumsum(self.many) - self.many

    @cached_property
    def held(self) -> Ints:
        """The sides that have any."""
        return self.many.nonzero()[0]

    def _added(self, values: npt.NDArray[Any]) -> Ints:
        """Sums [windows, sides] of values [windows, partners]."""
        added = np.zeros((len(values), len(self.many)), np.int64)
        added[:, self.held] = np.add.reduceat(values, self.begin[self.held], axis=1, dtype=np.int64)
        return added

    def _most(self, values: Ints) -> Ints:
        """The largest [windows, sides], 0 where there is none."""
        most = np.zeros((len(values), len(self.many)), np.int64)
        most[:, self.held] = np.maximum.reduceat(values, self.begin[self.held], axis=1)
        return most

    def _within(self, table: npt.NDArray[Any]) -> Ints:
        """Sums of each window [windows, partners]: months are added up between the ends of windows only, of which there are few."""
        ends = np.unique([0, *self.low, *self.high])
        so_far = running(np.array([table[low:high].sum(axis=0, dtype=np.int64) for low, high in itertools.pairwise(ends.tolist())]))
        within: Ints = so_far[np.searchsorted(ends, self.high)] - so_far[np.searchsorted(ends, self.low)]
        return within

    @cached_property
    def traded(self) -> Bools:
        """Who traded [windows, partners]."""
        traded: Bools = self._within(self.trades) > 0
        return traded

    @cached_property
    def earned(self) -> Ints:
        """Amount of each, below zero counted as zero [windows, partners]."""
        return np.maximum(self._within(self.amounts), 0)

    @cached_property
    def before(self) -> Bools:
        """Who traded longer than twelve months ago."""
        before: Bools = self.trades[12:].sum(axis=0) > 0
        return before

    @cached_property
    def today(self) -> Bools:
        """Who traded in the last twelve months."""
        today: Bools = self.trades[:12].sum(axis=0) > 0
        return today

    @cached_property
    def all_earned(self) -> Ints:
        """The amount of all of them."""
        return self._added(self.earned)

    @cached_property
    def unit(self) -> Ints:
        """What shares are counted in: about 1/100,000 of the total."""
        return np.maximum(self.all_earned // SHARE_UNITS, 1)

    @cached_property
    def partners(self) -> Ints:
        """How many."""
        return self._added(self.traded)

    @cached_property
    def top1(self) -> Ints:
        """The largest's amount."""
        return self._most(self.earned)

    @cached_property
    def top5(self) -> Ints:
        """The five largest's."""
        five = self.all_earned.copy()
        for side in (self.many > 5).nonzero()[0].tolist():
            begin, many = int(self.begin[side]), int(self.many[side])
            mine = self.earned[:, begin : begin + many]
            five[:, side] = np.partition(mine, many - 5, axis=1)[:, -5:].sum(axis=1)
        return five

    @cached_property
    def base(self) -> Ints:
        """All of it, in units."""
        return self.all_earned // self.unit

    @cached_property
    def hhi(self) -> Ints:
        """Squares of each one's units."""
        shares = self.earned // np.repeat(self.unit, self.many, axis=1)
        return self._added(shares * shares)

    @cached_property
    def new(self) -> Ints:
        """How many were never seen before the year."""
        return self._added(self.traded & ~self.before)

    @cached_property
    def lost(self) -> Ints:
        """How many were not seen this year."""
        return self._added(self.traded & ~self.today)

    @cached_property
    def kept(self) -> Ints:
        """How many were seen before the year too."""
        return self._added(self.traded & self.before)

    @cached_property
    def kept_amount(self) -> Ints:
        """Their amount."""
        return self._added(self.earned * self.before)

    @cached_property
    def seen(self) -> Ints:
        """Months in which each traded [windows, partners]."""
        return self._within(self.trades > 0)

    @cached_property
    def repeat(self) -> Ints:
        """How many in several months."""
        return self._added(self.seen >= REPEAT_MONTHS)

    @cached_property
    def steady(self) -> Ints:
        """Months of the steadiest."""
        return self._most(self.seen)

    @cached_property
    def tenure(self) -> Ints:
        """Days of trade with each, added up."""
        return self._added(self.span * self.traded)

    @cached_property
    def oldest(self) -> Ints:
        """The longest."""
        return self._most(self.span * self.traded)
