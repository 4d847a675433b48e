"""`farthing house` as a person types it: a house from its offer to its return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.desk import desk, typed
from tests.flows.bank import open_bank, opened
from tests.store_fixture import Database

DEED = "湘(2024)不动产权第0000001号"


@dataclass(frozen=True, slots=True)
class Bank:
    """A line of ¥100,000 and its customer; people by login; the open day."""

    line: str
    party: str
    staff: dict[str, str]
    today: str


@pytest.fixture
def bank(database: Database, tmp_path: Path) -> Iterator[Bank]:
    with desk(database, tmp_path) as made:
        party = made.parties["E1"]
        with open_bank(database, tmp_path) as house:
            yield Bank(opened(house, 1, party=party).line, party, made.staff, str(house.clock.today()))


def registered(bank: Bank) -> str:
    """A house in the register, worth a million at least."""
    described = ("--district", "D02", "--area", "92.5", "--built", "2012", "--floor", "8", "--deed", DEED)
    house = str(typed("house", "offer", bank.party, *described, "--json").json["house"])
    amounts = ("--low", "1000000", "--mid", "1100000", "--high", "1250000")
    assert typed("house", "appraise", house, *amounts, "--report", "A-2024-0001", "--on", bank.today).code == 0
    assert typed("house", "agree", house, bank.line, "--secured", "900000").code == 0
    for task in ("survey", "insurance", "custody", "registration"):
        done = typed("house", "task", house, task, "--document", f"A-{task}", "--on", bank.today, "--by", bank.staff["officer"])
        assert done.code == 0, done.err
    assert typed("house", "register", house, "--certificate", "CERT-7", "--by", bank.staff["officer"]).code == 0
    return house


def test_a_limit_rises_and_the_house_goes_back(bank: Bank) -> None:
    house = registered(bank)
    refused = typed("house", "raise", house, "700000.01", "--by", bank.staff["officer"])
    assert refused.code == 1
    assert "ltv binds" in refused.err
    assert typed("house", "raise", house, "500000", "--by", bank.staff["officer"]).code == 0
    assert typed("house", "resolve", house, "--agree", "--by", bank.staff["officer"]).code == 1, "nobody agrees to their own"
    agreed = typed("house", "resolve", house, "--agree", "--by", bank.staff["risk"])
    assert "secured ¥500,000.00" in agreed.out
    shown = typed("house", "show", house).out
    assert "room for a raise ¥200,000.00" in shown
    assert "王晓燕" in shown
    assert typed("house", "lower", house, "100000", "--ground", "lower_value", "--by", bank.staff["risk"]).code == 0
    released = typed("house", "release", house, "--ground", "paid_off", "--by", bank.staff["risk"], "--json").json
    assert (released["stage"], released["secured_fen"]) == ("released", 0)
    assert typed("line", "show", bank.line, "--json").json["terms"]["limit_fen"] == 10_000_000


def test_a_made_up_town_is_brought_and_says_so(bank: Bank, tmp_path: Path) -> None:
    file = tmp_path / "town.csv"
    assert typed("house", "town", file, "--count", "900").code == 0
    told = typed("house", "sales", file)
    assert "synthetic" in told.out
    assert typed("house", "sales", tmp_path / "none.csv").code == 1
    assert typed("house", "town", tmp_path / "no" / "town.csv").code == 1


def test_houses_are_listed_and_an_offer_ends(bank: Bank) -> None:
    described = ("--district", "D02", "--area", "92.555", "--built", "2012", "--floor", "8", "--deed", DEED)
    assert "not an area" in typed("house", "offer", bank.party, *described).err
    house = typed("house", "offer", bank.party, *described[:3], "92.55", *described[4:], "--json").json["house"]
    assert house in typed("house", "list").out
    assert typed("house", "due", "--json").json == []
    assert "withdrawn" in typed("house", "withdraw", house, "--ground", "owner_changed_mind").out
    assert typed("house", "show", "hse_none").code == 1
