"""Levels of capacity from the bank's own book: measured, drafted, appointed by two, and what decisions go by from then on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from unittest.mock import Mock

import pytest
from tests.flows.bank import OFFICER, RISK, SYSTEM
from tests.flows.estimate.test_capacity import END, FIRMS, firm, flows
from tests.flows.model.appointing import SECOND
from tests.flows.model.test_develop import table
from tests.store_fixture import Database

from farthing.domain.calendar import add_months
from farthing.domain.errors import Forbidden, Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.domain.model_card import ModelAppointed, ModelStatus
from farthing.flows.estimate.capacity import OF_THE_WORLD, WORLD, as_facts, capacity_facts, levels_in_use, show_capacity
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.model.levels import draft_levels, measure_levels
from farthing.flows.ports import House
from farthing.flows.queries.model.report import report
from farthing.flows.queries.models import model
from farthing.models.capacity.levels import Levels
from farthing.settings import Settings
from farthing.wiring import open_house


@pytest.fixture(scope="module")
def house(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("bank")
    with open_house(Settings(home=home, database_url=new_database().owner_url, host="127.0.0.1", port=0)) as found:
        intake(found, SYSTEM, IntakeRequest((table(EvidenceKind.TRANSACTION, flows(), "f10f10f1"),)), "import")
        yield found


def test_levels_come_from_the_banks_own_book(house: House) -> None:
    """Two years of flows: four quarters of which a year later is known, and a history of three months before each."""
    levels = measure_levels(house, RISK, END)
    assert levels.cases == 4 * (len(FIRMS) - 1)
    assert not levels.synthetic
    assert levels.mean_ppm[0][0] <= 0 <= levels.mean_ppm[0][-1]
    own, given = (capacity_facts(house, firm(house, "F3"), END, one)["capacity_monthly_fen"] for one in (levels, WORLD))
    assert own is not None
    assert given is not None
    assert own > given, "a book in which nobody fails is surer than the world"
    with pytest.raises(Invalid, match="have account flows"):
        measure_levels(house, RISK, add_months(END, -24))
    with pytest.raises(Invalid, match="had a year of account flows"):
        measure_levels(house, RISK, add_months(END, -9))


def test_those_who_asked_for_a_loan_speak_where_they_are_enough(house: House) -> None:
    """Who asked in the last year is told by decisions on record; of too few the levels of everybody stand."""

    def asked(firms: Sequence[str]) -> Levels:
        rows = [{"party": firm(house, one).id, "decided_on": add_months(END, -1)} for one in firms]
        decisions = Mock(list=lambda limit, offset, sort: rows[offset : offset + limit])
        return measure_levels(replace(house, decisions=decisions), RISK, END)

    plain = measure_levels(house, RISK, END)
    many, few = asked(FIRMS[2:40]), asked(FIRMS[2:12])
    assert few == plain
    assert many.mean_ppm[:2] == plain.mean_ppm[:2], "they have histories of a year"
    assert many.mean_ppm[2] != plain.mean_ppm[2]


def test_decisions_go_by_them_once_a_second_person_agreed(house: House) -> None:
    card = draft_levels(house, RISK, END, "draft")
    assert draft_levels(house, RISK, END, "again") == card
    assert (card.status, card.market, card.labels) == (ModelStatus.DRAFT, "CN-CAPACITY", 4 * (len(FIRMS) - 1))
    before = as_facts(house, firm(house, "F3"), END)
    assert before[0] == OF_THE_WORLD
    until = house.clock.today() + dt.timedelta(days=90)
    asked = propose(house, RISK, ModelAppointed(card.id, ModelStatus.APPROVED, card.market, until, "first_of_its_class"), "ask")
    with pytest.raises(Forbidden):
        resolve(house, RISK, ResolveRequest(asked.id, agree=True), "own")
    resolve(house, SECOND, ResolveRequest(asked.id, agree=True), "yes")
    name, facts = as_facts(house, firm(house, "F3"), END)
    levels = measure_levels(house, RISK, END)
    assert name == card.id
    assert facts == capacity_facts(house, firm(house, "F3"), END, levels) != before[1]
    assert show_capacity(house, OFFICER, firm(house, "F3").id, END).levels == levels.told
    assert levels_in_use(house, until + dt.timedelta(days=1)) == (OF_THE_WORLD, WORLD), "past their validity they correct nothing"
    assert model(house, RISK, card.id).card.id == card.id
    assert report(house, RISK, card.id).card.market == "CN-CAPACITY"


def test_who_may_not(house: House) -> None:
    for journey in (lambda: measure_levels(house, OFFICER, END), lambda: draft_levels(house, OFFICER, END, "no")):
        with pytest.raises(Forbidden):
            journey()
