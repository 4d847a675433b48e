"""A column's memory says what the column says, and is not read where it lies otherwise than we read."""

from __future__ import annotations

import gc

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.models.arrow import INLINE, lying

COLUMNS = (
    st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=40).map(lambda v: pl.Series(v, dtype=pl.Int64))
    | st.lists(st.none() | st.floats(allow_nan=False), min_size=1, max_size=40).map(lambda v: pl.Series(v, dtype=pl.Float64))
    | st.lists(st.none() | st.text("aé商\0", max_size=INLINE // 4), min_size=1, max_size=40).map(lambda v: pl.Series(v, dtype=pl.String))
)


def told(column: pl.Series) -> list[object] | None:
    """What the memory of a column says."""
    found = lying(column)
    if found is None:
        return None
    here = np.unpackbits(found.present, bitorder="little")[: len(column)] if len(found.present) else np.ones(len(column))
    return [one if there else None for one, there in zip(map(word, found.values), here, strict=True)]


def word(value: object) -> object:
    """A number, or the string of its two words."""
    if isinstance(value, np.ndarray):
        raw = value.tobytes()
        return raw[4 : 4 + int.from_bytes(raw[:4], "little")].decode()
    return value.item()


@given(COLUMNS)
def test_values_and_their_absence_are_those_of_the_column(column: pl.Series) -> None:
    assert told(column) == column.to_list()


@given(COLUMNS, st.integers(0, 40))
def test_a_part_is_read_only_if_it_begins_with_a_byte(column: pl.Series, begin: int) -> None:
    part = column.slice(begin)
    assert told(part) in (None, part.to_list())
    assert told(part) is not None or begin % 8 or not len(part)


def test_what_was_put_together_is_one() -> None:
    column = pl.concat([pl.Series([1, None]), pl.Series([3])], rechunk=False)
    assert told(column) == [1, None, 3]


@pytest.mark.parametrize("kind", [pl.Int32, pl.Float32, pl.Boolean, pl.Null, pl.Decimal(20, 2)])
def test_other_kinds_are_not_read(kind: pl.DataType) -> None:
    assert lying(pl.Series([None, None], dtype=kind)) is None


def test_the_end_of_a_short_string_is_zeros_and_a_long_one_tells_its_length() -> None:
    found = lying(pl.Series(["ab", "x" * (INLINE + 1)]))
    assert found is not None
    assert found.values[0].tobytes() == b"\2\0\0\0ab" + bytes(10)
    assert found.values[1].tobytes()[:8] == bytes([INLINE + 1, 0, 0, 0]) + b"xxxx"


def test_the_memory_outlives_the_name_of_the_column() -> None:
    found = lying(pl.Series(range(100_000)).cast(pl.Int64))
    assert found is not None
    gc.collect()
    [pl.Series(np.zeros(100_000)) for _ in range(20)]
    assert (found.values == np.arange(100_000)).all()
