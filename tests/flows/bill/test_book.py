"""Bills in the book: classed by days past due and default, in the NPL ratio, the class table, the provisions and the months."""

from __future__ import annotations

import datetime as dt

from tests.flows.bank import AUDITOR, OFFICER
from tests.flows.bill.conftest import DUE, FACE, SECOND, TODAY, BillDesk

from farthing.domain.bill.bill import BANK, BILLS, BillGround
from farthing.domain.bill.event import BillDishonoured, BillPaidInPart, BillPresented, BillWrittenOff
from farthing.domain.posting import Account
from farthing.flows.bill.part import RediscountRequest
from farthing.flows.closing.month_end import month
from farthing.flows.line.propose import ResolveRequest, propose, propose_sale, resolve
from farthing.flows.queries.bill_book import bill_books
from farthing.flows.queries.book import BookView, Slice, book, lines_under

ONE_DAY = dt.timedelta(days=1)


def seen(desk: BillDesk, day: dt.date) -> BookView:
    view = book(desk.house, OFFICER, day)
    assert view is not None
    return view


def test_bills_are_classed_and_counted_day_by_day(desk: BillDesk) -> None:
    first, second = desk.bought(), desk.bought(amount_fen=FACE // 4)
    desk.to(DUE)
    desk.step(BillPresented(first, BANK))
    desk.step(BillPresented(second, BANK))
    desk.step(BillDishonoured(first, BillGround.NO_FUNDS))
    desk.to(DUE + 3 * ONE_DAY)  # the second is not answered: late by days alone
    before, after = seen(desk, DUE - ONE_DAY), seen(desk, DUE + 2 * ONE_DAY)
    assert (before.total.bills, before.total.lines, before.total.npl_ppm) == (2, 0, 0)
    assert before.by_class["normal"].principal_fen == FACE + FACE // 4
    assert {name: one.principal_fen for name, one in after.by_class.items()} == {"substandard": FACE, "special_mention": FACE // 4}
    assert (after.total.npl_ppm, after.total.special_mention_ppm) == (800_000, 200_000)
    assert after.by_product[BILLS].overdue_fen == FACE + FACE // 4
    held = FACE // 4 + FACE // 200
    assert (after.provisions.held_fen, after.provisions.coverage_ppm) == (held, held * 1_000_000 // FACE)
    assert after.provisions.required_fen == FACE * 3 // 2, "150 % of what is non-performing (PV-02)"
    assert -after.accounts[Account.LOSS_ALLOWANCE] == held
    (under,) = lines_under(desk.house, OFFICER, DUE + 2 * ONE_DAY, Slice(loan_class="substandard"))
    assert (under.line, under.product, under.principal_fen) == (first, BILLS, FACE)
    assert [day for day, one in after.series if one.non_performing_fen] == [DUE, DUE + ONE_DAY, DUE + 2 * ONE_DAY]


def test_the_class_follows_days_past_due_and_what_left_the_books_is_not_in_them(desk: BillDesk) -> None:
    bill, sold = desk.bought(), desk.bought()
    asked = propose_sale(desk.house, OFFICER, RediscountRequest(sold, desk.party("buyer"), 20_000, recourse=False), desk.key())
    resolve(desk.house, SECOND, ResolveRequest(asked.id, agree=True), desk.key())
    desk.to(DUE)
    assert seen(desk, DUE - ONE_DAY).total.bills == 1, "sold without recourse"
    desk.step(BillPresented(bill, BANK))
    desk.step(BillPaidInPart(bill, FACE // 2, BillGround.NO_FUNDS))
    for days, kind in ((270, "substandard"), (271, "doubtful"), (361, "loss")):
        desk.house.clock.open_day(DUE + days * ONE_DAY)
        desk.to(DUE + (days + 1) * ONE_DAY)
        assert {name: one.principal_fen for name, one in seen(desk, DUE + days * ONE_DAY).by_class.items()} == {kind: FACE // 2}
    lost = propose(desk.house, OFFICER, BillWrittenOff(bill, "no_recovery"), desk.key())
    resolve(desk.house, SECOND, ResolveRequest(lost.id, agree=True), desk.key())
    desk.to(DUE + 363 * ONE_DAY)
    last = seen(desk, DUE + 362 * ONE_DAY)
    assert (last.total.bills, last.total.principal_fen, last.total.npl_ppm) == (0, 0, None)


def test_a_month_tells_bills_among_its_classes_and_provisions(desk: BillDesk) -> None:
    desk.bought()
    desk.to(TODAY.replace(day=1) + dt.timedelta(days=31))
    found = month(desk.house, AUDITOR, TODAY.replace(day=1)).report
    assert [(row.loan_class, row.lines, row.principal_fen, row.required_fen) for row in found.classes] == [("normal", 1, FACE, FACE // 100)]
    assert [(row.product, row.required_fen, row.posted_fen) for row in found.provisions] == [(BILLS, FACE // 100, FACE // 100)]
    assert found.whole


def test_a_step_found_out_late_stands_in_the_book_from_its_day_on(desk: BillDesk) -> None:
    bill = desk.bought()
    desk.to(DUE + 2 * ONE_DAY)
    assert seen(desk, DUE + ONE_DAY).by_class["special_mention"].bills == 1
    desk.step(BillPresented(bill, BANK), DUE)
    desk.step(BillDishonoured(bill, BillGround.NO_FUNDS), DUE)
    assert "substandard" not in seen(desk, DUE + ONE_DAY).by_class, "the close did not know it"
    desk.to(DUE + 3 * ONE_DAY)
    assert [day for day, one in seen(desk, DUE + 2 * ONE_DAY).series if one.non_performing_fen] == [DUE, DUE + ONE_DAY, DUE + 2 * ONE_DAY]


def test_a_bank_without_bills_has_none_in_its_book(desk: BillDesk) -> None:
    desk.to(TODAY + 2 * ONE_DAY)
    found = bill_books(desk.house, [TODAY, TODAY + ONE_DAY])
    assert {day: frame.height for day, frame in found.items()} == {TODAY: 0, TODAY + ONE_DAY: 0}
