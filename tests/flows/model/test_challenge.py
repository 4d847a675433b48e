"""A challenger from everything the bank knows: told to those who may develop models, and saved nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.flows.bank import AUDITOR, RISK
from tests.flows.model.test_develop import END, FIRMS

from farthing.domain import canon
from farthing.domain.errors import Forbidden, Invalid
from farthing.flows.model.challenge import ChallengeRequest, challenge
from farthing.flows.ports import House

REQUEST = ChallengeRequest(END, folds=2)


def test_the_challenger_of_a_bank_is_the_same_each_time_and_leaves_no_trace(house: House) -> None:
    told: list[str] = []
    found = challenge(house, RISK, REQUEST, lambda done, total, what: told.append(what))
    assert told == ["features", "cross-validation", "cross-validation"]
    assert sum(one.cases for one in found.kinds) == len(FIRMS)
    assert canon.digest(challenge(house, RISK, REQUEST).model) == canon.digest(found.model)
    assert challenge(house, RISK, replace(REQUEST, target_bad_rate_ppm=100_000)).model.target_rate_ppm == 100_000
    assert house.registry.model(None) is None


def test_who_may_not_and_what_cannot(house: House) -> None:
    with pytest.raises(Forbidden):
        challenge(house, AUDITOR, REQUEST)
    with pytest.raises(Invalid, match="No candidate feature"):
        challenge(house, RISK, replace(REQUEST, as_of=END.replace(year=1990)))
