"""Binning of one feature against a binary outcome: quantile pre-bins, then the exact best merge of them.

The merge is found by dynamic programming over (start, end) of the last bin, maximising the information value under a
trend, a least share of the weight and a greatest number of bins; it is exact for the pre-bins given. The aim and the trends are
those of G. Navas-Palencia, "Optimal binning: mathematical programming formulation" (2020), arXiv:2001.08025.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from farthing.quant.woe import woe

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Way = tuple[float, tuple[int, ...]]  # what a merge is worth, and where its bins start


class Trend(StrEnum):
    """How the share of bads may move as the feature grows."""

    RISING = "rising"
    FALLING = "falling"
    PEAK = "peak"  # rises, then falls
    VALLEY = "valley"  # falls, then rises
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Rules:
    """How fine bins may be: shares are of the total weight; `specials` are values with a bin of their own."""

    trend: Trend = Trend.FREE
    prebins: int = 20
    most: int = 5
    least_share: float = 0.05
    smoothing: float = 1.0
    specials: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Bins:
    """Bin i holds cuts[i-1] <= value < cuts[i]. Weights by bin: ordinary bins first, then one a special, the missing one last."""

    cuts: tuple[int, ...]
    specials: tuple[int, ...]
    good: tuple[float, ...]
    bad: tuple[float, ...]

    def place(self, value: Ints, missing: Bools) -> Ints:
        """The bin of each value: ordinary, then specials, then missing."""
        ordinary = len(self.cuts) + 1
        index = np.searchsorted(np.array(self.cuts, dtype=np.int64), value, side="right").astype(np.int64)
        for offset, special in enumerate(self.specials):
            index = np.where(value == special, ordinary + offset, index)
        return np.where(missing, ordinary + len(self.specials), index)

    def woe(self, smoothing: float = 1.0) -> Floats:
        """Weight of evidence of every bin, in the order of `place`."""
        return woe(np.array(self.good), np.array(self.bad), smoothing)


def bin_feature(value: Ints, missing: Bools, bad: Bools, weight: Floats, rules: Rules) -> Bins:
    """The best bins of a feature under the rules. Missing values and specials stand apart and carry no trend."""
    special = np.isin(value, rules.specials) if rules.specials else np.zeros(len(value), dtype=np.bool_)
    plain = ~missing & ~special
    edges = _edges(value[plain], weight[plain], rules.prebins)
    place = np.searchsorted(edges, value[plain], side="right")
    good_weight = np.bincount(place, weight[plain] * ~bad[plain], len(edges) + 1).astype(np.float64)
    bad_weight = np.bincount(place, weight[plain] * bad[plain], len(edges) + 1).astype(np.float64)
    totals = (float((weight * ~bad).sum()), float((weight * bad).sum()))
    starts = merge(good_weight, bad_weight, totals, rules)
    cuts = tuple(int(edges[start - 1]) for start in starts[1:])
    found = Bins(cuts, rules.specials, (), ())
    index = found.place(value, missing)
    count = len(cuts) + 2 + len(rules.specials)
    good = np.bincount(index, weight * ~bad, count)
    return Bins(cuts, rules.specials, tuple(good.tolist()), tuple(np.bincount(index, weight * bad, count).tolist()))


def _edges(value: Ints, weight: Floats, prebins: int) -> Ints:
    """Distinct values that begin a pre-bin, at weighted quantiles."""
    if not len(value):
        return np.zeros(0, dtype=np.int64)
    order = np.argsort(value, kind="stable")
    ordered, running = value[order], np.cumsum(weight[order])
    wanted = np.arange(1, prebins) * (running[-1] / prebins)
    chosen = ordered[np.minimum(np.searchsorted(running, wanted, side="right"), len(ordered) - 1)]
    distinct = np.unique(chosen)
    edges: Ints = distinct[distinct > ordered[0]]
    return edges


def merge(good: Floats, bad: Floats, totals: tuple[float, float], rules: Rules) -> tuple[int, ...]:
    """Where each best bin starts among the pre-bins; (0,) when nothing better than one bin is allowed.

    `totals`: the sample's goods and bads, missing and specials included, which the information value is measured against.
    """
    if rules.trend is Trend.FREE:
        return _best(good, bad, totals, rules, ())[1]
    if rules.trend in (Trend.RISING, Trend.FALLING):
        return _best(good, bad, totals, rules, (rules.trend,))[1]
    turns = (Trend.RISING, Trend.FALLING) if rules.trend is Trend.PEAK else (Trend.FALLING, Trend.RISING)
    return _best(good, bad, totals, rules, turns)[1]


def _best(good: Floats, bad: Floats, totals: tuple[float, float], rules: Rules, phases: tuple[Trend, ...]) -> Way:
    """The best value and starts. `phases` are the directions to go through in turn; empty: any.

    `reached[(start, end, phase)]` lists by number of bins the best value and starts of a merge of pre-bins 0..end whose last bin
    begins at `start`.
    """
    size = len(good)
    least = rules.least_share * (totals[0] + totals[1])
    value, rate = _tables(good, bad, totals, rules.smoothing)
    reached: dict[tuple[int, int, int], dict[int, Way]] = {}
    weights = np.concatenate(([0.0], np.cumsum(good + bad)))
    for end in range(size):
        for start in range(end + 1):
            if weights[end + 1] - weights[start] < least:
                continue
            for phase in range(max(len(phases), 1)):
                found: dict[int, Way] = {1: (float(value[start, end]), (0,))} if start == 0 and phase == 0 else {}
                for (before, last, then), ways in reached.items():
                    if last == start - 1 and _follows(phases, then, phase, rate[before, last], rate[start, end]):
                        for bins, (worth, starts) in ways.items():
                            better = worth + float(value[start, end])
                            if bins < rules.most and better > found.get(bins + 1, (-1.0, ()))[0]:
                                found[bins + 1] = (better, (*starts, start))
                if found:
                    reached[(start, end, phase)] = found
    finished = [way for (_, end, _), ways in reached.items() if end == size - 1 for way in ways.values()]
    return max(finished, key=lambda way: (way[0], -len(way[1])), default=(0.0, (0,)))


def _tables(good: Floats, bad: Floats, totals: tuple[float, float], smoothing: float) -> tuple[Floats, Floats]:
    """Information value and share of bads of every run of pre-bins [start, end]."""
    sums = [np.concatenate(([0.0], np.cumsum(side))) for side in (good, bad)]
    runs_good, runs_bad = (side[None, 1:] - side[:-1, None] for side in sums)
    whole = totals[0] + totals[1]
    odds = (runs_good + smoothing * totals[0] / whole) * totals[1] / ((runs_bad + smoothing * totals[1] / whole) * totals[0])
    lawful = np.triu(np.ones_like(odds, dtype=np.bool_))
    value = np.where(lawful, (runs_good / totals[0] - runs_bad / totals[1]) * np.log(np.where(lawful, odds, 1.0)), 0.0)
    rate = np.where(lawful, runs_bad / np.where(lawful & (runs_good + runs_bad > 0), runs_good + runs_bad, 1.0), 0.0)
    return value, rate


def _follows(phases: tuple[Trend, ...], then: int, now: int, before: float, after: float) -> bool:
    """Whether a bin with rate `after` in phase `now` may follow one with rate `before` in phase `then`."""
    if not phases:
        return True
    if now not in (then, then + 1):
        return False
    return after > before if phases[now] is Trend.RISING else after < before
