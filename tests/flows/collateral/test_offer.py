"""A house is offered once, whoever offers it, and its deed stands in no event."""

from __future__ import annotations

import pytest
from tests.flows.bank import BORROWER, OFFICER
from tests.flows.collateral.owners import FLAT, agreed, offered, owner

from farthing.domain.collateral.house import HouseStage
from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.event import encode_event
from farthing.flows.collateral.offer import OfferRequest, WithdrawRequest, offer_house, withdraw_house
from farthing.flows.ports import House

DEED = "湘(2024)平江县不动产权第0000001号"


def test_the_same_deed_is_not_taken_twice_under_any_customer(house: House) -> None:
    first, second = owner(house, 1), owner(house, 2)
    offered(house, first.party, DEED)
    with pytest.raises(Conflict) as refused:
        offered(house, second.party, f"  {DEED} ")
    assert refused.value.code == "house_known"
    assert len(house.collateral.houses.ids()) == 1


def test_a_withdrawn_house_may_be_offered_again(house: House) -> None:
    terms = owner(house)
    of = offered(house, terms.party, DEED)
    assert withdraw_house(house, OFFICER, WithdrawRequest(of, "owner_changed_mind"), "w").stage is HouseStage.WITHDRAWN
    again = offer_house(house, OFFICER, OfferRequest(terms.party, FLAT, DEED), "again").house
    assert again != of


def test_a_house_under_a_lien_is_not_withdrawn(house: House) -> None:
    of = agreed(house, owner(house))
    with pytest.raises(Conflict) as refused:
        withdraw_house(house, OFFICER, WithdrawRequest(of, "owner_changed_mind"), "w")
    assert refused.value.code == "house_stage"


def test_neither_deed_nor_address_reaches_the_journal(house: House) -> None:
    of = offered(house, owner(house).party, DEED)
    told = b"".join(encode_event(event) for event in house.journal.each())
    assert DEED.encode() not in told
    assert of.encode() in told


def test_who_may_offer_what(house: House) -> None:
    terms = owner(house)
    with pytest.raises(Forbidden):
        offer_house(house, BORROWER, OfferRequest(terms.party, FLAT, DEED), "b")
    with pytest.raises(Invalid) as refused:
        offer_house(house, OFFICER, OfferRequest(terms.party, FLAT, "x"), "d")
    assert refused.value.field == "deed"


def test_an_erased_party_leaves_no_way_from_a_deed_to_a_house(house: House) -> None:
    terms = owner(house)
    offered(house, terms.party, DEED)
    house.parties.erase(terms.party)
    second = owner(house, 2)
    assert offered(house, second.party, DEED)
