"""A score by dimension through the door: it adds up, says what is off and why, and moves with what becomes known."""

from __future__ import annotations

from tests.api.conftest import Bank, problem
from tests.flows.dimension_models import use_dimensions

from farthing.domain.model_card import ModelStatus
from farthing.models.dimension.card import ScoreKind


def test_points_add_up_and_what_is_off_is_told(bank: Bank) -> None:
    party = bank.party()
    assert problem(bank.get(f"/parties/{party}/dimensions?kind=personal", "officer")) == (404, "no_dimensions")
    model = use_dimensions(bank.house).id
    found = bank.get(f"/parties/{party}/dimensions", "officer").json()
    assert (found["model"], found["kind"], found["synthetic"]) == (model, "enterprise", True)
    assert found["points"] == found["base_points"] + sum(one["points"] for one in found["dimensions"])
    standing = {one["code"]: one["standing"] for one in found["dimensions"]}
    assert standing == {"behaviour": "absent", "bureau": "withheld", "traits": "withheld", "network": "absent", "circle": "not_asked"}
    unread = {one["code"]: one["unread"] for one in found["dimensions"]}
    assert unread["bureau"] == ["bureau_account"]
    assert unread["circle"] == ["contact_point"]
    asked = bank.get(f"/parties/{party}/dimensions?asked=circle", "officer").json()
    assert {one["code"]: one["standing"] for one in asked["dimensions"]}["circle"] == "not_asked", "to ask is not enough without consent"


def test_a_draft_is_for_those_who_answer_for_models(bank: Bank) -> None:
    party, draft = bank.party(), use_dimensions(bank.house, ScoreKind.PERSONAL, ModelStatus.DRAFT).id
    there = f"/parties/{party}/dimensions?kind=personal&model={draft}"
    assert problem(bank.get(there, "officer")) == (403, "model_not_in_use")
    assert bank.get(there, "manager").json()["status"] == "draft"
    assert problem(bank.get(f"/parties/{party}/dimensions?model={draft}", "manager")) == (409, "other_kind")
