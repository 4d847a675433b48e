"""Groups that a score never reads: what they get beside the best; small ones are not judged, and one alone is compared with nothing."""

from __future__ import annotations

import numpy as np
import pytest

from farthing.models.validation.fair import compared, fair

CASES = 400


def cases() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    group = np.array(["甲"] * 200 + ["乙"] * 150 + ["丙"] * 29 + [""] * 21)
    p = rng.random(CASES) * np.where(group == "乙", 1.0, 0.6)
    return group, p, rng.random(CASES) < p


def test_a_group_that_is_turned_down_more_often_stands_below_the_best() -> None:
    group, p, bad = cases()
    found = {one.name: one for one in fair({"county": group}, p, bad)}
    assert set(found) == {"fair_county=甲", "fair_county=乙"}, "of the others too few, or nothing, is known"
    worse, best = found["fair_county=乙"], found["fair_county=甲"]
    assert float(worse.value) < float(best.value)
    assert "A ratio of 1.00" in best.method
    ratio = float(worse.value) / float(best.value)
    assert f"A ratio of {ratio:.2f}" in worse.method
    assert f"observed {bad[group == '乙'].mean():.3f}" in worse.method


def test_the_share_is_of_the_safest_seven_tenths_of_all() -> None:
    group, p, bad = cases()
    found = {one.name: float(one.value) for one in fair({"county": group}, p, bad)}
    safe = p <= np.quantile(p, 0.7, method="higher")
    assert found["fair_county=甲"] == pytest.approx(safe[group == "甲"].mean(), abs=5e-4)


def test_one_group_is_compared_with_nothing() -> None:
    _, p, bad = cases()
    assert fair({"kind": np.array(["enterprise"] * CASES)}, p, bad) == ()
    assert compared(np.array(["a"] * 30 + ["b"] * 29)) == []
