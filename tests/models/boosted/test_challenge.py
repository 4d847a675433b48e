"""A challenge: same folds, honest on noise, and the challenger it makes is whole."""

from __future__ import annotations

import numpy as np
import pytest
from tests.models.enterprises import made_up

from farthing.domain import canon
from farthing.models.boosted.challenge import Challenge, Terms, calibrations, challenge, fitting
from farthing.models.boosted.fit import Growth
from farthing.models.boosted.model import pd_many
from farthing.models.reasons import CANDIDATES
from farthing.models.sample import Sample
from farthing.models.validate import Plan
from farthing.quant.logistic import sigmoid

FEW = tuple(one for one in CANDIDATES if one.feature.startswith(("turnover", "buyer")))
PLAN = Plan(folds=3, repeats=1, seed=5)


@pytest.fixture(scope="module")
def found() -> Challenge:
    return challenge(made_up(500), FEW, PLAN, Terms(), lambda *_: None)


def test_all_three_find_the_planted_signal(found: Challenge) -> None:
    for name in ("scorecard", "trees", "tables"):
        assert 0.65 < found.measures[name].low < found.measures[name].value < 0.9
    gain = found.measures["trees_less_scorecard"]
    assert gain.value == pytest.approx(found.measures["trees"].value - found.measures["scorecard"].value, abs=1e-12)
    assert gain.low < gain.value < gain.high


def test_the_challenger_is_made_for_the_rate_assumed_and_is_the_same_each_time(found: Challenge) -> None:
    assert found.model.target_rate_ppm == 50_000
    assert 25_000 < pd_many(found.model, made_up(500)).mean() < 90_000
    told: list[tuple[int, int]] = []
    again = challenge(made_up(500), FEW, PLAN, Terms(), lambda done, total, what: told.append((done, total)))
    assert canon.digest(again.model) == canon.digest(found.model)
    assert again.tables == found.tables
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_every_case_has_a_grade_and_a_kind(found: Challenge) -> None:
    bads = int(made_up(500).bad.sum())
    assert sum(one.cases for one in found.grades) == sum(one.cases for one in found.kinds) == 500
    assert sum(one.bads for one in found.grades) == sum(one.bads for one in found.kinds) == bads
    assert sum(one.expected_bads for one in found.grades) == pytest.approx(bads, rel=0.1)
    assert found.kinds[0].rate < found.kinds[-1].rate
    assert {feature for one in found.kinds for feature, _ in one.leading} & {"turnover_monthly_12m", "turnover_volatility_12m"}


def test_each_way_of_calibrating_mends_log_odds_that_are_too_bold() -> None:
    rng = np.random.default_rng(1)
    true = rng.normal(-1.5, 1.0, 6_000)
    bad = rng.random(6_000) < sigmoid(true)
    told = {one.way: one for one in calibrations(2.0 * true, bad, PLAN)}
    assert list(told) == ["none", "line", "beta", "stairs"]
    for way in ("line", "beta", "stairs"):
        assert told[way].error < 0.02 < told["none"].error
        assert told[way].brier < told["none"].brier


def test_calibration_never_sees_the_cases_it_is_judged_on() -> None:
    rng, bad = np.random.default_rng(2), np.arange(300) % 4 == 0
    stairs = [calibrations(rng.normal(size=300), bad, PLAN)[3] for _ in range(20)]
    assert {one.way for one in stairs} == {"stairs"}
    assert np.mean([one.brier for one in stairs]) > 0.25 * 0.75, "in noise nothing beats the rate itself but what has seen the outcomes"


def test_trees_find_nothing_in_noise() -> None:
    cases = made_up(400)
    shuffled = Sample(cases.subjects, cases.columns, np.random.default_rng(3).permutation(cases.bad), cases.weight)
    from farthing.models.boosted import challenge as room

    eta = room._eta(shuffled.take(np.arange(250)), shuffled.take(np.arange(250, 400)), FEW, (Growth(),), 1)
    assert abs(room.auc(eta, shuffled.bad[250:]) - 0.5) < 0.15


def test_leaves_fit_the_sample() -> None:
    assert [fitting(made_up(cases), Growth()).least_cases for cases in (60, 300, 1500)] == [3, 12, 20]
    few, many = (fitting(made_up(cases), Growth()) for cases in (300, 4_000))
    assert (few.features_a_tree, few.cases_a_tree) == (0.3, 0.7)
    assert many == Growth(), "chance is averaged out only where bads are few"
