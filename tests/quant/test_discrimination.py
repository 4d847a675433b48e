"""AUC and KS against scikit-learn and scipy; intervals that cover."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp
from sklearn.metrics import roc_auc_score

from farthing.quant.discrimination import auc, bootstrap, delong, ks

CASES = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=4, max_size=60).filter(
    lambda rows: len({bad for _, bad in rows}) == 2
)


@given(CASES)
def test_auc_and_ks_with_ties(rows: list[tuple[int, bool]]) -> None:
    risk, bad = np.array([row[0] for row in rows], dtype=float), np.array([row[1] for row in rows])
    assert np.isclose(auc(risk, bad), roc_auc_score(bad, risk))
    assert np.isclose(ks(risk, bad), ks_2samp(risk[bad], risk[~bad], method="asymp").statistic)


def test_delong_is_the_variance_of_placements() -> None:
    """Against the definition: every pair of a bad and a good, written out."""
    rng = np.random.default_rng(5)
    risk, bad = np.round(np.concatenate([rng.normal(1, 1, 30), rng.normal(0, 1, 70)]), 1), np.arange(100) < 30
    pairs = (risk[bad][:, None] > risk[~bad]) + 0.5 * (risk[bad][:, None] == risk[~bad])
    spread = np.sqrt(pairs.mean(axis=1).var(ddof=1) / 30 + pairs.mean(axis=0).var(ddof=1) / 70)
    found = delong(risk, bad)
    assert np.isclose(found.value, pairs.mean())
    assert np.isclose(found.high - found.value, 1.959963984540054 * spread)


def test_intervals_agree_and_repeat_themselves() -> None:
    rng = np.random.default_rng(6)
    risk, bad = np.concatenate([rng.normal(1, 1, 60), rng.normal(0, 1, 140)]), np.arange(200) < 60
    drawn, formula = bootstrap(auc, risk, bad, seed=1), delong(risk, bad)
    assert abs(drawn.low - formula.low) < 0.02
    assert abs(drawn.high - formula.high) < 0.02
    assert drawn == bootstrap(auc, risk, bad, seed=1)
    assert drawn == bootstrap(auc, np.stack([risk, risk]), bad, seed=1)


def test_a_perfect_and_a_useless_score() -> None:
    bad = np.arange(10) < 4
    assert auc(bad.astype(float), bad) == ks(bad.astype(float), bad) == 1.0
    assert auc(np.zeros(10), bad) == 0.5
    assert ks(np.zeros(10), bad) == 0.0


def test_a_weight_of_two_is_two_cases() -> None:
    rng = np.random.default_rng(7)
    risk, bad = rng.integers(0, 9, 60).astype(float), rng.random(60) < 0.4
    times = rng.integers(1, 4, 60)
    for measure in (auc, ks):
        assert measure(risk, bad, times.astype(float)) == pytest.approx(measure(np.repeat(risk, times), np.repeat(bad, times)), abs=1e-12)
        assert measure(risk, bad, np.ones(60)) == pytest.approx(measure(risk, bad), abs=1e-12)
