"""A score of dimensions in a bank: trained, saved, appointed by two people, and moved by what becomes known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from tests.flows.bank import AUDITOR, OFFICER, RISK, SYSTEM
from tests.flows.model.appointing import SECOND
from tests.flows.model.traders import END, TRADERS, case, evidence, table
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, Forbidden, Invalid, NotFound
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelAppointed, ModelCard, ModelStatus
from farthing.flows.consent import WithdrawRequest, withdraw
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.model.dimensions import DimensionRequest, train_dimensions
from farthing.flows.ports import House
from farthing.flows.queries.dimension.score import Asked, dimensions_model, score_party
from farthing.flows.queries.models import model
from farthing.models.dimension.card import ScoreKind, Standing
from farthing.settings import Settings
from farthing.wiring import open_house

REQUEST = DimensionRequest(ScoreKind.ENTERPRISE, END, folds=3, repeats=1)


@pytest.fixture(scope="module")
def house(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("bank")
    with open_house(Settings(home=home, database_url=new_database().owner_url, host="127.0.0.1", port=0)) as opened:
        intake(opened, SYSTEM, IntakeRequest(evidence()), "import")
        yield opened


@pytest.fixture(scope="module")
def card(house: House) -> ModelCard:
    return train_dimensions(house, RISK, REQUEST, "train")


def party(house: House, name: str) -> Id:
    found = house.parties.find(name)
    assert found is not None
    return found.id


def use(house: House, model: ModelCard) -> None:
    body = ModelAppointed(model.id, ModelStatus.APPROVED, model.market, house.clock.today() + dt.timedelta(days=200), "first_of_its_class")
    asked = propose(house, RISK, body, f"ask {model.id}")
    resolve(house, SECOND, ResolveRequest(asked.id, agree=True), f"yes {model.id}")


def test_a_draft_is_saved_with_its_card_and_is_for_risk_managers_only(house: House, card: ModelCard) -> None:
    assert (card.status, card.market, card.accountable.owner) == (ModelStatus.DRAFT, "CN-DIMENSIONS", RISK.name)
    assert card.synthetic
    measured = {one.name: float(one.value) for one in card.measures}
    assert measured["auc"] > 0.7
    assert measured["dimension_behaviour_ks"] > 0.3
    again = train_dimensions(house, RISK, REQUEST, "train again")
    assert again.id == card.id, "the same lake and request give the same model"
    asked = Asked(party(house, "T1"), model=card.id)
    assert score_party(house, RISK, asked).card.status is ModelStatus.DRAFT
    with pytest.raises(Forbidden) as refused:
        score_party(house, OFFICER, asked)
    assert refused.value.code == "model_not_in_use"
    with pytest.raises(NotFound):
        score_party(house, OFFICER, Asked(party(house, "T1"), ScoreKind.PERSONAL))
    with pytest.raises(Conflict) as other:
        dimensions_model(house, AUDITOR, ScoreKind.PERSONAL, card.id)
    assert other.value.code == "other_kind"
    assert (model(house, AUDITOR, card.id).kind, model(house, AUDITOR, card.id).points) == ("dimensions", ())
    with pytest.raises(Forbidden):
        train_dimensions(house, OFFICER, REQUEST, "not an officer")


def test_two_people_put_it_to_use_and_it_ranks_the_failed_below_the_others(house: House, card: ModelCard) -> None:
    use(house, card)
    scores = [score_party(house, OFFICER, Asked(party(house, name))).score for name in TRADERS[:45]]
    failed, others = (sorted(one.points for place, one in enumerate(scores) if (place % 3 == 0) is bad) for bad in (True, False))
    assert failed[len(failed) // 2] < others[len(others) // 2]
    for one in scores:
        assert one.points == one.base_points + sum(facet.points for facet in one.facets)
        assert one.low_pd_ppm <= one.pd_ppm <= one.high_pd_ppm


def test_what_must_be_asked_for_is_off_until_it_is(house: House, card: ModelCard) -> None:
    """Nobody stated contact points here, so nothing is there once it is asked for; and of the credit report nothing was known."""
    standing = {one.facet.code: one.score.standing for one in score_party(house, RISK, Asked(party(house, "T2"), model=card.id)).facets}
    assert standing["behaviour"] is Standing.ON
    assert standing["bureau"] is standing["circle"] is Standing.IDLE
    assert next(
        facet for facet in dimensions_model(house, RISK, ScoreKind.ENTERPRISE, card.id).artefact.facets if facet.code == "circle"
    ).asked


def test_a_case_in_court_lowers_the_score_as_soon_as_it_is_known(house: House, card: ModelCard) -> None:
    asked = Asked(party(house, "T4"), model=card.id)
    before = score_party(house, RISK, asked)
    today = house.clock.today()
    news = table(EvidenceKind.COURT_CASE, [case("T4", "new", today)], "1a7e4ca5")
    intake(house, SYSTEM, IntakeRequest((news,)), "news")
    after = score_party(house, RISK, asked)
    reads = {name for name in card.features if name.startswith(("sued", "days_since_last_sued"))}
    assert reads, "this model reads cases"
    assert after.score.points < before.score.points


def test_a_withdrawn_consent_makes_a_dimension_neutral_and_the_answer_less_sure(house: House, card: ModelCard) -> None:
    who = party(house, "T5")
    before = score_party(house, RISK, Asked(who, model=card.id))
    read = {EvidenceKind.TRANSACTION, EvidenceKind.APP_USAGE, EvidenceKind.COURT_CASE}
    withdraw(house, OFFICER, WithdrawRequest(who, tuple(sorted(read)), "told_by_phone"), "withdraw")
    after = score_party(house, RISK, Asked(who, model=card.id))
    assert after.score.points == after.score.base_points
    assert {one.score.standing for one in after.facets if one.facet.attributes} == {Standing.WITHHELD}
    assert {kind for one in after.facets for kind in one.unread} <= read
    assert after.moves == ()
    assert before.score.points != after.score.points


def test_a_request_that_cannot_be_run_is_refused() -> None:
    with pytest.raises(Invalid):
        DimensionRequest(ScoreKind.PERSONAL, END, folds=1)
