"""Declaring a table and reading it into whole numbers: roundings, special codes, refusals that name column and row."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farthing.domain.errors import Invalid
from farthing.models.table import Column, Kind, quantised, rules_for, sample_of_table, whole_frame, whole_row
from farthing.quant import placing
from farthing.quant.binning import Rules

BAD = [True] * 10 + [False] * 10


def test_numbers_are_quantised_half_to_even_and_nan_is_missing() -> None:
    value, missing = quantised(pl.Series("x", [1.25, 1.35, -0.05, None, float("nan"), 1e6]), 1)
    assert value.tolist() == [12, 14, 0, 0, 0, 10**7]
    assert missing.tolist() == [False, False, False, True, True, False]
    assert quantised(pl.Series("x", [7, None, -3]), 2)[0].tolist() == [700, 0, -300]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.none() | st.floats(-1e9, 1e9) | st.sampled_from([0.005, 2.5, -2.675, 1e-300]), min_size=1, max_size=20), st.integers(0, 6)
)
def test_a_row_a_frame_and_compiled_loops_round_alike(values: list[float | None], scale: int) -> None:
    column = Column("x", scale=scale)
    frame = pl.DataFrame({"x": values}, schema={"x": pl.Float64})
    expected = [whole_row({"x": value}, [column])["x"] for value in values]
    assert whole_frame(frame, [column])["x"].to_list() == expected
    if placing.kernels_for(placing.MANY):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(placing, "MANY", 0)
            assert whole_frame(frame, [column])["x"].to_list() == expected


def test_a_row_may_hold_numbers_of_any_kind() -> None:
    columns = [Column("a", scale=2), Column("b", scale=2), Column("c", Kind.CATEGORY), Column("d")]
    assert whole_row({"a": Decimal("1.25"), "b": True, "c": 7}, columns) == {"a": 125, "b": 100, "c": "7", "d": None}
    with pytest.raises(Invalid, match="a is 'x', no number"):
        whole_row({"a": "x"}, columns)
    with pytest.raises(Invalid, match="too large"):
        whole_row({"a": float("inf")}, columns)


def test_categories_are_numbered_in_order_and_null_is_missing() -> None:
    frame = pl.DataFrame({"k": ["b", None, "a", "b"] * 5, "bad": BAD})
    sample = sample_of_table(frame, [Column("k", Kind.CATEGORY)], "bad")
    assert sample.categories == {"k": ("a", "b")}
    value, missing = sample.columns["k"]
    assert value[:4].tolist() == [1, 0, 0, 1]
    assert missing[:4].tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"bad": BAD}, "no column x"),
        ({"x": ["a"] * 20, "bad": BAD}, "holds String, no numbers"),
        ({"x": [1.0] * 19 + [float("inf")], "bad": BAD}, "Row 19 of column x is too large"),
        ({"x": [1] * 19 + [2**62], "bad": BAD}, "Row 19 of column x is too large"),
        ({"x": [1] * 20, "bad": [0, 1] * 9 + [0, None]}, "Row 19 of bad is neither 0 nor 1"),
        ({"x": [1] * 20, "bad": [0, 2] * 10}, "Row 1 of bad is neither"),
        ({"x": [1] * 20, "bad": [0] * 19 + [1]}, "1 bads and 19 goods are too few"),
    ],
)
def test_what_cannot_be_read_is_named(frame: dict[str, list[object]], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        sample_of_table(pl.DataFrame(frame), [Column("x")], "bad")


def test_weights_are_positive() -> None:
    frame = pl.DataFrame({"x": [1] * 20, "bad": BAD, "w": [1.0] * 18 + [0.0, -1.0]})
    with pytest.raises(Invalid, match="Row 18 of w is no positive weight"):
        sample_of_table(frame, [Column("x")], "bad", weight="w")


def test_codes_and_cuts_are_written_as_in_the_data() -> None:
    rules = rules_for(Column("x", scale=2, specials=((-9, "-8.5"),), cuts=("0.25", 1)), Rules(), ())
    assert (rules.specials, rules.cuts) == (((-900, -850),), (25, 100))
    rules = rules_for(Column("k", Kind.CATEGORY, specials=(("none", "gone"),), groups=(("a",), ("b", "c"))), Rules(), ("a", "b", "none"))
    assert (rules.specials, rules.groups) == (((2,),), ((0,), (1,)))


@pytest.mark.parametrize(
    "made",
    [
        lambda: Column("x", scale=13),
        lambda: Column("x", cuts=("0.5",)),
        lambda: Column("x", cuts=(2, 1)),
        lambda: Column("x", specials=((-9,), ("-9",))),
        lambda: Column("x", specials=((),)),
        lambda: Column("x", specials=(("none",),)),
        lambda: Column("x", groups=(("a",),)),
        lambda: Column("x", Kind.CATEGORY, cuts=(1,)),
        lambda: Column("x", Kind.CATEGORY, scale=2),
    ],
)
def test_a_declaration_that_cannot_be_meant_is_refused(made: object) -> None:
    with pytest.raises(Invalid):
        made()  # type: ignore[operator]


def test_a_sample_without_subjects_can_be_split() -> None:
    frame = pl.DataFrame({"x": list(range(20)), "bad": BAD})
    part = sample_of_table(frame, [Column("x")], "bad").take(np.array([3, 1]))
    assert part.columns["x"][0].tolist() == [3, 1]
    assert part.subjects == ()
