"""Formulas: how primitives become a feature. One elementwise formula each, used on a column of parties and on one party.

Each takes the scale and integer arrays of equal length and gives integers at that scale, `ABSENT` where there is no answer.
Only + - * / and square root are used, which IEEE 754 rounds alike everywhere; whole numbers are summed in any order, floats
left to right: a party alone and a party among millions get the same bits. Ratios are bounded to ±1,000, then rounded half to even.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from farthing.features.primitives import ABSENT, Ints

Floats: TypeAlias = npt.NDArray[np.float64]
Formula: TypeAlias = Callable[..., Ints]
RATIO_BOUND = 1000.0


def quantise(value: Floats, defined: npt.NDArray[np.bool_], scale: int) -> Ints:
    """`value` at `scale` decimals, bounded, half to even; `ABSENT` where it is not defined."""
    bounded = np.minimum(np.maximum(np.where(defined, value, 0.0), -RATIO_BOUND), RATIO_BOUND)
    return np.where(defined, np.rint(bounded * float(10**scale)).astype(np.int64), ABSENT)


def half_even(numerator: Ints, denominator: Ints) -> Ints:
    """Nearest integer to numerator / denominator, ties to even; `ABSENT` where the denominator is not positive."""
    positive = denominator > 0
    safe = np.where(positive, denominator, 1)
    quotient = numerator // safe
    twice = 2 * (numerator - quotient * safe)
    up = (twice > safe) | ((twice == safe) & (quotient % 2 == 1))
    return np.where(positive, quotient + up, ABSENT)


def _ratio(top: Floats | Ints, bottom: Floats | Ints, scale: int) -> Ints:
    defined = bottom > 0
    return quantise(top / np.where(defined, bottom, 1), defined, scale)


def total(scale: int, value: Ints) -> Ints:
    """The primitive itself."""
    del scale
    return value


def less(scale: int, value: Ints, other: Ints) -> Ints:
    """One less the other."""
    del scale
    return value - other


def per(scale: int, value: Ints, *, months: int) -> Ints:
    """A month's mean over a fixed number of months."""
    del scale
    return half_even(value, np.full_like(value, months))


def net_per(scale: int, value: Ints, other: Ints, *, months: int) -> Ints:
    """A month's mean of one less the other."""
    return per(scale, value - other, months=months)


def mean(scale: int, value: Ints, count: Ints) -> Ints:
    """Sum over count."""
    del scale
    return half_even(value, count)


def share(scale: int, part: Ints, whole: Ints) -> Ints:
    """Part over whole."""
    defined = (whole > 0) & (part != ABSENT)
    return _ratio(np.where(defined, part, 0), np.where(defined, whole, 0), scale)


def share_beside(scale: int, part: Ints, rest: Ints) -> Ints:
    """Part over part and rest."""
    return _ratio(part, part + rest, scale)


def growth(scale: int, now: Ints, before: Ints) -> Ints:
    """Change from before to now over before."""
    return _ratio(now - before, before, scale)


def margin(scale: int, sold: Ints, bought: Ints) -> Ints:
    """What is left of sales after purchases, over sales."""
    return _ratio(sold - bought, sold, scale)


def burden(scale: int, charged: Ints, paid: Ints, base: Ints) -> Ints:
    """Tax charged less tax paid, over the base."""
    return _ratio(charged - paid, base, scale)


def burden_change(scale: int, *columns: Ints) -> Ints:
    """The burden of the first three columns less the burden of the next three."""
    now, before = burden(scale, *columns[:3]), burden(scale, *columns[3:])
    return np.where((now == ABSENT) | (before == ABSENT), ABSENT, now - np.where(before == ABSENT, 0, before))


def margin_change(scale: int, *columns: Ints) -> Ints:
    """The margin of the first two columns less the margin of the next two."""
    now, before = margin(scale, *columns[:2]), margin(scale, *columns[2:])
    return np.where((now == ABSENT) | (before == ABSENT), ABSENT, now - np.where(before == ABSENT, 0, before))


def trend(scale: int, *months: Ints) -> Ints:
    """Least-squares slope of the months (given newest first) over their mean: 0.05 is 5 % of a usual month, every month."""
    count = len(months)
    table, lever = np.array(months), np.arange(count - 1, -count, -2)  # twice the distance from the middle, oldest lowest
    return _ratio(2.0 * count * (lever @ table) / int(lever @ lever), table.sum(axis=0), scale)


def volatility(scale: int, *months: Ints) -> Ints:
    """Standard deviation of the months over their mean."""
    table = np.array(months)
    average = table.sum(axis=0) / float(len(months))
    away = table - average
    spread = np.add.accumulate(away * away, axis=0)[-1]  # left to right, where a plain sum may pair as it likes
    return _ratio(np.sqrt(spread / float(len(months))), average, scale)


def peak(scale: int, *months: Ints) -> Ints:
    """The largest month over the sum of the months."""
    table = np.array(months)
    return _ratio(table.max(axis=0), table.sum(axis=0), scale)


def active(scale: int, *months: Ints) -> Ints:
    """How many of the months are above zero."""
    del scale
    above: Ints = (np.array(months) > 0).sum(axis=0)
    return above


def dry_run(scale: int, *months: Ints) -> Ints:
    """The longest run of months that are not above zero."""
    del scale
    run = longest = np.zeros_like(months[0])
    for month in months:
        run = np.where(month > 0, 0, run + 1)
        longest = np.maximum(longest, run)
    return longest


def deficit_months(scale: int, *months: Ints) -> Ints:
    """In how many months the second half of the columns is larger than the first."""
    del scale
    into, out = np.split(np.array(months), 2)
    short: Ints = (out > into).sum(axis=0)
    return short


def season(scale: int, *months: Ints) -> Ints:
    """How far this year's months repeat last year's (newest first): sum of the smaller over sum of the larger, 1 is the same year again."""
    now, then = np.split(np.maximum(np.array(months), 0), 2)
    same, either = np.minimum(now, then).sum(axis=0), np.maximum(now, then).sum(axis=0)
    defined = (then.sum(axis=0) > 0) & (now.sum(axis=0) > 0)
    return _ratio(same, np.where(defined, either, 0), scale)


def squared(scale: int, squares: Ints, base: Ints) -> Ints:
    """Sum of squared shares (Herfindahl-Hirschman): 1 is one partner, near 0 is many small ones."""
    return _ratio(squares, base * base, scale)


def days_covered(scale: int, low_sum: Ints, low_days: Ints, spent: Ints) -> Ints:
    """The usual lowest balance of a day in days of the year's spending."""
    del scale
    usual = half_even(low_sum, low_days)
    known = (usual != ABSENT) & (spent > 0)
    daily = np.maximum(spent // 365, 1)
    return np.where(known, np.minimum(np.where(known, usual, 0) // daily, 36_500), ABSENT)


FORMULAS: Mapping[str, Formula] = MappingProxyType({
    "total": total, "less": less, "mean": mean, "share": share, "share_beside": share_beside, "growth": growth, "margin": margin,
    "burden": burden, "burden_change": burden_change, "margin_change": margin_change, "trend": trend,
    "volatility": volatility, "peak": peak, "active": active, "dry_run": dry_run, "deficit_months": deficit_months,
    "season": season, "squared": squared, "days_covered": days_covered,
    "per_3": partial(per, months=3), "per_6": partial(per, months=6), "per_12": partial(per, months=12),
    "net_per_6": partial(net_per, months=6), "net_per_12": partial(net_per, months=12),
})  # fmt: skip
