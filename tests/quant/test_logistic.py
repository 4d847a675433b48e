"""Logistic regression against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from farthing.quant.logistic import fit_logistic, logit, sigmoid


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
