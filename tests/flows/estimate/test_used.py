"""Which model gives an estimate: the one in use while it is valid, a draft only to those who may try it, and one of its kind."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.flows.bank import AUDITOR, OFFICER, RISK
from tests.flows.village import DAY, USUAL, Village, constructs, gate

from farthing.domain.errors import Conflict, Forbidden, NotFound
from farthing.flows.estimate.construct import PLACE
from farthing.flows.estimate.novelty import place
from farthing.flows.estimate.used import asked, in_use, known_party
from farthing.flows.model.novelty import GateRequest, train_gate


def test_the_one_in_use_answers_until_its_validity_ends(village: Village) -> None:
    card = gate(village)
    assert card.valid_until is not None
    found = in_use(village.house, place(), card.valid_until)
    assert found is not None
    assert found[0] == card
    assert asked(village.house, OFFICER, place())[1] == found[1]
    assert in_use(village.house, place(), card.valid_until + dt.timedelta(days=1)) is None
    assert in_use(village.house, place("CN-NOWHERE"), DAY) is None


def test_a_draft_is_for_those_who_answer_for_models(village: Village) -> None:
    draft = train_gate(village.house, RISK, GateRequest(DAY, seed=3), "a draft").id
    assert asked(village.house, AUDITOR, place(), draft)[0].id == draft
    with pytest.raises(Forbidden) as refused:
        asked(village.house, OFFICER, place(), draft)
    assert refused.value.code == "model_not_in_use"


def test_what_is_not_there_or_of_another_kind_is_told(village: Village) -> None:
    other = constructs(village).id
    with pytest.raises(Conflict) as refused:
        asked(village.house, OFFICER, place(), other)
    assert refused.value.code == "other_kind"
    for where, model in ((place(), "mdl_nobody"), (place("CN-NOWHERE"), None)):
        with pytest.raises(NotFound) as missing:
            asked(village.house, OFFICER, where, model)
        assert missing.value.code == "no_novelty"
    assert asked(village.house, OFFICER, PLACE)[0].id == other
    assert known_party(village.house, village.party(USUAL)).id == village.party(USUAL)
