"""Bills in the database: rows, pages, and invoices that stand behind one bill only, whoever comes first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.ledger.bills import ACCEPTOR, FACE, NEXT, PAYEE, a_bill, after, bought

from farthing.domain.bill.bill import BillState, BillStatus
from farthing.domain.bill.event import BillAccepted
from farthing.domain.errors import Invalid, NotFound
from farthing.flows.needs.bills import Wanted
from farthing.sources.entropy import SystemEntropy
from farthing.store import keyring
from farthing.store.bills import Bills, claim_invoices, free_invoices, locked_bill, upsert_bill
from farthing.store.engine import engine, writing
from farthing.store.vault import Vault

DAY = dt.date(2025, 1, 6)


@pytest.fixture
def made(database_url: str) -> Iterator[Engine]:
    opened = engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def bills(made: Engine, tmp_path: Path) -> Bills:
    keyring.make(tmp_path, SystemEntropy())
    return Bills(made, Vault(tmp_path, SystemEntropy()))


def named(state: BillState, number: int, **changes: object) -> BillState:
    bill = replace(state.bill, bill=f"bil_{number:024d}", number=f"2{number:029d}", **changes)  # type: ignore[arg-type]
    return replace(state, bill=bill)


def accepted() -> BillState:
    return after((BillAccepted(a_bill().bill), DAY))


def sold() -> BillState:
    return after((BillAccepted(a_bill().bill), DAY), (bought(PAYEE, DAY), DAY))


def keep(made: Engine, *states: BillState) -> None:
    with writing(made) as connection:
        for state in states:
            upsert_bill(connection, state)


def test_a_bill_is_kept_changed_and_read_back(made: Engine, bills: Bills) -> None:
    keep(made, accepted())
    keep(made, sold())
    assert bills.get(a_bill().bill) == sold()
    assert bills.repeats(a_bill().bill)
    with writing(made) as connection:
        assert locked_bill(connection, a_bill().bill) == sold()
        with pytest.raises(NotFound):
            locked_bill(connection, "bil_none")
    with pytest.raises(NotFound):
        bills.get("bil_none")


def test_bills_are_found_by_what_they_are(made: Engine, bills: Bills) -> None:
    one, two, three = named(accepted(), 1), named(sold(), 2, amount_fen=FACE * 2), named(replace(sold(), status=BillStatus.PAID), 3)
    keep(made, one, two, three)
    assert bills.ids() == [one.bill.bill, two.bill.bill, three.bill.bill]
    assert bills.list(Wanted((BillStatus.ACCEPTED,))) == [one]
    assert bills.list(Wanted(sort="-amount_fen", limit=1)) == [two]
    assert bills.list(Wanted(party=PAYEE, sort="amount_fen", limit=2, offset=2)) == [two]
    assert bills.count(Wanted(party=NEXT)) == 0
    assert bills.count(Wanted(due_by=two.falls_due_on)) == 2
    assert bills.count(Wanted(due_by=two.falls_due_on - dt.timedelta(days=1))) == 0
    assert bills.exposed_to(ACCEPTOR) == bills.exposed_to(PAYEE) == [two]
    assert list(bills.bought()) == [two, three]
    assert list(bills.bought(open_only=True)) == [two]
    with pytest.raises(Invalid):
        bills.list(Wanted(sort="holder"))


def test_equal_invoices_have_one_mark_and_it_does_not_tell_the_number(bills: Bills) -> None:
    assert bills.mark("INV-7 ") == bills.mark("inv-7") != bills.mark("inv-8")
    assert "7" * 3 not in bills.mark("777")
    with pytest.raises(Invalid):
        bills.mark("  ")


def test_an_invoice_stands_behind_one_bill_until_it_is_free(made: Engine, bills: Bills) -> None:
    with writing(made) as connection:
        assert claim_invoices(connection, "bil_a", ["m1", "m2"]) == {}
        assert claim_invoices(connection, "bil_a", ["m2", "m3"]) == {}  # its own, again
        assert claim_invoices(connection, "bil_b", ["m3", "m4"]) == {"m3": "bil_a"}
    assert bills.backing("bil_a") == {"m1", "m2", "m3"}
    assert bills.backed(["m1", "m4", "m5"]) == {"m1": "bil_a", "m4": "bil_b"}
    with writing(made) as connection:
        free_invoices(connection, "bil_a")
        assert claim_invoices(connection, "bil_b", ["m1"]) == {}
    assert bills.backing("bil_a") == frozenset()


def test_of_many_at_once_one_gets_the_invoice_and_the_others_see_whose_it_is(made: Engine) -> None:
    def claim(number: int) -> dict[str, str]:
        with writing(made) as connection:
            return dict(claim_invoices(connection, f"bil_{number}", ["z", "shared", f"own-{number}"]))

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(claim, range(8)))
    (winner,) = [number for number, others in enumerate(told) if not others]
    assert all(others == {"z": f"bil_{winner}", "shared": f"bil_{winner}"} for number, others in enumerate(told) if number != winner)
