"""Marks: what a name in another's evidence became leads to the party it is of, and to nobody once that was erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.applicants import DAY
from tests.flows.bank import SYSTEM, open_bank, organisation
from tests.store_fixture import Database

from farthing.flows.erase import EraseRequest, erase
from farthing.flows.ports import House
from farthing.store.lake import pseudonym
from farthing.store.marks import mark


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, DAY) as made:
        yield made


def test_a_mark_leads_to_the_party_it_is_of(house: House) -> None:
    one, other = (house.parties.get(organisation(house, name)) for name in ("东方商行", "西方商行"))
    vault = house.parties._vault  # type: ignore[attr-defined]  # what the lake marks names with
    assert house.parties.called() == {pseudonym(vault, "external_key", name): party.subject
                                      for name, party in (("东方商行", one), ("西方商行", other))}  # fmt: skip
    assert pseudonym(vault, "external_key", "东方商行") == mark(vault.blind("external_key", " 东方商行 "))


def test_a_subject_leads_to_its_party(house: House) -> None:
    one, other = (house.parties.get(organisation(house, name)) for name in ("东方商行", "西方商行"))
    assert house.parties.by_subject([one.subject, "nobody"]) == {one.subject: one.id}
    assert house.parties.by_subject([one.subject, other.subject]) == {one.subject: one.id, other.subject: other.id}
    erase(house, SYSTEM, EraseRequest(one.id, "customer_request"), "erase")
    assert house.parties.by_subject([one.subject]) == {}


def test_an_erased_party_is_called_nothing(house: House) -> None:
    one = organisation(house)
    assert len(house.parties.called()) == 1
    erase(house, SYSTEM, EraseRequest(one, "customer_request"), "erase")
    assert house.parties.called() == {}
