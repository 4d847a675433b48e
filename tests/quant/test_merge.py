"""The dynamic programme against every merge there is."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farthing.quant.merge import MUST_GAIN, Rules, Trend, merge

SMOOTHING = 1.0
COUNTS = st.lists(st.tuples(st.integers(1, 20), st.integers(0, 10)), min_size=2, max_size=7)


def evidence(good: float, bad: float, totals: tuple[float, float]) -> float:
    """Smoothed odds of good over the sample's, as a logarithm."""
    whole = sum(totals)
    return float(np.log((good + SMOOTHING * totals[0] / whole) * totals[1] / ((bad + SMOOTHING * totals[1] / whole) * totals[0])))


def parts(starts: tuple[int, ...], good: np.ndarray, bad: np.ndarray) -> list[tuple[float, float]]:
    """Goods and bads of each bin."""
    stops = (*starts[1:], len(good))
    return [(good[a:b].sum(), bad[a:b].sum()) for a, b in zip(starts, stops, strict=True)]


def value_of(starts: tuple[int, ...], good: np.ndarray, bad: np.ndarray) -> float:
    """Information value of a merge, written out."""
    totals = good.sum(), bad.sum()
    return float(sum((g / totals[0] - b / totals[1]) * evidence(g, b, totals) for g, b in parts(starts, good, bad)))


def lawful(starts: tuple[int, ...], good: np.ndarray, bad: np.ndarray, rules: Rules) -> bool:
    """Whether a merge keeps the rules, tested without the code under test."""
    held = parts(starts, good, bad)
    whole = (good + bad).sum()
    if len(starts) > rules.most:
        return False
    for g, b in held:
        within = rules.least_share * whole <= g + b <= rules.most_share * whole
        if not (within and rules.least_count <= g + b <= rules.most_count and rules.least_bads <= b <= rules.most_bads):
            return False
    if rules.trend is Trend.FREE:
        return True
    totals = good.sum(), bad.sum()
    rates = np.sign(np.diff([b / (g + b) for g, b in held]))
    steps = -np.sign(np.diff([evidence(g, b, totals) for g, b in held]))
    if (steps == 0).any() or (rates != steps).any():
        return False
    turns = np.flatnonzero(np.diff(steps))
    return {
        Trend.RISING: (steps > 0).all(), Trend.FALLING: (steps < 0).all(),
        Trend.PEAK: len(turns) == 0 or (len(turns) == 1 and steps[0] > 0),
        Trend.VALLEY: len(turns) == 0 or (len(turns) == 1 and steps[0] < 0),
    }[rules.trend]  # fmt: skip


def every(size: int, most: int) -> list[tuple[int, ...]]:
    return [(0, *cuts) for bins in range(most) for cuts in combinations(range(1, size), bins)]


@settings(max_examples=150, deadline=None)
@given(COUNTS, st.sampled_from([trend for trend in Trend if trend is not Trend.AUTO]), st.integers(2, 4), st.integers(0, 3))
def test_the_merge_is_the_best_of_all_lawful_merges(counts: list[tuple[int, int]], trend: Trend, most: int, limit: int) -> None:
    good, bad = (np.array(side, dtype=float) for side in zip(*counts, strict=True))
    if not bad.sum():
        return
    limits = [{}, {"most_share": 0.6}, {"least_bads": 2.0, "most_bads": 20.0}, {"least_count": 8.0, "most_count": 40.0}][limit]
    rules = Rules(trend=trend, most=most, least_share=0.1, **limits)
    allowed = [starts for starts in every(len(good), most) if lawful(starts, good, bad, rules)]
    found = merge(good, bad, (good.sum(), bad.sum()), rules)
    if not allowed:
        assert found == (0,)
        return
    assert lawful(found, good, bad, rules)
    assert value_of(found, good, bad) == pytest.approx(max(value_of(starts, good, bad) for starts in allowed))


@settings(max_examples=100, deadline=None)
@given(COUNTS, st.integers(2, 4))
def test_an_automatic_trend_turns_only_where_that_tells_clearly_more(counts: list[tuple[int, int]], most: int) -> None:
    good, bad = (np.array(side, dtype=float) for side in zip(*counts, strict=True))
    if not bad.sum():
        return

    def best(*trends: Trend) -> float:
        rules = [Rules(trend=trend, most=most, least_share=0.1) for trend in trends]
        return max(value_of(starts, good, bad) for one in rules for starts in every(len(good), most) if lawful(starts, good, bad, one))

    found = value_of(merge(good, bad, (good.sum(), bad.sum()), Rules(trend=Trend.AUTO, most=most, least_share=0.1)), good, bad)
    straight, turned = best(Trend.RISING, Trend.FALLING), best(Trend.PEAK, Trend.VALLEY)
    assert found == pytest.approx(turned if turned > MUST_GAIN * straight else straight)


def test_smoothing_may_not_turn_the_evidence_of_a_lawful_merge() -> None:
    """The last pre-bin is the worst by its plain share of bads but smoothed toward the sample it is not, and no bin may hold the rest."""
    good, bad = np.array([40.0, 52.0, 1.0]), np.array([1.0, 2.0, 14.0])
    limits = {"trend": Trend.RISING, "least_share": 0.0, "most_share": 0.6}
    assert merge(good, bad, (good.sum(), bad.sum()), Rules(smoothing=100.0, **limits)) == (0,)
    assert merge(good, bad, (good.sum(), bad.sum()), Rules(smoothing=0.1, **limits)) == (0, 1, 2)
