"""Comparing a face in a bank: recorded without a trace of the picture, under a consent of its own, and for as long as that lasts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.applicants import DAY
from tests.flows.bank import AUDITOR, OFFICER, SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.ids import Id
from farthing.domain.party import PartyKind, PersonalData
from farthing.flows.identity.compare import COUNTS_DAYS, Compared, CompareRequest, Faces, ForgetRequest, Likeness, compare, forget
from farthing.flows.identity.verify import verify
from farthing.flows.ports import House
from farthing.flows.register import RegisterRequest, register
from farthing.models.identity.checks import Verdict


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        yield made


def person(house: House, kind: PartyKind = PartyKind.PERSON) -> Id:
    data = PersonalData("李明", "11010519491231002X", None, kind.value)
    return register(house, SYSTEM, RegisterRequest(kind, data), f"register {kind.value}").id


def held(house: House, party: Id, distance_ppm: int, key: str, consent: str = "F-2025/7", pictures: str = "d") -> Compared:
    return compare(
        house, OFFICER, CompareRequest(party, consent), Faces(pictures * 64, lambda: Likeness(distance_ppm, 600_000, "a" * 64)), key
    )


def said(house: House, party: Id) -> Verdict:
    return next(check.verdict for check in verify(house, OFFICER, party).identity.checks if check.name == "face")


def test_the_newest_comparison_counts_and_is_on_record(house: House) -> None:
    party = person(house)
    assert said(house, party) is Verdict.NOT_POSSIBLE
    assert not held(house, party, 600_001, "one").matched
    assert said(house, party) is Verdict.FAILED
    assert held(house, party, 600_000, "two").matched
    assert said(house, party) is Verdict.PASSED
    recorded = [event for event in house.journal.events(party) if event.kind == "FaceCompared"]
    assert [(event.body.distance_ppm, event.body.consent) for event in recorded] == [(600_001, "F-2025/7"), (600_000, "F-2025/7")]


def test_the_same_key_compares_once(house: House) -> None:
    party = person(house)
    assert held(house, party, 1, "one") == held(house, party, 999_999, "one")
    with pytest.raises(Conflict):
        held(house, party, 1, "one", pictures="e")


def test_a_consent_taken_back_ends_it_and_a_year_does(house: House) -> None:
    party = person(house)
    held(house, party, 1, "one")
    forget(house, OFFICER, ForgetRequest(party, "told_by_phone"), "forget")
    assert said(house, party) is Verdict.NOT_POSSIBLE
    with pytest.raises(Conflict, match="No comparison"):
        forget(house, OFFICER, ForgetRequest(party, "told_by_phone"), "again")
    held(house, party, 1, "two")
    house.clock.open_day(DAY + dt.timedelta(days=COUNTS_DAYS - 1))
    assert said(house, party) is Verdict.PASSED
    house.clock.open_day(DAY + dt.timedelta(days=COUNTS_DAYS))
    assert said(house, party) is Verdict.NOT_POSSIBLE


def test_no_face_is_looked_at_without_a_form_a_person_and_a_role(house: House) -> None:
    party, shop = person(house), person(house, PartyKind.ENTERPRISE)

    def never() -> Likeness:
        pytest.fail("a face was looked at")

    for who, of, form, refusal in (
        (OFFICER, party, "李明 signed", Invalid),
        (OFFICER, party, "", Invalid),
        (OFFICER, party, "ZhangWei", Invalid),
        (OFFICER, party, "F-13800138000", Invalid),
        (OFFICER, shop, "F-1", Invalid),
        (AUDITOR, party, "F-1", Forbidden),
    ):
        with pytest.raises(refusal):
            compare(house, who, CompareRequest(of, form), Faces("d" * 64, never), "k")
