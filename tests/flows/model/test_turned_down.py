"""What the bank learns of those it turned down: only what was recorded then, of whom no outcome is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.flows.applicants import DAY, known, ready
from tests.flows.bank import SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain.errors import Invalid, NotFound
from farthing.domain.policy import Outcome
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.model.turned_down import declined, told_apart
from farthing.flows.ports import House
from farthing.models.sample import Sample
from farthing.models.validation.rejected import THEN


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        yield made


def cases(*subjects: str) -> Sample:
    buyers = np.arange(len(subjects), dtype=np.int64), np.zeros(len(subjects), dtype=np.bool_)
    return Sample(subjects, {"buyers_12m": buyers}, np.arange(len(subjects)) % 2 == 0, np.ones(len(subjects)))


def test_those_turned_down_come_with_what_was_recorded_then(house: House) -> None:
    with pytest.raises(NotFound):
        told_apart(house, cases("a", "b"), "CN")
    ready(house)
    with pytest.raises(Invalid, match="turned nobody down"):
        told_apart(house, cases("a", "b"), "CN")
    few, many = known(house, "E1", buyers=1), known(house, "E2", buyers=9)
    made = {party.id: apply(house, SYSTEM, ApplyRequest(party.id, "revolving", 2_000_000), party.id) for party in (few, many)}
    assert made[few.id].outcome is Outcome.DECLINE
    accepted, rejected = told_apart(house, cases("a", "b"), "CN")
    score = made[few.id].score
    assert score is not None
    assert (rejected.subjects, rejected.columns["buyers_12m"][0].tolist()) == ((few.subject,), [1])
    assert rejected.columns[THEN][0].tolist() == [score.pd_ppm]
    assert accepted.columns[THEN][0].tolist() == [400_000, 400_000], "none and one are of one bin"


def test_who_has_an_outcome_is_not_guessed_at(house: House) -> None:
    ready(house)
    party = known(house, "E1", buyers=1)
    apply(house, SYSTEM, ApplyRequest(party.id, "revolving", 2_000_000), "apply")
    assert len(declined(house, cases("somebody"))[1]) == 1
    assert len(declined(house, cases(party.subject))[1]) == 0
