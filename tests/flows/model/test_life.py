"""A model's life: drafted, appointed by a second person, followed, returned to, reviewed, retired; and what decides meanwhile."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows import applicants
from tests.flows.applicants import CARD, DAY, save_model
from tests.flows.bank import AUDITOR, OFFICER, RISK, open_bank
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, Forbidden, Invalid, NotFound
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelAppointed, ModelCard, ModelClass, ModelStatus
from farthing.domain.staff import Accountable, Actor, Role
from farthing.flows.decide import estimate
from farthing.flows.line.propose import Proposal, ResolveRequest, propose, resolve
from farthing.flows.model.life import RetireRequest, ReturnRequest, ReviewRequest, retire_model, return_model, review_model
from farthing.flows.ports import House
from farthing.flows.prove import verify

SECOND = Actor("stf_second", "郑复核", Role.RISK_MANAGER)
YEAR = DAY + dt.timedelta(days=365)
KEYS = itertools.count()


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        yield made


def drafted(house: House, number: int, **changes: object) -> Id:
    """A draft of a model of its own, which 周风险 answers for."""
    card = replace(CARD, id=f"mdl_{number}", status=ModelStatus.DRAFT, accountable=Accountable(RISK.name, "—"), **changes)
    save_model(house, card, applicants.artefact(str(number)))
    return card.id


def asked(house: House, model: Id, status: ModelStatus = ModelStatus.APPROVED, until: dt.date = YEAR, market: str = "CN") -> Proposal:
    return propose(house, RISK, ModelAppointed(model, status, market, until, "better_by_backtest"), f"ask {next(KEYS)}")


def appointed(house: House, model: Id, status: ModelStatus = ModelStatus.APPROVED) -> None:
    proposal = asked(house, model, status)
    resolve(house, SECOND, ResolveRequest(proposal.id, agree=True), f"yes {proposal.id}")


def card(house: House, model: Id) -> ModelCard:
    found = house.registry.model(model)
    assert found is not None
    return found[0]


def in_use(house: House) -> Id | None:
    found = house.registry.model_in_use(ModelClass.RATING)
    return None if found is None else found[0].id


def test_a_draft_is_used_by_nobody_until_a_second_person_agrees(house: House) -> None:
    model = drafted(house, 1)
    assert estimate(house, {}, "CN", DAY).score is None
    proposal = asked(house, model)
    assert in_use(house) is None
    with pytest.raises(Forbidden, match="周风险 proposed"):
        resolve(house, RISK, ResolveRequest(proposal.id, agree=True), "own")
    resolve(house, SECOND, ResolveRequest(proposal.id, agree=True), "yes")
    assert in_use(house) == model
    placed = card(house, model)
    assert (placed.status, placed.valid_until) == (ModelStatus.APPROVED, YEAR)
    assert placed.accountable == Accountable("周风险", "郑复核")
    score = estimate(house, {}, "CN", DAY).score
    assert score is not None
    assert score.model == model


def test_who_owns_a_model_is_not_who_agrees_to_it_though_another_asked(house: House) -> None:
    model = drafted(house, 1)
    body = ModelAppointed(model, ModelStatus.APPROVED, "CN", YEAR, "better_by_backtest")
    proposal = propose(house, SECOND, body, "ask")
    with pytest.raises(Invalid, match="different approver"):
        resolve(house, RISK, ResolveRequest(proposal.id, agree=True), "yes")
    assert in_use(house) is None
    with pytest.raises(Forbidden):
        propose(house, OFFICER, body, "officer asks")


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


def test_a_challenger_leaves_the_model_in_use_where_it_is(house: House) -> None:
    used, other = drafted(house, 1), drafted(house, 2)
    appointed(house, used)
    appointed(house, other, ModelStatus.CHALLENGER)
    assert (in_use(house), card(house, other).status) == (used, ModelStatus.CHALLENGER)


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


def test_a_model_is_blocked_in_a_market_it_was_not_validated_for(house: House) -> None:
    model = drafted(house, 1)
    with pytest.raises(Conflict, match="validated for CN, not for 'KE'"):
        asked(house, model, market="KE")
    appointed(house, model)
    assert estimate(house, {}, "KE", DAY).score is None
    foreign = drafted(house, 2, market="KE")
    proposal = asked(house, foreign, market="KE")
    resolve(house, SECOND, ResolveRequest(proposal.id, agree=True), "yes")
    assert in_use(house) == model
    assert estimate(house, {}, "KE", DAY).score is not None


@pytest.mark.parametrize("until", [DAY, DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=367)])
def test_validity_is_within_the_coming_year(house: House, until: dt.date) -> None:
    with pytest.raises(Invalid, match="cannot be valid until"):
        asked(house, drafted(house, 1), until=until)


def test_what_cannot_be_appointed(house: House) -> None:
    model = drafted(house, 1)
    with pytest.raises(NotFound, match="no model 'mdl_none'"):
        asked(house, "mdl_none")
    with pytest.raises(Invalid, match="appointed as retired"):
        asked(house, model, ModelStatus.RETIRED)
    appointed(house, model)
    with pytest.raises(Conflict, match="is approved until"):
        asked(house, model)


def test_two_agreed_to_in_turn_leave_one_in_use(house: House) -> None:
    first, second = asked(house, drafted(house, 1)), asked(house, drafted(house, 2))
    for proposal in (first, second):
        resolve(house, SECOND, ResolveRequest(proposal.id, agree=True), proposal.id)
    assert [one.id for one in house.registry.models() if one.status is ModelStatus.APPROVED] == ["mdl_2"]
