"""Formulas against numbers worked out by hand or by numpy's own statistics."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.domain.money import round_half_even
from farthing.features import formulas
from farthing.features.primitives import ABSENT


def ints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def one(*values: int) -> tuple[np.ndarray, ...]:
    return tuple(ints(value) for value in values)


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**9))
def test_half_even_is_the_rounding_of_the_house(numerator: int, denominator: int) -> None:
    assert formulas.half_even(ints(numerator), ints(denominator)).tolist() == [round_half_even(numerator, denominator)]


def test_a_straight_line_has_its_slope() -> None:
    newest_first = one(*(100 + 10 * month for month in reversed(range(12))))
    mean = 100 + 10 * 5.5
    assert formulas.trend(6, *newest_first).tolist() == [round(10 / mean * 1e6)]


def test_volatility_is_numpys_deviation_over_mean() -> None:
    months = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    assert formulas.volatility(6, *one(*months)).tolist() == [round(np.std(months) / np.mean(months) * 1e6)]


def test_shares_over_nothing_are_absent() -> None:
    assert formulas.share(6, ints(1, 1), ints(0, 4)).tolist() == [ABSENT, 250_000]
    assert formulas.growth(6, ints(3), ints(2)).tolist() == [500_000]
    assert formulas.growth(6, ints(3), ints(0)).tolist() == [ABSENT]
    assert formulas.mean(0, ints(3), ints(0)).tolist() == [ABSENT]


def test_ratios_are_bounded() -> None:
    assert formulas.share(6, ints(10**15), ints(1)).tolist() == [1000 * 10**6]


def test_runs_and_counts_of_months() -> None:
    months = one(5, 0, 0, 7, 0, -1, 0, 3)
    assert formulas.active(0, *months).tolist() == [3]
    assert formulas.dry_run(0, *months).tolist() == [3]
    assert formulas.peak(6, *one(5, 0, 15)).tolist() == [750_000]
    assert formulas.deficit_months(0, *one(5, 5, 5, 4, 5, 6)).tolist() == [1]


def test_a_year_that_repeats_itself() -> None:
    year = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
    assert formulas.season(6, *one(*year, *year)).tolist() == [1_000_000]
    assert formulas.season(6, *one(*year, *(0,) * 12)).tolist() == [ABSENT]


def test_concentration() -> None:
    assert formulas.squared(6, ints(100_000**2), ints(100_000)).tolist() == [1_000_000]
    assert formulas.squared(6, ints(4 * 25_000**2), ints(100_000)).tolist() == [250_000]


def test_tax_and_margin() -> None:
    assert formulas.margin(6, ints(200), ints(150)).tolist() == [250_000]
    assert formulas.burden(6, ints(20), ints(14), ints(200)).tolist() == [30_000]
    assert formulas.margin_change(6, *one(200, 150, 100, 90)).tolist() == [150_000]
    assert formulas.margin_change(6, *one(200, 150, 0, 90)).tolist() == [ABSENT]


def test_days_covered() -> None:
    assert formulas.days_covered(0, ints(30_000), ints(3), ints(365_000)).tolist() == [10]
    assert formulas.days_covered(0, ints(30_000), ints(3), ints(0)).tolist() == [ABSENT]


@pytest.mark.parametrize(
    ("name", "columns", "value"),
    [
        ("trough", (10, 20, 30), 500_000),  # 10 of a usual 20
        ("weak_months", (1, 9, 20), 1),  # half of the mean is 5
        ("weak_months", (0, 0), ABSENT),
        ("falling_run", (1, 2, 3, 3, 9), 2),  # newest first: 9, 3, 3, 2, 1
        ("silence", (30, 130, 11), 3_000_000),  # ten days between two, thirty since the last
        ("silence", (30, 30, 1), ABSENT),
        ("share_change", (1, 4, 1, 2), -250_000),
        ("share_change", (1, 4, 1, 0), ABSENT),
        ("mean_growth", (30, 2, 10, 1), 500_000),
        ("mean_growth", (30, 0, 10, 1), ABSENT),
        ("in_step", (1, 3, 10, 30), 1_000_000),  # a quarter and three quarters of either
        ("outgrowth", (20, 10, 30, 15), 500_000),  # both doubled
        ("outgrowth", (30, 10, 10, 10), 750_000),
        ("outgrowth", (30, 10, 0, 10), 1_000_000),
        ("outgrowth", (30, 10, 10, 0), ABSENT),
        ("in_step", (1, 0, 0, 5), 0),
        ("in_step", (0, 0, 1, 1), ABSENT),
        ("per_thousand", (6, 100), 60_000_000),
        ("mean_scaled", (7, 2), 3_500_000),
    ],
)
def test_formulas_of_the_catalogue_by_hand(name: str, columns: tuple[int, ...], value: int) -> None:
    assert formulas.FORMULAS[name](6, *(ints(one) for one in columns)).tolist() == [value]
