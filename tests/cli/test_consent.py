"""`farthing party consent`: read, given and taken back at the command line."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.desk import Desk, desk, typed
from tests.flows.applicants import DAY
from tests.store_fixture import Database


@pytest.fixture
def bank(database: Database, tmp_path: Path) -> Iterator[Desk]:
    with desk(database, tmp_path) as made:
        yield made


def told(party: str) -> dict[str, dict[str, object]]:
    return {row["kind"]: row for row in typed("party", "consent", "list", party, "--json").json}


def test_a_withdrawal_tells_its_effect_and_asks(bank: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("party", "consent", "withdraw", "E1", "--kind", "invoice", "--ground", "told_by_phone")
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    asked = typed(*words)
    assert asked.code == 1
    assert "No new decision on house, revolving, sme_term; what is owed and decided stays." in asked.out
    assert told("E1")["invoice"]["allowed"] is True
    assert "withdrawn: invoice" in typed(*words, "--yes").out
    assert told("E1")["invoice"]["ended_on"] == str(DAY)
    refused = typed("decision", "make", "E1", "--amount", "400000")
    assert refused.code == 1
    assert "no_consent" in refused.err


def test_given_taken_back_and_given_again_on_one_day(bank: Desk) -> None:
    give = ("party", "consent", "give", "E4", "--kind", "invoice", "--ground", "signed_form", "--json")
    made = typed(*give, "--until", "2021-02-21").json
    assert (made["party"], made["kinds"], made["expires_on"]) == (bank.parties["E4"], ["invoice"], "2021-02-21")
    assert typed("decision", "make", "E4", "--amount", "400000").code == 0
    typed("party", "consent", "withdraw", bank.parties["E4"], "--kind", "invoice", "--ground", "told_by_phone", "--yes")
    assert typed(*give).json["event"] != made["event"]
    listed = typed("party", "consent", "list", "E4").out
    assert "可用 allowed 2020-02-21" in listed
    assert "sme_term" in listed


def test_what_is_refused_says_what_to_do(bank: Desk) -> None:
    refused = typed("party", "consent", "withdraw", "E4", "--kind", "invoice", "--ground", "told_by_phone", "--yes")
    assert (refused.code, "not_consented" in refused.err) == (1, True)
    assert typed("party", "consent", "give", "E4", "--kind", "diary", "--ground", "signed_form").code == 2
    assert typed("party", "consent", "give", "E4", "--kind", "invoice").code == 2
