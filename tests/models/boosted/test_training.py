"""Boosted trees are tested in folds as a scorecard is, and frozen with what was found there."""

from __future__ import annotations

from functools import partial

import pytest
from tests.models.enterprises import made_up

from farthing.models.boosted.challenge import Terms
from farthing.models.boosted.model import pd_many
from farthing.models.boosted.training import Grown, boosted, grown
from farthing.models.reasons import CANDIDATES
from farthing.models.validate import Plan, Validation, validate

FIT = partial(grown, candidates=CANDIDATES, seed=1)


@pytest.fixture(scope="module")
def fitted() -> Grown:
    return FIT(made_up(500))


@pytest.fixture(scope="module")
def validation() -> Validation:
    return validate(made_up(500), FIT, Plan(2, 1), lambda *_: None)


def test_what_is_used_is_what_some_tree_splits_on(fitted: Grown) -> None:
    assert {"turnover_monthly_12m"} <= set(fitted.features) < set(fitted.forest.features) | {"buyers_12m"}
    assert "buyers_12m" not in fitted.features, "it never varies"


def test_it_ranks_cases_it_was_not_made_from(validation: Validation) -> None:
    assert validation.measures["auc"].low > 0.6
    assert validation.chosen["turnover_monthly_12m"] == validation.fits == 2


def test_the_frozen_model_has_the_assumed_rate_and_the_same_bytes_again(fitted: Grown, validation: Validation) -> None:
    made = boosted(fitted, made_up(500), validation, Terms(50_000))
    assert made == boosted(FIT(made_up(500)), made_up(500), validation, Terms(50_000))
    assert (made.target_rate_ppm, made.name[:4]) == (50_000, "mdl_")
    assert 25_000 < pd_many(made, made_up(500)).mean() < 100_000
