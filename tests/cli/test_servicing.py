"""`farthing line`, `proposal`, `relief` and `product` as a person types them, on a real bank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.desk import desk, typed
from tests.flows.bank import OPENED, SYSTEM, open_bank, opened
from tests.store_fixture import Database

from farthing.cli import product
from farthing.cli.line import acts as line_acts
from farthing.cli.line import proposal, relief
from farthing.domain.staff import NewStaff, Role
from farthing.flows.day_end import run_to
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.staff import add_staff

APPS = (("line", line_acts), ("proposal", proposal), ("relief", relief), ("product", product))


@dataclass(frozen=True, slots=True)
class Bank:
    """A line with ¥10,000 drawn and ¥50 paid on it after twenty days, another one beside it, and people by login."""

    line: str
    other: str
    paid: str
    staff: dict[str, str]


@pytest.fixture
def bank(database: Database, tmp_path: Path) -> Iterator[Bank]:
    with desk(database, tmp_path) as made:
        yield _lines(database, tmp_path, made.staff, made.parties["E1"])


def _lines(database: Database, home: Path, staff: dict[str, str], party: str) -> Bank:
    with open_bank(database, home, OPENED) as house:
        more = {"second": add_staff(house, SYSTEM, NewStaff("second", "吴二", Role.RISK_MANAGER, "correct horse")).id}
        line, other = (opened(house, number, party=party).line for number in (1, 2))
        today = house.clock.today()
        draw(house, SYSTEM, DrawRequest(line, 1_000_000), "d")
        run_to(house, SYSTEM, today + dt.timedelta(days=20), "days")
        paid = repay(house, SYSTEM, RepayRequest(line, 5_000), "p").event
    return Bank(line, other, paid, staff | more)


def test_a_payment_is_asked_about_moved_and_taken_back(bank: Bank) -> None:
    asked = typed("line", "what-if", bank.line, "1000", "--json").json
    assert asked["split"]["principal_fen"] > 0
    assert "would settle the line" in typed("line", "what-if", bank.line, "1000").out
    moved = typed("line", "move", bank.line, bank.paid, "--to", bank.other, "--json").json
    assert (moved["from_line"]["line"], moved["to_line"]["line"]) == (bank.line, bank.other)
    there = typed("line", "show", bank.other, "--json").json
    event = next(entry["event"] for entry in there["timeline"] if entry["kind"] == "Repaid")
    assert bank.other in typed("line", "refund", bank.other, "40").out
    assert bank.other in typed("line", "reverse", bank.other, event, "--ground", "returned_by_bank").out
    twice = typed("line", "reverse", bank.other, event, "--ground", "returned_by_bank")
    assert (twice.code, "taken_back_already" in twice.err) == (1, True)


def test_terms_change_and_a_line_ends(bank: Bank) -> None:
    assert "owed" in typed("line", "vary", bank.line, "--limit", "20000", "--ground", "regular_review").out
    until = typed("line", "show", bank.line, "--json").json["state"]["as_of"]
    later = (dt.date.fromisoformat(until) + dt.timedelta(days=30)).isoformat()
    assert "headroom" in typed("line", "coupon", bank.line, "C1", "--until", later, "--up-to", "500").out
    refused = typed("line", "extend", bank.line, "1", until, "--ground", "late_sales")
    assert (refused.code, "bad_maturity" in refused.err) == (1, True)
    held = typed("line", "assess", bank.line, "substandard", "--rule", "RC-05", "--by", bank.staff["risk"], "--json").json
    assert held["loan_class"] == "substandard"
    assert typed("line", "close", bank.line).code == 1
    assert typed("line", "close", bank.other, "--json").json["status"] == "closed"
    assert typed("line", "assess", bank.line, "bad", "--rule", "RC-05", "--by", bank.staff["risk"]).code == 2


def test_costly_acts_wait_for_a_second_person(bank: Bank) -> None:
    officer, risk = bank.staff["officer"], bank.staff["risk"]
    made = typed("proposal", "waive", bank.line, "--interest", "1", "--ground", "goodwill", "--by", officer, "--json").json
    assert (made["agreed"], made["effect"]["cost_fen"]) == (None, 100)
    assert made["id"] in typed("proposal", "list", "--waiting", "--by", risk).out
    assert "rejected" in typed("proposal", "reject", made["id"], "--by", risk).out
    ends = (OPENED + dt.timedelta(days=300)).isoformat()
    words = ("proposal", "restructure", bank.line, "--difficulty", "cash_flow", "--matures", ends, "--by", risk, "--json")
    asked = typed(*words).json
    own = typed("proposal", "agree", asked["id"], "--by", risk)
    assert (own.code, "second_person" in own.err) == (1, True)
    assert typed("proposal", "agree", asked["id"], "--by", bank.staff["second"], "--json").json["agreed"] is True
    assert "waits" in typed("proposal", "sell", bank.line, "--buyer", "资产公司", "--price", "1", "--by", officer).out
    early = typed("proposal", "write-off", bank.line, "--ground", "no_recovery", "--by", officer)
    assert (early.code, "not_a_loss" in early.err) == (1, True)
    assert [one["agreed"] for one in typed("proposal", "list", "--by", risk, "--json").json] == [None, True, False]


def test_a_relief_is_looked_at_proposed_and_run(bank: Bank) -> None:
    plan = ("Flood", "--county", "平江县", "--later-months", "3")
    assert typed("relief", "preview", *plan, "--json").json["reached"] == []
    assert "0 lines" in typed("relief", "preview", *plan).out
    made = typed("relief", "propose", *plan, "--by", bank.staff["officer"], "--json").json
    early = typed("relief", "run", made["id"])
    assert (early.code, "not_agreed" in early.err) == (1, True)
    assert typed("proposal", "agree", made["id"], "--by", bank.staff["risk"]).code == 0
    assert typed("relief", "run", made["id"], "--json").json == {"refused": [], "relieved": 0}
    assert "0 lines are relieved" in typed("relief", "run", made["id"]).out


def test_the_catalogue_tells_the_whole_cost(bank: Bank) -> None:
    assert bank.line
    assert {one["code"] for one in typed("product", "list", "--json").json} == {"sme_term", "revolving", "farm", "house"}
    assert "旺农贷" in typed("product", "list").out
    shown = typed("product", "show", "farm")
    assert (shown.code, "Nothing else is charged" in shown.out) == (0, True)
    assert typed("product", "show", "farm", "--json").json["product"]["code"] == "farm"
    assert typed("product", "show", "gold").code == 1


@pytest.mark.parametrize(("noun", "module"), APPS, ids=[noun for noun, _ in APPS])
def test_every_command_has_an_example_and_speaks_json(noun: str, module: object) -> None:
    for command in module.app.registered_commands:  # type: ignore[attr-defined]
        name = command.name or command.callback.__name__
        told = typed(noun, name, "--help")
        assert told.code == 0
        assert f"farthing {noun} {name}" in told.out
        assert "--json" in told.out or name in ("freeze", "unfreeze")
