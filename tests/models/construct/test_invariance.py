"""Invariance: an item that one segment answers otherwise is found, a segment that is only better is not accused."""

from __future__ import annotations

import numpy as np
import pytest
from tests.models.construct.owners import OWNERS, answers, fitted

from farthing.models.construct.invariance import differences, mantel_haenszel

ROWS = np.arange(OWNERS)


def test_segments_drawn_at_random_do_not_differ() -> None:
    segment = np.where(np.random.default_rng(4).random(OWNERS) < 0.5, "east", "west")
    found = differences(fitted(), answers()[0], segment)
    assert len(found) == 2 * sum(len(scale.items) for scale in fitted().scales)
    assert [one for one in found if one.grade == "C"] == []


def test_a_better_segment_is_not_a_different_one() -> None:
    quality = answers()[1]
    segment = np.where(quality + np.random.default_rng(4).normal(0, 1.5, OWNERS) > 0, "east", "west")
    graded = [one.grade for one in differences(fitted(), answers()[0], segment)]
    assert graded.count("C") == 0


def test_an_item_that_one_segment_answers_otherwise_is_found() -> None:
    columns, _ = answers()
    value, missing = columns["owner_certified"]
    east = ROWS % 2 == 0
    handed_out = np.where(east & (np.random.default_rng(9).random(OWNERS) < 0.6), 1, value)
    found = differences(fitted(), {**columns, "owner_certified": (handed_out, missing)}, np.where(east, "east", "west"))
    assert (found[0].feature, found[0].grade) == ("owner_certified", "C")
    signs = {one.segment: one.delta_milli for one in found if one.feature == "owner_certified"}
    assert signs["east"] > 0 > signs["west"]


def test_few_cases_are_not_judged() -> None:
    segment = np.where(ROWS < 40, "few", "many")
    assert {one.segment for one in differences(fitted(), answers()[0], segment)} == {"many"}


def test_the_common_odds_ratio_by_hand() -> None:
    """One stratum: 30 of 40 here against 20 of 40 there, an odds ratio of three."""
    upper = np.array([True] * 30 + [False] * 10 + [True] * 20 + [False] * 20)
    here = np.arange(80) < 40
    delta, error = mantel_haenszel(upper, here, np.zeros(80, np.int64))
    assert delta == pytest.approx(2.35 * np.log(3.0))
    assert error == pytest.approx(2.35 * np.sqrt(1 / 30 + 1 / 10 + 1 / 20 + 1 / 20), rel=0.05)
    assert mantel_haenszel(upper, here, here.astype(np.int64)) == (0.0, float("inf")), "nobody to compare with"
