"""Bins fitted again beside each other: never out of order, hardly moved where there is little to go by, and better for it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farthing.models import refine
from farthing.models.refine import refined, weighed
from farthing.quant.logistic import Coded, Logistic, fit_logistic, sigmoid

EVIDENCE = ((-0.9, 0.1, 0.6, 0.2, -0.9), (1.1, -0.4, 0.0, -0.4), (0.3, 0.3))
"""By bin, unseen last; the second and last of each are alike or never occur."""
TRUE = ((0.9, 0.9, -0.9, -0.9), (-0.2, 0.6, 0.5))


def made(rows: int, seed: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Places in three columns whose steps are worth other than their evidence says, and outcomes."""
    rng = np.random.default_rng(seed)
    places = [rng.integers(0, size, rows).astype(np.uint8) for size in (4, 3, 1)]
    eta = sum(np.array(true)[place] for true, place in zip(TRUE, places, strict=False))
    bad = rng.random(rows) < sigmoid(eta - 1.0)
    bad[:2] = [True, False]
    return places, bad


def first(places: list[np.ndarray], bad: np.ndarray) -> Logistic:
    return fit_logistic(Coded.of(places, [np.array(one) for one in EVIDENCE]), bad, None, 1.0, sign=-1)


def loss(intercept: float, effects: tuple[tuple[float, ...], ...], places: list[np.ndarray], bad: np.ndarray) -> float:
    eta = intercept + sum(np.array(effect)[place] for effect, place in zip(effects, places, strict=True))
    return float((np.logaddexp(0.0, eta) - bad * eta).sum())


@settings(deadline=None, max_examples=25)
@given(st.integers(10, 400), st.integers(0, 10**6), st.sampled_from([0.1, 10.0, 1000.0]))
def test_worse_evidence_never_earns_more(rows: int, seed: int, strength: float) -> None:
    places, bad = made(rows, seed)
    _, effects = refined(places, EVIDENCE, first(places, bad), (bad, np.ones(rows)), strength)
    for evidence, effect in zip(EVIDENCE, effects, strict=True):
        ranked = [effect[place] for place in np.argsort(evidence, kind="stable")]
        assert all(later <= earlier + 1e-12 for earlier, later in pairwise(ranked))


def test_steps_are_worth_what_they_are_beside_the_others() -> None:
    places, bad = made(20_000, 1)
    logistic, cases = first(places, bad), (bad, np.ones(20_000))
    intercept, effects = refined(places, EVIDENCE, logistic, cases, 10.0)
    fresh, outcome = made(20_000, 2)
    assert loss(intercept, effects, fresh, outcome) < loss(logistic.intercept, weighed(EVIDENCE, logistic), fresh, outcome) - 50
    told, weighted = (np.subtract(*one[0][:2]) for one in (effects, weighed(EVIDENCE, logistic)))
    assert abs(told) < 0.2 < 0.5 < abs(weighted)


def test_no_evidence_is_worth_nothing() -> None:
    """Of a category nobody saw, where it was declared neutral."""
    places, bad = made(500, 5)
    neutral = (*EVIDENCE[:1], (*EVIDENCE[1][:3], 0.0), EVIDENCE[2])
    assert refined(places, neutral, first(places, bad), (bad, np.ones(500)), 1.0)[1][1][-1] == 0.0


def test_a_strong_pull_leaves_the_weights() -> None:
    places, bad = made(500, 3)
    logistic = first(places, bad)
    intercept, effects = refined(places, EVIDENCE, logistic, (bad, np.ones(500)), 1e9)
    assert intercept == pytest.approx(logistic.intercept, abs=1e-2)
    for one, other in zip(effects, weighed(EVIDENCE, logistic), strict=True):
        assert one == pytest.approx(other, abs=1e-4)


def test_a_sample_too_large_keeps_its_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    places, bad = made(500, 4)
    logistic = first(places, bad)
    monkeypatch.setattr(refine, "MOST_WORK", 10_000)
    told = refined(places, EVIDENCE, logistic, (bad, np.ones(500)), 10.0)
    assert told == (logistic.intercept, weighed(EVIDENCE, logistic))
