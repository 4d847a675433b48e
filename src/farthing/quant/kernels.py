"""Loops over a million rows, compiled. Each says the same as numpy code in `quant.placing`, to the last bit.

They are compiled in memory when first called, a second or two for each process: nothing is written beside an installed package.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
F = TypeVar("F", bound=Callable[..., Any])

BLOCK = 2048
"""Rows taken together, so that the inner loop runs along rows and stays in the nearest cache."""
MIX = np.uint64(0x9E3779B97F4A7C15)
"""2**64 over the golden ratio: what the second word of a name is mixed by (D. Knuth, vol. 3, 6.4)."""
ROWS = 256
"""As many rows of fifty columns stay in the second cache."""


def _compiled(function: F) -> F:
    return cast(F, numba.njit(nogil=True)(function))


def _regrouped(function: F) -> F:
    """Compiled, and free to add in another order, so that eight sums run at once: for sums that are only ever near."""
    return cast(F, numba.njit(nogil=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")(function))


@_compiled
def place(value: Ints, missing: Bools, cuts: Ints, codes: Ints, last: int, found: Bytes) -> None:  # noqa: PLR0913
    """Into `found`: the number of cuts at or below each value; codes [:, 2] are special ones with their bins; `last` is for missing."""
    part = np.empty(BLOCK, np.int64)
    for begin in range(0, len(value), BLOCK):
        rows = value[begin : begin + BLOCK]
        for i in range(len(rows)):
            part[i] = 0
        for cut in cuts:
            for i in range(len(rows)):
                part[i] += np.int64(rows[i] >= cut)
        for j in range(len(codes)):
            code, own = codes[j, 0], codes[j, 1]
            for i in range(len(rows)):
                part[i] = own if rows[i] == code else part[i]
        for i in range(len(rows)):
            found[begin + i] = np.uint8(last if missing[begin + i] else part[i])


@_compiled
def tally(place: Bytes, bad: Bools, weight: Floats, sums: Floats) -> None:
    """Into `sums` [bins, 2]: the weight of goods and of bads, added in the order of rows."""
    for i in range(len(place)):
        sums[place[i], 1 if bad[i] else 0] += weight[i]


@_compiled
def quantise(value: Floats, factor: float, most: float, whole: Ints, missing: Bools) -> int:
    """Into `whole` and `missing`: value x factor, rounded half to even; NaN is missing. Returns how many are not within `most`."""
    beyond = 0
    for i in range(len(value)):
        scaled = np.rint(value[i] * factor)
        nothing = scaled != scaled  # noqa: PLR0124 - only NaN is unlike itself
        within = -most < scaled < most
        missing[i] = nothing
        whole[i] = np.int64(scaled if within else 0.0)
        beyond += not (within or nothing)
    return beyond


@_compiled
def _absences(present: Bytes, first: int, spread: Any, absent: Bytes) -> None:
    """Into `absent`: 1 where the bit of presence, from row `first` on, is 0; eight rows at a time through `spread`, a word a byte."""
    words = absent.view(np.uint64)
    for i in range(min(len(words), len(present) - first // 8)):
        words[i] = spread[present[first // 8 + i]]


@_compiled
def _climb(rows: Any, steps: Any, gains: Any, total: Any) -> None:
    """Add to `total` the gain of every step at or below a row; four steps at once, so that rows and totals are touched seldom."""
    whole = len(steps) - len(steps) % 4
    for j in range(0, whole, 4):
        a, b, c, d = steps[j], steps[j + 1], steps[j + 2], steps[j + 3]
        p, q, r, s = gains[j], gains[j + 1], gains[j + 2], gains[j + 3]
        for i in range(len(rows)):
            row = rows[i]
            total[i] += (p if row >= a else 0) + (q if row >= b else 0) + (r if row >= c else 0) + (s if row >= d else 0)
    for j in range(whole, len(steps)):
        step, gain = steps[j], gains[j]
        for i in range(len(rows)):
            total[i] += gain if rows[i] >= step else 0


@_compiled
def add_floats(value: Floats, present: Bytes, first: int, bounds: Any, steps: Any, gains: Any, spread: Any, total: Any) -> int:  # noqa: PLR0913
    """Add to `total` the gains of the steps that each value climbs, once rounded at its factor and counted from the lower bound.

    `bounds`: factor, least, most, beyond. Between least and most all steps lie but the last, which is for what is absent or NaN.
    Returns how many are `beyond` what can be kept exactly. `first`, a multiple of eight, is the row that `present` is read from.
    """
    factor, least, most, far = bounds
    rows, absent, beyond, nothing = np.empty(BLOCK, steps.dtype), np.zeros(BLOCK, np.uint8), 0, most - least + 1.0
    for begin in range(0, len(value), BLOCK):
        part = value[begin : begin + BLOCK]
        if len(present):
            _absences(present, first + begin, spread, absent)
        for i in range(len(part)):
            scaled = part[i] * factor
            beyond += int((abs(scaled) >= far) & (absent[i] == 0))
            lost = (scaled != scaled) | (absent[i] != 0)  # noqa: PLR0124 - only NaN is unlike itself
            held = scaled if scaled > least else least
            held = held if held < most else most
            rows[i] = nothing if lost else np.rint(held) - least
        _climb(rows[: len(part)], steps, gains, total[begin : begin + BLOCK])
    return beyond


@_compiled
def add_wholes(value: Ints, present: Bytes, first: int, bounds: Any, steps: Any, gains: Any, spread: Any, total: Any) -> None:  # noqa: PLR0913
    """The same of whole numbers. `bounds`: least, most."""
    least, most = bounds
    rows, absent, nothing = np.empty(BLOCK, steps.dtype), np.zeros(BLOCK, np.uint8), most - least + 1
    for begin in range(0, len(value), BLOCK):
        part = value[begin : begin + BLOCK]
        if len(present):
            _absences(present, first + begin, spread, absent)
        for i in range(len(part)):
            held = part[i] if part[i] > least else least
            held = held if held < most else most
            rows[i] = nothing if absent[i] else held - least
        _climb(rows[: len(part)], steps, gains, total[begin : begin + BLOCK])


@_compiled
def add_names(words: Any, present: Bytes, first: int, hashed: Any, names: Any, gains: Any, spread: Any, total: Any) -> None:  # noqa: PLR0913
    """Add to `total` the gain of each name: strings in two words, looked for in the one place of `names` [2, places] where each could be.

    `hashed`: an odd factor and how far the product is shifted. The last gains are of names not found and of what is absent.
    """
    absent, (factor, shift) = np.zeros(BLOCK, np.uint8), hashed
    unseen, nothing = gains[-2], gains[-1]
    for begin in range(0, len(words), BLOCK):
        part, sums = words[begin : begin + BLOCK], total[begin : begin + BLOCK]
        if len(present):
            _absences(present, first + begin, spread, absent)
        for i in range(len(part)):
            one, two = part[i, 0], part[i, 1]
            place = ((one ^ (two * MIX)) * factor) >> shift
            gain = gains[place] if (names[0, place] == one) & (names[1, place] == two) else unseen
            sums[i] += nothing if absent[i] else gain


@_regrouped
def _add_gram(x: Floats, root: Floats, rows: int, gram: Floats) -> None:
    """Add x' x', where x' is x times the roots of the weights, to the upper triangle; two rows by two are read half as often."""
    for j in range(len(x)):
        row = x[j]
        for i in range(rows):
            row[i] *= root[i]
    for j in range(0, len(x), 2):
        for k in range(j, len(x), 2):
            a, b, c, d = x[j], x[j + 1], x[k], x[k + 1]
            ac, ad, bc, bd = 0.0, 0.0, 0.0, 0.0
            for i in range(rows):
                ac += a[i] * c[i]
                ad += a[i] * d[i]
                bc += b[i] * c[i]
                bd += b[i] * d[i]
            gram[j, k] += ac
            gram[j, k + 1] += ad
            gram[j + 1, k] += bc
            gram[j + 1, k + 1] += bd


@_regrouped
def add_moments(  # noqa: PLR0913
    codes: Bytes, values: Floats, kept: Ints, outcome: Floats, weight: Floats, beta: Floats, slope: Floats, hessian: Floats
) -> None:
    """Add to `slope` and, unless it is empty, to `hessian` what `quant.logistic` adds: rows in blocks that stay in the nearest caches.

    The design has a column of ones and then, for each j of `kept`, values[j, codes[j]]. Only the upper triangle of `hessian` is filled.
    """
    count = len(beta)
    x = np.zeros((count + count % 2, ROWS))
    residual, root = np.empty(ROWS), np.empty(ROWS)
    for begin in range(0, codes.shape[1], ROWS):
        rows = min(ROWS, codes.shape[1] - begin)
        x[0, :rows] = 1.0
        residual[:] = beta[0]
        for j in range(1, count):
            row, by, column = x[j], beta[j], kept[j - 1]
            value, code = values[column], codes[column, begin : begin + rows]
            for i in range(rows):
                row[i] = value[code[i]]
                residual[i] += by * row[i]
        for i in range(rows):
            p = 1.0 / (1.0 + np.exp(-residual[i]))
            residual[i] = weight[begin + i] * (outcome[begin + i] - p)
            root[i] = np.sqrt(weight[begin + i] * p * (1.0 - p))
        for j in range(count):
            row, total = x[j], 0.0
            for i in range(rows):
                total += row[i] * residual[i]
            slope[j] += total
        if len(hessian):
            _add_gram(x, root, rows, hessian)
