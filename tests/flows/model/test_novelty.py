"""A gate from the bank's own parties: a draft with its card, of the legal class of approval, and only by those who may."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.flows.bank import OFFICER, RISK
from tests.flows.model.test_develop import END
from tests.flows.village import DAY, SHOPS, TRADES, Village

from farthing.domain.errors import Forbidden, Invalid
from farthing.domain.model_card import ModelClass, ModelStatus
from farthing.flows.model.novelty import GateRequest, train_gate
from farthing.flows.queries.models import inventory, model


def test_a_gate_is_a_draft_of_the_class_of_approval(village: Village) -> None:
    request = GateRequest(DAY, seed=7)
    card = train_gate(village.house, RISK, request, "a gate to look at")
    assert (card.status, card.model_class, card.market, card.accountable.owner) == (ModelStatus.DRAFT, ModelClass.APPROVAL, "CN", RISK.name)
    assert (card.labels, card.bads, card.synthetic) == (SHOPS, 0, False)
    assert {one.name for one in card.measures} == {"called_new", *(f"unlike_{trade}" for trade in TRADES[1:])}
    assert train_gate(village.house, RISK, request, "the same once more").id == card.id
    assert model(village.house, OFFICER, card.id).kind == "novelty"
    rows = dict(inventory(village.house, OFFICER).classes)
    assert card.id in {row.card.id for row in rows[ModelClass.APPROVAL]}


def test_who_may_not_and_what_cannot(village: Village) -> None:
    with pytest.raises(Forbidden):
        train_gate(village.house, OFFICER, GateRequest(DAY), "no")
    with pytest.raises(Invalid, match="too few to say"):
        train_gate(village.house, RISK, GateRequest(END - dt.timedelta(days=500)), "too early")
