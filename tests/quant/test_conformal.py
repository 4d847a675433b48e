"""Conformal thresholds: the promise held exactly over exchangeable cases, and each certainty by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.quant.conformal import Certainty, thresholds


@given(st.lists(st.integers(-20, 20), min_size=2, max_size=40), st.integers(10_000, 600_000))
def test_whichever_case_is_the_new_one_the_error_is_kept_over_all(risks: list[int], error_ppm: int) -> None:
    """Exchangeability, written out: each case takes its turn as the new one, for bads and, mirrored, for goods."""
    risk = np.array(risks)
    allowed = len(risks) * error_ppm / 1e6
    wrong = {True: 0, False: 0}
    for new in range(len(risks)):
        others = np.delete(risk, new)
        as_bads = thresholds(others, np.ones(len(others), dtype=np.bool_), error_ppm)
        as_goods = thresholds(others, np.zeros(len(others), dtype=np.bool_), error_ppm)
        wrong[True] += bool(risk[new] < as_bads.bad_from)
        wrong[False] += bool(risk[new] > as_goods.good_to)
    assert max(wrong.values()) <= allowed
    if len(set(risks)) == len(risks):
        assert min(wrong.values()) == int(allowed), "and no more is given away than was promised"


@pytest.mark.parametrize("error", [0.05, 0.2])
def test_fresh_cases_are_wrongly_certain_as_rarely_as_promised(error: float) -> None:
    rng = np.random.default_rng(4)
    missed, called = {True: 0, False: 0}, {True: 0, False: 0}
    certain = 0
    for _ in range(40):
        bad = rng.random(800) < 0.2
        risk = np.round((rng.normal(size=800) + 1.5 * bad) * 1e6).astype(np.int64)
        found = thresholds(risk[:400], bad[:400], int(error * 1e6))
        for one, flag in zip(risk[400:].tolist(), bad[400:].tolist(), strict=True):
            called[flag] += 1
            told = found.of(one)
            certain += told is not Certainty.UNCERTAIN
            missed[flag] += told is (Certainty.GOOD if flag else Certainty.BAD)
    assert missed[True] / called[True] < error * 1.25
    assert missed[False] / called[False] < error * 1.15
    assert certain > 0.1 * sum(called.values()), "a promise that is kept by never being certain is worth nothing"


def test_certainties_by_hand() -> None:
    bad = np.array([True] * 4 + [False] * 4)
    found = thresholds(np.array([3, 5, 7, 9, 0, 2, 4, 6]), bad, 200_000)
    assert (found.bad_from, found.good_to) == (3, 6)
    assert [found.of(risk) for risk in (2, 3, 6, 7)] == [Certainty.GOOD, Certainty.UNCERTAIN, Certainty.UNCERTAIN, Certainty.BAD]
    apart = thresholds(np.array([30, 50, 70, 90, 0, 2, 4, 6]), bad, 200_000)
    assert apart.of(10) is Certainty.UNCERTAIN, "what looks like neither is for a person"
    few = thresholds(np.array([3, 5, 7, 9, 0, 2, 4, 6]), bad, 100_000)
    assert few.of(-(10**9)) is few.of(10**9) is Certainty.UNCERTAIN, "four cases cannot promise one error in ten"
