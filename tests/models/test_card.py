"""The card says what was measured and what it cannot support."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import partial

import pytest
from tests.models.enterprises import made_up

from farthing.domain import canon
from farthing.domain.model_card import ModelCard
from farthing.domain.staff import Accountable
from farthing.features.catalogue import CATALOGUE
from farthing.models.card import Development, write_card
from farthing.models.fit import Calibration, Settings, develop, freeze
from farthing.models.reasons import CANDIDATES
from farthing.models.scorecard import encode, named
from farthing.models.validate import Plan, validate
from farthing.quant.discrimination import wilson


@pytest.fixture(scope="module")
def made() -> Development:
    sample, plan = made_up(), Plan(3, 1)
    validation = validate(sample, partial(develop, candidates=CANDIDATES, settings=Settings()), plan, lambda *_: None)
    card = named(freeze(develop(sample, CANDIDATES, Settings()), Calibration(validation.line, 50_000), CATALOGUE))
    return Development("Test card", "made up", dt.date(2020, 2, 21), True, Accountable("Wang", "Li"), sample, plan, validation, card)


def test_it_names_its_artefact_its_data_and_its_people(made: Development) -> None:
    card = write_card(made)
    assert card.id == made.artefact.name
    assert card.artefact == hashlib.sha256(encode(made.artefact)).hexdigest()
    assert (card.labels, card.bads, card.data_digest) == (300, int(made.sample.bad.sum()), made.sample.digest)
    assert card.accountable == Accountable("Wang", "Li")
    assert card.features == made.artefact.features
    assert canon.decode(ModelCard, canon.encode(card)) == card


def test_it_says_that_the_pd_rests_on_an_assumption(made: Development) -> None:
    card = write_card(made)
    rate = next(one for one in card.measures if one.name == "target_bad_rate")
    assert rate.value == "0.0500"
    assert "Assumed" in rate.method
    told = "\n".join(card.cannot_support)
    assert f"{made.sample.bad.mean() * 100:.1f} % of bads" in told
    assert f"300 labels and {card.bads} bads" in told


def test_each_measure_stands_in_its_interval(made: Development) -> None:
    for one in write_card(made).measures:
        assert float(one.low) <= float(one.value) <= float(one.high), one.name
        assert one.method


def test_wilson_of_a_known_case() -> None:
    assert wilson(1, 17) == pytest.approx((0.010460, 0.269759), abs=1e-4)
    assert wilson(0, 10)[0] == 0.0
