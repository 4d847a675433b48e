"""Interest and penalty in exact integers: principal × rate × days, and one division at posting.

The day of a draw counts, the day of repayment does not. Interest to date is a numerator over the rate's denominator;
what is posted to date is its one rounding, half to even, so that nothing drifts however often anybody looks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from farthing.domain.facility import Coupon
from farthing.domain.money import round_half_even
from farthing.domain.rate import Rate

Column: TypeAlias = npt.NDArray[np.int64]
INT64_MAX = 2**63 - 1


def interest_exact(principal_fen: int, rate: Rate, days: int) -> int:
    """Unrounded interest: a numerator over `rate.denominator`."""
    assert days >= 0, "interest does not run backwards"
    return principal_fen * rate.units * days


def penalty_exact(unpaid_fen: int, penalty_units: int, from_on: dt.date, span: tuple[dt.date, dt.date]) -> int:
    """Unrounded penalty in a span of days on principal that bears it from a day on: a numerator over the rate's denominator."""
    since, to = span
    return unpaid_fen * penalty_units * max((to - max(since, from_on)).days, 0)


def spared_exact(principal_fen: int, rate: Rate, coupons: Sequence[Coupon], span: tuple[dt.date, dt.date]) -> int:
    """Unrounded interest in a span of days that coupons spare; where several run at once the one that spares the most counts."""
    since, to = span
    if not any(coupon.from_on < to and since < coupon.until_on for coupon in coupons):
        return 0
    edges = sorted({since, to, *(edge for coupon in coupons for edge in (coupon.from_on, coupon.until_on) if since < edge < to)})
    return sum(min(principal_fen, _covered(coupons, start)) * rate.units * (end - start).days for start, end in pairwise(edges))


def _covered(coupons: Sequence[Coupon], day: dt.date) -> int:
    """Principal that bears no interest on a day."""
    return max((coupon.up_to_fen for coupon in coupons if coupon.from_on <= day < coupon.until_on), default=0)


def posted(exact: int, rate: Rate) -> int:
    """Fen posted to date for exact interest to date."""
    return round_half_even(exact, rate.denominator)


def fits(exact: Column, principal_fen: Column, units: Column, days: Column) -> npt.NDArray[np.bool_]:
    """Per row: is `exact + principal × units × days` certain to fit an int64? Proven in integers, without computing it.

    Works on a bound: a product of numbers below 2^a, 2^b and 2^c is below 2^(a+b+c), and two numbers below 2^62 add up
    below 2^63. Rows that say no belong to the one-by-one path, where Python's integers have no end. Where the largest numbers of the
    columns fit, as they nearly always do, so does every row.
    """
    if sum(_most_bits(column) for column in (principal_fen, units, days)) <= 62 and _most_bits(exact) <= 62:
        return np.ones(principal_fen.shape, dtype=np.bool_)
    bits = _bits(principal_fen) + _bits(units) + _bits(days)
    return (bits <= 62) & (_bits(exact) <= 62)


def _most_bits(column: Column) -> int:
    """The bit length of a column's largest number, 0 if none is above zero."""
    return max(int(column.max(initial=0)), 0).bit_length()


def _bits(column: Column) -> Column:
    """Bit length of each non-negative number."""
    length = np.zeros(column.shape, dtype=np.int64)
    rest = column.copy()
    for step in (32, 16, 8, 4, 2, 1):
        large = rest >> step > 0
        length[large] += step
        rest[large] >>= step
    return length + (rest > 0).astype(np.int64)


def interest_exact_columns(exact: Column, principal_fen: Column, units: Column, days: Column) -> Column:
    """`exact + principal × units × days` row by row; the caller has asked `fits` first."""
    assert bool(np.all(fits(exact, principal_fen, units, days))), "rows that may overflow take the one-by-one path"
    return exact + principal_fen * units * days


def posted_columns(exact: Column, denominator: Column) -> Column:
    """`posted` for a column: nearest integer, ties to the even neighbour. Doubling is avoided, so the whole int64 range is safe."""
    quotient: Column = exact // denominator
    remainder: Column = exact - quotient * denominator
    rest: Column = denominator - remainder
    up: Column = ((remainder > rest) | ((remainder == rest) & (quotient & 1 == 1))).astype(np.int64)
    rounded: Column = quotient + up
    return rounded


def total(column: Column) -> int:
    """The sum of a column without overflow: high and low halves are summed apart (128 bits for up to 2^31 rows)."""
    high, low = column >> 32, column & 0xFFFF_FFFF
    return (int(high.sum(dtype=np.int64)) << 32) + int(low.sum(dtype=np.int64))
