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
def _step(rows: Any, cuts: Any, points: Ints, part: Ints) -> None:
    """Into `part`: points[i] where cuts[i-1] <= rows < cuts[i]."""
    for i in range(len(rows)):
        part[i] = points[0]
    for j in range(len(cuts)):
        cut, more = cuts[j], points[j + 1] - points[j]
        for i in range(len(rows)):
            part[i] += more if rows[i] >= cut else 0


@_compiled
def add_points(value: Ints, missing: Bools, cuts: Ints, points: Ints, total: Ints) -> None:
    """Add to `total` points[i] where cuts[i-1] <= value < cuts[i], and the last points where a value is missing.

    `missing` may be empty, where nothing is.
    """
    part, last = np.empty(BLOCK, np.int64), points[-1]
    for begin in range(0, len(value), BLOCK):
        rows, sums, absent = value[begin : begin + BLOCK], total[begin : begin + BLOCK], missing[begin : begin + BLOCK]
        _step(rows, cuts, points, part)
        for i in range(len(absent)):
            part[i] = last if absent[i] else part[i]
        for i in range(len(rows)):
            sums[i] += part[i]


@_compiled
def add_points_of_floats(value: Floats, most: float, cuts: Floats, points: Ints, total: Ints) -> int:
    """The same of numbers as they are, NaN for missing, between cuts among them. Returns how many are not within `most`."""
    part, last, beyond = np.empty(BLOCK, np.int64), points[-1], 0
    for begin in range(0, len(value), BLOCK):
        rows, sums = value[begin : begin + BLOCK], total[begin : begin + BLOCK]
        _step(rows, cuts, points, part)
        for i in range(len(rows)):
            nothing = rows[i] != rows[i]
            sums[i] += last if nothing else part[i]
            beyond += int(rows[i] >= most) + int(rows[i] <= -most)
    return beyond


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
