"""The points of a column, added to totals block by block: compiled where rows are many and numba is there, else in numpy.

Both ways add the same whole numbers. Totals are 32 bits wide: they count from the fewest points a card can give.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain.errors import Invalid
from farthing.models.arrow import INLINE, lying
from farthing.models.table import LARGEST, quantised
from farthing.quant.placing import Bytes, fixed, kernels_for

Totals: TypeAlias = npt.NDArray[np.int32]
Adder: TypeAlias = Callable[[slice, Totals], None]
"""Adds the points of some rows of a column, from a multiple of eight on, to their totals."""
FACTORS = tuple(np.uint64(0x9E3779B97F4A7C15) ** np.uint64(power) for power in range(1, 33))
"""Odd factors to try until one parts all names of a column."""
MIX, NO_NAME, MOST_BITS = FACTORS[0], np.uint64(2**64 - 1), 15
EXACT = 2**52
"""Whole numbers below it, and what lies between two of them, are floats."""
NARROW, WIDE = 2**31 - 2, 2**62
SPREAD = fixed((np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little") == 0).astype(np.uint8).view("<u8")[:, 0])
"""For a byte of presence a word of absence: a byte a row, 1 where the bit is 0."""


def number_adder(column: pl.Series, scale: int, cuts: Sequence[int], points: Sequence[int]) -> Adder:
    """points[i] where cuts[i-1] <= value < cuts[i], at the scale; the last where a value is missing.

    Integers are at the scale already, floats are rounded to it. `Invalid` on what is neither, and on a float too large to be exact.
    """
    if not (column.dtype.is_numeric() or column.dtype == pl.Null):
        raise Invalid("bad_value", f"Column {column.name} holds {column.dtype}, no numbers.", "Cast it first.", field=column.name)
    if kernels_for(len(column)):
        made = _compiled_floats(column, scale, cuts, points) if column.dtype == pl.Float64 else None
        made = made or (_compiled_wholes(column, cuts, points) if column.dtype.is_integer() else None)
        if made:
            return made
    value, missing = _whole(column, scale)
    edges, worth = np.array(cuts, dtype=np.int64), np.array(points, dtype=np.int32)

    def add(rows: slice, total: Totals) -> None:
        found = worth[np.searchsorted(edges, value[rows], side="right")]
        total += np.where(missing[rows], worth[-1], found)

    return add


def _compiled_floats(column: pl.Series, scale: int, cuts: Sequence[int], points: Sequence[int]) -> Adder | None:
    least, most = (cuts[0] - 1, cuts[-1]) if cuts else (0, 0)
    if not -EXACT < least <= most < EXACT:
        return None
    steps, gains = _steps(least, cuts, points)
    value, present, held = _memory(column)
    bounds = 10.0**scale, float(least), float(most), LARGEST
    compiled = kernels_for(len(column))
    assert compiled, "called where it is there"

    def add(rows: slice, total: Totals, *, held: object = held) -> None:
        del held  # the values lie in it
        total += np.int32(points[0])
        if compiled.add_floats(value[rows], present, rows.start, bounds, steps, gains, SPREAD, total):
            quantised(column, scale)  # says which row

    return add


def _compiled_wholes(column: pl.Series, cuts: Sequence[int], points: Sequence[int]) -> Adder | None:
    least, most = (max(cuts[0] - 1, -(2**63)), cuts[-1]) if cuts else (0, 0)
    if most - least > WIDE:
        return None
    steps, gains = _steps(least, cuts, points)
    value, present, held = _memory(column.cast(pl.Int64))
    compiled = kernels_for(len(column))
    assert compiled, "called where it is there"

    def add(rows: slice, total: Totals, *, held: object = held) -> None:
        del held  # the values lie in it
        total += np.int32(points[0])
        compiled.add_wholes(value[rows], present, rows.start, (least, most), steps, gains, SPREAD, total)

    return add


def _steps(least: int, cuts: Sequence[int], points: Sequence[int]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Where points change, counted from the least, and by how much; the last step is to what is missing. Narrow where they fit."""
    last = (cuts[-1] if cuts else 0) - least + 1
    kind = np.int32 if last <= NARROW else np.int64
    return fixed(np.array([*(cut - least for cut in cuts), last], dtype=kind)), fixed(np.diff(np.array(points)).astype(kind))


def _memory(column: pl.Series) -> tuple[npt.NDArray[Any], Bytes, object]:
    """Values and bits of presence, where they lie if they lie well."""
    found = lying(column)
    if found:
        return found.values, found.present, found
    kept = np.packbits(column.is_not_null().to_numpy(), bitorder="little")
    return fixed(column.fill_null(0).to_numpy()), fixed(kept), None


def _whole(column: pl.Series, scale: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    if column.dtype.is_integer() or column.dtype == pl.Null:
        return column.cast(pl.Int64).fill_null(0).to_numpy(), column.is_null().to_numpy()
    return quantised(column, scale)


# ---- categories ------------------------------------------------------------------------------------------------------


def text_adder(column: pl.Series, names: Sequence[str], points: Sequence[int]) -> Adder:
    """points[i] of names[i], then of what is missing, and last of any other name. `Invalid` on a column that holds no names."""
    if column.dtype not in (pl.String, pl.Null, pl.Categorical) and column.dtype != pl.Enum:
        raise Invalid("bad_value", f"Column {column.name} holds {column.dtype}, no categories.", "Make them strings.", field=column.name)
    made = _compiled_texts(column, names, points) if kernels_for(len(column)) and column.dtype == pl.String else None
    if made:
        return made
    worth, known = np.array(points, dtype=np.int32), pl.Enum(names)
    codes = column.cast(pl.String).cast(known, strict=False).to_physical().cast(pl.UInt32)
    place = codes.fill_null(len(points) - 1).set(column.is_null(), len(points) - 2).to_numpy()

    def add(rows: slice, total: Totals) -> None:
        total += np.take(worth, place[rows])

    return add


def _compiled_texts(column: pl.Series, names: Sequence[str], points: Sequence[int]) -> Adder | None:
    found, table = lying(column), _table(names)
    if not found or not table:
        return None
    factor, shift, words, order = table
    gains = fixed(np.array(points, dtype=np.int32)[[*order, len(points) - 1, len(points) - 2]])
    compiled = kernels_for(len(column))
    assert compiled, "called where it is there"

    def add(rows: slice, total: Totals) -> None:
        compiled.add_names(found.values[rows], found.present, rows.start, (factor, shift), words, gains, SPREAD, total)

    return add


class _Table(NamedTuple):
    """Where each name could be: its hash is `(one ^ two x MIX) x factor >> shift`, and no two names share one."""

    factor: np.uint64
    shift: np.uint64
    words: npt.NDArray[np.uint64]
    order: list[int]


def _table(names: Sequence[str]) -> _Table | None:
    """The least table that parts all names; None where a name is too long to lie in two words, or no table was found."""
    coded = [name.encode() for name in names]
    if any(len(name) > INLINE for name in coded):
        return None
    raw = b"".join(len(name).to_bytes(4, "little") + name.ljust(INLINE, b"\0") for name in coded)
    words = np.frombuffer(raw, dtype="<u8").reshape(-1, 2)
    mixed = words[:, 0] ^ (words[:, 1] * MIX)
    for bits in range(max(1, len(names).bit_length()), MOST_BITS):
        shift = np.uint64(64 - bits)
        for factor in FACTORS:
            place = (mixed * factor) >> shift
            if len(set(place.tolist())) == len(names):
                table, order = np.full((2, 2**bits), NO_NAME), np.full(2**bits, len(names) + 1)
                table[:, place] = words.T
                order[place] = np.arange(len(names))
                return _Table(factor, shift, fixed(table), order.tolist())
    return None
