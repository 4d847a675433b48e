"""Taking up a bill: who it names, what backs it, and that no invoice backs two."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from tests.flows.bank import AUDITOR, BORROWER, OFFICER, RISK
from tests.flows.bill.conftest import FACE, BillDesk

from farthing.domain.bill.bill import BillGround, BillStatus
from farthing.domain.bill.event import BillRefused, BillReturned
from farthing.domain.errors import Conflict, Forbidden, Invalid, NotFound
from farthing.domain.event import encode_event
from farthing.flows.bill.draw import Invoice, check_bill, draw_bill
from farthing.flows.erase import EraseRequest, Fate, erase
from farthing.flows.prove import verify
from farthing.ledger.bill.machine import fold


def test_a_bill_is_taken_up_and_its_state_is_the_fold_of_its_events(desk: BillDesk) -> None:
    bill = desk.draw()
    state = desk.house.bills.get(bill)
    assert (state.status, state.holder, state.bill.amount_fen) == (BillStatus.DRAWN, desk.party("payee"), FACE)
    assert state == fold(desk.house.journal.events(stream=bill))
    assert desk.house.bills.repeats(bill)


def test_the_same_key_takes_a_bill_up_once(desk: BillDesk) -> None:
    request = desk.request()
    assert draw_bill(desk.house, OFFICER, request, "same") == draw_bill(desk.house, OFFICER, request, "same")
    with pytest.raises(Conflict) as refused:
        draw_bill(desk.house, OFFICER, replace(request, amount_fen=FACE - 1), "same")
    assert refused.value.code == "key_reused"


def test_a_bill_that_is_known_is_refused_by_the_name_of_the_first(desk: BillDesk) -> None:
    request = desk.request()
    first = draw_bill(desk.house, OFFICER, request, "one").bill
    with pytest.raises(Conflict) as refused:
        draw_bill(desk.house, OFFICER, replace(request, invoices=(Invoice("another", FACE),)), "two")
    assert refused.value.code == "bill_known"
    assert first in refused.value.message


def test_an_invoice_behind_another_bill_is_refused_by_that_bills_name(desk: BillDesk) -> None:
    first = desk.draw(invoices=(Invoice("INV-1", FACE),))
    request = desk.request(invoices=(Invoice("INV-2", FACE), Invoice(" inv-1 ", FACE)))  # however it is spelled
    told = check_bill(desk.house, OFFICER, request)
    assert told.refusal is not None
    assert (told.refusal.code, told.others) == ("financed_twice", (first,))
    with pytest.raises(Conflict) as refused:
        draw_bill(desk.house, OFFICER, request, "two")
    assert (refused.value.code, first in refused.value.message) == ("financed_twice", True)
    assert desk.house.bills.backed([desk.house.bills.mark("INV-2")]) == {}  # nothing of the refused one stays


def test_of_bills_that_race_for_one_invoice_one_is_taken_up(desk: BillDesk) -> None:
    requests = [desk.request(invoices=(Invoice("the-one", FACE), Invoice(f"own-{n}", 1))) for n in range(6)]

    def attempt(number: int) -> str:
        try:
            return draw_bill(desk.house, OFFICER, requests[number], f"race-{number}").bill
        except Conflict as refused:
            return f"{refused.code}: {refused.message}"

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(attempt, range(6)))
    (winner,) = [one for one in told if one.startswith("bil_")]
    assert all(one == winner or (one.startswith("financed_twice") and winner in one) for one in told)
    assert desk.house.bills.ids() == [winner]


def test_of_bills_of_one_number_at_once_one_is_taken_up_whoever_they_name(desk: BillDesk) -> None:
    first = desk.request()
    requests = [replace(first, payee=desk.party(f"payee-{n}"), invoices=(Invoice(f"own-{n}", FACE),)) for n in range(5)]

    def attempt(number: int) -> str:
        try:
            return draw_bill(desk.house, OFFICER, requests[number], f"same-{number}").holder
        except Conflict as refused:
            return refused.code

    with ThreadPoolExecutor(5) as pool:
        told = list(pool.map(attempt, range(5)))
    (winner,) = [one for one in told if one != "bill_known"]
    (bill,) = desk.house.bills.ids()
    assert desk.house.bills.get(bill).bill.payee == winner
    assert len(desk.house.bills.backing(bill)) == 1


@pytest.mark.parametrize("end", [BillRefused, BillReturned])
def test_the_invoices_of_a_bill_that_came_to_nothing_are_free_again(desk: BillDesk, end: type) -> None:
    first = desk.draw(invoices=(Invoice("INV-1", FACE),))
    desk.step(end(first, BillGround.TRADE_CANCELLED))
    second = desk.draw(invoices=(Invoice("INV-1", FACE),))
    assert desk.house.bills.backed([desk.house.bills.mark("INV-1")]) == {desk.house.bills.mark("INV-1"): second}
    assert verify(desk.house, AUDITOR).findings == ()


def test_what_cannot_be_a_bill_is_invalid_and_says_which_field(desk: BillDesk) -> None:
    for changes, code, field in (
        ({"number": "1" + "0" * 29}, "bad_bill_number", "number"),
        ({"amount_fen": 3_000_000_001}, "bill_amount", "amount_fen"),
        ({"invoices": ()}, "trade_below_face", "invoices"),
        ({"invoices": (Invoice("a", FACE), Invoice("A ", FACE))}, "bad_invoices", "invoices"),
        ({"invoices": (Invoice(" ", FACE),)}, "no_invoice", "invoices"),
    ):
        with pytest.raises(Invalid) as refused:
            draw_bill(desk.house, OFFICER, desk.request(**changes), desk.key())
        assert (refused.value.code, refused.value.field) == (code, field)
    with pytest.raises(NotFound):
        draw_bill(desk.house, OFFICER, desk.request(payee="pty_nobody"), desk.key())
    for actor in (BORROWER, AUDITOR):
        with pytest.raises(Forbidden):
            draw_bill(desk.house, actor, desk.request(), desk.key())


def test_no_event_of_a_bill_names_anybody_or_an_invoice(desk: BillDesk) -> None:
    bill = desk.draw(invoices=(Invoice("VERY-SECRET-17", FACE),))
    for event in desk.house.journal.events(stream=bill):
        told = json.loads(encode_event(event))
        assert "SECRET" not in json.dumps(told)
        assert "有限公司" not in json.dumps(told, ensure_ascii=False)


def test_a_party_on_a_bill_that_runs_is_not_erased_and_one_on_an_old_bill_is_restricted(desk: BillDesk) -> None:
    bill = desk.draw()
    with pytest.raises(Conflict) as refused:
        erase(desk.house, RISK, EraseRequest(desk.party("drawer"), "customer_request"), "e1")
    assert refused.value.code == "bill_open"
    desk.step(BillReturned(bill, BillGround.TRADE_CANCELLED))
    assert erase(desk.house, RISK, EraseRequest(desk.party("drawer"), "customer_request"), "e2").fate is Fate.RESTRICTED
    with pytest.raises(Conflict) as closed:
        draw_bill(desk.house, OFFICER, desk.request(), "again")
    assert closed.value.code == "party_closed"
