"""Fitting a total: weights follow what dimensions tell, neutral where nothing is there, and the frozen points say the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.models.dimension.made import GROUPS, group, made_up

from farthing.domain.errors import Invalid
from farthing.models.dimension.card import Allowed, DimensionCard, score_dimensions
from farthing.models.dimension.fit import Stacking, Total, fit_total, heard, present
from farthing.models.dimension.freeze import Presentation, freeze_total
from farthing.models.fit import Scale
from farthing.models.sample import Sample
from farthing.models.validation.stress import without
from farthing.quant.calibration import platt
from farthing.quant.discrimination import auc
from farthing.quant.logistic import sigmoid


@pytest.fixture(scope="module")
def sample() -> Sample:
    return made_up()


@pytest.fixture(scope="module")
def total(sample: Sample) -> Total:
    return fit_total(sample, GROUPS)


@pytest.fixture(scope="module")
def card(total: Total) -> DimensionCard:
    return freeze_total(total, Presentation(scale=Scale(2_000, 6_000, 19)))


def facts(sample: Sample, row: int) -> dict[str, int | None]:
    return {name: None if missing[row] else int(value[row]) for name, (value, missing) in sample.columns.items()}


def test_weights_follow_what_a_dimension_tells_beside_the_others(total: Total) -> None:
    share = {part.group.dimension.code: part.weight * part.spread for part in total.parts}
    assert share["strong"] > share["weak"] > 0.0
    assert share["asked"] > 0.0
    assert share["noise"] < 0.15 * share["strong"]


def test_what_must_be_asked_for_is_beside_the_total_and_makes_it_better_when_on(total: Total) -> None:
    fresh = made_up(4_000, seed=9)
    off, on = total.eta(fresh, total.asked), total.eta(fresh)
    assert total.asked == ("asked",)
    assert auc(on, fresh.bad) > auc(off, fresh.bad)
    line = platt(off, fresh.bad)
    assert abs(line.slope - 1.0) < 2.5 * line.covariance[1][1] ** 0.5
    assert abs(float(np.mean(1 / (1 + np.exp(-off)))) - fresh.bad.mean()) < 0.02


def test_nothing_there_adds_nothing(total: Total, sample: Sample) -> None:
    weak = next(part for part in total.parts if part.group.dimension.code == "weak")
    gone = sample.columns["w1"][1]
    assert gone.any()
    assert (weak.evidence(sample, 0.0)[gone] == 0.0).all()
    assert (total.eta(sample)[gone] == total.eta(sample, ("weak",))[gone]).all()
    assert (total.eta(sample)[~gone] != total.eta(sample, ("weak",))[~gone]).any()


def test_the_frozen_points_are_the_log_odds_rounded(total: Total, card: DimensionCard, sample: Sample) -> None:
    """At 2,000 points to double the odds rounding is a ten-thousandth of the log-odds."""
    factor = 2_000 / np.log(2.0)
    eta = total.eta(sample)
    for row in range(60):
        found = score_dimensions(card, facts(sample, row), Allowed())
        assert found.points == pytest.approx(6_000 - factor * (np.log(19) + eta[row]), abs=len(card.features) + 5)
        assert found.pd_ppm == pytest.approx(1e6 / (1 + np.exp(-eta[row])), abs=3_000)


def test_silence_that_speaks_is_read_as_what_it_says(sample: Sample) -> None:
    told = group("weak", "w1", silence={"w1": 500})
    assert present(sample, told).all()
    assert not present(sample, group("weak", "w1")).all()
    values, missing = heard(sample, told.silence).columns["w1"]
    assert not missing.any()
    assert (values[sample.columns["w1"][1]] == 500).all()
    card = freeze_total(fit_total(sample, (GROUPS[0], told)), Presentation())
    silent, said = (score_dimensions(card, {"s1": 0, "s2": 0, "w1": value}) for value in (None, 500))
    assert silent.points == said.points
    assert silent.facets[1].standing is said.facets[1].standing


def test_a_source_that_falls_silent_says_nothing_of_anybody(total: Total, card: DimensionCard) -> None:
    """Nobody of the sample lacked it: it adds no points, the rest still ranks, and probabilities are neither all bad nor all good."""
    fresh = made_up(4_000, seed=9)
    gone = replace(fresh, columns=without(fresh.columns, ["s1"]))
    whole, masked = total.eta(fresh, total.asked), total.eta(gone, total.asked)
    assert auc(whole, fresh.bad) > auc(masked, fresh.bad) > auc(whole, fresh.bad) - 0.06
    assert abs(float(np.mean(sigmoid(masked))) - fresh.bad.mean()) < 0.02
    told = score_dimensions(card, facts(gone, 0)).facets[0]
    assert [one.points for one in told.contributions if one.feature == "s1"] == [0]


def test_groups_of_cases_are_left_out_together(sample: Sample) -> None:
    """Folds that are given are used: with all of one outcome in a fold the rest still fits, and the evidence differs."""
    fold = (np.arange(len(sample.bad)) >= 1_000).astype(np.int64)
    given, drawn = fit_total(sample, GROUPS, fold=fold), fit_total(sample, GROUPS, Stacking(folds=2))
    assert not np.array_equal(given.unseen, drawn.unseen)


def test_a_sample_without_signal_or_labels_is_refused(sample: Sample) -> None:
    with pytest.raises(Invalid) as refused:
        fit_total(sample, (GROUPS[2],), Stacking(sub=None))
    assert refused.value.code == "no_signal"
    few = replace(sample, bad=np.arange(len(sample.bad)) < 4)
    with pytest.raises(Invalid):
        fit_total(few, GROUPS)
