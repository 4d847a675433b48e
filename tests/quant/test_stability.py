"""Stability from counts: by hand, against the sums written out, and against chance."""

from __future__ import annotations

import doctest
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from farthing.quant import stability
from farthing.quant.stability import auc_of_counts, by_chance, count, count_into, moved_points, psi

COUNTS = st.lists(st.integers(0, 500), min_size=4, max_size=4)


def test_the_examples_hold() -> None:
    assert doctest.testmod(stability).failed == 0


@given(COUNTS, COUNTS)
def test_the_index_is_the_sum_written_out_and_never_negative(before: list[int], now: list[int]) -> None:
    found = psi(np.array(before), np.array([now]))[0]
    a, b = ([(x + 0.5) / (sum(side) + 2.0) for x in side] for side in (before, now))
    written = math.fsum((y - x) * math.log(y / x) for x, y in zip(a, b, strict=True)) if sum(now) else 0.0
    assert found == pytest.approx(written, abs=1e-12)
    assert found >= -1e-15


def test_chance_alone_stays_below_its_bound_as_often_as_told() -> None:
    rng = np.random.default_rng(5)
    base = rng.multinomial(20_000, np.full(10, 0.1))
    months = rng.multinomial(2_000, np.full(10, 0.1), size=4_000)
    above = (psi(base, months) > by_chance(base, months, confidence=0.99)).mean()
    assert 0.005 < above < 0.016, "one month in a hundred, give or take what 4,000 draws allow"


def test_the_mean_points_move_by_what_the_shares_moved() -> None:
    base, now, points = np.array([9_999_999, 9_999_999]), np.array([[4_999_999, 14_999_999]]), np.array([10, 30])
    assert moved_points(base, now, points)[0] == pytest.approx(5.0, abs=1e-5)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=60))
def test_auc_of_counts_is_that_of_the_cases(cases: list[tuple[int, bool]]) -> None:
    band, bad = (np.array(side) for side in zip(*cases, strict=True))
    good, bads = (np.bincount(band[flag], minlength=6)[None] for flag in (~bad, bad))
    found = auc_of_counts(good, bads)[0]
    assert math.isnan(found) if bad.all() or not bad.any() else found == pytest.approx(roc_auc_score(bad, band))


@given(st.lists(st.tuples(st.integers(-9, 9), st.booleans(), st.integers(0, 2)), max_size=40), st.sets(st.integers(-8, 8), max_size=5))
def test_both_ways_of_counting_agree(rows: list[tuple[int, bool, int]], cuts: set[int]) -> None:
    value, missing, cell = (np.array([row[place] for row in rows], dtype=kind) for place, kind in enumerate((np.int64, np.bool_, np.int64)))
    edges = np.array(sorted(cuts), dtype=np.int64)
    table = np.zeros((3, len(edges) + 2), dtype=np.int64)
    count_into(value, missing, edges, cell, table)
    assert (count(value, missing, edges, cell, 3) == table).all()
    assert table.sum() == len(rows)
