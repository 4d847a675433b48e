"""A model's life: returned to, reviewed, retired; and what decides meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.applicants import DAY
from tests.flows.bank import AUDITOR, OFFICER, RISK, open_bank
from tests.flows.model.appointing import SECOND, YEAR, appointed, asked, card, drafted, in_use
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.model_card import ModelStatus
from farthing.flows.decide import estimate
from farthing.flows.model.life import RetireRequest, ReturnRequest, ReviewRequest, retire_model, return_model, review_model
from farthing.flows.ports import House
from farthing.flows.prove import verify


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        yield made


def test_a_follower_is_returned_from_at_once_and_the_past_verifies(house: House) -> None:
    old, new = drafted(house, 1), drafted(house, 2)
    for model in (old, new):
        appointed(house, model)
    assert (in_use(house), card(house, old).status) == (new, ModelStatus.STANDBY)
    back = return_model(house, RISK, ReturnRequest("drifts"), "back")
    assert back == card(house, old)
    assert (in_use(house), card(house, new).status) == (old, ModelStatus.STANDBY)
    return_model(house, RISK, ReturnRequest("was_no_drift"), "forth")
    assert (in_use(house), card(house, old).status) == (new, ModelStatus.STANDBY)
    assert verify(house, AUDITOR).findings == ()


def test_where_nothing_stands_by_nobody_returns(house: House) -> None:
    appointed(house, drafted(house, 1))
    with pytest.raises(Conflict, match="No model of class rating stands by in CN"):
        return_model(house, RISK, ReturnRequest("drifts"), "back")
    with pytest.raises(Forbidden):
        return_model(house, OFFICER, ReturnRequest("drifts"), "officer")
    with pytest.raises(Invalid, match="not a ground"):
        return_model(house, RISK, ReturnRequest("I want to"), "sentence")


def test_a_retired_model_is_followed_by_a_person_and_never_comes_back(house: House) -> None:
    model = drafted(house, 1)
    appointed(house, model)
    retire_model(house, RISK, RetireRequest(model, "leaks"), "retire")
    assert estimate(house, {}, "CN", DAY).score is None
    for refused in (
        lambda: asked(house, model),
        lambda: retire_model(house, RISK, RetireRequest(model, "leaks"), "again"),
        lambda: review_model(house, SECOND, ReviewRequest(model, YEAR, "sound"), "review"),
    ):
        with pytest.raises(Conflict, match="was retired"):
            refused()


def test_il_11_past_its_validity_a_model_scores_nobody_until_somebody_else_reviewed_it(house: House) -> None:
    model = drafted(house, 1)
    appointed(house, model)
    assert estimate(house, {}, "CN", YEAR).score is not None
    assert estimate(house, {}, "CN", YEAR + dt.timedelta(days=1)).score is None
    with pytest.raises(Forbidden, match="周风险 answers for"):
        review_model(house, RISK, ReviewRequest(model, DAY + dt.timedelta(days=366), "sound"), "own")
    reviewed = review_model(house, SECOND, ReviewRequest(model, DAY + dt.timedelta(days=366), "sound"), "review")
    assert (reviewed.reviewed_on, reviewed.status) == (DAY, ModelStatus.APPROVED)
    assert estimate(house, {}, "CN", YEAR + dt.timedelta(days=1)).score is not None
