"""Verifying an identity in a bank: what is opened is recorded, who shares a number is found without opening, and roles are asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.applicants import DAY
from tests.flows.bank import AUDITOR, OFFICER, SYSTEM, open_bank
from tests.store_fixture import Database

from farthing import wiring
from farthing.domain.errors import Forbidden
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.party import PartyKind, PersonalData
from farthing.flows.consent import WithdrawRequest, withdraw
from farthing.flows.identity.verify import RULES, as_facts, verify
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.ports import House
from farthing.flows.register import RegisterRequest, register
from farthing.models.identity.checks import Verdict

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples" / "kinds"
NUMBER = "11010519491231002X"


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        yield made


def party(house: House, key: str, number: str | None = NUMBER, phone: str | None = None) -> Id:
    data = PersonalData("李明商店", number, phone, key)
    return register(house, SYSTEM, RegisterRequest(PartyKind.ENTERPRISE, data), f"register {key}").id


def test_a_sound_number_of_one_party_is_level_one(house: House) -> None:
    view = verify(house, OFFICER, party(house, "A"))
    assert view.identity.level == 1
    assert view.on == DAY
    assert OFFICER.id in {row["actor"] for row in house.parties.reads(view.party)}


def test_a_number_that_two_parties_have_is_level_nought_for_both(house: House) -> None:
    both = [party(house, key, phone="13800138000") for key in ("A", "B")]
    third = party(house, "C", "110105194912310038")
    for one in both:
        assert house.parties.same(one) == {name: tuple(sorted(set(both) - {one})) for name in ("id_number", "phone")}
        found = verify(house, OFFICER, one).identity
        assert found.level == 0
        assert {check.name for check in found.checks if check.verdict is Verdict.FAILED} == {"document_unique", "phone_unique"}
    assert house.parties.same(third) == {"id_number": (), "phone": ()}


def test_no_number_is_nobodys_and_shared_with_none(house: House) -> None:
    one, _ = party(house, "A", None), party(house, "B", None)
    assert house.parties.same(one)["id_number"] == ()
    assert verify(house, OFFICER, one).identity.level == 0


def test_a_decision_is_told_the_level_and_by_which_rules(house: House) -> None:
    one = house.parties.get(party(house, "A"))
    assert as_facts(house, SYSTEM, one, DAY) == (RULES, {"identity_level": 1})


def test_a_register_whose_use_was_taken_back_says_nothing_more(house: House) -> None:
    house.clock.open_day(dt.date(2025, 1, 2))
    example = EXAMPLES / "registry_entry.csv"
    register_entries = wiring.own_file(EvidenceKind.REGISTRY_ENTRY, example, example.with_suffix(".yaml"))
    intake(house, OFFICER, IntakeRequest(register_entries), "k")
    of = next(one.id for one in house.parties.list(limit=9) if register_state(house, one.id) is not Verdict.NOT_POSSIBLE)
    withdraw(house, OFFICER, WithdrawRequest(of, (EvidenceKind.REGISTRY_ENTRY,), "told_by_phone"), "back")
    assert register_state(house, of) is Verdict.NOT_POSSIBLE


def register_state(house: House, of: Id) -> Verdict:
    return next(check.verdict for check in verify(house, OFFICER, of).identity.checks if check.name == "register_state")


def test_an_auditor_does_not_verify(house: House) -> None:
    with pytest.raises(Forbidden):
        verify(house, AUDITOR, party(house, "A"))
