"""One owner on the scales in use, and the facts that a policy may read."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.flows.bank import BORROWER, OFFICER
from tests.flows.model.test_develop import END
from tests.flows.village import DAY, Village, constructs

from farthing.domain.errors import Forbidden
from farthing.flows.estimate.construct import as_facts, constructs_model, show_constructs


def test_the_able_stand_higher_and_who_answered_less_is_less_sure(village: Village) -> None:
    card = constructs(village)
    low, high, least = (show_constructs(village.house, OFFICER, village.party(key), as_of=DAY).readings for key in ("S005", "S125", "S000"))
    assert [one.construct for one in low] == ["experience", "management", "qualification"]
    assert all(one.score < other.score for one, other in zip(low, high, strict=True))
    assert least[0].bar > low[0].bar
    assert least[0].missing == ("owner_address_months",)
    model, facts = as_facts(village.house, village.house.parties.get(village.party("S125")), DAY)
    assert (model, facts["management_low"]) == (card.id, high[1].low)


def test_before_anybody_answered_nothing_is_known(village: Village) -> None:
    constructs(village)
    party = village.house.parties.get(village.party("S050"))
    assert set(as_facts(village.house, party, END - dt.timedelta(days=400))[1].values()) == {None}


def test_who_may_not(village: Village) -> None:
    with pytest.raises(Forbidden):
        show_constructs(village.house, BORROWER, village.party("S050"))
    with pytest.raises(Forbidden):
        constructs_model(village.house, BORROWER)
