"""Parting with a bill: sold on with and without recourse, written off; each by two people, each in the books of the night and the month."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.flows.bank import AUDITOR, OFFICER, RISK
from tests.flows.bill.conftest import DUE, FACE, SECOND, TODAY, BillDesk

from farthing.domain.bill.bill import BANK, BillGround, BillStatus
from farthing.domain.bill.event import (
    BillAccepted,
    BillDishonoured,
    BillPaidInPart,
    BillPresented,
    BillRedeemed,
    BillWrittenOff,
    RecourseMet,
    RecourseTaken,
)
from farthing.domain.errors import Conflict, Forbidden, Invalid
from farthing.domain.party import PartyKind, PersonalData
from farthing.domain.posting import Account
from farthing.flows.bill.part import RediscountRequest, foresee_parting, foresee_sale
from farthing.flows.closing.month_end import month
from farthing.flows.decide import exposure_fen
from farthing.flows.line.propose import Proposal, ResolveRequest, propose, propose_sale, resolve
from farthing.flows.prove import verify
from farthing.flows.queries import bills
from farthing.flows.queries.proposals import proposal_views
from farthing.flows.queries.trial_balance import Asked, breakdown, trial_balance
from farthing.flows.register import RegisterRequest, register

ONE_DAY = dt.timedelta(days=1)
LATER = TODAY + 30 * ONE_DAY


def sale(desk: BillDesk, bill: str, *, recourse: bool, buyer: str = "buyer") -> RediscountRequest:
    return RediscountRequest(bill, desk.party(buyer), 20_000, recourse)


def agree(desk: BillDesk, proposed: Proposal) -> None:
    resolve(desk.house, SECOND, ResolveRequest(proposed.id, agree=True), desk.key())


def sold(desk: BillDesk, *, recourse: bool) -> str:
    bill = desk.bought()
    desk.to(LATER)
    agree(desk, propose_sale(desk.house, OFFICER, sale(desk, bill, recourse=recourse), desk.key()))
    return bill


def unpaid(desk: BillDesk, bill: str) -> None:
    desk.to(DUE)
    holder = desk.house.bills.get(bill).holder
    desk.step(BillPresented(bill, holder))
    desk.step(BillDishonoured(bill, BillGround.NO_FUNDS))


def whole(desk: BillDesk, upto: dt.date) -> None:
    """The books balance, each posting goes down to its bills, the months are whole and everything is proved."""
    books = trial_balance(desk.house, AUDITOR, TODAY, upto)
    assert books.balanced
    for row in books.rows:
        found = breakdown(desk.house, AUDITOR, Asked(upto, "bill", row.account))
        assert found.posted_fen == found.summed_fen, row.account
    assert [check for check in month(desk.house, AUDITOR, TODAY.replace(day=1)).report.checks if not check.holds] == []
    assert verify(desk.house, AUDITOR).findings == ()


def balance(desk: BillDesk, upto: dt.date, account: Account) -> int:
    return next((row.closing_fen for row in trial_balance(desk.house, AUDITOR, TODAY, upto).rows if row.account is account), 0)


def test_without_recourse_it_leaves_the_books_and_stays_beside_them(desk: BillDesk) -> None:
    bill = desk.bought()
    desk.to(LATER)
    request = sale(desk, bill, recourse=False)
    found = foresee_sale(desk.house, OFFICER, request)
    state = desk.house.bills.get(bill)
    assert found.price is not None
    assert state.discount is not None
    assert found.earned_fen + found.kept_fen + found.price.interest_fen == state.discount.interest_fen, "to the fen"
    agree(desk, propose_sale(desk.house, OFFICER, request, desk.key()))
    assert exposure_fen(desk.house, desk.party("acceptor")) == exposure_fen(desk.house, desk.party("payee")) == 0
    assert bills.desk(desk.house, OFFICER).sold_fen == FACE
    desk.to(LATER + ONE_DAY)
    of = {account: balance(desk, LATER, account) for account in Account}
    assert of[Account.DISCOUNTED_BILLS] == of[Account.LOSS_ALLOWANCE] == 0
    assert of[Account.BILL_SALE_RESULT] == -found.kept_fen
    assert of[Account.ENDORSED_BILLS] == -of[Account.ENDORSED_BILLS_CONTRA] == FACE
    whole(desk, LATER)


def test_with_recourse_it_stays_and_comes_back_when_nobody_pays(desk: BillDesk) -> None:
    bill = sold(desk, recourse=True)
    assert exposure_fen(desk.house, desk.party("acceptor")) == exposure_fen(desk.house, desk.party("payee")) == FACE
    unpaid(desk, bill)
    desk.step(RecourseTaken(bill, BANK))
    claimed = bills.bill(desk.house, OFFICER, bill).claimed.total_fen
    with pytest.raises(Invalid) as part:
        desk.step(BillRedeemed(bill, claimed - 1))
    assert (part.value.code, part.value.field) == ("redeemed_in_part", "amount_fen")
    back = desk.step(BillRedeemed(bill, claimed))
    assert (back.status, back.holder) == (BillStatus.DISHONOURED, BANK)
    desk.step(RecourseTaken(bill, desk.party("payee")))
    desk.to(DUE + ONE_DAY)
    assert balance(desk, DUE, Account.REDISCOUNT_LIABILITY) == 0
    assert balance(desk, DUE, Account.OVERDUE_BILLS) == FACE
    done = desk.step(RecourseMet(bill, desk.party("payee"), bills.bill(desk.house, OFFICER, bill).claimed.total_fen))
    assert done.status is BillStatus.RECOVERED
    desk.to(DUE + 2 * ONE_DAY)
    whole(desk, DUE + ONE_DAY)


def test_a_loss_is_written_off_by_two_and_what_comes_later_lessens_it(desk: BillDesk) -> None:
    bill = desk.bought()
    desk.to(DUE)
    desk.step(BillPresented(bill, BANK))
    desk.step(BillPaidInPart(bill, FACE // 4, BillGround.NO_FUNDS))
    desk.step(RecourseTaken(bill, desk.party("drawer")))
    body, left = BillWrittenOff(bill, "no_recovery"), FACE - FACE // 4
    with pytest.raises(Conflict) as early:
        propose(desk.house, OFFICER, body, desk.key())
    assert early.value.code == "not_a_loss"
    desk.house.clock.open_day(DUE + 361 * ONE_DAY)
    assert foresee_parting(desk.house, OFFICER, body).lost_fen == 0, "a loss is provided for in full"
    proposed = propose(desk.house, RISK, body, desk.key())
    with pytest.raises(Forbidden) as own:
        resolve(desk.house, RISK, ResolveRequest(proposed.id, agree=True), desk.key())
    assert own.value.code == "second_person"
    (waiting,) = [one for one in proposal_views(desk.house, OFFICER) if one.proposal.agreed is None]
    assert waiting.parted is not None
    assert waiting.parted.foreseen.after.balance_fen == 0
    agree(desk, proposed)
    last = desk.house.clock.today()
    desk.to(last + ONE_DAY)
    assert balance(desk, last, Account.IMPAIRMENT_LOSS) == balance(desk, last, Account.WRITTEN_OFF) == left
    assert exposure_fen(desk.house, desk.party("drawer")) == 0
    assert exposure_fen(desk.house, desk.party("acceptor")) == left, "who owes it owes it still"
    desk.step(RecourseMet(bill, desk.party("drawer"), 1_000))
    desk.to(last + 2 * ONE_DAY)
    assert balance(desk, last + ONE_DAY, Account.IMPAIRMENT_LOSS) == left - 1_000
    assert verify(desk.house, AUDITOR).findings == ()


def test_who_may_buy_and_at_what_rate(desk: BillDesk) -> None:
    bill = desk.bought()
    person = register(desk.house, OFFICER, RegisterRequest(PartyKind.PERSON, PersonalData("王五", external_key="w5")), "w5").id
    for request, code in (
        (RediscountRequest(bill, person, 20_000, recourse=True), "not_an_organisation"),
        (RediscountRequest(bill, desk.party("buyer"), 900_000, recourse=True), "bill_rate"),
        (sale(desk, bill, recourse=True, buyer="acceptor"), "bad_buyer"),
    ):
        with pytest.raises(Invalid) as refused:
            propose_sale(desk.house, OFFICER, request, desk.key())
        assert refused.value.code == code
    with pytest.raises(Conflict) as held:
        propose_sale(desk.house, OFFICER, sale(desk, desk.accepted(), recourse=True), desk.key())
    assert held.value.code == "bill_status"
    assert desk.house.bills.get(bill).sold is None


def test_a_sale_agreed_to_late_is_at_the_price_of_that_day(desk: BillDesk) -> None:
    bill = desk.bought()
    proposed = propose_sale(desk.house, OFFICER, sale(desk, bill, recourse=False), desk.key())
    desk.house.clock.open_day(LATER)
    agree(desk, proposed)
    made = desk.house.bills.get(bill).sold
    assert made is not None
    assert (made.on, made.interest_fen) == (LATER, round(FACE * 20_000 * (DUE - LATER).days / 360_000_000))
    assert [type(event.body) for event in desk.house.journal.events(stream=bill)][1] is BillAccepted
