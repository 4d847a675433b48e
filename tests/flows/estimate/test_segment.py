"""A party by the model of its segment, a card a segment, and the fact that a policy may read."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.flows.bank import BORROWER, OFFICER
from tests.flows.village import DAY, USUAL, Village, segments
from tests.models.segment.farmland import fitted

from farthing.domain.errors import Forbidden, NotFound
from farthing.flows.estimate.segment import as_facts, card_of, score_case, segment_cards, show_segment


def test_a_party_has_the_model_of_its_county_and_one_without_the_common_one(village: Village) -> None:
    card = segments(village)
    view = show_segment(village.house, OFFICER, village.party(USUAL), as_of=DAY)
    assert (view.card.id, view.by, view.found.segment) == (card.id, "county", "西县")
    assert view.found.low_ppm < view.found.pd_ppm < view.found.high_ppm
    alone = show_segment(village.house, OFFICER, village.party("S000"), as_of=DAY)
    assert (alone.found.segment, alone.found.local_ppm) == ("", 0)
    party = village.house.parties.get(view.party)
    assert as_facts(village.house, party, DAY) == (card.id, {"segment_pd": view.found.pd_ppm})
    assert card.valid_until is not None
    assert as_facts(village.house, party, card.valid_until + dt.timedelta(days=1)) == (None, {"segment_pd": None})


def test_who_failed_is_ranked_below_the_others(village: Village) -> None:
    segments(village)
    pds = {shop: show_segment(village.house, OFFICER, village.party(f"S{shop:03d}"), as_of=DAY).found.pd_ppm for shop in range(1, 41)}
    bad, good = ([pd for shop, pd in pds.items() if (shop % 4 == 0) is failed] for failed in (True, False))
    assert sum(bad) / len(bad) > 2 * sum(good) / len(good)


def test_a_fact_the_model_does_not_read_is_named(village: Village) -> None:
    segments(village)
    with pytest.raises(NotFound, match="moonlight"):
        score_case(village.house, OFFICER, "东县", {"moonlight": 1})
    with pytest.raises(Forbidden):
        segment_cards(village.house, BORROWER)


def test_cards_say_what_is_local_and_what_is_closed() -> None:
    shut, unseen = (card_of(fitted(), fitted().segment(code)) for code in ("县002", "县099"))
    assert {weight.field for weight in shut.weights if weight.own is None} == {"titled_area_m2", "claims_24m"}
    assert (unseen.known, unseen.labels, unseen.local_ppm) == (False, 0, 0)
    assert all(weight.own == weight.common for weight in unseen.weights)
