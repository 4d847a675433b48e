"""Logistic regression against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from farthing.quant import logistic, placing
from farthing.quant.logistic import Coded, fit_logistic, logit, sigmoid


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


def test_a_refit_starts_at_the_least_of_the_quadratic_form_without_the_column() -> None:
    rng = np.random.default_rng(2)
    root, beta = rng.normal(size=(4, 4)), rng.normal(size=4)
    form = root @ root.T + np.eye(4)
    start = logistic._without(logistic._Fit(beta, form, 1, True), 2)
    kept = [0, 1, 3]
    assert np.allclose(start.beta, np.linalg.solve(form[np.ix_(kept, kept)], (form @ beta)[kept]))
    assert np.allclose(start.information, form[np.ix_(kept, kept)])


def test_compiled_sums_are_those_of_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba")
    design, bad, weight = coded(3_001)
    slow = fit_logistic(design, bad, weight, 1.0)
    monkeypatch.setattr(placing, "MANY", 1)
    quick = fit_logistic(design, bad, weight, 1.0)
    assert np.allclose(quick.coefficients, slow.coefficients, atol=1e-10)
    assert np.allclose(quick.covariance, slow.covariance, rtol=1e-8, atol=1e-12)
