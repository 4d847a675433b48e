"""Reducers of one subject's days, balances and partners: each property answers for all windows at once.

A property bears the name of its reducer (`primitives.REDUCERS`) and is computed once, when it is first asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from farthing.features.primitives import ABSENT, CELLS, FOREVER, REPEAT_MONTHS, SHARE_UNITS, Ints

Bools = npt.NDArray[np.bool_]


def running(table: npt.NDArray[Any]) -> Ints:
    """Running sums over months, after a zero."""
    sums = np.zeros((table.shape[0] + 1, *table.shape[1:]), np.int64)
    np.cumsum(table, axis=0, out=sums[1:])
    return sums


def within(month: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Where each window lies in months that never fall."""
    return np.searchsorted(month, low, "left"), np.searchsorted(month, high, "left")


@dataclass(frozen=True)
class Days:
    """Distinct active days of a side, newest first as days ago, and the month of each."""

    ago: Ints
    month: Ints
    low: Ints
    high: Ints

    @cached_property
    def ends(self) -> tuple[Ints, Ints]:
        """Where each window begins and ends; the last reaches back to the first day."""
        start, stop = within(self.month, self.low, self.high)
        return start, np.where(self.high >= CELLS, len(self.month), stop)

    @cached_property
    def days(self) -> Ints:
        """How many days."""
        return self.ends[1] - self.ends[0]

    @cached_property
    def gap(self) -> Ints:
        """The longest way between two days that follow each other."""
        steps = np.diff(self.ago)
        ends = zip(*(ends.tolist() for ends in self.ends), strict=True)
        return np.array([int(steps[a : b - 1].max()) if b - a > 1 else ABSENT for a, b in ends], dtype=np.int64)

    @cached_property
    def months(self) -> Ints:
        """How many months have a day."""
        opened = running(np.diff(self.month, prepend=-1) != 0)
        start, stop = self.ends
        return opened[stop] - opened[start]

    @cached_property
    def first(self) -> Ints:
        """How long ago the first day was."""
        return np.full(len(self.low), self.ago[-1] if len(self.ago) else ABSENT)

    @cached_property
    def last(self) -> Ints:
        """How long ago the last day was."""
        return np.full(len(self.low), self.ago[0] if len(self.ago) else ABSENT)


@dataclass(frozen=True)
class Lows:
    """The lowest balance of each day that has one, newest first, and the month of each day."""

    lowest: Ints
    month: Ints
    low: Ints
    high: Ints

    def _each(self, reduce: Callable[[Ints], int]) -> Ints:
        start, stop = within(self.month, self.low, np.where(self.high >= CELLS, FOREVER, self.high))
        return np.array([reduce(self.lowest[a:b]) for a, b in zip(start.tolist(), stop.tolist(), strict=True)], dtype=np.int64)

    @cached_property
    def low_min(self) -> Ints:
        """The lowest of all."""
        return self._each(lambda lows: int(lows.min()) if len(lows) else ABSENT)

    @cached_property
    def low_days(self) -> Ints:
        """How many days have one."""
        return self._each(len)

    @cached_property
    def low_negative(self) -> Ints:
        """How many days fell below zero."""
        return self._each(lambda lows: int((lows < 0).sum()))

    @cached_property
    def low_sum(self) -> Ints:
        """All added up."""
        return self._each(lambda lows: int(lows.sum()))

    @cached_property
    def low_last(self) -> Ints:
        """That of the newest day."""
        return self._each(lambda lows: int(lows[0]) if len(lows) else ABSENT)


@dataclass(frozen=True)
class Partners:
    """Partners of one side by month [25, partners], newest month first; what is older than the last shares it."""

    trades: Ints
    amounts: Ints
    span: Ints  # days from a partner's first trade to its last
    low: Ints
    high: Ints

    @cached_property
    def traded(self) -> Bools:
        """Who traded [windows, partners]."""
        months = running(self.trades)
        return months[self.high] > months[self.low]

    @cached_property
    def earned(self) -> Ints:
        """Amount of each, below zero counted as zero [windows, partners]."""
        months = running(self.amounts)
        earned: Ints = np.maximum(months[self.high] - months[self.low], 0)
        return earned

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
    def unit(self) -> Ints:
        """What shares are counted in: about 1/100,000 of the total."""
        return np.maximum(_added(self.earned) // SHARE_UNITS, 1)

    @cached_property
    def partners(self) -> Ints:
        """How many."""
        return _added(self.traded)

    @cached_property
    def top1(self) -> Ints:
        """The largest's amount."""
        return _most(self.earned)

    @cached_property
    def top5(self) -> Ints:
        """The five largest's."""
        many = self.earned.shape[1]
        five = np.partition(self.earned, many - 5, axis=1)[:, -5:] if many > 5 else self.earned
        return _added(five)

    @cached_property
    def base(self) -> Ints:
        """All of it, in units."""
        return _added(self.earned) // self.unit

    @cached_property
    def hhi(self) -> Ints:
        """Squares of each one's units."""
        shares = self.earned // self.unit[:, None]
        return _added(shares * shares)

    @cached_property
    def new(self) -> Ints:
        """How many were never seen before the year."""
        return _added(self.traded & ~self.before)

    @cached_property
    def lost(self) -> Ints:
        """How many were not seen this year."""
        return _added(self.traded & ~self.today)

    @cached_property
    def kept(self) -> Ints:
        """How many were seen before the year too."""
        return _added(self.traded & self.before)

    @cached_property
    def kept_amount(self) -> Ints:
        """Their amount."""
        return _added(self.earned[:, self.before])

    @cached_property
    def seen(self) -> Ints:
        """Months in which each traded [windows, partners]."""
        months = running(self.trades > 0)
        return months[self.high] - months[self.low]

    @cached_property
    def repeat(self) -> Ints:
        """How many in several months."""
        return _added(self.seen >= REPEAT_MONTHS)

    @cached_property
    def steady(self) -> Ints:
        """Months of the steadiest."""
        return _most(self.seen)

    @cached_property
    def tenure(self) -> Ints:
        """Days of trade with each, added up."""
        return _added(self.span * self.traded)

    @cached_property
    def oldest(self) -> Ints:
        """The longest."""
        return _most(self.span * self.traded)


def _added(values: npt.NDArray[Any]) -> Ints:
    added: Ints = values.sum(axis=1)
    return added


def _most(values: Ints) -> Ints:
    most: Ints = values.max(axis=1, initial=0)
    return most
