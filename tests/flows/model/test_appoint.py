"""A model is appointed by a second person, for a year at most, where it was validated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows import applicants
from tests.flows.applicants import CARD, DAY, save_model
from tests.flows.bank import OFFICER, RISK, open_bank
from tests.flows.model.appointing import SECOND, YEAR, appointed, asked, card, drafted, in_use
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, Forbidden, Invalid, NotFound
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelAppointed, ModelStatus
from farthing.domain.staff import Accountable
from farthing.flows.decide import estimate
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.ports import House
from farthing.models.scorecard import decode, encode


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        yield made


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


def test_a_challenger_leaves_the_model_in_use_where_it_is(house: House) -> None:
    used, other = drafted(house, 1), drafted(house, 2)
    appointed(house, used)
    appointed(house, other, ModelStatus.CHALLENGER)
    assert (in_use(house), card(house, other).status) == (used, ModelStatus.CHALLENGER)


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


def test_the_model_in_use_does_not_challenge_itself(house: House) -> None:
    model = drafted(house, 1)
    appointed(house, model)
    with pytest.raises(Conflict, match="mdl_1 is in use"):
        asked(house, model, ModelStatus.CHALLENGER)
    assert in_use(house) == model


def test_an_officer_asks_for_no_model_on_any_day(house: House) -> None:
    body = ModelAppointed(drafted(house, 1), ModelStatus.APPROVED, "CN", YEAR, "better_by_backtest")
    with pytest.raises(Forbidden):
        propose(house, OFFICER, body, "later", DAY)


def columns(house: House, market: str, **changes: object) -> Id:
    """A draft of a market whose artefact reads one column that is none of the catalogue's, as `changes` say."""
    frozen = decode(applicants.artefact("own"))
    (buyers,) = frozen.attributes
    card = replace(CARD, id="mdl_own", status=ModelStatus.DRAFT, accountable=Accountable(RISK.name, "—"), market=market)
    save_model(house, card, encode(replace(frozen, attributes=(replace(buyers, **changes),))))  # type: ignore[arg-type]
    return card.id


@pytest.mark.parametrize("changes", [{"feature": "monthly_sales"}, {"scale": 2}])
def test_a_model_of_other_columns_decides_nowhere(house: House, changes: dict[str, object]) -> None:
    abroad = replace(house, products={**house.products, "abroad": replace(house.products["revolving"], market="KE")})
    model = columns(house, "KE", **changes)
    with pytest.raises(Conflict, match="no feature of the catalogue"):
        asked(abroad, model, market="KE")
    proposal = asked(house, model, market="KE")  # nobody lends there yet
    resolve(house, SECOND, ResolveRequest(proposal.id, agree=True), "yes")
    assert estimate(abroad, {"buyers_12m": 6}, "KE", DAY).score is None
