"""Weights that may not be negative: the conditions of the best fit hold, whatever the sample, and the anchor draws as it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farthing.quant.logistic import Bools, Floats, fit_logistic, sigmoid
from farthing.quant.shrunk import Anchor, fit_shrunk


def made(seed: int, cases: int = 400, columns: int = 4) -> tuple[Floats, Bools]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(cases, columns)) @ rng.normal(size=(columns, columns))
    bad = rng.random(cases) < sigmoid(x @ rng.normal(size=columns) - 1.0)
    bad[:2] = (True, False)
    return x, bad


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.floats(0.0, 2.0), min_size=4, max_size=4), st.floats(0.01, 100.0), st.booleans())
def test_no_weight_is_negative_and_none_could_be_better(seed: int, toward: list[float], strength: float, known: bool) -> None:
    """Karush, Kuhn and Tucker: no slope where a weight is positive, none downhill where it is 0."""
    x, bad = made(seed)
    offset = np.random.default_rng(seed + 1).normal(size=len(bad)) if known else None
    found = fit_shrunk(x, bad, Anchor(tuple(toward), strength), offset=offset)
    weights = np.array(found.weights)
    assert (weights >= 0.0).all()
    eta = found.predict(x) + (0.0 if offset is None else offset)
    wrong = sigmoid(eta) - bad
    slope = x.T @ wrong + strength * (weights - np.array(toward))
    assert slope[weights > 0.0] == pytest.approx(0.0, abs=1e-4)
    assert (slope[weights == 0.0] >= -1e-4).all()
    if offset is None:
        assert wrong.sum() == pytest.approx(0.0, abs=1e-4)


def test_without_bounds_at_work_or_an_anchor_it_is_the_logistic_fit() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(2_000, 2))
    bad = rng.random(2_000) < sigmoid(x @ np.array([1.0, 0.5]) - 2.0)
    plain, found = fit_logistic(x, bad), fit_shrunk(x, bad, Anchor((0.0, 0.0), 0.0))
    assert found.weights == pytest.approx(plain.coefficients, abs=1e-6)
    assert found.intercept == pytest.approx(plain.intercept, abs=1e-6)


def test_a_strong_anchor_is_followed_and_a_weak_one_is_not() -> None:
    x, bad = made(3)
    strong = fit_shrunk(x, bad, Anchor((0.3, 0.1, 0.0, 0.7), 1e9))
    assert strong.weights == pytest.approx((0.3, 0.1, 0.0, 0.7), abs=1e-4)
    weak = fit_shrunk(x, bad, Anchor((0.3, 0.1, 0.0, 0.7), 1e-9))
    assert weak.weights != pytest.approx((0.3, 0.1, 0.0, 0.7), abs=1e-2)
