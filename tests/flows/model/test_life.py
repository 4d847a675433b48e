"""A model's life: returned to, reviewed, retired; and what decides meanwhile."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from tests.flows.applicants import DAY
from tests.flows.bank import AUDITOR, OFFICER, RISK, open_bank
from tests.flows.model.appointing import SECOND, YEAR, appointed, asked, card, drafted, in_use
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.model_card import ModelCard, ModelStatus
from farthing.flows.decide import estimate
from farthing.flows.line.propose import ResolveRequest, resolve
from farthing.flows.model.life import RetireRequest, ReturnRequest, ReviewRequest, retire_model, return_model, review_model
from farthing.flows.observe import read_by_models
from farthing.flows.ports import House, Registry
from farthing.flows.prove import verify
from farthing.flows.queries.models import inventory


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


def test_a_review_of_one_that_stands_by_does_not_choose_what_is_returned_to(house: House) -> None:
    oldest, before, used = drafted(house, 1), drafted(house, 2), drafted(house, 3)
    for model in (oldest, before, used):
        appointed(house, model)
    review_model(house, SECOND, ReviewRequest(oldest, YEAR - dt.timedelta(days=1), "stable_by_month"), "review")
    return_model(house, RISK, ReturnRequest("drifts"), "back")
    assert in_use(house) == before


def test_nobody_returns_to_a_model_that_would_score_nobody(house: House) -> None:
    old, new = drafted(house, 1), drafted(house, 2)
    proposal = asked(house, old, until=DAY + dt.timedelta(days=10))
    resolve(house, SECOND, ResolveRequest(proposal.id, agree=True), "yes old")
    appointed(house, new)
    house.clock.open_day(DAY + dt.timedelta(days=11))
    with pytest.raises(Conflict, match="it would score nobody"):
        return_model(house, RISK, ReturnRequest("drifts"), "back")
    assert in_use(house) == new


class Slow:
    """A registry that lets something else happen after it was read for the first time."""

    def __init__(self, registry: Registry, meanwhile: Callable[[], object]) -> None:
        self._registry, self._meanwhile = registry, meanwhile

    def __getattr__(self, name: str) -> object:
        return getattr(self._registry, name)

    def models(self) -> Sequence[ModelCard]:
        found, meanwhile = self._registry.models(), self._meanwhile
        self._meanwhile = lambda: None
        meanwhile()
        return found


def test_two_who_act_on_models_at_once_follow_each_other(house: House) -> None:
    """While one who returns holds the models, an appointment waits, and sees what the other did."""
    old, new, third = drafted(house, 1), drafted(house, 2), drafted(house, 3)
    for model in (old, new):
        appointed(house, model)
    retire_model(house, RISK, RetireRequest(new, "leaks"), "retire")
    proposal = asked(house, third)
    started = threading.Event()

    def agree() -> None:
        started.set()
        resolve(house, SECOND, ResolveRequest(proposal.id, agree=True), "yes third")

    with ThreadPoolExecutor(1) as others:
        running: list[Future[None]] = []

        def meanwhile() -> None:
            running.append(others.submit(agree))
            started.wait(10)
            wait(running, timeout=1.0)

        slow = replace(house, registry=cast(Registry, Slow(house.registry, meanwhile)))
        return_model(slow, RISK, ReturnRequest("fails_to_run"), "back")
        running[0].result(30)
    assert [one.id for one in house.registry.models() if one.status is ModelStatus.APPROVED] == [third]
    assert card(house, old).status is ModelStatus.STANDBY


def test_each_class_and_market_returns_to_its_own(house: House) -> None:
    here, there = [drafted(house, number) for number in (1, 2)], [drafted(house, number, market="CN-SHOPS") for number in (3, 4)]
    for model in (*here, *there):
        proposal = asked(house, model, market=card(house, model).market)
        resolve(house, SECOND, ResolveRequest(proposal.id, agree=True), f"yes {model}")
    assert [one.id for one in inventory(house, RISK).returns] == [here[0], there[0]]
    house.clock.open_day(YEAR + dt.timedelta(days=1))
    assert inventory(house, RISK).returns == ()


def test_what_a_model_of_another_market_reads_is_recorded_by_no_decision(house: House) -> None:
    drafted(house, 1, features=("sellers_12m",))
    drafted(house, 2, market="CN-SHOPS", features=("invoices_12m",))
    assert read_by_models(house, "CN") == {"sellers_12m"}
