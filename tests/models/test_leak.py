"""The leak check catches what knows too much."""

from __future__ import annotations

import numpy as np
import pytest
from tests.models.enterprises import made_up

from farthing.models.leak import leaks
from farthing.models.sample import Sample


def planted(name: str, value: np.ndarray, missing: np.ndarray) -> Sample:
    sample = made_up()
    return Sample(sample.subjects, dict(sample.columns) | {name: (value.astype(np.int64), missing)}, sample.bad, sample.weight)


def test_an_honest_sample_is_clean() -> None:
    assert leaks(made_up()) == ()


@pytest.mark.parametrize("sign", [1, -1])
def test_a_feature_that_is_the_outcome_is_caught(sign: int) -> None:
    bad = made_up().bad
    found = leaks(planted("days_since_last_sale", sign * bad, np.zeros(len(bad), bool)))
    assert [leak.feature for leak in found] == ["days_since_last_sale"]
    assert found[0].auc == 1.0


def test_being_missing_can_be_the_leak() -> None:
    bad = made_up().bad
    assert leaks(planted("balance_last", np.zeros(len(bad)), bad))[0].feature == "balance_last"


def test_a_rating_is_refused_by_its_name() -> None:
    noise = np.random.default_rng(0).integers(0, 4, len(made_up().bad))
    assert leaks(planted("rating_grade", noise, np.zeros(len(noise), bool)))[0].why.startswith("it is named")


def test_a_forbidden_word_is_not_looked_for_inside_of_others() -> None:
    noise = np.random.default_rng(0).integers(0, 4, len(made_up().bad))
    for name in ("operating_cost", "labelled_boxes", "OperatingIncome"):
        assert leaks(planted(name, noise, np.zeros(len(noise), bool))) == ()
    for name in ("dpd_90", "outcomeCode", "last_write_off"):
        assert leaks(planted(name, noise, np.zeros(len(noise), bool)))
