"""Weight of evidence against a worked example."""

from __future__ import annotations

import math

import numpy as np

from farthing.quant.woe import information_value, woe


def test_without_smoothing_it_is_the_log_of_two_shares() -> None:
    good, bad = np.array([80.0, 20.0]), np.array([5.0, 15.0])
    assert np.allclose(woe(good, bad, 0.0), [math.log(0.8 / 0.25), math.log(0.2 / 0.75)])
    assert math.isclose(information_value(good, bad, 0.0), 0.55 * math.log(0.8 / 0.25) - 0.55 * math.log(0.2 / 0.75))


def test_an_empty_side_stays_finite_and_an_empty_bin_is_neutral() -> None:
    found = woe(np.array([10.0, 30.0, 0.0]), np.array([0.0, 10.0, 0.0]))
    assert np.isfinite(found).all()
    assert found[0] > 0 > found[1]
    assert found[2] == 0.0
