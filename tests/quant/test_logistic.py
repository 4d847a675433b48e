"""Logistic regression against scikit-learn."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from farthing.quant import logistic, placing
from farthing.quant.logistic import Coded, Ridge, fit_logistic, logit, sigmoid


@pytest.fixture
def sample() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(11)
    x = rng.normal(size=(400, 3))
    return x, rng.random(400) < sigmoid(x @ np.array([1.0, -0.5, 0.0]) - 1.0)


@pytest.mark.parametrize("ridge", [0.5, 1.0, 20.0])
def test_it_is_the_fit_of_scikit_learn(sample: tuple[np.ndarray, np.ndarray], ridge: float) -> None:
    x, bad = sample
    ours, theirs = fit_logistic(x, bad, ridge=ridge), LogisticRegression(C=1.0 / ridge, tol=1e-12, max_iter=10_000).fit(x, bad)
    assert ours.converged
    assert np.allclose(ours.coefficients, theirs.coef_[0], atol=1e-6)
    assert np.isclose(ours.intercept, theirs.intercept_[0], atol=1e-6)
    assert np.allclose(sigmoid(ours.predict(x)), theirs.predict_proba(x)[:, 1], atol=1e-6)


def test_weights_count_as_repeated_cases(sample: tuple[np.ndarray, np.ndarray]) -> None:
    x, bad = sample
    times = np.arange(400) % 3 + 1
    weighted = fit_logistic(x, bad, times.astype(float), ridge=1.0)
    repeated = fit_logistic(x.repeat(times, axis=0), bad.repeat(times), ridge=1.0)
    assert np.allclose(weighted.coefficients, repeated.coefficients)


def test_a_wrong_sign_is_dropped(sample: tuple[np.ndarray, np.ndarray]) -> None:
    x, bad = sample
    fitted = fit_logistic(x, bad, ridge=1.0, sign=1)
    assert fitted.coefficients[0] > 0
    assert fitted.coefficients[1] == 0.0
    alone = fit_logistic(x[:, np.array(fitted.coefficients) != 0.0], bad, ridge=1.0)
    assert np.isclose(fitted.intercept, alone.intercept)


def test_a_separated_sample_stays_finite() -> None:
    x = np.linspace(-1, 1, 40)[:, None]
    fitted = fit_logistic(x, x[:, 0] > 0, ridge=1.0)
    assert fitted.converged
    assert np.isfinite(fitted.coefficients).all()


def test_logit_undoes_sigmoid() -> None:
    eta = np.linspace(-8, 8, 33)
    assert np.allclose(logit(sigmoid(eta)), eta)
    assert np.isfinite(logit(np.array([0.0, 1.0]))).all()


def coded(rows: int) -> tuple[Coded, np.ndarray, np.ndarray]:
    """A design of four columns of few values, one of which runs against the sign; outcomes; weights."""
    rng = np.random.default_rng(6)
    values = [rng.normal(size=size) for size in (3, 5, 9, 4)]
    codes = [rng.integers(0, len(value), rows).astype(np.uint8) for value in values]
    x = np.column_stack([value[code] for value, code in zip(values, codes, strict=True)])
    bad = rng.random(rows) < sigmoid(x @ np.array([-0.8, -0.3, 0.6, -0.5]) - 2.0)
    return Coded.of(codes, values), bad, rng.random(rows) + 0.5


def plain(design: Coded) -> np.ndarray:
    """The same design written out."""
    return np.column_stack([value[code] for value, code in zip(design.values, design.codes, strict=True)])


def test_a_coded_design_is_the_design_it_stands_for() -> None:
    design, bad, weight = coded(3_000)
    one, other = fit_logistic(design, bad, weight, 1.0, sign=-1), fit_logistic(plain(design), bad, weight, 1.0, sign=-1)
    assert one.coefficients[2] == 0.0
    assert np.allclose(one.coefficients, other.coefficients, atol=1e-9)
    assert np.allclose(one.covariance, other.covariance, atol=1e-9)


def test_many_rows_are_fitted_to_the_same_as_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """The short way of a large sample: a start from some of its rows, one information matrix, and a column dropped on the way."""
    design, bad, weight = coded(30_000)
    exact = fit_logistic(design, bad, weight, 1.0, sign=-1)
    monkeypatch.setattr(logistic, "WARM", 2_000)
    near = fit_logistic(design, bad, weight, 1.0, sign=-1)
    assert near.converged
    assert near.coefficients[2] == 0.0
    assert np.allclose(near.coefficients, exact.coefficients, atol=1e-5)
    assert near.intercept == pytest.approx(exact.intercept, abs=1e-5)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 7), st.sampled_from([1, -1]), st.integers(0, 10**6), st.booleans())
def test_the_least_of_a_form_under_a_sign_is_the_best_of_all_choices_of_columns(size: int, sign: int, seed: int, warm: bool) -> None:
    """Beside every subset of parts held at zero; the first part is free."""
    rng = np.random.default_rng(seed)
    root, aim = rng.normal(size=(size + 1, size + 1)), rng.normal(size=size + 1)
    form = root @ root.T + 0.1 * np.eye(size + 1)
    start = np.concatenate(([rng.normal()], sign * rng.random(size) * (rng.random(size) < 0.5))) if warm else np.zeros(size + 1)
    found = logistic._least(form, aim, start, sign)
    best = np.inf
    for held in product([False, True], repeat=size):
        loose = [0, *(1 + place for place, one in enumerate(held) if not one)]
        b = np.zeros(size + 1)
        b[loose] = np.linalg.solve(form[np.ix_(loose, loose)], aim[loose])
        if (sign * b[1:] >= 0).all():
            best = min(best, b @ form @ b / 2 - aim @ b)
    assert (sign * found[1:] >= 0).all()
    assert found @ form @ found / 2 - aim @ found == pytest.approx(best, abs=1e-9)


def test_a_column_without_a_coefficient_would_have_one_of_the_wrong_sign(sample: tuple[np.ndarray, np.ndarray]) -> None:
    x, bad = sample
    fitted = fit_logistic(x, bad, ridge=1.0, sign=1)
    slope = x.T @ (bad - sigmoid(fitted.predict(x))) - np.array(fitted.coefficients)
    assert slope[np.array(fitted.coefficients) > 0] == pytest.approx(0.0, abs=1e-6)
    assert (slope[np.array(fitted.coefficients) == 0.0] < 0).any()
    assert (slope < 1e-6).all()


def test_nothing_at_all_may_keep_the_sign() -> None:
    """Neither a coefficient nor, with as many bads as goods, an intercept."""
    x, bad = np.array([[1.0], [1.0], [-1.0], [-1.0]]), np.array([True, True, False, False])
    fitted = fit_logistic(x, bad, ridge=1.0, sign=-1)
    assert (fitted.intercept, fitted.coefficients) == (0.0, (0.0,))


def test_a_ridge_draws_towards_what_it_is_told(sample: tuple[np.ndarray, np.ndarray]) -> None:
    x, bad = sample
    toward = np.array([2.0, -1.0, 0.5])
    far, near = (np.array(fit_logistic(x, bad, ridge=Ridge(strength, toward)).coefficients) for strength in (10.0, 1e7))
    assert near == pytest.approx(toward, abs=1e-3)
    assert np.abs(far - toward).max() > 0.1
    assert np.allclose(fit_logistic(x, bad, ridge=Ridge(3.0)).coefficients, fit_logistic(x, bad, ridge=3.0).coefficients)


def test_compiled_sums_are_those_of_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    design, bad, weight = coded(3_001)
    slow = fit_logistic(design, bad, weight, 1.0)
    monkeypatch.setattr(placing, "MANY", 1)
    quick = fit_logistic(design, bad, weight, 1.0)
    assert np.allclose(quick.coefficients, slow.coefficients, atol=1e-10)
    assert np.allclose(quick.covariance, slow.covariance, rtol=1e-8, atol=1e-12)
