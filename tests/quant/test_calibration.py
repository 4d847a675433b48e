"""Calibration against scikit-learn and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss

from farthing.quant.calibration import (
    bands,
    beta_calibration,
    brier,
    error_by_chance,
    expected_error,
    isotonic,
    platt,
    prior_shift,
    stairs,
)
from farthing.quant.logistic import logit, sigmoid


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 5)), min_size=1, max_size=40))
def test_isotonic_is_that_of_scikit_learn(rows: list[tuple[int, int]]) -> None:
    x, y = np.array(rows, dtype=float).T
    assert np.allclose(isotonic(x, y), IsotonicRegression().fit_transform(x, y))


def test_platt_finds_the_line() -> None:
    rng = np.random.default_rng(2)
    eta = rng.normal(0, 1.5, 20_000)
    line = platt(eta, rng.random(20_000) < sigmoid(-0.7 + 0.5 * eta))
    assert abs(line.intercept + 0.7) < 3 * line.spread(np.zeros(1))[0]
    assert abs(line.slope - 0.5) < 0.05
    assert line.spread(np.array([4.0]))[0] > line.spread(np.array([0.0]))[0]


def test_brier_and_bands() -> None:
    p, bad = np.array([0.1, 0.2, 0.7, 0.8]), np.array([False, False, True, False])
    assert np.isclose(brier(p, bad), brier_score_loss(bad, p))
    low, high = bands(p, bad, 2)
    assert (low.observed, high.observed, low.cases, high.bads) == (0.0, 0.5, 2, 1)
    assert np.isclose(expected_error(p, bad, 2), (0.15 + 0.25) / 2)


def test_the_prior_moves_the_mean_rate() -> None:
    shifted = sigmoid(logit(np.array([0.22])) + prior_shift(0.22, 0.05))
    assert np.isclose(shifted[0], 0.05)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 5)), min_size=1, max_size=40), st.lists(st.integers(-3, 15), min_size=1))
def test_stairs_hold_where_they_were_fitted_and_never_fall(rows: list[tuple[int, int]], fresh: list[int]) -> None:
    x, y = np.array(rows, dtype=float).T
    found = stairs(x, y)
    assert np.allclose(found.apply(x), isotonic(x, y))
    assert (np.diff(found.apply(np.sort(np.array(fresh, dtype=float)))) >= 0).all()
    assert {*found.apply(np.array([-100.0, 100.0]))} == {found.levels[0], found.levels[-1]}


def test_beta_calibration_finds_the_curve_that_a_line_cannot() -> None:
    rng = np.random.default_rng(8)
    p = rng.uniform(0.01, 0.99, 60_000)
    true = sigmoid(-0.5 + 2.0 * np.log(p) - 0.5 * np.log(1 - p))
    bad = rng.random(60_000) < true
    found = beta_calibration(p, bad)
    assert (found.low, found.high, found.intercept) == pytest.approx((2.0, 0.5, -0.5), abs=0.1)
    straight = sigmoid(platt(logit(p), bad).apply(logit(p)))
    assert np.abs(found.apply(p) - true).max() < 0.02 < np.abs(straight - true).max()
    assert (np.diff(found.apply(np.linspace(0, 1, 50))) > 0).all()


def test_chance_alone_makes_an_error_that_shrinks_with_the_root_of_the_cases() -> None:
    """One band of equal probabilities: the mean distance of a share from its mean, sqrt(2 p (1 - p) / (pi n))."""
    for cases in (250, 4_000):
        told = error_by_chance(np.full(cases, 0.1), 1, 2_000, 3)
        assert told == pytest.approx(np.sqrt(2 * 0.09 / (np.pi * cases)), rel=0.06)
    assert error_by_chance(np.full(500, 0.1), 5, 300, 3) > 1.8 * error_by_chance(np.full(500, 0.1), 1, 300, 3), "more bands of fewer cases"
    assert error_by_chance(np.array([0.0, 1.0]), 5, 3, 3) == 0.0
