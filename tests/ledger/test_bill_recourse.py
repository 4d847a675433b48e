"""Default and recourse: who is liable on an unpaid bill and until when, what is claimed, and who answers after the bank sold it on."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from tests.ledger.bills import ACCEPTOR, BUYER, DRAWER, DRAWN, DUE, FACE, ID, NEXT, PAYEE, after, bought, sold_on

from farthing.domain.arrears import LoanClass
from farthing.domain.bill.bill import BANK, BillGround, BillState, BillStatus
from farthing.domain.bill.event import (
    BillAccepted,
    BillDishonoured,
    BillEndorsed,
    BillPresented,
    BillRedeemed,
    RecourseMet,
    RecourseTaken,
)
from farthing.domain.posting import Account
from farthing.ledger.bill.exposure import exposures
from farthing.ledger.bill.machine import check, step
from farthing.ledger.bill.posting import entries, required_fen
from farthing.ledger.bill.recourse import bill_class, claim, dpd, lapses, liable

ACCEPT = (BillAccepted(ID), DRAWN)
SOLD = (bought(PAYEE, DRAWN), DRAWN)
PRESENTED = (BillPresented(ID, BANK), DUE)
DISHONOURED = (BillDishonoured(ID, BillGround.NO_FUNDS), DUE)
RESOLD = after(ACCEPT, SOLD, (sold_on(DRAWN), DRAWN), (BillPresented(ID, BUYER), DUE), DISHONOURED, (RecourseTaken(ID, BANK), DUE))


def test_a_dishonoured_bill_is_in_default_and_claims_bear_interest_from_the_due_day() -> None:
    state = after(ACCEPT, SOLD, (BillPresented(ID, BANK), DUE), (BillDishonoured(ID, BillGround.NO_FUNDS), DUE + dt.timedelta(days=2)))
    assert bill_class(state, DUE + dt.timedelta(days=2)) is LoanClass.SUBSTANDARD
    assert bill_class(state, DUE + dt.timedelta(days=361)) is LoanClass.LOSS
    assert claim(state, DUE + dt.timedelta(days=10)).interest_fen == round(Fraction(FACE * 43_500 * 10, 360_000_000))
    assert required_fen(state, DUE + dt.timedelta(days=2)) == FACE // 4


def test_an_unanswered_bill_is_late_by_days_past_due_alone() -> None:
    state = after(ACCEPT, SOLD, PRESENTED)
    assert [dpd(state, DUE + dt.timedelta(days=n)) for n in (-1, 0, 1)] == [0, 0, 1]
    assert bill_class(state, DUE) is LoanClass.NORMAL
    assert bill_class(state, DUE + dt.timedelta(days=1)) is LoanClass.SPECIAL_MENTION


def test_recourse_goes_back_along_the_chain_then_to_drawer_and_acceptor() -> None:
    chain = (ACCEPT, (BillEndorsed(ID, PAYEE, NEXT), DRAWN), (bought(NEXT, DRAWN), DRAWN), PRESENTED, DISHONOURED)
    assert liable(after(*chain), DUE) == (NEXT, PAYEE, DRAWER, ACCEPTOR)
    assert liable(after(*chain), dt.date(2025, 12, 30)) == (NEXT, PAYEE, DRAWER, ACCEPTOR)
    assert liable(after(*chain), dt.date(2025, 12, 31)) == (DRAWER, ACCEPTOR)
    assert liable(after(*chain), dt.date(2027, 6, 29)) == ()
    assert lapses(after(*chain[:-1]), PAYEE) is None


def test_who_presented_late_asks_drawer_and_acceptor_only() -> None:
    late = DUE + dt.timedelta(days=11)
    state = after(ACCEPT, SOLD, (BillPresented(ID, BANK), late), (BillDishonoured(ID, BillGround.NO_FUNDS), late))
    assert liable(state, late) == (DRAWER, ACCEPTOR)
    refusal = check(state, RecourseTaken(ID, PAYEE), late)
    assert refusal is not None
    assert "presented late" in refusal.message


def test_a_holder_who_endorsed_before_has_no_recourse_to_those_after() -> None:
    back = ((BillEndorsed(ID, PAYEE, NEXT), DRAWN), (BillEndorsed(ID, NEXT, PAYEE), DRAWN))
    state = after(ACCEPT, *back, (BillPresented(ID, PAYEE), DUE), DISHONOURED)
    assert liable(state, DUE) == (DRAWER, ACCEPTOR)


def test_a_holder_who_drew_it_has_recourse_to_the_acceptor_alone() -> None:
    back = ((BillEndorsed(ID, PAYEE, NEXT), DRAWN), (BillEndorsed(ID, NEXT, DRAWER), DRAWN))
    state = after(ACCEPT, *back, (BillPresented(ID, DRAWER), DUE), DISHONOURED)
    assert liable(state, DUE) == (ACCEPTOR,), "article 69"


def test_the_bank_answers_to_its_buyer_as_it_agreed() -> None:
    def unpaid(*, recourse: bool) -> BillState:
        sale = (sold_on(DRAWN, recourse=recourse), DRAWN)
        return after(ACCEPT, SOLD, sale, (BillPresented(ID, BUYER), DUE), DISHONOURED)

    assert liable(unpaid(recourse=True), DUE) == (BANK, PAYEE, DRAWER, ACCEPTOR)
    assert liable(unpaid(recourse=False), DUE) == (PAYEE, DRAWER, ACCEPTOR)
    assert exposures([unpaid(recourse=True)]) == {ACCEPTOR: FACE, PAYEE: FACE}
    assert exposures([unpaid(recourse=False)]) == {}
    lapsed = lapses(unpaid(recourse=False), BANK)
    assert lapsed == dt.date(2025, 12, 30)
    beside = [entries(unpaid(recourse=False), day)[Account.ENDORSED_BILLS] for day in (lapsed, lapsed + dt.timedelta(days=1))]
    assert beside == [FACE, 0], "article 17: after six months nobody may ask the bank"


def test_who_redeemed_it_claims_all_it_paid_with_interest_and_has_three_months() -> None:
    on, later = DUE + dt.timedelta(days=10), DUE + dt.timedelta(days=40)
    paid = claim(RESOLD, on)
    back = step(RESOLD, BillRedeemed(ID, paid.total_fen), on)
    assert (back.holder, back.asked, claim(back, on)) == (BANK, (), paid)
    assert claim(back, later).total_fen == round(
        Fraction(FACE) + Fraction(FACE * 43_500 * 10, 360_000_000) + Fraction((FACE + paid.interest_fen) * 43_500 * 30, 360_000_000)
    )
    assert (lapses(back, PAYEE), lapses(back, DRAWER)) == (dt.date(2025, 10, 10), dt.date(2027, 6, 28)), "article 17"


def test_recourse_meets_the_face_first_and_ends_when_all_is_met() -> None:
    state = after(ACCEPT, SOLD, PRESENTED, DISHONOURED, (RecourseTaken(ID, PAYEE), DUE), (RecourseTaken(ID, DRAWER), DUE))
    ten = DUE + dt.timedelta(days=10)
    total = claim(state, ten)
    half = step(state, RecourseMet(ID, DRAWER, FACE // 2), ten)
    assert (half.status, half.face_left_fen, claim(half, ten).interest_fen) == (BillStatus.RECOURSE, FACE // 2, total.interest_fen)
    rest = claim(half, ten + dt.timedelta(days=10))
    done = step(half, RecourseMet(ID, PAYEE, rest.total_fen), ten + dt.timedelta(days=10))
    assert (done.status, done.holder, done.exposure_fen) == (BillStatus.RECOVERED, PAYEE, 0)
    assert done.claim_paid_fen == round(Fraction(FACE * 43_500 * 10 + FACE // 2 * 43_500 * 10, 360_000_000))
    of = entries(done, ten + dt.timedelta(days=10))
    assert of[Account.DISCOUNT_INCOME] == -(state.discount.interest_fen + done.claim_paid_fen)  # type: ignore[union-attr]
