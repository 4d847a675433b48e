"""`farthing bill` as a person types it, on a real bank: the life of a bill, and its end in recourse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.desk import Desk, desk, typed
from tests.flows.bank import SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain.staff import NewStaff, Role
from farthing.flows.staff import add_staff

NUMBER = "210230812345620270107000000018"


@pytest.fixture
def bank(database: Database, tmp_path: Path) -> Iterator[Desk]:
    with desk(database, tmp_path) as made:
        with open_bank(database, tmp_path) as house:
            add_staff(house, SYSTEM, NewStaff("second", "吴二", Role.RISK_MANAGER, "correct horse"))
        yield made


def days(bank: Desk) -> tuple[str, dt.date]:
    with open_bank(bank.database, bank.home) as house:
        today = house.clock.today()
    return str(today + dt.timedelta(days=90)), today


def drawn(bank: Desk, number: str = NUMBER, yuan: str = "100000", invoice: str = "0440012") -> str:
    matures, _ = days(bank)
    hands = ("--drawer", "E1", "--acceptor", bank.parties["E1"], "--payee", "E2")
    return str(typed("bill", "draw", number, yuan, matures, *hands, "--invoice", f"{invoice}:{yuan}", "--json").json["bill"])


def pass_to(bank: Desk, day: dt.date) -> None:
    with open_bank(bank.database, bank.home, day):
        pass


def test_a_bill_is_taken_up_priced_bought_presented_and_paid(bank: Desk) -> None:
    bill = drawn(bank)
    assert "accepted" in typed("bill", "accept", bill).out
    offer = (bill, "--rate-units", "25000", "--invoice", "0440012:100000")
    quoted = typed("bill", "quote", *offer, "--json").json
    assert "30,000,000" in typed("bill", "terms").out
    assert typed("bill", "terms", "--json").json["code"] == "bill"
    assert "less interest" in typed("bill", "quote", *offer).out
    proceeds = f"{quoted['price']['face_fen'] - quoted['price']['interest_fen']}"
    yuan = f"{proceeds[:-2]}.{proceeds[-2:]}"
    assert f"for ¥{int(proceeds[:-2]):,}.{proceeds[-2:]}" in typed("bill", "discount", *offer, "--proceeds", yuan).out
    assert "本行 the bank" in typed("bill", "list", "--status", "discounted").out
    assert "E1" in typed("bill", "show", bill).out or "pty_" in typed("bill", "show", bill).out
    due = dt.date.fromisoformat(quoted["price"]["falls_due_on"])
    pass_to(bank, due)
    assert typed("bill", "desk", "--json").json["due"][0]["state"]["bill"]["bill"] == bill
    assert "Due for presentment" in typed("bill", "desk").out
    assert "presented" in typed("bill", "present", bill).out
    assert typed("bill", "pay", bill, "--on", str(due), "--json").json["status"] == "paid"
    assert typed("audit", "verify").code == 0


def test_a_bill_is_dishonoured_and_recourse_met(bank: Desk) -> None:
    bill = drawn(bank)
    typed("bill", "accept", bill)
    typed("bill", "endorse", bill, "E2", "E3")
    typed("bill", "discount", bill, "--rate-units", "25000", "--invoice", "fresh:100000")
    due = dt.date.fromisoformat(typed("bill", "show", bill, "--json").json["state"]["discount"]["falls_due_on"])
    pass_to(bank, due)
    typed("bill", "present", bill)
    assert "¥100,000.00 is claimed" in typed("bill", "dishonour", bill, "--ground", "no_funds").out
    assert "liable" in typed("bill", "show", bill).out
    assert "recourse" in typed("bill", "recourse", bill, "E3").out
    assert "recovered" in typed("bill", "recover", bill, "E3", "100000").out


def test_the_same_invoice_and_the_same_number_are_refused_in_words(bank: Desk) -> None:
    bill = drawn(bank)
    matures, _ = days(bank)
    hands = ("--drawer", "E1", "--acceptor", "E1", "--payee", "E2")
    again = typed("bill", "draw", "2" + NUMBER[1:-1] + "9", "100000", matures, *hands, "--invoice", "0440012:100000")
    assert (again.code, "financed_twice" in again.err, bill in again.err.replace("\n", "")) == (1, True, True)
    known = typed("bill", "draw", NUMBER, "100000", matures, *hands, "--invoice", "other:100000")
    assert (known.code, "bill_known" in known.err) == (1, True)
    assert typed("bill", "quote", bill, "--rate-units", "25000", "--invoice", "nothing").code == 2
    unused = typed("bill", "return", bill, "--ground", "trade_cancelled", "--json").json
    assert unused["status"] == "returned"
    other = drawn(bank, "2" + NUMBER[1:-1] + "7")
    assert typed("bill", "refuse", other, "--ground", "dispute", "--json").json["status"] == "refused"


def test_a_large_bill_is_proposed_and_agreed_to(bank: Desk) -> None:
    bill = drawn(bank, yuan="6000000", invoice="large")
    typed("bill", "accept", bill)
    offer = (bill, "--rate-units", "25000", "--invoice", "large:6000000")
    assert "a second person decides" in typed("bill", "quote", *offer).out
    alone = typed("bill", "discount", *offer)
    assert (alone.code, "needs_second_person" in alone.err) == (1, True)
    asked = typed("bill", "propose", *offer, "--by", bank.staff["officer"], "--json").json
    assert asked["bill"] == bill
    assert bill in typed("proposal", "list", "--waiting", "--by", bank.staff["risk"]).out
    assert typed("proposal", "agree", asked["id"], "--by", bank.staff["risk"], "--json").json["agreed"] is True
    assert typed("bill", "show", bill, "--json").json["state"]["status"] == "discounted"


def test_a_bill_is_sold_on_redeemed_and_written_off(bank: Desk) -> None:
    bill, second = drawn(bank), ("--by", bank.staff["risk"])
    typed("bill", "accept", bill)
    typed("bill", "discount", bill, "--rate-units", "25000", "--invoice", "0440012:100000")
    sale = (bill, "--buyer", "E3", "--rate-units", "20000", "--with-recourse")
    assert "exposure afterwards ¥100,000.00" in typed("bill", "quote-sale", *sale).out
    asked = typed("bill", "rediscount", *sale, "--by", bank.staff["officer"], "--json").json
    assert typed("proposal", "agree", asked["id"], *second, "--json").json["agreed"] is True
    due = dt.date.fromisoformat(typed("bill", "show", bill, "--json").json["state"]["discount"]["falls_due_on"])
    pass_to(bank, due)
    typed("bill", "present", bill, "--by", "E3")
    assert "¥70,000.00 is claimed" in typed("bill", "pay-part", bill, "30000", "--ground", "no_funds").out
    assert "recourse" in typed("bill", "recourse", bill, "bank").out
    assert "held by the bank" in typed("bill", "redeem", bill, "70000").out
    early = typed("bill", "write-off", bill, "--ground", "no_recovery", "--by", bank.staff["officer"])
    assert (early.code, "not_a_loss" in early.err) == (1, True)
    pass_to(bank, due + dt.timedelta(days=361))
    lost = typed("bill", "write-off", bill, "--ground", "no_recovery", "--by", bank.staff["officer"], "--json").json
    assert typed("proposal", "agree", lost["id"], *second, "--json").json["agreed"] is True
    assert typed("bill", "show", bill, "--json").json["state"]["status"] == "written_off"
    assert typed("audit", "verify").code == 0
