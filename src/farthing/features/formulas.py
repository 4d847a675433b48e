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
    """`value`, a number everywhere, at `scale` decimals, bounded, half to even; `ABSENT` where it is not defined."""
    bounded = np.minimum(np.maximum(value, -RATIO_BOUND), RATIO_BOUND)
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


def mean_scaled(scale: int, value: Ints, count: Ints) -> Ints:
    """Sum over count, at the scale."""
    return half_even(value * 10**scale, count)


def per_thousand(scale: int, part: Ints, whole: Ints) -> Ints:
    """Part over a thousand of the whole, as fen a kilowatt-hour are of watt-hours."""
    return share(scale, part * 1000, whole)


def share(scale: int, part: Ints, whole: Ints) -> Ints:
    """Part over whole."""
    defined = (whole > 0) & (part != ABSENT)
    return quantise(part / np.where(defined, whole, 1), defined, scale)


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
    return _apart(burden(scale, *columns[:3]), burden(scale, *columns[3:]))


def margin_change(scale: int, *columns: Ints) -> Ints:
    """The margin of the first two columns less the margin of the next two."""
    return _apart(margin(scale, *columns[:2]), margin(scale, *columns[2:]))


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
    return _longest(np.array(months) > 0)


def trough(scale: int, *months: Ints) -> Ints:
    """The smallest month over the mean of the months."""
    table = np.array(months)
    return _ratio(table.min(axis=0) * len(months), table.sum(axis=0), scale)


def weak_months(scale: int, *months: Ints) -> Ints:
    """How many of the months stay under half of their mean; no answer where there is nothing to halve."""
    del scale
    table = np.array(months)
    total = table.sum(axis=0)
    weak: Ints = (table * (2 * len(months)) < total).sum(axis=0)
    return np.where(total > 0, weak, ABSENT)


def falling_run(scale: int, *months: Ints) -> Ints:
    """The longest run of months (given newest first) each below the one before it."""
    del scale
    table = np.array(months)
    return _longest(table[:-1] >= table[1:])


def _longest(broken: npt.NDArray[np.bool_]) -> Ints:
    """The longest way down each column without a break: how far each place lies from the last break before it."""
    place = np.arange(len(broken))[:, None]
    longest: Ints = (place - np.maximum.accumulate(np.where(broken, place, -1), axis=0)).max(axis=0)
    return longest


def silence(scale: int, last: Ints, first: Ints, days: Ints) -> Ints:
    """Days since the last over the usual interval between two active days."""
    defined = (days > 1) & (first > last)
    return _ratio(np.where(defined, last * (days - 1), 0), np.where(defined, first - last, 0), scale)


def share_change(scale: int, *columns: Ints) -> Ints:
    """The share of the first two columns less the share of the next two."""
    return _apart(share(scale, *columns[:2]), share(scale, *columns[2:]))


def mean_growth(scale: int, *columns: Ints) -> Ints:
    """Growth of a mean: sum and count now, sum and count before."""
    now, before = mean(scale, *columns[:2]), mean(scale, *columns[2:])
    defined = (now != ABSENT) & (before != ABSENT)
    return growth(scale, np.where(defined, now, 0), np.where(defined, before, 0))


def in_step(scale: int, *months: Ints) -> Ints:
    """How far the months of two streams share one rhythm: 1 less half the distance of their shares by month; 1 is the same rhythm."""
    one, other = (np.maximum(table, 0) for table in _halves(np.array(months)))
    defined = (one.sum(axis=0) > 0) & (other.sum(axis=0) > 0)
    first, second = (table / np.where(defined, table.sum(axis=0), 1) for table in (one, other))
    common = np.add.accumulate(np.minimum(first, second), axis=0)[-1]  # left to right, as in `volatility`
    return quantise(common, defined, scale)


def outgrowth(scale: int, now: Ints, before: Ints, other_now: Ints, other_before: Ints) -> Ints:
    """The growth of one over the growths of both: 0.5 where they grew alike, 1 where only the one did."""
    up, beside = now * 1.0 * other_before, before * 1.0 * other_now
    known = (now > 0) & (before > 0) & (other_now >= 0) & (other_before > 0)
    return _ratio(np.where(known, up, 0.0), np.where(known, up + beside, 0.0), scale)


def _halves(table: Ints) -> tuple[Ints, Ints]:
    half = len(table) // 2
    return table[:half], table[half:]


def _apart(now: Ints, before: Ints) -> Ints:
    return np.where((now == ABSENT) | (before == ABSENT), ABSENT, now - np.where(before == ABSENT, 0, before))


def deficit_months(scale: int, *months: Ints) -> Ints:
    """In how many months the second half of the columns is larger than the first."""
    del scale
    into, out = _halves(np.array(months))
    short: Ints = (out > into).sum(axis=0)
    return short


def season(scale: int, *months: Ints) -> Ints:
    """How far this year's months repeat last year's (newest first): sum of the smaller over sum of the larger, 1 is the same year again."""
    now, then = _halves(np.maximum(np.array(months), 0))
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
    "total": total, "less": less, "mean": mean, "mean_scaled": mean_scaled, "per_thousand": per_thousand,
    "share": share, "share_beside": share_beside, "growth": growth, "margin": margin,
    "burden": burden, "burden_change": burden_change, "margin_change": margin_change, "trend": trend,
    "volatility": volatility, "peak": peak, "active": active, "dry_run": dry_run, "deficit_months": deficit_months,
    "trough": trough, "weak_months": weak_months, "falling_run": falling_run, "silence": silence, "share_change": share_change,
    "mean_growth": mean_growth, "in_step": in_step, "outgrowth": outgrowth, "season": season, "squared": squared,
    "days_covered": days_covered,
    "per_3": partial(per, months=3), "per_6": partial(per, months=6), "per_12": partial(per, months=12),
    "per_24": partial(per, months=24),
    "net_per_6": partial(net_per, months=6), "net_per_12": partial(net_per, months=12),
})  # fmt: skip
