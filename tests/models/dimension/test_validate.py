"""Validation looks at no case that it fitted on, and says what each dimension is worth."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from tests.models.dimension.made import GROUPS, made_up

from farthing.domain.errors import Invalid
from farthing.domain.model_card import ModelStatus
from farthing.domain.staff import Accountable
from farthing.models.dimension.card import ScoreKind, named
from farthing.models.dimension.describe import Developed, describe
from farthing.models.dimension.fit import Stacking, fit_total
from farthing.models.dimension.freeze import Presentation, freeze_total
from farthing.models.dimension.validate import TotalValidation, rank_stability, validate_total
from farthing.models.fit import Settings
from farthing.models.sample import Sample
from farthing.models.validate import Plan

PLAN, STACKING = Plan(3, 2, 5), Stacking(3)


@pytest.fixture(scope="module")
def sample() -> Sample:
    return made_up(900)


@pytest.fixture(scope="module")
def found(sample: Sample) -> TotalValidation:
    return validate_total(sample, GROUPS, STACKING, PLAN, lambda *_: None)


def test_each_dimension_has_its_worth(found: TotalValidation) -> None:
    measured = found.measures
    assert measured["auc"].value > 0.7
    assert measured["dimension_strong_ks"].value > measured["dimension_weak_ks"].value
    assert measured["dimension_strong_gain"].low > 0.0, "without it the total ranks worse"
    assert measured["dimension_asked_gain"].value < 0.0, "with it on, it would rank better"
    assert 0.7 < measured["rank_stability"].value < 1.0
    assert abs(measured["calibration_slope"].value - 1.0) < 0.35


def test_outcomes_that_have_nothing_to_do_with_the_evidence_are_not_explained(sample: Sample) -> None:
    """A figure from cases that were fitted on would not know: the out-of-fold lines do, and leave nothing to weigh."""
    drawn = replace(sample, bad=np.random.default_rng(8).permutation(sample.bad))
    every = Stacking(3, sub=Settings(least_value=0.0, least_gain=0.0))
    with pytest.raises(Invalid) as refused:
        validate_total(drawn, GROUPS, every, Plan(3, 1, 5), lambda *_: None)
    assert refused.value.code == "no_signal"


def test_the_order_of_cases_is_compared_by_rank() -> None:
    rising = np.arange(50.0)
    assert rank_stability(np.vstack([rising, rising**3, np.exp(rising / 10)])).value == pytest.approx(1.0)
    turned = rank_stability(np.vstack([rising, -rising]))
    assert (turned.value, turned.low, turned.high) == pytest.approx((-1.0, -1.0, -1.0))


def test_the_card_says_what_was_measured_and_what_it_cannot(sample: Sample, found: TotalValidation) -> None:
    card = named(freeze_total(fit_total(sample, GROUPS, STACKING), Presentation(ScoreKind.PERSONAL, target_rate_ppm=50_000)))
    people = Accountable("林建模", "—")
    made = Developed("五维 Five", "made up", dt.date(2024, 1, 1), True, people, sample, PLAN, found, card)
    told = describe(made)
    assert (told.id, told.status, told.market) == (card.name, ModelStatus.DRAFT, "CN-PERSONAL")
    assert told.features == card.features
    measures = {one.name: one for one in told.measures}
    assert measures["auc"].value == f"{found.measures['auc'].value:.3f}"
    assert "2 x 3-fold" in measures["auc"].method
    assert any("not Zhima" in one or "Zhima Credit" in one for one in told.cannot_support)
    enterprise = replace(made, card=replace(card, kind=ScoreKind.ENTERPRISE))
    assert not any("Zhima" in one for one in describe(enterprise).cannot_support)
