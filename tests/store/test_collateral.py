"""Houses as the database shows them: found by line, party, stage and value, and held to their events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from tests.flows.bank import OFFICER, RISK, open_bank
from tests.flows.collateral.owners import agreed, offered, owner, raised, registered
from tests.store_fixture import Database

from farthing.domain.collateral.house import HouseStage
from farthing.domain.errors import Conflict, NotFound
from farthing.flows.collateral.raise_limit import RaiseRequest, propose_raise
from farthing.flows.ports import House
from farthing.flows.prove import verify
from farthing.ledger.lien import fold_house


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as made:
        yield made


def test_houses_are_found_by_what_they_are(house: House) -> None:
    first, second = owner(house, 1), owner(house, 2)
    secures, waits = registered(house, first, "deed-1"), offered(house, second.party, "deed-2")
    houses = house.collateral.houses
    assert set(houses.ids()) == {secures, waits}
    assert [one.house for one in houses.list(stage=HouseStage.REGISTERED)] == [secures]
    assert len(houses.list(limit=1)) == 1
    assert [one.house for one in houses.of_line(first.line)] == [secures]
    assert [one.house for one in houses.of_party(second.party)] == [waits]
    today = house.clock.today()
    assert houses.valued_before(today) == []
    assert [one.house for one in houses.valued_before(today + dt.timedelta(days=1))] == [secures]
    with pytest.raises(NotFound):
        houses.get("hse_aaaaaaaaaaaaaaaa")


def test_the_projection_is_the_fold_of_the_events(house: House) -> None:
    terms = owner(house)
    of = registered(house, terms)
    raised(house, of, 20_000_000)
    assert house.collateral.houses.get(of) == fold_house(house.journal.events(stream=of))
    assert house.collateral.houses.repeats(of)


def test_a_house_that_was_edited_in_the_database_is_found(house: House, database: Database) -> None:
    of = agreed(house, owner(house))
    assert verify(house, RISK).findings == ()
    engine = create_engine(database.owner_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE house_state SET secured_fen = 5, state = replace(state, '90000000', '99000000')"))
    engine.dispose()
    found = {(one.check, one.item) for one in verify(house, RISK).findings}
    assert found == {("house row repeats its state", of), ("house is the fold of its events", of)}


def test_two_that_act_on_one_house_at_once_leave_one_story(house: House) -> None:
    """The later of two looks again: it is refused by what the first did, and never written beside it."""
    of = registered(house, owner(house))

    def ask(number: int) -> str:
        try:
            propose_raise(house, OFFICER, RaiseRequest(of, 1_000_000), f"ask-{number}")
        except Conflict as refused:
            return refused.code
        return "asked"

    with ThreadPoolExecutor(4) as many:
        answers = sorted(many.map(ask, range(4)))
    assert answers == ["asked", "raise_waits", "raise_waits", "raise_waits"]
    assert house.collateral.houses.get(of) == fold_house(house.journal.events(stream=of))
