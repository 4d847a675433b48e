"""One party at the gate in use, its file as of a day, and the facts that a policy may read."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.flows.bank import BORROWER, OFFICER
from tests.flows.model.test_develop import END
from tests.flows.village import DAY, ODD, USUAL, Village, gate

from farthing.domain.errors import Forbidden
from farthing.flows.estimate.novelty import as_facts, show_novelty


def test_the_odd_shop_is_new_and_the_others_are_not(village: Village) -> None:
    card = gate(village)
    first, last = (show_novelty(village.house, OFFICER, village.party(key), as_of=DAY) for key in (USUAL, ODD))
    assert (first.card.id, first.found.known) == (card.id, True)
    assert last.found.distance > first.found.distance
    assert last.found.as_far_ppm < min(80_000, first.found.as_far_ppm)
    assert (first.file.stage.value, last.file.stage.value) == ("young", "start_up")
    party = village.house.parties.get(first.party)
    assert as_facts(village.house, party, "CN", DAY) == (card.id, {"segment_known": True, "file_thickness": first.file.thickness})


def test_without_a_gate_only_the_file_is_told(village: Village) -> None:
    party = village.house.parties.get(village.party(USUAL))
    model, facts = as_facts(village.house, party, "CN-NOWHERE", DAY)
    assert (model, facts["segment_known"]) == (None, None)
    assert isinstance(facts["file_thickness"], int)


def test_a_day_in_the_past_sees_the_file_of_then(village: Village) -> None:
    gate(village)
    view = show_novelty(village.house, OFFICER, village.party(USUAL), as_of=END - dt.timedelta(days=500))
    assert (view.file.since, view.file.stage.value) == (None, "unseen")
    with pytest.raises(Forbidden):
        show_novelty(village.house, BORROWER, village.party(USUAL))
