"""Scales from what the bank's owners told: a draft with its card, checked by segment, and only by those who may."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.flows.bank import AUDITOR, OFFICER, RISK
from tests.flows.model.test_develop import END
from tests.flows.village import COUNTIES, DAY, TRADES, Village, constructs

from farthing.domain.errors import Forbidden, Invalid
from farthing.domain.model_card import ModelClass
from farthing.flows.model.construct import ConstructRequest, check_constructs, train_constructs
from farthing.flows.queries.models import model


def test_the_card_tells_reliability_and_what_was_left_out(village: Village) -> None:
    card = constructs(village)
    assert (card.model_class, card.market, card.bads) == (ModelClass.RATING, "CN-OWNERS", 0)
    measured = {one.name: one.value for one in card.measures}
    assert {"omega_experience", "alpha_management", "reliability_qualification"} <= set(measured)
    assert {name for name in measured if name.startswith("left_out_")} == {"left_out_vat_late_days_12m", "left_out_app_night_share_12m"}
    assert model(village.house, OFFICER, card.id).kind == "construct"


def test_items_are_checked_in_every_segment(village: Village) -> None:
    found = check_constructs(village.house, AUDITOR, DAY, constructs(village).id)
    told = {one.segment for one in found}
    assert {"kind enterprise", f"industry {TRADES[0]}"} < told
    assert told & {f"county {one}" for one in COUNTIES}


def test_who_may_not_and_what_cannot(village: Village) -> None:
    with pytest.raises(Forbidden):
        train_constructs(village.house, OFFICER, ConstructRequest(DAY), "no")
    with pytest.raises(Forbidden):
        check_constructs(village.house, OFFICER, DAY)
    with pytest.raises(Invalid, match="cannot carry a scale"):
        train_constructs(village.house, RISK, ConstructRequest(END - dt.timedelta(days=400)), "too early")
