"""Challengers decide unseen: the same model comes to the same, another to its own, and nobody's decision changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows import applicants
from tests.flows.applicants import CARD, DAY, known, ready, save_model
from tests.flows.bank import AUDITOR, OFFICER, RISK, SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain.decision import Decision, Shadow
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelAppointed, ModelStatus
from farthing.domain.policy import Outcome
from farthing.domain.staff import Actor, Role
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.erase import EraseRequest, erase
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.model.life import ReviewRequest, review_model
from farthing.flows.model.shadow import shadow, since
from farthing.flows.ports import House
from farthing.flows.queries.models import challenges
from farthing.models.scorecard import decode, encode

SECOND = Actor("stf_second", "郑复核", Role.RISK_MANAGER)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        ready(made)
        yield made


def challenger(house: House, name: str, times: int = 1, market: str = "CN") -> Id:
    """The test card under another name, its PDs so many times as high, appointed to challenge."""
    card = decode(applicants.artefact(name))
    frozen = encode(replace(card, pd_ppm=tuple(min(pd * times, 900_000) for pd in card.pd_ppm)))
    model = f"mdl_{name}"
    save_model(house, replace(CARD, id=model, status=ModelStatus.DRAFT, market=market), frozen)
    body = ModelAppointed(model, ModelStatus.CHALLENGER, market, DAY + dt.timedelta(days=300), "better_by_backtest")
    asked = propose(house, RISK, body, f"ask {name}")
    resolve(house, SECOND, ResolveRequest(asked.id, agree=True), f"yes {name}")
    return model


def decided(house: House, key: str, buyers: int) -> Decision:
    party = known(house, key, buyers=buyers)
    return apply(house, SYSTEM, ApplyRequest(party.id, "revolving", 2_000_000), f"apply {key}")


def test_a_challenger_that_is_the_same_model_comes_to_the_same(house: House) -> None:
    same = challenger(house, "same")
    decisions = [decided(house, key, buyers) for key, buyers in (("A", 6), ("B", 3), ("C", 1))]
    assert shadow(house) == 3
    assert {one.decision: one for one in house.decisions.shadows(same)} == {
        one.id: Shadow(one.id, same, DAY, one.outcome, one.limit_fen, pd, one.outcome, one.limit_fen, pd)
        for one in decisions
        for pd in [one.score.pd_ppm if one.score else None]
    }
    assert {one.outcome for one in decisions} != {Outcome.DECLINE}
    assert shadow(house) == 0


def test_a_stricter_challenger_shows_what_it_would_have_turned_down(house: House) -> None:
    strict = challenger(house, "strict", times=3)
    before = [decided(house, key, buyers) for key, buyers in (("A", 6), ("B", 6))]
    assert {one.outcome for one in before} == {Outcome.APPROVE}
    shadow(house)
    (told,) = challenges(house, AUDITOR)
    assert (told.card.id, told.since, told.seen) == (strict, DAY, 2)
    assert [(swap.used, swap.decisions) for swap in told.swaps] == [(Outcome.APPROVE, 2)]
    assert told.used_pd_ppm is not None
    assert told.would_pd_ppm == told.used_pd_ppm * 3
    assert sum(swap.would_limit_fen for swap in told.swaps) <= sum(swap.used_limit_fen for swap in told.swaps)
    assert [house.decisions.get(one.id)[1] for one in before] == before  # type: ignore[index]


def test_only_what_was_decided_since_it_was_appointed_and_is_not_erased_is_looked_at(house: House) -> None:
    decided(house, "early", 6)
    house.clock.open_day(DAY + dt.timedelta(days=1))
    late = challenger(house, "late")
    assert since(house, late) == DAY + dt.timedelta(days=1)
    assert since(house, "mdl_none") is None
    gone = decided(house, "gone", 6)
    decided(house, "stays", 6)
    erase(house, RISK, EraseRequest(gone.party, "asked_by_party"), "erase")
    assert shadow(house, most=1) == 1
    assert shadow(house) == 0
    assert len(house.decisions.shadows(late)) == 1


def test_officers_may_look_and_nobody_needs_to(house: House) -> None:
    assert challenges(house, OFFICER) == ()
    assert shadow(house) == 0


def test_a_challenger_looks_at_its_own_market_while_it_is_valid(house: House) -> None:
    shops, here = challenger(house, "shops", market="CN-SHOPS"), challenger(house, "here")
    decided(house, "A", 6)
    house.clock.open_day(DAY + dt.timedelta(days=301))
    assert shadow(house) == 0
    review_model(house, SECOND, ReviewRequest(here, DAY + dt.timedelta(days=400), "stable_by_month"), "review")
    assert shadow(house) == 1
    assert (house.decisions.shadows(shops), len(house.decisions.shadows(here))) == ([], 1)
