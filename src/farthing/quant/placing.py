"""Which bin a value falls in, and what each bin holds: in numpy, or compiled where rows are many and numba is there.

Both ways give the same bits: whole numbers throughout, and weights added in the order of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from types import ModuleType
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
T = TypeVar("T", bound=np.generic)

MANY = 50_000
"""From so many rows on the compiled way is worth the second or two that compiling takes once a process."""
MOST_BINS = 255


@cache
def _kernels() -> ModuleType | None:
    """The compiled loops; None where numba is not installed (extra `models`)."""
    if find_spec("numba") is None:
        return None
    from farthing.quant import kernels

    return kernels


def kernels_for(rows: int) -> ModuleType | None:
    """The compiled loops where they pay."""
    return _kernels() if rows >= MANY else None


def fixed(array: npt.NDArray[T]) -> npt.NDArray[T]:
    """The array as the compiled loops take what they read: one kind only, so that each is compiled once."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def place(value: Ints, missing: Bools, cuts: Ints, specials: Sequence[Sequence[int]]) -> Bytes:
    """The bin of each value: cuts[i-1] <= value < cuts[i] is bin i, then a bin for each group of special values, then missing."""
    last = len(cuts) + 1 + len(specials)
    assert last <= MOST_BINS, f"at most {MOST_BINS} bins"
    codes = [(code, index) for index, group in enumerate(specials, start=len(cuts) + 1) for code in group]
    compiled = kernels_for(len(value))
    if compiled:
        found = np.empty(len(value), dtype=np.uint8)
        pairs = np.array(codes, dtype=np.int64).reshape(-1, 2)
        compiled.place(*map(fixed, (value, missing, cuts, pairs)), last, found)
        return found
    index = np.searchsorted(cuts, value, side="right")
    for code, own in codes:
        index[value == code] = own
    index[missing] = last
    return index.astype(np.uint8)


def tally(place: Bytes, bad: Bools, weight: Floats, bins: int) -> tuple[Floats, Floats]:
    """The weight of goods and of bads in each bin."""
    compiled = kernels_for(len(place))
    if compiled:
        sums = np.zeros((bins, 2))
        compiled.tally(fixed(place), fixed(bad), fixed(weight), sums)
        return sums[:, 0].copy(), sums[:, 1].copy()
    joint: Floats = np.bincount(place.astype(np.int64) * 2 + bad, weight, 2 * bins).astype(np.float64).reshape(bins, 2)
    return joint[:, 0].copy(), joint[:, 1].copy()
