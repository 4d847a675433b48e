"""The best merge of ordered pre-bins: exact, by dynamic programming over (start, end) of the last bin.

It maximises the information value under a trend, limits on the size of a bin and a greatest number of bins; it is exact for the
pre-bins given. The aim and the trends are those of G. Navas-Palencia, "Optimal binning: mathematical programming formulation" (2020),
arXiv:2001.08025.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MUST_GAIN = 1.05
"""An automatic trend turns only where that lifts the information value above this many times that of the better straight one."""
_SMALL = 1e-9  # sums of weights are compared with limits to this share


class Trend(StrEnum):
    """How the share of bads may move as the feature grows."""

    RISING = "rising"
    FALLING = "falling"
    PEAK = "peak"  # rises, then falls
    VALLEY = "valley"  # falls, then rises
    FREE = "free"
    AUTO = "auto"  # rising or falling; a peak or a valley where that tells clearly more


@dataclass(frozen=True, slots=True)
class Rules:
    """How fine bins may be. Shares are of the total weight; counts are weights, so that a case of weight two counts as two cases.

    `specials` are groups of values, each group with a bin of its own. `cuts` of a number and `groups` of categories are a person's own and
    replace the search. Categories below `rare_share` are pooled.
    Limits hold for ordinary bins; a single bin always stands, since nothing else is left where limits cannot be met.
    """

    trend: Trend = Trend.FREE
    prebins: int = 20
    most: int = 5
    least_share: float = 0.05
    smoothing: float = 1.0
    specials: tuple[tuple[int, ...], ...] = ()
    most_share: float = 1.0
    least_count: float = 0.0
    most_count: float = float("inf")
    least_bads: float = 0.0
    most_bads: float = float("inf")
    rare_share: float = 0.01
    cuts: tuple[int, ...] | None = None
    groups: tuple[tuple[int, ...], ...] | None = None

    def __post_init__(self) -> None:
        assert 1 <= self.prebins <= 200, "pre-bins are numbered in a byte, beside specials"
        assert self.cuts is None or list(self.cuts) == sorted(set(self.cuts)), "cuts rise"


class _Runs(NamedTuple):
    """What every run of pre-bins [start, end] is worth, whether it may be a bin, and the two readings of its share of bads."""

    value: Floats
    lawful: Bools
    rate: Floats
    smoothed: Floats


class _Best(NamedTuple):
    value: float
    starts: tuple[int, ...]


_PHASES = {
    Trend.FREE: (0,), Trend.RISING: (1,), Trend.FALLING: (-1,), Trend.PEAK: (1, -1), Trend.VALLEY: (-1, 1),
}  # fmt: skip


def merge(good: Floats, bad: Floats, totals: tuple[float, float], rules: Rules) -> tuple[int, ...]:
    """Where each best bin starts among the pre-bins; (0,) when nothing better than one bin is allowed.

    `totals`: the sample's goods and bads, missing and specials included, which the information value is measured against.
    """
    if len(good) < 2:
        return (0,)
    runs = _runs(good, bad, totals, rules)
    if rules.trend is not Trend.AUTO:
        return _search(runs, _PHASES[rules.trend], rules.most).starts
    straight = max((_search(runs, _PHASES[trend], rules.most) for trend in (Trend.RISING, Trend.FALLING)), key=lambda found: found.value)
    turned = max((_search(runs, _PHASES[trend], rules.most) for trend in (Trend.PEAK, Trend.VALLEY)), key=lambda found: found.value)
    return turned.starts if turned.value > MUST_GAIN * straight.value else straight.starts


def _runs(good: Floats, bad: Floats, totals: tuple[float, float], rules: Rules) -> _Runs:
    sums = [np.concatenate(([0.0], np.cumsum(side))) for side in (good, bad)]
    goods, bads = (side[None, 1:] - side[:-1, None] for side in sums)
    whole, smoothing = totals[0] + totals[1], rules.smoothing
    forward = np.triu(np.ones_like(goods, dtype=np.bool_))
    size = goods + bads
    some = forward & (size > 0)
    more_good, more_bad = goods + smoothing * totals[0] / whole, bads + smoothing * totals[1] / whole
    some_odds = forward & (more_good > 0) & (more_bad > 0)
    odds = np.where(some_odds, more_good, 1.0) * totals[1] / (np.where(some_odds, more_bad, 1.0) * totals[0])
    value = np.where(some_odds, (goods / totals[0] - bads / totals[1]) * np.log(odds), 0.0)
    rate = np.where(some, bads / np.where(some, size, 1.0), 0.0)
    smoothed = np.where(some_odds, -odds, 0.0)
    lawful = forward & _within(size, rules.least_share * whole, rules.most_share * whole)
    lawful &= _within(size, rules.least_count, rules.most_count) & _within(bads, rules.least_bads, rules.most_bads)
    return _Runs(value, lawful, rate, smoothed)


def _within(size: Floats, least: float, most: float) -> Bools:
    kept: Bools = (size >= least * (1.0 - _SMALL)) & (size <= most * (1.0 + _SMALL))
    return kept


def _search(runs: _Runs, phases: tuple[int, ...], most: int) -> _Best:
    """The best of all merges. `phases` are the directions gone through in turn: 1 up, -1 down, 0 anywhere.

    `steps[bins - 1][phase][start, end]` is the best value of a merge of pre-bins 0..end in so many bins whose last begins at `start`.
    """
    size = len(runs.value)
    first = np.full((len(phases), size, size), -np.inf)
    first[0, 0] = np.where(runs.lawful[0], runs.value[0], -np.inf)
    follow = [_follow(runs, direction) for direction in phases]
    own = np.where(runs.lawful, runs.value, -np.inf)
    steps, best = [first], (float(first[0, 0, -1]), 1, 0, 0)
    while len(steps) < most:
        following = np.full_like(first, -np.inf)
        for phase in range(len(phases)):
            before = steps[-1][max(phase - 1, 0) : phase + 1].max(axis=0)
            following[phase, 1:] = own[1:] + (before[:-1, :-1, None] + follow[phase]).max(axis=0)
        ends = following[:, :, -1]
        last, start = divmod(int(ends.argmax()), size)
        if following.max() == -np.inf:
            break
        steps.append(following)
        if ends[last, start] > best[0]:
            best = float(ends[last, start]), len(steps), last, start
    if best[0] == -np.inf:
        return _Best(0.0, (0,))
    return _Best(best[0], _trace(steps, follow, best[1:]))


def _follow(runs: _Runs, direction: int) -> Floats:
    """[before, start - 1, end]: 0 where the bin start..end may follow the bin before..start-1, minus infinity where it may not.

    The evidence must move in the direction and so must the plain share of bads: smoothing could turn one and not the other.
    """
    if direction == 0:
        return np.zeros((len(runs.rate) - 1, len(runs.rate) - 1, len(runs.rate)))
    kept = np.ones((len(runs.rate) - 1, len(runs.rate) - 1, len(runs.rate)), dtype=np.bool_)
    for measure in (runs.rate, runs.smoothed):
        earlier, later = measure[:-1, :-1, None], measure[None, 1:, :]
        kept &= later > earlier if direction > 0 else later < earlier
    return np.where(kept, 0.0, -np.inf)


def _trace(steps: list[Floats], follow: list[Floats], found: tuple[int, int, int]) -> tuple[int, ...]:
    """The starts of the bins of the best merge, by looking from its last bin for the one before that its value came from."""
    bins, phase, start = found
    starts, end = [start], steps[0].shape[1] - 1
    while start > 0:
        bins -= 1
        earliest = max(phase - 1, 0)
        before = steps[bins - 1][earliest : phase + 1, :start, start - 1]
        then, came = np.unravel_index(int((before + follow[phase][None, :start, start - 1, end]).argmax()), before.shape)
        phase, start, end = earliest + int(then), int(came), start - 1
        starts.append(start)
    return tuple(reversed(starts))
