"""Buying bills: price, double financing, caps, insiders, the second person, and what the night books."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest
from tests.flows.bank import AUDITOR, BORROWER, OFFICER, RISK, SYSTEM
from tests.flows.bill.conftest import DUE, FACE, RATE_UNITS, SECOND, TODAY, BillDesk

from farthing.domain.bill.bill import BANK, BillKind, BillStatus
from farthing.domain.bill.event import BillAccepted, BillEndorsed, BillPaid, BillPresented
from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.party import BANK_KEY, Relation, RelationKind
from farthing.domain.posting import Account
from farthing.flows.bill.discount import discount, quote_discount
from farthing.flows.bill.draw import Invoice
from farthing.flows.decide import exposure_fen
from farthing.flows.line.propose import ResolveRequest, propose_discount, resolve
from farthing.flows.needs.bills import Wanted
from farthing.flows.ports import Command, Transaction
from farthing.flows.prove import verify
from farthing.flows.queries import bills
from farthing.flows.queries.proposals import proposal_views, proposals

INTEREST = round(Fraction(FACE * RATE_UNITS * 175, 360_000_000))
LARGE = 600_000_000
"""Six million yuan: more than one person may buy."""


def test_quote_purchase_booking_and_accrual_agree_to_the_fen(desk: BillDesk) -> None:
    bill = desk.accepted()
    quoted = quote_discount(desk.house, OFFICER, desk.offer(bill))
    assert (quoted.refusal, quoted.second_person, quoted.others) == (None, False, ())
    assert (quoted.price.days, quoted.price.interest_fen, quoted.price.proceeds_fen) == (175, INTEREST, FACE - INTEREST)
    done = desk.buy(bill, proceeds_fen=quoted.price.proceeds_fen)
    assert (done.proceeds_fen, done.falls_due_on, done.seller) == (FACE - INTEREST, DUE, desk.party("payee"))
    desk.to(TODAY + dt.timedelta(days=2))
    booked = desk.house.lines.balances(TODAY)
    assert booked[Account.CASH] == INTEREST - FACE
    assert booked[Account.UNEARNED_DISCOUNT] == -INTEREST
    assert sum(booked.values()) == 0
    next_day = desk.house.lines.balances(TODAY + dt.timedelta(days=1))
    assert -next_day[Account.DISCOUNT_INCOME] == round(Fraction(FACE * RATE_UNITS, 360_000_000))


def test_the_whole_life_of_a_bill_is_on_the_books_and_the_past_verifies(desk: BillDesk) -> None:
    bill = desk.bought()
    desk.to(DUE)
    desk.step(BillPresented(bill, BANK))
    desk.step(BillPaid(bill))
    desk.to(DUE + dt.timedelta(days=1))
    held = {account: fen for account, fen in desk.house.lines.balances(DUE).items() if fen}
    assert held == {Account.CASH: INTEREST, Account.DISCOUNT_INCOME: -INTEREST}
    assert verify(desk.house, AUDITOR).findings == ()


def test_a_price_that_moved_is_not_paid(desk: BillDesk) -> None:
    bill = desk.accepted()
    told = quote_discount(desk.house, OFFICER, desk.offer(bill)).price.proceeds_fen
    desk.house.clock.open_day(TODAY + dt.timedelta(days=1))
    with pytest.raises(Conflict) as moved:
        desk.buy(bill, proceeds_fen=told)
    assert moved.value.code == "price_moved"
    assert desk.buy(bill).proceeds_fen > told


def test_a_bill_is_bought_once_whoever_asks(desk: BillDesk) -> None:
    bill = desk.accepted()
    request = desk.offer(bill)

    def attempt(number: int) -> str:
        try:
            return discount(desk.house, OFFICER, request, f"race-{number}").event
        except Conflict as refused:
            return refused.code

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(attempt, range(4)))
    assert set(told[:3]) <= {"bill_status", "bill_changed"}
    assert told[3].startswith("evt_")


def test_an_invoice_financed_under_another_bill_is_refused_by_its_name(desk: BillDesk) -> None:
    first, second = desk.bought(), desk.accepted()
    pledged = desk.offer(first).invoices
    quoted = quote_discount(desk.house, OFFICER, desk.offer(second, invoices=pledged))
    assert quoted.others == (first,)
    assert quoted.refusal is not None
    assert (quoted.refusal.code, first in quoted.refusal.message) == ("financed_twice", True)
    with pytest.raises(Conflict) as refused:
        desk.buy(second, invoices=pledged)
    assert first in refused.value.message
    drawn_for = (Invoice("invoice-1", FACE),)  # behind the first bill since it was drawn
    with pytest.raises(Conflict):
        desk.buy(second, invoices=drawn_for)
    assert desk.buy(second, invoices=(Invoice("invoice-2", FACE),)).bill == second  # its own may back both


def test_every_invoice_that_was_ever_pledged_is_caught(desk: BillDesk) -> None:
    held = [desk.bought(amount_fen=1_000_000) for _ in range(8)]
    caught = 0
    for number, bill in enumerate(held):
        for again in (f"invoice-{number + 1}", f" INVOICE-OF-{bill.upper()} "):
            fresh = desk.accepted(amount_fen=1_000_000)
            offer = desk.offer(fresh, invoices=(Invoice(f"new-{fresh}-{again}", 1), Invoice(again, 1_000_000)))
            found = quote_discount(desk.house, OFFICER, offer)
            caught += found.others == (bill,)
    assert caught == 16


def test_both_sides_count_towards_their_caps_and_in_policies(desk: BillDesk) -> None:
    bill = desk.bought()
    for name in ("payee", "acceptor"):
        assert exposure_fen(desk.house, desk.party(name)) == FACE
    assert exposure_fen(desk.house, desk.party("drawer")) == 0
    desk.house.clock.open_day(DUE)
    desk.step(BillPresented(bill, BANK))
    desk.step(BillPaid(bill))
    assert exposure_fen(desk.house, desk.party("payee")) == 0


def test_a_seller_reaches_its_cap_and_another_may_still_sell(desk: BillDesk) -> None:
    for _ in range(6):  # thirty million, five at a time
        desk.buy(desk.accepted(amount_fen=500_000_000))
    over = desk.accepted(amount_fen=1_000_000)
    quoted = quote_discount(desk.house, OFFICER, desk.offer(over))
    seller, acceptor = quoted.uses
    assert (seller.seller, seller.before_fen, seller.after_fen, seller.cap_fen) == (True, 3_000_000_000, 3_001_000_000, 3_000_000_000)
    assert (acceptor.acceptor, acceptor.after_fen <= acceptor.cap_fen) == (True, True)
    with pytest.raises(Conflict) as refused:
        desk.buy(over)
    assert (refused.value.code, desk.party("payee") in refused.value.message) == ("bill_above_cap", True)
    desk.step(BillEndorsed(over, desk.party("payee"), desk.party("next")))
    assert desk.buy(over).seller == desk.party("next")


def test_purchases_at_once_never_pass_a_cap(desk: BillDesk) -> None:
    for _ in range(4):
        desk.buy(desk.accepted(amount_fen=500_000_000))
    waiting = [desk.offer(desk.accepted(amount_fen=500_000_000)) for _ in range(4)]  # room for two

    def attempt(number: int) -> str:
        try:
            return discount(desk.house, OFFICER, waiting[number], f"cap-{number}").seller
        except Conflict as refused:
            return refused.code

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(attempt, range(4)))
    assert told == ["bill_above_cap"] * 2 + [desk.party("payee")] * 2
    assert exposure_fen(desk.house, desk.party("payee")) == 3_000_000_000


def test_an_insiders_bill_is_not_bought(desk: BillDesk) -> None:
    bill = desk.accepted()

    def think(transaction: Transaction) -> bool:
        transaction.add_relations([Relation(desk.party("payee"), BANK_KEY, RelationKind.DIRECTOR, None, None)])
        return True

    desk.house.commands.run(Command("tie", "tie", SYSTEM, bill), think, bool)
    with pytest.raises(Conflict) as refused:
        desk.buy(bill)
    assert (refused.value.code, desk.party("payee") in refused.value.message) == ("related_party_bill", True)
    desk.step(BillEndorsed(bill, desk.party("payee"), desk.party("next")))
    assert desk.buy(bill).seller == desk.party("next")


def test_the_rate_stays_in_the_band_and_the_reader_may_look(desk: BillDesk) -> None:
    bill = desk.accepted()
    with pytest.raises(Invalid) as refused:
        desk.buy(bill, rate_units=80_001)
    assert (refused.value.code, refused.value.field) == ("bill_rate", "rate_units")
    assert quote_discount(desk.house, AUDITOR, desk.offer(bill)).refusal is None
    for actor in (BORROWER, AUDITOR, RISK):
        with pytest.raises(Forbidden):
            discount(desk.house, actor, desk.offer(bill), "k")


def test_a_large_bill_needs_a_second_person_who_pays_that_days_price(desk: BillDesk) -> None:
    bill = desk.accepted(amount_fen=LARGE)
    request = desk.offer(bill)
    assert quote_discount(desk.house, OFFICER, request).second_person
    with pytest.raises(Conflict) as alone:
        discount(desk.house, OFFICER, request, "alone")
    assert alone.value.code == "needs_second_person"
    made = propose_discount(desk.house, OFFICER, request, "ask")
    assert (made.bill, made.line, made.effect) == (bill, None, None)
    assert [one.bill for one in proposals(desk.house, RISK, waiting=True)] == [bill]
    desk.house.clock.open_day(TODAY + dt.timedelta(days=3))
    (view,) = proposal_views(desk.house, RISK)
    assert view.priced is not None
    assert (view.priced.price.days, view.trouble) == (172, None)
    with pytest.raises(Forbidden):
        resolve(desk.house, OFFICER, ResolveRequest(made.id, agree=True), "own")
    done = resolve(desk.house, SECOND, ResolveRequest(made.id, agree=True), "yes")
    state = desk.house.bills.get(bill)
    assert (done.agreed, done.bill, state.status) == (True, bill, BillStatus.DISCOUNTED)
    assert propose_discount(desk.house, OFFICER, request, "ask") == made  # the same key on a later day, the bill sold meanwhile
    assert state.discount is not None
    assert state.discount.interest_fen == view.priced.price.interest_fen
    assert verify(desk.house, AUDITOR).findings == ()


def test_a_proposal_that_another_bill_overtook_says_why_and_is_not_carried_out(desk: BillDesk) -> None:
    bill = desk.accepted(amount_fen=LARGE)
    shared = (Invoice("shared", LARGE),)
    made = propose_discount(desk.house, OFFICER, desk.offer(bill, invoices=shared), "ask")
    other = desk.draw(invoices=shared)
    (view,) = proposal_views(desk.house, RISK)
    assert view.trouble is not None
    assert (view.trouble.code, other in view.trouble.message) == ("financed_twice", True)
    with pytest.raises(Conflict):
        resolve(desk.house, SECOND, ResolveRequest(made.id, agree=True), "yes")
    assert desk.house.bills.get(bill).status is BillStatus.ACCEPTED
    assert resolve(desk.house, SECOND, ResolveRequest(made.id, agree=False), "no").agreed is False
    with pytest.raises(Conflict):
        propose_discount(desk.house, OFFICER, desk.offer(bill, invoices=shared), "again")


def test_the_desk_tells_what_is_due_what_is_held_and_on_whom_it_depends(desk: BillDesk) -> None:
    large = desk.bought(kind=BillKind.BANK, number="1" + "7" * 29, acceptor=desk.party("some-bank"))
    small = desk.bought(amount_fen=1_000_000)
    shown = bills.desk(desk.house, OFFICER)
    assert (shown.held_fen, shown.due) == (FACE + 1_000_000, ())
    assert shown.unearned_fen == sum(state.discount.interest_fen for state in desk.house.bills.bought())  # type: ignore[union-attr]
    top = shown.concentrations[0]
    assert (top.party, top.seller, top.acceptor, top.bills_fen) == (desk.party("payee"), True, False, FACE + 1_000_000)
    caps = {one.name: one.cap_fen for one in shown.concentrations}
    assert caps["some-bank有限公司"] == desk.house.bill_product.bank_cap_fen
    desk.house.clock.open_day(DUE)
    assert {row.state.bill.bill for row in bills.desk(desk.house, OFFICER).due} == {large, small}
    desk.step(BillPresented(large, BANK))
    assert [row.state.bill.bill for row in bills.desk(desk.house, OFFICER).due] == [small]


def test_bills_are_found_by_state_party_and_page(desk: BillDesk) -> None:
    drawn = [desk.draw(amount_fen=1_000_000 * (n + 1)) for n in range(3)]
    desk.step(BillAccepted(drawn[0]))
    found = bills.bills(desk.house, AUDITOR, Wanted((BillStatus.DRAWN,), sort="-amount_fen"))
    assert [row.state.bill.bill for row in found] == drawn[:0:-1]
    assert bills.count(desk.house, AUDITOR, Wanted(party=desk.party("acceptor"))) == 3
    assert bills.count(desk.house, AUDITOR, Wanted(party=desk.party("next"))) == 0
    page = bills.bills(desk.house, AUDITOR, Wanted(sort="amount_fen", limit=1, offset=1))
    assert [row.state.bill.bill for row in page] == drawn[1:2]
    with pytest.raises(Invalid):
        bills.bills(desk.house, AUDITOR, Wanted(sort="state"))
    with pytest.raises(Forbidden):
        bills.bills(desk.house, BORROWER, Wanted())


def test_bills_that_look_alike_point_at_each_other(desk: BillDesk) -> None:
    one, other, apart = desk.draw(), desk.draw(), desk.draw(amount_fen=FACE + 1)
    assert bills.bill(desk.house, OFFICER, one).look_alikes == (other,)
    assert bills.bill(desk.house, OFFICER, apart).look_alikes == ()
