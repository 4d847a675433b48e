"""A developed model is examined on the bank's own evidence: shocks of it, months, leaks, and who would be swapped."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.flows.bank import RISK, SYSTEM
from tests.flows.model.test_develop import END, REQUEST

from farthing.domain.model_card import ModelCard, ModelStatus
from farthing.flows.decide import estimate_again
from farthing.flows.model.develop import train
from farthing.flows.observe import features_of
from farthing.flows.ports import House
from farthing.flows.queries.models import model
from farthing.models.artefact import decode
from farthing.models.boosted.model import Boosted

TREES = replace(REQUEST, repeats=1, folds=2, boosted=True)


@pytest.fixture(scope="module")
def card(house: House) -> ModelCard:
    return train(house, SYSTEM, REQUEST, "train")


def test_every_source_is_taken_away_once_and_told(card: ModelCard) -> None:
    measures = {one.name: one for one in card.measures}
    assert {f"stress_{code}:auc" for code in ("turnover", "late", "without_invoice", "unit_invoice")} <= set(measures)
    assert float(measures["stress_without_invoice:auc"].value) > 0.1, "it reads nothing else"
    assert {name for name in measures if name.startswith("leak_")} == {f"leak_{name}" for name in card.features}
    assert {"roc", "ks", "gains", "calibration", "lift"} == {one.name for one in card.curves}, "outcomes became known in one month"
    assert card.reproduce == f"farthing model validate --as-of {END} --folds 3 --repeats 2 --seed 1 --target-bad-rate 0.05"


def test_trees_are_drafted_examined_beside_the_model_in_use_and_score(house: House, card: ModelCard) -> None:
    assert card.status is ModelStatus.APPROVED
    drafted = train(house, RISK, TREES, "trees")
    found = house.registry.model(drafted.id)
    assert found is not None
    assert isinstance(decode(found[1]), Boosted)
    assert drafted.reproduce.endswith("--boosted")
    swaps = [one for one in drafted.measures if one.name.startswith("swap_")]
    assert swaps
    known = house.parties.find("F1")
    assert known is not None
    view = model(house, RISK, drafted.id)
    assert (view.kind, view.points) == ("boosted", ())
    assert view.scale[0][1] >= view.scale[-1][1]
    score = estimate_again(house, drafted.id, features_of(house, known, END)).score
    assert score is not None
    assert (score.model, 0 < score.pd_ppm < 1_000_000) == (drafted.id, True)
