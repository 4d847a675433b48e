"""The main job: everybody without a known outcome is decided, several to a commit, and nobody is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.applicants import approve_model
from tests.flows.bank import AUDITOR, SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain import canon
from farthing.domain.errors import Forbidden
from farthing.domain.policy import Outcome
from farthing.flows.decide import redecide
from farthing.flows.decide_all import DecideAllRequest, decide_all
from farthing.flows.imagine import imagine
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.ports import House
from farthing.flows.publish import install_policies
from farthing.sources.catalogue import packaged_policies
from farthing.world.economy import Plan


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, dt.date(2024, 1, 1)) as made:
        yield made


def test_every_imagined_merchant_is_decided_once_and_every_decision_replays(house: House) -> None:
    world = imagine(Plan(merchants=40, months=20))
    intake(house, SYSTEM, IntakeRequest(world.tables), "world")
    house.clock.open_day(world.plan.end)
    install_policies(house, SYSTEM, packaged_policies())
    approve_model(house)
    told: list[tuple[int, int]] = []
    result = decide_all(house, SYSTEM, DecideAllRequest("revolving", 5_000_000), "all", lambda *seen: told.append(seen))
    assert result.failures == ()
    assert told[-1] == (len(result.decisions), len(result.decisions))
    assert {made.outcome for made in result.decisions} > {Outcome.APPROVE}, "not everybody is alike"
    again = decide_all(house, SYSTEM, DecideAllRequest("revolving", 5_000_000), "all")
    assert again == result
    assert house.decisions.count() == len(result.decisions)
    for made in result.decisions:
        found = house.decisions.get(made.id)
        assert found is not None
        assert canon.encode(redecide(house, *found)) == canon.encode(made)
    hits = {made.party for made in result.decisions if made.related.hit}
    assert all(made.outcome is Outcome.DECLINE for made in result.decisions if made.party in hits)


def test_one_that_cannot_be_decided_is_told_and_the_rest_goes_on(house: House) -> None:
    world = imagine(Plan(merchants=40, months=20))
    intake(house, SYSTEM, IntakeRequest(world.tables), "world")
    house.clock.open_day(world.plan.end)
    result = decide_all(house, SYSTEM, DecideAllRequest("revolving"), "all")
    assert result.decisions == ()
    assert {failure.code for failure in result.failures} == {"no_policy"}
    with pytest.raises(Forbidden):
        decide_all(house, AUDITOR, DecideAllRequest("revolving"), "b")
