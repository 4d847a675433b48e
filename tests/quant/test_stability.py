"""Stability indices: known values."""

from __future__ import annotations

import numpy as np

from farthing.quant.stability import csi, psi


def test_psi_of_a_worked_example() -> None:
    expected, actual = np.array([50.0, 50.0]), np.array([30.0, 70.0])
    assert np.isclose(psi(expected, actual, smoothing=0.0), -0.2 * np.log(0.6) + 0.2 * np.log(1.4))


def test_the_same_shares_are_stable_and_an_empty_bin_is_finite() -> None:
    assert psi(np.array([10.0, 20.0]), np.array([100.0, 200.0]), smoothing=0.0) == 0.0
    assert np.isfinite(psi(np.array([10.0, 0.0]), np.array([0.0, 10.0])))
    assert csi({"a": np.array([10.0, 20.0])}, {"a": np.array([10.0, 20.0])}) == {"a": 0.0}
