"""What models beside the score say, through the door: by the model in use, a draft only to those who may try it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.api.conftest import Bank, problem
from tests.flows.applicants import CARD, save_model
from tests.models.construct.owners import fitted as scales
from tests.models.segment.farmland import fitted as farms

from farthing.domain.model_card import ModelCard, ModelClass, ModelStatus
from farthing.features.catalogue import CATALOGUE
from farthing.flows.estimate.novelty import READ
from farthing.models.artefact import encode
from farthing.models.construct.card import MARKET as OWNERS
from farthing.models.naming import named
from farthing.models.novelty.measure import measure_gate
from farthing.models.segment.card import MARKET as SEGMENTS
from farthing.models.segment.fit import Cases, fit_segments


def kept(bank: Bank, made: object, place: tuple[ModelClass, str], status: ModelStatus = ModelStatus.APPROVED) -> ModelCard:
    card = replace(CARD, id=made.name, model_class=place[0], market=place[1], status=status)  # type: ignore[attr-defined]  # each has one
    save_model(bank.house, card, encode(made))
    return card


def test_how_far_a_party_is_known(bank: Bank) -> None:
    party = bank.party()
    rng, nowhere = np.random.default_rng(1), np.zeros(200, np.bool_)
    gate = measure_gate({one.name: (rng.integers(0, 10**6, 200), nowhere) for one in READ[:5]}, "those known", 1, synthetic=True)
    model = kept(bank, gate, (ModelClass.APPROVAL, "CN")).id
    found = bank.get(f"/parties/{party}/novelty", "officer").json()
    assert (found["model"], found["synthetic"], found["stage"]) == (model, True, "unseen")
    assert sum(one["distance_milli"] for one in found["parts"]) > 0
    assert problem(bank.get(f"/parties/{party}/constructs?model={model}", "manager")) == (409, "other_kind")


def test_an_owner_on_scales(bank: Bank) -> None:
    party = bank.party()
    draft = kept(bank, scales(), (ModelClass.RATING, OWNERS), ModelStatus.DRAFT).id
    assert problem(bank.get(f"/parties/{party}/constructs", "officer")) == (404, "no_construct")
    assert problem(bank.get(f"/parties/{party}/constructs?model={draft}", "officer")) == (403, "model_not_in_use")
    found = bank.get(f"/parties/{party}/constructs?model={draft}", "manager").json()
    assert [(one["scale"], one["answered"]) for one in found["readings"]] == [(one.name, 0) for one in scales().scales]


def test_a_party_a_case_and_a_card_by_segment(bank: Bank) -> None:
    party = bank.party()
    model = kept(bank, farms(), (ModelClass.RATING, "CN-FARMS")).id
    assert problem(bank.get(f"/parties/{party}/segment?model={model}", "officer")) == (409, "not_of_catalogue")
    cards = bank.get(f"/models/{model}/segments", "auditor").json()["items"]
    assert {one["segment"] for one in cards} == {one.code for one in farms().segments}
    asked = {"segment": "县001", "facts": {"late_days_12m": 40, "trade_months": None}}
    scored = bank.post(f"/models/{model}/segment-scores", asked, "officer").json()
    assert scored["low_ppm"] < scored["pd_ppm"] < scored["high_ppm"]
    assert problem(bank.post(f"/models/{model}/segment-scores", {"segment": "县001", "facts": {"moon": 1}}, "officer")) == (404, "no_field")
    own = kept(bank, of_catalogue(), (ModelClass.RATING, SEGMENTS)).id
    found = bank.get(f"/parties/{party}/segment", "officer").json()
    assert (found["model"], found["by"], found["estimate"]["local_ppm"]) == (own, "county", 0)


def of_catalogue() -> object:
    """Models of counties that nobody here lives in, by two features of the catalogue."""
    rng, nowhere = np.random.default_rng(2), np.zeros(300, np.bool_)
    names = [one.name for one in READ[:2]]
    columns = {name: rng.integers(0, 100, 300) for name in names}
    assert set(names) <= set(CATALOGUE)
    where = np.array([f"县{number % 3}" for number in range(300)])
    made = fit_segments(Cases(where, columns[names[0]] > rng.integers(0, 130, 300), columns, dict.fromkeys(names, nowhere)), "county")
    return named(made)
