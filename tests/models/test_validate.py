"""Validation is out of fold, repeatable, and honest about noise."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from tests.models.enterprises import made_up

from farthing.models.fit import Settings, develop
from farthing.models.reasons import CANDIDATES
from farthing.models.sample import Sample
from farthing.models.validate import Plan, Validation, stratified, validate

PLAN = Plan(folds=4, repeats=2, seed=9)
FIT = partial(develop, candidates=CANDIDATES, settings=Settings())


@pytest.fixture(scope="module")
def validation() -> Validation:
    return validate(made_up(), FIT, PLAN, lambda *_: None)


def test_a_true_signal_is_found_with_its_interval(validation: Validation) -> None:
    auc = validation.measures["auc"]
    assert 0.6 < auc.low < auc.value < auc.high < 0.95
    assert validation.measures["ks"].value > 0.3
    assert 0.5 < validation.measures["calibration_slope"].value < 1.2


def test_shuffled_outcomes_have_no_auc() -> None:
    """Whatever looks at outcomes does so inside the fold: noise must not score."""
    sample = made_up(400)
    shuffled = Sample(sample.subjects, sample.columns, np.random.default_rng(3).permutation(sample.bad), sample.weight)
    found = validate(shuffled, partial(develop, candidates=CANDIDATES, settings=Settings(least_value=0.0)), PLAN, lambda *_: None).measures[
        "auc"
    ]
    assert found.low < 0.5


def test_it_repeats_itself(validation: Validation) -> None:
    again = validate(made_up(), FIT, PLAN, lambda *_: None)
    assert again.measures == validation.measures
    assert (again.eta == validation.eta).all()


def test_every_fold_has_its_share_of_bads() -> None:
    bad = np.arange(82) < 17
    fold = stratified(bad, 5, np.random.default_rng(0))
    assert np.ptp(np.bincount(fold)) <= 1
    assert np.ptp(np.bincount(fold[bad])) <= 1


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    validate(made_up(), FIT, PLAN, lambda done, total, what: told.append((done, total)))
    assert told == [(step, 8) for step in range(1, 9)]


def test_bands_add_up(validation: Validation) -> None:
    assert sum(band.cases for band in validation.table) == 300
    assert sum(band.bads for band in validation.table) == made_up().bad.sum()
    assert validation.table[0].observed < validation.table[-1].observed
