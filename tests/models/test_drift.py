"""Drift: counts that add, two ways of counting alike, movements that are told and those that chance made, and results by month."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farthing.domain.errors import Invalid
from farthing.models.drift import (
    Counts,
    Level,
    Movement,
    Watched,
    counted,
    decode,
    empty,
    encode,
    from_to,
    month_name,
    month_number,
    movements,
    performance,
    results,
    watch,
)
from farthing.models.sample import Column

WATCHED = (Watched("a", (-3, 0, 4)), Watched("b", ()))
ROWS = st.lists(
    st.tuples(st.none() | st.integers(-9, 9), st.none() | st.integers(-9, 9), st.integers(0, 5), st.integers(-4, 2)), max_size=30
)
Rows = list[tuple[int | None, int | None, int, int]]
START = month_number(2024, 1)


def columns_of(rows: Rows) -> dict[str, Column]:
    return {
        name: (np.array([row[place] or 0 for row in rows], dtype=np.int64), np.array([row[place] is None for row in rows], dtype=np.bool_))
        for place, name in enumerate("ab")
    }


def counts_of(rows: Rows, *, plain: bool = False) -> Counts:
    month, vintage = (np.array([START + row[place] for row in rows], dtype=np.int64) for place in (2, 3))
    return counted(WATCHED, columns_of(rows), month, vintage, plain=plain)


def same(one: Counts, other: Counts) -> bool:
    return all(
        (a.first, a.table.tolist()) == (b.first, b.table.tolist()) for a, b in ((one.month, other.month), (one.vintage, other.vintage))
    )


@settings(deadline=None)
@given(ROWS)
def test_compiled_and_plain_counts_are_equal(rows: Rows) -> None:
    assert same(counts_of(rows), counts_of(rows, plain=True))


@settings(deadline=None)
@given(ROWS, ROWS, ROWS)
def test_counts_of_parts_in_any_order_add_up_to_those_of_the_whole(one: Rows, two: Rows, three: Rows) -> None:
    whole = counts_of(one + two + three)
    a, b, c = map(counts_of, (one, two, three))
    assert same(empty(WATCHED) + a + b + c, whole)
    assert same(c + (b + a), whole)
    assert whole.cases() == len(one + two + three)
    assert same(decode(encode(whole)), whole)


def test_a_count_stands_in_its_bin_month_and_vintage() -> None:
    found = counts_of([(None, 1, 2, 0), (-3, 1, 2, 1), (4, 1, 0, 1)])
    assert found.month.of(0).tolist() == [[0, 0, 0, 1, 0], [0, 0, 0, 0, 0], [0, 1, 0, 0, 1]]
    assert found.vintage.of(0).tolist() == [[0, 0, 0, 0, 1], [0, 1, 0, 1, 0]]
    assert (found.month.first, found.vintage.first) == (START, START)


def test_other_bins_and_impossible_dates_are_refused() -> None:
    with pytest.raises(Invalid, match="different bins"):
        counts_of([(1, 1, 0, 0)]) + empty((Watched("a", (5,)), Watched("b", ())))
    with pytest.raises(Invalid, match="cannot be right"):
        counts_of([(1, 1, 0, 0), (1, 1, 13_000, 0)])
    with pytest.raises(Invalid, match="b is watched"):
        counted(WATCHED, {"a": columns_of([])["a"]}, np.zeros(0, np.int64), np.zeros(0, np.int64))


def people(cases: int, shift: float, seed: int) -> Mapping[str, Column]:
    rng = np.random.default_rng(seed)
    return {"turnover": ((rng.normal(shift, 1.0, cases) * 1000).astype(np.int64), rng.random(cases) < 0.05)}


def test_a_moved_month_alarms_and_a_small_one_does_not() -> None:
    base = people(20_000, 0.0, 1)
    watched = watch(base)
    assert len(watched[0].cuts) == 9

    def month(number: int, columns: Mapping[str, Column]) -> Counts:
        at = np.full(len(columns["turnover"][0]), START + number, dtype=np.int64)
        return counted(watched, columns, at, at - 12 * number)

    first = month(0, base)
    seen = first + month(1, people(5_000, 0.0, 2)) + month(2, people(5_000, 0.4, 3)) + month(3, people(5_000, 0.9, 4))
    seen = seen + month(5, people(25, 0.5, 7))
    told = {one.month: one.level for one in movements(seen, first)}
    assert told == {
        "2024-01": Level.STEADY, "2024-02": Level.STEADY, "2024-03": Level.WATCH, "2024-04": Level.ALARM, "2024-06": Level.STEADY,
    }  # fmt: skip
    small = movements(seen, first)[-1]
    assert small.psi > 0.25, "twenty-five people never look like twenty thousand, and that is no drift"
    assert small.psi < small.by_chance
    assert [one.month for one in movements(seen, first, by_vintage=True)] == ["2019-06", "2021-04", "2022-03", "2023-02", "2024-01"]
    assert [one.month for one in movements(from_to(seen, START + 1, START + 2), first)] == ["2024-02", "2024-03"]


def test_what_chance_cannot_have_made_is_told_by_how_far_it_went() -> None:
    assert [Movement("a", "2024-01", 1, psi, 0.2).level.value for psi in (0.05, 0.15, 0.24, 0.3)] == ["steady", "steady", "watch", "alarm"]


def test_months_are_named() -> None:
    assert month_name(month_number(2024, 12)) == "2024-12"


def test_results_by_month_tell_rank_and_level() -> None:
    rng = np.random.default_rng(6)
    pd_ppm = rng.integers(5_000, 200_000, 30_000)
    month = START + rng.integers(0, 3, 30_000)
    true = pd_ppm / 1e6 * np.where(month == START + 2, 1.5, 1.0)
    bad = rng.random(30_000) < true
    bands = tuple(range(10_000, 200_000, 10_000))
    halves = [results(bands, pd_ppm[half], bad[half], month[half]) for half in (np.arange(30_000) < 11_000, np.arange(30_000) >= 11_000)]
    told = performance(halves[0] + halves[1])
    assert told == performance(results(bands, pd_ppm, bad, month))
    assert [one.month for one in told] == ["2024-01", "2024-02", "2024-03"]
    assert sum(one.cases for one in told) == 30_000
    assert sum(one.bads for one in told) == bad.sum()
    assert told[0].expected_bads == pytest.approx(pd_ppm[month == START].sum() / 1e6)
    assert all(one.auc is not None and 0.6 < one.auc < 0.75 for one in told)
    assert abs(told[0].z) < 3.5 < told[2].z, "half as many bads again as expected is told in the month it happened"


def test_a_month_with_one_outcome_has_no_auc() -> None:
    told = performance(results((100_000,), np.array([1, 200_000]), np.array([False, False]), np.array([START, START])))
    assert told[0].auc is None


def test_bads_beyond_those_expected_are_told_in_standard_errors() -> None:
    (told,) = performance(results((100_000,), np.full(100, 50_000), np.arange(100) < 10, np.full(100, START)))
    assert (told.bads, told.expected_bads) == (10, 5.0)
    assert told.z == pytest.approx(5 / (100 * 0.05 * 0.95) ** 0.5)
