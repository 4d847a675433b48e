"""The steps of a bill through the real store: dated back, foreseen, refused, and repeated."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.flows.bank import AUDITOR, BORROWER, OFFICER
from tests.flows.bill.conftest import DUE, FACE, TODAY, BillDesk

from farthing.domain.bill.bill import BANK, BillGround, BillStatus
from farthing.domain.bill.event import (
    BillAccepted,
    BillDishonoured,
    BillEndorsed,
    BillPaid,
    BillPresented,
    RecourseMet,
    RecourseTaken,
)
from farthing.domain.errors import Conflict, Forbidden, Invalid, NotFound
from farthing.flows.bill.act import StepRequest, act, foresee_step
from farthing.flows.prove import verify
from farthing.flows.queries import bills
from farthing.ledger.bill.machine import fold

ONE_DAY = dt.timedelta(days=1)


def test_a_bill_goes_from_hand_to_hand_and_is_paid_to_whom_holds_it(desk: BillDesk) -> None:
    bill = desk.accepted()
    desk.step(BillEndorsed(bill, desk.party("payee"), desk.party("next")))
    desk.house.clock.open_day(DUE)
    desk.step(BillPresented(bill, desk.party("next")))
    paid = desk.step(BillPaid(bill))
    assert (paid.status, paid.holder) == (BillStatus.PAID, desk.party("next"))
    assert desk.house.bills.get(bill) == fold(desk.house.journal.events(stream=bill))
    assert verify(desk.house, AUDITOR).findings == ()


def test_what_the_bill_does_not_allow_leaves_no_trace(desk: BillDesk) -> None:
    bill = desk.accepted()
    before = desk.house.bills.get(bill)
    with pytest.raises(Conflict) as refused:
        desk.step(BillEndorsed(bill, desk.party("next"), desk.party("other")))
    assert refused.value.code == "not_holder"
    with pytest.raises(NotFound):
        desk.step(BillEndorsed(bill, desk.party("payee"), "pty_nobody"))
    with pytest.raises(Invalid) as field:
        desk.step(BillEndorsed(bill, desk.party("payee"), desk.party("payee")))
    assert (field.value.code, field.value.field) == ("bad_endorsee", "to")
    assert desk.house.bills.get(bill) == before
    assert len(desk.house.journal.events(stream=bill)) == before.events


def test_a_step_is_recorded_once_a_key(desk: BillDesk) -> None:
    bill = desk.draw()
    request = StepRequest(BillAccepted(bill))
    assert act(desk.house, OFFICER, request, "k") == act(desk.house, OFFICER, request, "k")
    with pytest.raises(Conflict) as again:
        act(desk.house, OFFICER, request, "another")
    assert again.value.code == "bill_status"
    for actor in (BORROWER, AUDITOR):
        with pytest.raises(Forbidden):
            act(desk.house, actor, request, "third")


def test_a_step_may_be_dated_back_to_the_last_one_and_never_ahead(desk: BillDesk) -> None:
    bill = desk.bought()
    desk.house.clock.open_day(DUE + 3 * ONE_DAY)
    desk.step(BillPresented(bill, BANK), DUE)
    with pytest.raises(Conflict) as early:
        desk.step(BillPaid(bill), DUE - ONE_DAY)
    assert early.value.code == "bill_out_of_order"
    with pytest.raises(Invalid) as ahead:
        desk.step(BillPaid(bill), DUE + 4 * ONE_DAY)
    assert ahead.value.code == "future_step"
    assert desk.step(BillPaid(bill), DUE + ONE_DAY).on == DUE + ONE_DAY


def test_who_looked_before_something_happened_looks_again(desk: BillDesk) -> None:
    bill = desk.draw()
    with pytest.raises(Conflict) as changed:
        act(desk.house, OFFICER, StepRequest(BillAccepted(bill), None, 2), "k")
    assert changed.value.code == "bill_changed"


def test_what_is_foreseen_is_what_happens(desk: BillDesk) -> None:
    bill = desk.defaulted()
    request = StepRequest(RecourseTaken(bill, desk.party("payee")))
    foreseen = foresee_step(desk.house, OFFICER, request)
    assert desk.house.bills.get(bill) == foreseen.before
    act(desk.house, OFFICER, request, "k")
    assert desk.house.bills.get(bill) == foreseen.after
    met = StepRequest(RecourseMet(bill, desk.party("payee"), foreseen.claim_after_fen))
    assert foresee_step(desk.house, OFFICER, met).after.status is BillStatus.RECOVERED
    with pytest.raises(Invalid) as more:
        foresee_step(desk.house, OFFICER, StepRequest(RecourseMet(bill, desk.party("payee"), FACE + 1)))
    assert (more.value.code, more.value.field) == ("recourse_above_claim", "amount_fen")


def test_recourse_is_met_in_parts_by_those_who_were_asked(desk: BillDesk) -> None:
    bill = desk.defaulted()
    payee, drawer = desk.party("payee"), desk.party("drawer")
    asked = bills.bill(desk.house, OFFICER, bill).liable
    assert [one.name for one in asked] == ["payee有限公司", "drawer有限公司", "acceptor有限公司"]
    for party in (payee, drawer):
        desk.step(RecourseTaken(bill, party))
    assert desk.step(RecourseMet(bill, payee, FACE // 2)).status is BillStatus.RECOURSE
    desk.house.clock.open_day(DUE + 10 * ONE_DAY)
    view = bills.bill(desk.house, OFFICER, bill)
    assert (view.claimed.face_fen, view.claimed.interest_fen) == (FACE // 2, round(FACE // 2 * 43_500 * 10 / 360_000_000))
    assert [one.asked for one in view.liable] == [True, True, False]
    done = desk.step(RecourseMet(bill, drawer, view.claimed.total_fen))
    assert (done.status, done.holder, done.claim_fen) == (BillStatus.RECOVERED, drawer, 0)
    assert verify(desk.house, AUDITOR).findings == ()


def test_a_refused_payment_is_a_default_at_once(desk: BillDesk) -> None:
    bill = desk.bought()
    desk.house.clock.open_day(DUE)
    desk.step(BillPresented(bill, BANK))
    assert bills.bill(desk.house, OFFICER, bill).loan_class == "normal"
    desk.step(BillDishonoured(bill, BillGround.SUSPECTED_FRAUD))
    assert bills.bill(desk.house, OFFICER, bill).loan_class == "substandard"
    assert TODAY < DUE
