"""The pictures agree with the figures they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.models.validation.curves import curves_of
from farthing.quant.calibration import bands
from farthing.quant.discrimination import auc, ks

PPM = 1_000_000


@st.composite
def scored(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Risks with ties, and both outcomes."""
    risk = draw(st.lists(st.integers(0, 20), min_size=20, max_size=60))
    bad = draw(st.lists(st.booleans(), min_size=len(risk), max_size=len(risk)))
    bad[0], bad[1] = True, False
    return np.array(risk, dtype=np.float64), np.array(bad)


@given(scored())
def test_the_area_under_roc_is_the_auc_and_the_highest_gap_is_ks(case: tuple[np.ndarray, np.ndarray]) -> None:
    risk, bad = case
    p = risk / 20
    found = {one.name: one for one in curves_of(risk, bad, np.ones(len(bad)), bands(p, bad, 5))}
    roc, gap, gains = found["roc"], found["ks"], found["gains"]
    assert np.trapezoid(np.array(roc.y) / PPM, np.array(roc.x) / PPM) == pytest.approx(auc(risk, bad), abs=1e-4)
    assert max(map(abs, gap.y)) / PPM == pytest.approx(ks(risk, bad), abs=1e-6)
    assert (gains.x[0], gains.y[0], gains.x[-1], gains.y[-1]) == (0, 0, PPM, PPM)
    assert list(gains.y) == sorted(gains.y)
    assert found["lift"].x[-1] == PPM


def test_a_weight_of_two_is_two_cases() -> None:
    risk, bad = np.array([3.0, 2.0, 2.0, 1.0]), np.array([True, False, True, False])
    once = curves_of(np.repeat(risk, 2), np.repeat(bad, 2), np.ones(8), bands(np.repeat(risk, 2) / 4, np.repeat(bad, 2), 2))
    twice = curves_of(risk, bad, np.full(4, 2.0), bands(risk / 4, bad, 2, np.full(4, 2.0)))
    assert {one.name: one for one in once}["gains"] == {one.name: one for one in twice}["gains"]
