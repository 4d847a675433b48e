"""A demonstration's models beside its scorecard: in use by two people's word, the same at a second run, left out where evidence is thin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from tests.flows.bank import AUDITOR, SYSTEM
from tests.flows.model.traders import END, evidence
from tests.store_fixture import Database

from farthing.domain.model_card import ModelCard, ModelClass, ModelStatus
from farthing.domain.staff import Accountable
from farthing.flows.demonstration.models import APPROVER, OWNER, Beside, have_models
from farthing.flows.fraud.assess import model_in_use
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.ports import House
from farthing.flows.prove import verify
from farthing.settings import Settings
from farthing.sources.catalogue import packaged_fraud_model
from farthing.wiring import open_house

BESIDE = Beside(END, packaged_fraud_model())


@pytest.fixture(scope="module")
def house(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("bank")
    with open_house(Settings(home=home, database_url=new_database().owner_url, host="127.0.0.1", port=0)) as opened:
        intake(opened, SYSTEM, IntakeRequest(evidence()), "import")
        yield opened


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def made(house: House, told: list[str]) -> tuple[ModelCard, ...]:
    return have_models(house, BESIDE, "demo", lambda done, of, what: told.append(what))


def test_each_is_in_use_for_a_year_as_one_asked_and_another_agreed(house: House, made: tuple[ModelCard, ...]) -> None:
    assert {(card.model_class, card.market) for card in made} >= {(ModelClass.ANTI_FRAUD, "CN"), (ModelClass.RATING, "CN-DIMENSIONS")}
    for card in made:
        assert (card.status, card.valid_until) == (ModelStatus.APPROVED, house.clock.today() + dt.timedelta(days=365))
        assert card.accountable == Accountable(OWNER.name, APPROVER.name)
    assert model_in_use(house, "CN", house.clock.today()) is not None
    assert verify(house, AUDITOR).findings == ()


def test_a_second_run_finds_what_the_first_made(house: House, made: tuple[ModelCard, ...]) -> None:
    before = house.journal.seal().size
    assert have_models(house, BESIDE, "demo", lambda *_: None) == made
    assert house.journal.seal().size == before


def test_a_score_that_the_evidence_cannot_carry_is_told_of(made: tuple[ModelCard, ...], told: list[str]) -> None:
    """These traders are known by their accounts alone; whichever score that does not carry is left out, and says why."""
    left_out = 3 - len(made)
    assert sum(what.startswith("no ") for what in told) == left_out
