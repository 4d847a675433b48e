"""A fraud model in use: what follows from a chance at stated costs, true reasons, and an artefact of whole numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.domain.errors import Invalid
from farthing.models.boosted.trees import eta_one, row_of, unpack
from farthing.models.fraud.model import Action, Assessor, Costs, FraudModel, action_of, decode, encode

pytest.importorskip("lightgbm")
FRAUD = {"asked_7d": 9, "ring_members": 5, "invoiced_sales_outgrow_power_used_3m": 780_000, "registry_scope_6m": 0, "devices_30d": 1}
HONEST = {"asked_7d": 0, "ring_members": 0, "invoiced_sales_outgrow_power_used_3m": 500_000, "registry_scope_6m": 0, "devices_30d": 1}


def test_frauds_are_stopped_or_looked_at_and_the_honest_pass(model: FraudModel) -> None:
    assessor = Assessor(model)
    fraud, honest = assessor.assess(FRAUD), assessor.assess(HONEST)
    assert fraud.fraud_ppm > 50 * honest.fraud_ppm
    assert fraud.action is not Action.PASS
    assert honest.action is Action.PASS
    assert honest.reasons == ()


def test_every_reason_told_is_true_of_the_case(model: FraudModel) -> None:
    """With that sign usual, and nothing else changed, the risk is lower, also where the chance told is as high as can be."""
    told = Assessor(model).assess(FRAUD)
    forest = model.trees.forest
    branches = unpack(forest)
    assert {reason.code for reason in told.reasons} <= {"ASKED_OFTEN", "IN_A_RING", "INVOICED_SALES_OUTGROW_POWER_USED"}
    assert told.reasons
    of = {
        "ASKED_OFTEN": "asked_7d",
        "IN_A_RING": "ring_members",
        "INVOICED_SALES_OUTGROW_POWER_USED": "invoiced_sales_outgrow_power_used_3m",
    }
    for reason in told.reasons:
        name = of[reason.code]
        assert eta_one(branches, row_of(forest, {**FRAUD, name: HONEST[name]})) < eta_one(branches, row_of(forest, FRAUD)), reason


def test_the_artefact_comes_back_whole(model: FraudModel) -> None:
    again = decode(encode(model))
    assert again == model
    assert Assessor(again).assess(FRAUD) == Assessor(model).assess(FRAUD)


def test_more_of_a_sign_never_lowers_the_chance(model: FraudModel) -> None:
    assessor = Assessor(model)
    chances = [assessor.fraud_ppm({**HONEST, "ring_members": count}) for count in range(8)]
    assert chances == sorted(chances)
    assert chances[-1] > chances[0]


@given(st.integers(1, 10**6), st.integers(1, 10**8), st.integers(1, 10**8), st.integers(0, 10**6))
def test_what_is_done_is_what_costs_least(look: int, fraud: int, stopped: int, chance: int) -> None:
    """Passing costs the chance times the loss, looking its price, stopping what it does to the honest."""
    if look >= min(fraud, stopped):
        with pytest.raises(Invalid, match="look"):
            Costs(look, fraud, stopped)
        return
    costs = Costs(look, fraud, stopped)
    price = {Action.PASS: chance * fraud, Action.LOOK: look * 10**6, Action.STOP: (10**6 - chance) * stopped}
    chosen = action_of(chance, costs)
    slack = max(fraud, stopped)  # thresholds are whole millionths
    if chosen is Action.PASS:
        assert price[Action.PASS] <= price[Action.LOOK] + slack
    if chosen is Action.LOOK:
        assert price[Action.LOOK] <= min(price[Action.PASS], price[Action.STOP]) + slack or costs.stop_from_ppm == costs.look_from_ppm
    if chosen is Action.STOP:
        assert price[Action.STOP] <= price[Action.LOOK] + slack


def test_the_shares_are_of_whole_numbers(model: FraudModel) -> None:
    assert all(isinstance(one, int) for one in (*model.trees.eta_from, *model.trees.pd_ppm))
    assert np.all(np.diff(model.trees.pd_ppm) >= 0)
