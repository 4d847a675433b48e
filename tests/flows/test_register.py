from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows.bank import AUDITOR, BORROWER, OFFICER, OPENED, open_bank
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, Forbidden, Invalid, NotFound
from farthing.domain.evidence import EvidenceKind
from farthing.domain.party import Channel, PartyKind, PersonalData
from farthing.domain.staff import Purpose
from farthing.flows.ports import House
from farthing.flows.queries import parties as reading
from farthing.flows.register import RegisterRequest, register

SHOP = RegisterRequest(
    PartyKind.PERSON, PersonalData("陈大妹", "510722198701010021", "13800000001", "shop-9"), consents=(EvidenceKind.INVOICE,)
)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as opened:
        yield opened


def test_a_party_is_known_with_its_consents_and_no_personal_data_in_events(house: House) -> None:
    party = register(house, OFFICER, SHOP, "new")
    view = reading.party(house, OFFICER, party.id)
    assert [(consent.kinds, consent.given_on) for consent in view.consents] == [((EvidenceKind.INVOICE,), OPENED)]
    events = house.journal.events(stream=party.id)
    assert [event.kind for event in events] == ["PartyKnown", "ConsentGiven"]
    assert "陈大妹" not in repr(events)
    assert reading.by_external_key(house, AUDITOR, "shop-9") == party
    assert reading.personal(house, OFFICER, party.id, Purpose.UNDERWRITING) == SHOP.data


def test_by_which_channel_a_party_came_is_in_its_record_and_bound_by_its_commitment(house: House) -> None:
    party = register(house, OFFICER, replace(SHOP, channel=Channel.AGENT), "new")
    assert party.channel is house.parties.get(party.id).channel is Channel.AGENT
    (event,) = house.journal.events(stream=party.id, kind="PartyKnown")
    assert {one.id: said for one, said in house.parties.commitments()} == {party.id: event.body.commitment}
    with pytest.raises(Conflict):
        register(house, OFFICER, replace(SHOP, channel=Channel.QR), "new")
    with pytest.raises(Conflict):
        register(house, OFFICER, SHOP, "new")


def test_the_same_key_is_the_same_party(house: House) -> None:
    party = register(house, OFFICER, SHOP, "new")
    assert register(house, OFFICER, SHOP, "new") == party
    assert len(reading.parties(house, OFFICER)) == 1
    for other in (replace(SHOP, data=replace(SHOP.data, name="陈二妹")), replace(SHOP, kind=PartyKind.FARM)):
        with pytest.raises(Conflict) as refused:
            register(house, OFFICER, other, "new")
        assert refused.value.code == "key_reused"


def test_an_external_key_is_one_partys(house: House) -> None:
    register(house, OFFICER, SHOP, "new")
    with pytest.raises(Conflict) as refused:
        register(house, OFFICER, SHOP, "newer")
    assert refused.value.code == "party_known"


def test_a_key_that_is_blank_or_the_bank_s_own_is_nobody_s(house: House) -> None:
    for key in ("BANK", "ｂａｎｋ ", "", "\u2003"):
        with pytest.raises(Invalid) as refused:
            register(house, OFFICER, replace(SHOP, data=replace(SHOP.data, external_key=key)), "new")
        assert (refused.value.code, refused.value.field) == ("reserved_key", "external_key")


def test_who_may_and_what_cannot_be(house: House) -> None:
    with pytest.raises(Forbidden):
        register(house, BORROWER, SHOP, "new")
    with pytest.raises(Invalid):
        register(house, OFFICER, replace(SHOP, registered_on=OPENED + dt.timedelta(days=1)), "new")
    with pytest.raises(NotFound):
        reading.by_external_key(house, OFFICER, "nobody")
    with pytest.raises(Forbidden):
        reading.parties(house, BORROWER)
    party = register(house, OFFICER, SHOP, "new")
    with pytest.raises(Forbidden):
        reading.party(house, BORROWER, party.id)
    with pytest.raises(Forbidden):
        reading.personal(house, BORROWER, party.id, Purpose.OWN_ACCESS)
