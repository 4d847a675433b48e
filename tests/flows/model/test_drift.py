"""Drift of the model in use, on sixty firms over the last months of their evidence."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.flows.bank import BORROWER, RISK, SYSTEM
from tests.flows.model.test_develop import END, FIRMS, REQUEST

from farthing.domain.errors import Forbidden, Invalid, NotFound
from farthing.flows.model.develop import train
from farthing.flows.model.drift import drift
from farthing.flows.ports import House


def test_without_a_model_there_is_nothing_to_drift_from(house: House) -> None:
    with pytest.raises(NotFound, match="no model yet"):
        drift(house, RISK, END)


def test_every_month_is_told_for_the_pd_and_each_feature_the_card_reads(house: House) -> None:
    card = train(house, SYSTEM, REQUEST, "train")
    view = drift(house, RISK, dt.date(2024, 6, 30), months=4)
    assert (view.model, view.base, view.base_cases) == (card.id, END, len(FIRMS))
    assert {one.feature for one in view.movements} == {"pd_ppm", *card.features}
    assert [one.month for one in view.movements if one.feature == "pd_ppm"] == ["2024-03", "2024-04", "2024-05", "2024-06"]
    assert all(one.psi == pytest.approx(0.0, abs=1e-12) for one in view.movements if one.month == "2024-06"), "the base has not moved"
    assert max(one.psi for one in view.movements) > 0.0
    with pytest.raises(Invalid, match="Ask for 1 to 60"):
        drift(house, RISK, END, months=61)


def test_only_those_who_may_read_models_may_read_their_drift(house: House) -> None:
    with pytest.raises(Forbidden):
        drift(house, BORROWER, END)
