"""Binning: exact merges, trends, sizes, missing and specials."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farthing.quant.binning import Bins, Rules, Trend, bin_feature, merge


def value_of(starts: tuple[int, ...], good: np.ndarray, bad: np.ndarray, smoothing: float) -> float:
    """Information value of a merge, written out."""
    totals = good.sum(), bad.sum()
    whole, worth = sum(totals), 0.0
    for start, stop in zip(starts, (*starts[1:], len(good)), strict=True):
        g, b = good[start:stop].sum(), bad[start:stop].sum()
        odds = (g + smoothing * totals[0] / whole) * totals[1] / ((b + smoothing * totals[1] / whole) * totals[0])
        worth += (g / totals[0] - b / totals[1]) * np.log(odds)
    return float(worth)


def lawful(starts: tuple[int, ...], good: np.ndarray, bad: np.ndarray, rules: Rules) -> bool:
    """Whether a merge keeps the rules, tested without the code under test."""
    stops = (*starts[1:], len(good))
    weights = [(good + bad)[a:b].sum() for a, b in zip(starts, stops, strict=True)]
    if len(starts) > rules.most or min(weights) < rules.least_share * (good + bad).sum():
        return False
    rates = np.array([bad[a:b].sum() / (good + bad)[a:b].sum() for a, b in zip(starts, stops, strict=True)])
    steps = np.sign(np.diff(rates))
    if rules.trend is Trend.FREE:
        return True
    if (steps == 0).any():
        return False
    turns = np.flatnonzero(np.diff(steps))
    return {
        Trend.RISING: (steps > 0).all(), Trend.FALLING: (steps < 0).all(),
        Trend.PEAK: len(turns) == 0 or (len(turns) == 1 and steps[0] > 0),
        Trend.VALLEY: len(turns) == 0 or (len(turns) == 1 and steps[0] < 0),
    }[rules.trend]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 10)), min_size=2, max_size=7), st.sampled_from(Trend), st.integers(2, 4))
def test_the_merge_is_the_best_of_all_lawful_merges(counts: list[tuple[int, int]], trend: Trend, most: int) -> None:
    good, bad = (np.array(side, dtype=float) for side in zip(*counts, strict=True))
    if not bad.sum():
        return
    rules = Rules(trend=trend, most=most, least_share=0.1)
    every = [(0, *cuts) for size in range(most) for cuts in combinations(range(1, len(good)), size)]
    best = max(value_of(starts, good, bad, 1.0) for starts in every if lawful(starts, good, bad, rules))
    found = merge(good, bad, (good.sum(), bad.sum()), rules)
    assert lawful(found, good, bad, rules)
    assert value_of(found, good, bad, 1.0) == pytest.approx(best)


def test_missing_and_specials_have_bins_of_their_own() -> None:
    value = np.array([1, 2, 3, 4, -9, 5, 6, 7, 8, 0] * 10)
    missing = np.array([False] * 9 + [True]).repeat(10).reshape(10, 10).T.ravel()
    bad = np.array(([False, False, False, True, True, True, False, True, True, True]) * 10)
    bins = bin_feature(value, missing, bad, np.ones(100), Rules(trend=Trend.RISING, specials=(-9,), least_share=0.1))
    place = bins.place(value, missing)
    ordinary = len(bins.cuts) + 1
    assert set(place[value == -9]) == {ordinary}
    assert set(place[missing]) == {ordinary + 1}
    assert sum(bins.good) + sum(bins.bad) == 100
    assert (np.diff([b / (g + b) for g, b in zip(bins.good[:ordinary], bins.bad[:ordinary], strict=True)]) > 0).all()


def test_weights_count_as_repeated_cases() -> None:
    rng = np.random.default_rng(3)
    value, bad = rng.integers(0, 50, 300), rng.random(300) < 0.3
    times = rng.integers(1, 4, 300)
    rules = Rules(prebins=50)
    weighted = bin_feature(value, np.zeros(300, bool), bad, times.astype(float), rules)
    repeated = bin_feature(value.repeat(times), np.zeros(times.sum(), bool), bad.repeat(times), np.ones(times.sum()), rules)
    assert weighted == repeated


def test_a_feature_with_one_value_has_one_bin() -> None:
    bins = bin_feature(np.zeros(20, np.int64), np.zeros(20, bool), np.arange(20) < 5, np.ones(20), Rules())
    assert bins == Bins((), (), (15.0, 0.0), (5.0, 0.0))


def test_a_feature_that_is_all_missing_has_its_missing_bin() -> None:
    bins = bin_feature(np.zeros(20, np.int64), np.ones(20, bool), np.arange(20) < 5, np.ones(20), Rules())
    assert bins == Bins((), (), (0.0, 15.0), (0.0, 5.0))
