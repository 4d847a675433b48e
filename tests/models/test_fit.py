"""Fitting finds what is true, keeps its directions, and freezes into whole numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.models.enterprises import made_up

from farthing.domain.errors import Invalid
from farthing.features.catalogue import CATALOGUE
from farthing.models.fit import Calibration, Fitted, Settings, develop, freeze
from farthing.models.reasons import CANDIDATE, CANDIDATES
from farthing.models.sample import Sample
from farthing.models.scorecard import Scorecard, score_one
from farthing.quant.binning import Trend
from farthing.quant.calibration import Line

AS_IT_IS = Line(0.0, 1.0, ((0.04, 0.0), (0.0, 0.04)))


@pytest.fixture(scope="module")
def sample() -> Sample:
    return made_up()


@pytest.fixture(scope="module")
def fitted(sample: Sample) -> Fitted:
    return develop(sample, CANDIDATES, Settings())


@pytest.fixture(scope="module")
def card(sample: Sample, fitted: Fitted) -> Scorecard:
    return freeze(fitted, Calibration(AS_IT_IS, 50_000), CATALOGUE)


def test_what_drives_the_outcome_is_chosen_first(fitted: Fitted) -> None:
    assert set(fitted.features[:2]) == {"turnover_monthly_12m", "turnover_volatility_12m"}
    assert "buyers_12m" not in fitted.features


def test_more_evidence_of_good_never_adds_risk(fitted: Fitted) -> None:
    assert all(weight < 0 for weight in fitted.logistic.coefficients)


def test_points_move_only_in_the_direction_fixed_beforehand(card: Scorecard) -> None:
    for attribute in card.attributes:
        points = [one.points for one in attribute.bins]
        assert points == sorted(points, reverse=CANDIDATE[attribute.feature].trend is Trend.RISING), attribute.feature


def test_points_stand_for_the_log_odds_they_were_made_from(card: Scorecard, fitted: Fitted, sample: Sample) -> None:
    """Rounding each bin to a point moves log-odds by less than half a point a feature."""
    shift = np.log(0.05 / 0.95) - np.log(sample.bad.mean() / (1 - sample.bad.mean()))
    eta = fitted.eta(sample) + shift
    for case in range(40):
        facts = {name: None if missing[case] else int(value[case]) for name, (value, missing) in sample.columns.items()}
        pd = score_one(card, facts).pd_ppm / 1e6
        assert abs(np.log(pd / (1 - pd)) - eta[case]) < 0.5 * (len(card.attributes) + 1) * np.log(2) / 20 + 1e-3


def test_the_interval_holds_the_pd(card: Scorecard) -> None:
    assert all(low <= pd <= high for low, pd, high in zip(card.low_ppm, card.pd_ppm, card.high_ppm, strict=True))


def test_a_lower_assumed_rate_lowers_every_pd(card: Scorecard, fitted: Fitted, sample: Sample) -> None:
    lower = freeze(fitted, Calibration(AS_IT_IS, 20_000), CATALOGUE)
    facts = {name: int(value[0]) for name, (value, _) in sample.columns.items()}
    assert score_one(lower, facts).pd_ppm < score_one(card, facts).pd_ppm


def test_where_nothing_was_missing_silence_earns_nothing(card: Scorecard) -> None:
    turnover = next(one for one in card.attributes if one.feature == "turnover_monthly_12m")
    assert turnover.missing.goods + turnover.missing.bads == 0
    assert turnover.missing.points == min(one.points for one in turnover.bins)


def test_few_bads_allow_few_features(sample: Sample) -> None:
    few = sample.take(np.concatenate([np.flatnonzero(sample.bad)[:12], np.flatnonzero(~sample.bad)]))
    assert len(develop(few, CANDIDATES, Settings()).features) <= 3


def test_like_features_are_not_chosen_twice(sample: Sample) -> None:
    twin = dict(sample.columns) | {"turnover_monthly_6m": sample.columns["turnover_monthly_12m"]}
    chosen = develop(Sample(sample.subjects, twin, sample.bad, sample.weight), CANDIDATES, Settings()).features
    assert len({"turnover_monthly_6m", "turnover_monthly_12m"} & set(chosen)) == 1


def test_noise_is_refused() -> None:
    rng = np.random.default_rng(1)
    noise = {c.feature: (rng.integers(0, 9, 200), np.zeros(200, bool)) for c in CANDIDATES}
    with pytest.raises(Invalid, match="No candidate"):
        develop(Sample(tuple(map(str, range(200))), noise, np.arange(200) % 2 == 0, np.ones(200)), CANDIDATES, Settings(least_value=0.5))
    with pytest.raises(Invalid, match="does not order"):
        Calibration(replace(AS_IT_IS, slope=0.0), 50_000)
