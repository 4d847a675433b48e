"""Binning: pre-bins, missing and specials, categories, a person's own bins, and what optbinning finds on the same data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farthing.quant.binning import ENOUGH, Bins, Rules, Trend, bin_categories, bin_feature
from farthing.quant.woe import information_value


def test_missing_and_specials_have_bins_of_their_own() -> None:
    value = np.array([1, 2, 3, 4, -9, 5, 6, 7, 8, 0] * 10)
    missing = np.array([False] * 9 + [True]).repeat(10).reshape(10, 10).T.ravel()
    bad = np.array(([False, False, False, True, True, True, False, True, True, True]) * 10)
    bins, _ = bin_feature(value, missing, bad, np.ones(100), Rules(trend=Trend.RISING, specials=((-9,),), least_share=0.1))
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
    weighted, _ = bin_feature(value, np.zeros(300, bool), bad, times.astype(float), rules)
    repeated, _ = bin_feature(value.repeat(times), np.zeros(times.sum(), bool), bad.repeat(times), np.ones(times.sum()), rules)
    assert weighted == repeated


def test_a_feature_with_one_value_has_one_bin() -> None:
    bins, _ = bin_feature(np.zeros(20, np.int64), np.zeros(20, bool), np.arange(20) < 5, np.ones(20), Rules())
    assert bins == Bins((), (), (15.0, 0.0), (5.0, 0.0))


def test_a_feature_that_is_all_missing_has_its_missing_bin() -> None:
    bins, _ = bin_feature(np.zeros(20, np.int64), np.ones(20, bool), np.arange(20) < 5, np.ones(20), Rules())
    assert bins == Bins((), (), (0.0, 15.0), (0.0, 5.0))


def test_specials_may_share_a_bin() -> None:
    value = np.array([-9, -8, 1, 2, -7] * 20)
    bins, place = bin_feature(value, np.zeros(100, bool), np.arange(100) % 2 == 0, np.ones(100), Rules(specials=((-9, -8), (-7,))))
    assert set(place[(value == -9) | (value == -8)]) == {bins.ordinary}
    assert set(place[value == -7]) == {bins.ordinary + 1}


def test_a_persons_cuts_are_kept_as_they_are() -> None:
    value = np.arange(100)
    bins, place = bin_feature(value, np.zeros(100, bool), value < 30, np.ones(100), Rules(trend=Trend.RISING, cuts=(10, 99)))
    assert bins.cuts == (10, 99)
    assert np.bincount(place).tolist() == [10, 89, 1]


def categories(**rules: object) -> tuple[Bins, np.ndarray]:
    """Six categories: 0 and 1 good, 2 and 3 bad, 4 and 5 rare; every tenth missing."""
    value = np.repeat([0, 1, 2, 3, 4, 5], [300, 300, 300, 300, 5, 5])
    rate = np.array([0.05, 0.05, 0.4, 0.4, 0.2, 0.2])[value]
    rng = np.random.default_rng(5)
    missing = np.arange(len(value)) % 10 == 0
    return bin_categories(value, missing, rng.random(len(value)) < rate, np.ones(len(value)), Rules(**rules))  # type: ignore[arg-type]


def test_categories_are_grouped_by_their_share_of_bads() -> None:
    bins, place = categories(least_share=0.1, rare_share=0.01, most=2)
    good, bad = (np.array(side)[: bins.ordinary] for side in (bins.good, bins.bad))
    assert (np.diff(bad / (good + bad)) > 0).all()
    low, high = next(group for group in bins.groups if 0 in group), next(group for group in bins.groups if 2 in group)
    assert {0, 1} <= set(low)
    assert {2, 3} <= set(high)
    assert set(place[::10]) == {bins.unseen - 1}
    assert sum(bins.good) + sum(bins.bad) == 1210


def test_rare_categories_are_pooled() -> None:
    bins, _ = categories(least_share=0.0, most=6, rare_share=0.01)
    assert bins.rare is not None
    assert {4, 5} <= set(bins.groups[bins.rare])


def test_an_unseen_category_has_a_place_of_its_own() -> None:
    bins, _ = categories()
    assert bins.place(np.array([77, -1, 0]), np.zeros(3, bool)).tolist()[:2] == [bins.unseen] * 2


def test_a_persons_groups_are_kept_and_what_they_leave_out_is_unseen() -> None:
    bins, place = categories(groups=((0, 2), (1,)))
    assert bins.groups == ((0, 2), (1,))
    assert place[601] == 0
    assert place[901] == bins.unseen


def test_a_special_category_is_left_alone() -> None:
    bins, _ = categories(specials=((3,),), least_share=0.0)
    assert all(3 not in group for group in bins.groups)
    assert bins.good[bins.ordinary] + bins.bad[bins.ordinary] == 270


def test_many_categories_are_first_made_few() -> None:
    rng = np.random.default_rng(2)
    value = rng.integers(0, 500, 20_000)
    bins, _ = bin_categories(value, np.zeros(20_000, bool), rng.random(20_000) < 0.1, np.ones(20_000), Rules(rare_share=0.0, prebins=15))
    assert sorted(code for group in bins.groups for code in group) == list(range(500))
    assert len(bins.groups) <= 5


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([Trend.RISING, Trend.FALLING]))
def test_under_a_trend_evidence_never_turns(seed: int, trend: Trend) -> None:
    """Not in the ordinary bins, whatever the smoothing, the weights and the data."""
    rng = np.random.default_rng(seed)
    value, bad = rng.integers(0, 30, 200), rng.random(200) < 0.3
    smoothing = float(rng.choice([0.0, 1.0, 20.0]))
    bins, _ = bin_feature(
        value, rng.random(200) < 0.1, bad, rng.random(200) + 0.1, Rules(trend=trend, least_share=0.02, smoothing=smoothing)
    )
    steps = np.diff(bins.woe(max(smoothing, 1e-9))[: bins.ordinary])
    assert ((steps < 0) if trend is Trend.RISING else (steps > 0)).all()


def test_pre_bins_of_many_rows_come_from_some_and_hold_all() -> None:
    """More rows than are looked at for quantiles: edges are near the exact ones, counts are exact."""
    rng = np.random.default_rng(8)
    value = rng.integers(0, 10**6, 3 * ENOUGH)
    bad, weight = rng.random(len(value)) < value / 2e6, rng.integers(1, 3, len(value)).astype(float)
    bins, place = bin_feature(value, np.zeros(len(value), bool), bad, weight, Rules(trend=Trend.RISING))
    for index in range(bins.ordinary):
        assert bins.bad[index] == weight[(place == index) & bad].sum()
    assert sum(bins.good) == weight[~bad].sum()


@pytest.mark.parametrize("trend", ["ascending", "descending", "peak", "valley"])
def test_it_tells_as_much_as_optbinning_under_the_same_trend(trend: str) -> None:
    """Where every distinct value may begin a pre-bin, no merge under the same limits tells more than ours."""
    from optbinning import OptimalBinning

    rng = np.random.default_rng(3)
    value = rng.integers(0, 100, 6_000)
    shape = {"ascending": value / 100, "descending": 1 - value / 100, "peak": 1 - np.abs(value - 50) / 50}
    bad = rng.random(6_000) < 0.05 + 0.25 * shape.get(trend, np.abs(value - 50) / 50)
    peer = OptimalBinning(dtype="numerical", monotonic_trend=trend, max_n_bins=6, min_bin_size=0.05).fit(value.astype(float), bad)
    place = np.searchsorted(peer.splits, value, side="right")
    theirs = information_value(np.bincount(place, ~bad), np.bincount(place, bad), 0.0)
    named = {"ascending": Trend.RISING, "descending": Trend.FALLING, "peak": Trend.PEAK, "valley": Trend.VALLEY}[trend]
    rules = Rules(trend=named, prebins=200, most=6, least_share=0.05, smoothing=0.0)
    bins, _ = bin_feature(value, np.zeros(6_000, bool), bad, np.ones(6_000), rules)
    ordinary = slice(bins.ordinary)
    assert information_value(np.array(bins.good)[ordinary], np.array(bins.bad)[ordinary], 0.0) >= theirs - 1e-9
