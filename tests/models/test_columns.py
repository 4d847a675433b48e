"""Points of columns: numpy and compiled loops say what the definition says, whatever lies under what is missing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from farthing.domain.errors import Invalid
from farthing.models.columns import number_adder, text_adder
from farthing.quant import placing

ENDS = st.sampled_from((-(2**63), -(2**63) + 1, 2**63 - 2, 2**63 - 1))
FAR = st.integers(-(2**40), 2**40) | st.integers(-(2**61), 2**61)
WHOLES = st.integers(-30, 30) | FAR | ENDS
CUTS = st.sets(st.integers(-30, 30), max_size=9) | st.sets(WHOLES, max_size=5)
NAMES = st.sampled_from(["", "a", "a\0", "b", "ab", "twelve bytes", "thirteen byte", "thirteen byts", "商户", "商户商户", "商户商户商"])


def both(made: Callable[[], Callable[[slice, np.ndarray], None]], rows: int) -> list[int]:
    """What numpy adds; the compiled loops must add the same."""
    found = []
    for many in (10**9, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(placing, "MANY", many)
            add, total = made(), np.full(rows, 7, dtype=np.int32)
            for begin in range(0, rows, 8):
                add(slice(begin, begin + 8), total[begin : begin + 8])
            found.append((total - 7).tolist())
    assert found[0] == found[1]
    return found[0]


@pytest.fixture(autouse=True, scope="module")
def _numba() -> None:
    pytest.importorskip("numba")


@settings(deadline=None)
@given(CUTS, st.lists(st.none() | WHOLES, min_size=1, max_size=40), st.integers(0, 9))
@example({-(2**63), 2**63 - 1}, [2**63 - 1, -(2**63), None, 0], 0)
def test_whole_numbers(cuts: set[int], values: list[int | None], begin: int) -> None:
    edges = sorted(cuts)
    column, values = pl.Series(values, dtype=pl.Int64).slice(begin), values[begin:]
    points = [11 * place % 29 for place in range(len(edges) + 2)]
    expected = [points[-1] if value is None else points[bisect_right(edges, value)] for value in values]
    assert both(lambda: number_adder(column, 3, edges, points), len(values)) == expected


@settings(deadline=None)
@given(CUTS, st.lists(st.none() | st.integers(-400, 400) | FAR, min_size=1, max_size=40), st.integers(0, 3))
def test_floats_are_rounded_to_the_scale_first(cuts: set[int], values: list[int | None], scale: int) -> None:
    edges = sorted(cuts)
    floats = [None if value is None else value / 4 / 10**scale for value in values]
    points = [11 * place % 29 for place in range(len(edges) + 2)]
    expected = [points[-1] if value is None else points[bisect_right(edges, round(value * 10.0**scale))] for value in floats]
    column = pl.Series(floats, dtype=pl.Float64)
    assert both(lambda: number_adder(column, scale, edges, points), len(values)) == expected
    assert both(lambda: number_adder(column.fill_null(float("nan")), scale, edges, points), len(values)) == expected


def test_what_lies_under_a_missing_value_is_not_read() -> None:
    """A ratio to nothing leaves an infinity where the answer is null."""
    amounts = pl.DataFrame({"x": [1.0, 2.0, 3.0, 4.0] * 5, "y": [0.0, 1.0, 2.0, 0.0] * 5})
    column = amounts.select(pl.when(pl.col("y") != 0).then(pl.col("x") / pl.col("y"))).to_series()
    assert both(lambda: number_adder(column, 0, [2], [1, 2, 3]), 20) == [3, 2, 2, 3] * 5


@pytest.mark.parametrize("many", [0, 10**9])
@pytest.mark.parametrize("value", [2.0**63, -float("inf"), float("inf")])
def test_a_float_too_large_is_refused_with_its_row(value: float, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "MANY", many)
    with pytest.raises(Invalid, match="Row 3 of column a"):
        number_adder(pl.Series("a", [1.0, 2.0, None, value]), 0, [2], [1, 2, 3])(slice(0, 4), np.zeros(4, dtype=np.int32))


@settings(deadline=None)
@given(st.sets(NAMES).map(sorted), st.lists(st.none() | NAMES | st.just("new"), min_size=1, max_size=40), st.integers(0, 9))
def test_names(known: list[str], values: list[str | None], begin: int) -> None:
    points = [11 * place % 29 for place in range(len(known) + 2)]
    place = {name: at for at, name in enumerate(known)} | {None: len(known)}
    expected = [points[place.get(value, -1)] for value in values[begin:]]
    column = pl.Series(values, dtype=pl.String).slice(begin)
    assert both(lambda: text_adder(column, known, points), len(expected)) == expected
    assert both(lambda: text_adder(column.cast(pl.Categorical), known, points), len(expected)) == expected


def test_two_hundred_names_have_each_their_own_points() -> None:
    known = [f"k{number}" for number in range(200)]
    column = pl.Series([*known, "k200", None])
    assert both(lambda: text_adder(column, known, list(range(202))), 202) == [*range(200), 201, 200]


@pytest.mark.parametrize(("adder", "values"), [("number", ["a"]), ("text", [1])])
def test_the_wrong_kind_is_refused(adder: str, values: list[object]) -> None:
    with pytest.raises(Invalid, match="Column a holds"):
        number_adder(pl.Series("a", values), 0, [], [1, 2]) if adder == "number" else text_adder(pl.Series("a", values), [], [1, 2])
