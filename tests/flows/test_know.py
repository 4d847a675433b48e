from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from tests.flows.bank import OFFICER, open_bank
from tests.store_fixture import Database

from farthing.domain.evidence import EvidenceKind
from farthing.domain.party import PartyKind
from farthing.flows import know
from farthing.flows.know import Source, know_parties, named_parties
from farthing.flows.ports import House

ROWS = pl.DataFrame({
    "party": ["M1", "M2", "M1"], "other": ["F1", "M1", "F1"], "relation": ["holds", "controls", "controls"], "row": [4, 5, 6],
})  # fmt: skip


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as made:
        yield made


def source(**changes: object) -> Source:
    return Source(**{"key": "k", "ground": "told", "kinds": (EvidenceKind.INVOICE,), "silent": (), "kind": EvidenceKind.INVOICE,
                     "synthetic": True} | changes)  # type: ignore[arg-type]  # fmt: skip


def test_everyone_a_file_names_stands_once_with_the_first_row() -> None:
    assert [(one.key, one.row, one.kind, one.owner) for one in named_parties(EvidenceKind.RELATION, ROWS)] == [
        ("M1", 4, PartyKind.ENTERPRISE, True), ("M2", 5, PartyKind.ENTERPRISE, True), ("F1", 4, PartyKind.ENTERPRISE, False),
    ]  # fmt: skip
    assert [one.key for one in named_parties(EvidenceKind.INVOICE, ROWS)] == ["M1", "M2"]


def test_a_tie_tells_what_its_ends_are() -> None:
    ties = [("P1", "M1", "director"), ("P2", "P1", "spouse"), ("M1", "M3", "holds"), ("P4", "M3", "senior_post")]
    rows = pl.DataFrame(ties, schema=["party", "other", "relation"], orient="row").with_row_index("row", offset=1)
    told = {one.key: one.kind.value for one in named_parties(EvidenceKind.RELATION, rows)}
    people, firms = dict.fromkeys(("P1", "P2", "P4"), "person"), dict.fromkeys(("M1", "M3"), "enterprise")
    assert told == people | firms


def test_a_registry_row_tells_who_it_is() -> None:
    row = {"party": ["M1"], "name": ["甲"], "kind": ["farm"], "registered_on": [dt.date(2001, 2, 3)], "industry": ["rice"],
           "county": [None], "id_number": [None], "phone": ["139"], "channel": ["qr"], "row": [1]}  # fmt: skip
    (one,) = named_parties(EvidenceKind.ENTERPRISE, pl.DataFrame(row))
    assert (one.kind, one.data.name, one.data.phone, one.data.external_key) == (PartyKind.FARM, "甲", "139", "M1")
    assert one.registry == {"registered_on": dt.date(2001, 2, 3), "industry": "rice", "county": None, "channel": "qr"}


def test_strangers_are_registered_in_parts_and_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(know, "A_COMMAND", 2)
    named = named_parties(EvidenceKind.RELATION, ROWS)
    first = know_parties(house, OFFICER, named, source())
    assert know_parties(house, OFFICER, named, source()) == first
    assert set(first) == {"M1", "M2", "F1"}
    assert Counter(event.kind for event in house.journal.each()) == Counter(PartyKnown=3, ConsentGiven=2)
    assert all(event.synthetic for event in house.journal.each())


def test_a_stranger_in_two_spellings_is_one_party(house: House) -> None:
    rows = pl.DataFrame({"party": ["ｍ9", "M8", "m9", "M9 "], "row": [1, 2, 3, 4]})
    known = know_parties(house, OFFICER, named_parties(EvidenceKind.INVOICE, rows), source())
    assert known["m9"] == known["M9 "] == known["ｍ9"] != known["M8"]
    assert Counter(event.kind for event in house.journal.each()) == Counter(PartyKnown=2, ConsentGiven=2)


def test_who_is_only_mentioned_has_allowed_nothing(house: House) -> None:
    known = know_parties(house, OFFICER, named_parties(EvidenceKind.RELATION, ROWS), source())
    assert [len(house.parties.consents(known[key].id)) for key in ("M1", "F1")] == [1, 0]


def test_the_silent_are_noted_once(house: House) -> None:
    known = know_parties(house, OFFICER, named_parties(EvidenceKind.INVOICE, ROWS), source(kinds=(EvidenceKind.ENTERPRISE,)))
    silent = source(silent=(known["M1"].id,))
    for _ in range(2):
        know_parties(house, OFFICER, named_parties(EvidenceKind.INVOICE, ROWS), silent)
    assert [consent.kinds for consent in house.parties.consents(known["M1"].id)] == [(EvidenceKind.ENTERPRISE,), (EvidenceKind.INVOICE,)]


def test_the_silent_are_noted_in_parts_and_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(know, "A_COMMAND", 2)
    known = know_parties(house, OFFICER, named_parties(EvidenceKind.RELATION, ROWS), source(kinds=()))
    silent = tuple(sorted(party.id for party in known.values()))
    for _ in range(2):
        know_parties(house, OFFICER, (), source(silent=silent))
    noted = [event for event in house.journal.each() if event.kind == "ConsentGiven" and EvidenceKind.INVOICE in event.body.kinds]  # type: ignore[union-attr]
    assert sorted(event.stream for event in noted) == list(silent)
    assert Counter(event.command for event in noted).most_common() == [(noted[0].command, 2), (noted[2].command, 1)]
