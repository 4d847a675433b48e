"""The life of a bill: a walk over all states and acts, the price by day count, recourse, what the accounts say."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from tests.ledger.bills import (
    ACCEPTOR,
    BUYER,
    DRAWER,
    DRAWN,
    DUE,
    FACE,
    ID,
    MATURES,
    NEXT,
    PARTIES,
    PAYEE,
    PRODUCT,
    RATE,
    a_bill,
    after,
    attempts,
    bought,
    fresh,
    sold_on,
)  # fmt: skip

from farthing.domain.arrears import LoanClass
from farthing.domain.bill.bill import BANK, BillGround, BillKind, BillState, BillStatus, Trade
from farthing.domain.bill.event import (
    BillAccepted,
    BillDiscounted,
    BillDishonoured,
    BillDrawn,
    BillEndorsed,
    BillPaid,
    BillPaidInPart,
    BillPresented,
    BillRedeemed,
    BillRediscounted,
    BillReturned,
    BillWrittenOff,
    RecourseMet,
    RecourseTaken,
)
from farthing.domain.errors import Broken
from farthing.domain.event import Event
from farthing.domain.posting import Account
from farthing.domain.rate import Basis, Rate
from farthing.ledger.bill.exposure import exposures
from farthing.ledger.bill.machine import STEPS, check, fold, step
from farthing.ledger.bill.posting import balances, entries
from farthing.ledger.bill.price import earned_fen, price
from farthing.ledger.bill.recourse import bill_class, claim, dpd, liable
from farthing.ledger.bill.refusals import check_drawing

DAYS = (DRAWN, MATURES, DUE, dt.date(2025, 7, 11), dt.date(2026, 1, 20), dt.date(2026, 7, 1))
"""The first day, maturity on a day off, the due day, too late to present in time, too late to ask endorsers, a loss."""
LONGEST, DEEPEST = 2, 9
"""Endorsements and events walked: one less than that visits every step of the table from every state it leads from."""
ACCEPT = (BillAccepted(ID), DRAWN)
SOLD = (bought(PAYEE, DRAWN), DRAWN)
PRESENTED = (BillPresented(ID, BANK), DUE)
DISHONOURED = (BillDishonoured(ID, BillGround.NO_FUNDS), DUE)
RESOLD = after(ACCEPT, SOLD, (sold_on(DRAWN), DRAWN), (BillPresented(ID, BUYER), DUE), DISHONOURED, (RecourseTaken(ID, BANK), DUE))


# ---- the model, walked -----------------------------------------------------------------------------------------------


def walk() -> tuple[set[BillState], set[tuple[BillStatus, type]]]:
    """Every state that any acts on any of the days lead to, breadth first, each transition held against the invariants."""
    ahead, used = deque([fresh(), fresh(transferable=False)]), set[tuple[BillStatus, type]]()
    seen = set(ahead)
    while ahead:
        state = ahead.popleft()
        for day in DAYS:
            for body in attempts(state, day):
                if check(state, body, day) is None:
                    made = step(state, body, day)
                    used.add((state.status, type(body)))
                    hold(state, body, day, made)
                    if made not in seen and made.events <= DEEPEST and len(made.chain) <= LONGEST:
                        seen.add(made)
                        ahead.append(made)
    return seen, used


def hold(state: BillState, body: object, day: dt.date, made: BillState) -> None:
    """What must be so whatever the table says."""
    assert not state.status.ended, "nothing happens to a bill that has ended: it is paid at most once"
    assert day >= state.as_of
    assert money(made, day) - money(state, day) == moved(state, body), "cash moves by what the bank pays and is paid, and by nothing else"
    if isinstance(body, BillRediscounted):
        assert (state.holder, made.holder) == (BANK, BUYER)
        assert day < MATURES
    if isinstance(body, BillRedeemed):
        assert BANK in state.asked
        assert made.holder == BANK
        assert claim(made, day) == claim(state, day), "the bank claims what it paid"
    if isinstance(body, BillWrittenOff):
        assert (state.holder, bill_class(state, day)) == (BANK, LoanClass.LOSS)
        assert claim(made, day) == claim(state, day), "writing off forgives nothing"
    if isinstance(body, BillEndorsed | BillDiscounted):
        giver = body.by if isinstance(body, BillEndorsed) else body.seller
        assert (giver, state.status) == (state.holder, BillStatus.ACCEPTED), "nobody passes on what he does not hold, or what none accepted"
        assert day < MATURES
        assert state.bill.transferable
    if isinstance(body, BillDiscounted):
        assert giver != state.bill.acceptor
        assert made.holder == BANK
    if isinstance(body, BillPresented):
        assert body.by == state.holder
        assert day >= DUE
    if isinstance(body, RecourseTaken):
        assert state.dishonoured_on is not None
        assert body.party in {state.bill.drawer, state.bill.acceptor, *(one.by for one in state.chain)} - {state.holder}
        assert body.party != BANK or (state.sold is not None and state.sold.recourse)
    if isinstance(body, RecourseMet):
        assert body.party in state.asked
        assert claim(made, day).total_fen == claim(state, day).total_fen - body.amount_fen >= 0
    conserve(made, day)


def money(state: BillState, day: dt.date) -> int:
    """What the bank's cash has of a bill."""
    return entries(state, max(day, state.as_of)).get(Account.CASH, 0)


def moved(state: BillState, body: object) -> int:
    """The cash of an act, told without the ledger."""
    match body:
        case BillDiscounted():
            return body.interest_fen - FACE
        case BillRediscounted():
            return FACE - body.interest_fen
        case BillRedeemed():
            return -body.amount_fen
        case BillPaid() if state.holder == BANK:
            return FACE
        case BillPaidInPart() | RecourseMet() if state.holder == BANK:
            return body.amount_fen
        case _:
            return 0


def conserve(state: BillState, day: dt.date) -> None:
    """Money is conserved: accounts sum to zero; the cash is what was paid and received; nothing comes back twice."""
    of = entries(state, day)
    assert sum(of.values()) == 0
    assert 0 <= state.recovered_fen <= state.bill.amount_fen
    assert set(exposures([state])) <= {state.bill.acceptor, *(one.by for one in state.chain)}
    if state.discount is not None and state.borne:
        assert of[Account.DISCOUNTED_BILLS] + of[Account.OVERDUE_BILLS] == state.balance_fen
        assert of[Account.WRITTEN_OFF] == state.exposure_fen - state.balance_fen
        assert of[Account.UNEARNED_DISCOUNT] <= 0
        owed = state.sold is not None and state.redeemed is None
        assert of[Account.REDISCOUNT_LIABILITY] <= 0
        assert day < DUE or of[Account.REDISCOUNT_LIABILITY] == (-state.face_left_fen if owed else 0)
    elif state.discount is not None:
        assert state.exposure_fen == state.balance_fen == 0
        assert of[Account.ENDORSED_BILLS] in (0, state.face_left_fen)


def test_every_path_of_a_bill_keeps_the_invariants_and_every_step_of_the_table_is_on_one() -> None:
    seen, used = walk()
    assert used == set(STEPS), "no step of the table is dead, and none is taken that is not in it"
    assert {state.status for state in seen} == set(BillStatus)
    assert len(seen) > 1_000


def test_a_step_that_is_not_in_the_table_is_refused_and_breaks_a_fold() -> None:
    kinds = {kind for _, kind in STEPS}
    states = (fresh(), after(ACCEPT), after(ACCEPT, SOLD), after(ACCEPT, SOLD, PRESENTED), after(ACCEPT, SOLD, PRESENTED, DISHONOURED))
    for state in states:
        for body in attempts(state, state.as_of):
            if (state.status, type(body)) not in STEPS and type(body) in kinds:
                refusal = check(state, body, state.as_of)
                assert refusal is not None
                assert refusal.code == "bill_status"
                with pytest.raises(Broken):
                    step(state, body, state.as_of)


@pytest.mark.parametrize(
    ("state", "body", "day", "code"),
    [
        (fresh(), bought(PAYEE, DRAWN), DRAWN, "bill_status"),  # nobody accepted it
        (fresh(), BillAccepted(ID), MATURES, "bill_matured"),
        (after(ACCEPT), BillEndorsed(ID, NEXT, DRAWER), DRAWN, "not_holder"),
        (after(ACCEPT), BillEndorsed(ID, PAYEE, PAYEE), DRAWN, "bad_endorsee"),
        (after(ACCEPT), BillEndorsed(ID, PAYEE, NEXT), MATURES, "bill_matured"),
        (after(ACCEPT), BillEndorsed(ID, PAYEE, NEXT), DRAWN - dt.timedelta(days=1), "bill_out_of_order"),
        (after(ACCEPT, transferable=False), bought(PAYEE, DRAWN), DRAWN, "not_transferable"),
        (after(ACCEPT), bought(PAYEE, MATURES), MATURES, "bill_matured"),
        (after(ACCEPT), bought(NEXT, DRAWN), DRAWN, "not_holder"),
        (after(ACCEPT), replace(bought(PAYEE, DRAWN), trade=(Trade("b", FACE - 1),)), DRAWN, "trade_below_face"),
        (after(ACCEPT), replace(bought(PAYEE, DRAWN), interest_fen=FACE), DRAWN, "nothing_left"),
        (after(ACCEPT, (BillEndorsed(ID, PAYEE, ACCEPTOR), DRAWN)), bought(ACCEPTOR, DRAWN), DRAWN, "own_bill"),
        (after(ACCEPT, (BillEndorsed(ID, PAYEE, NEXT), DRAWN)), BillReturned(ID, BillGround.DISPUTE), DRAWN, "bill_endorsed"),
        (after(ACCEPT, SOLD), BillPresented(ID, PAYEE), DUE, "not_holder"),
        (after(ACCEPT, SOLD), BillPresented(ID, BANK), MATURES, "bill_not_due"),
        (after(ACCEPT, SOLD, PRESENTED), RecourseTaken(ID, PAYEE), DUE, "bill_status"),
        (after(ACCEPT, SOLD, PRESENTED, DISHONOURED), RecourseTaken(ID, NEXT), DUE, "not_liable"),
        (after(ACCEPT, SOLD, PRESENTED, DISHONOURED, (RecourseTaken(ID, PAYEE), DUE)), RecourseTaken(ID, PAYEE), DUE, "asked_already"),
        (after(ACCEPT, SOLD, PRESENTED, DISHONOURED), RecourseTaken(ID, PAYEE), dt.date(2025, 12, 31), "recourse_lapsed"),
        (after(ACCEPT, SOLD, PRESENTED, DISHONOURED, (RecourseTaken(ID, PAYEE), DUE)), RecourseMet(ID, DRAWER, 1), DUE, "not_asked"),
        (after(ACCEPT, SOLD, PRESENTED, DISHONOURED, (RecourseTaken(ID, PAYEE), DUE)), RecourseMet(ID, PAYEE, FACE + 1), DUE,
            "recourse_above_claim"),
        (after(ACCEPT, SOLD, PRESENTED), BillPaidInPart(ID, FACE, BillGround.NO_FUNDS), DUE, "bill_part"),
        (after(ACCEPT, SOLD), sold_on(MATURES), MATURES, "bill_matured"),
        (after(ACCEPT, SOLD), sold_on(DRAWN, buyer=PAYEE), DRAWN, "bad_buyer"),
        (after(ACCEPT, SOLD, PRESENTED, DISHONOURED), BillWrittenOff(ID, "lost"), dt.date(2026, 6, 25), "not_a_loss"),  # 360 days
        (after(ACCEPT, (BillPresented(ID, PAYEE), DUE), DISHONOURED), BillWrittenOff(ID, "lost"), DAYS[-1], "not_holder"),
        (RESOLD, RecourseMet(ID, BANK, 1), DUE, "bank_redeems"),
        (RESOLD, BillRedeemed(ID, FACE - 1), DUE, "redeemed_in_part"),
        (after(ACCEPT, SOLD, PRESENTED, DISHONOURED, (RecourseTaken(ID, DRAWER), DUE)), BillRedeemed(ID, FACE), DUE, "not_asked"),
    ],
)  # fmt: skip
def test_what_refuses_a_step_has_a_name(state: BillState, body: object, day: dt.date, code: str) -> None:
    refusal = check(state, body, day)  # type: ignore[arg-type]
    assert refusal is not None
    assert refusal.code == code
    assert ID in refusal.message or code in ("nothing_left", "trade_below_face", "recourse_above_claim", "bill_part", "redeemed_in_part")
    assert refusal.remedy


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "2" * 29}, "bad_bill_number"),
        ({"number": "1" + "0" * 29}, "bad_bill_number"),  # a bank's number on a commercial bill
        ({"payee": DRAWER}, "bad_bill_parties"),
        ({"amount_fen": PRODUCT.face_max_fen + 1}, "bill_amount"),
        ({"matures_on": dt.date(2025, 7, 7)}, "bill_days"),
        ({"drawn_on": DRAWN + dt.timedelta(days=1)}, "bill_days"),
        ({"trade": (Trade("a", FACE - 1),)}, "trade_below_face"),
    ],
)
def test_what_is_no_bill_is_not_taken_up(changes: dict[str, object], code: str) -> None:
    refusal = check_drawing(a_bill(**changes), PRODUCT, DRAWN)
    assert refusal is not None
    assert refusal.code == code


def test_a_bill_of_thirty_million_over_six_months_is_taken_up() -> None:
    largest = a_bill(amount_fen=3_000_000_000, matures_on=dt.date(2025, 7, 6), trade=(Trade("a", 3_000_000_000),), kind=BillKind.COMMERCIAL)
    assert check_drawing(largest, PRODUCT, DRAWN) is None


def test_a_fold_follows_the_stream_and_needs_its_drawing() -> None:
    steps = (ACCEPT, SOLD, PRESENTED, (BillPaid(ID), DUE))
    bodies = [(BillDrawn(a_bill()), DRAWN), *steps]
    at = dt.datetime(2025, 1, 6, tzinfo=dt.UTC)
    events = [Event(f"evt_{n}", ID, n, day, at, "stf_a", "k", body) for n, (body, day) in enumerate(bodies, 1)]
    assert fold(reversed(events)) == after(*steps)
    assert fold(events).status is BillStatus.PAID
    with pytest.raises(Broken):
        fold(events[1:])


def test_a_price_that_was_booked_wrong_breaks_the_fold() -> None:
    with pytest.raises(Broken) as broken:
        step(after(ACCEPT), replace(bought(PAYEE, DRAWN), interest_fen=1), DRAWN)
    assert broken.value.code == "bill_price"


# ---- price and accrual -----------------------------------------------------------------------------------------------


def test_the_day_of_the_discount_counts_and_the_day_of_maturity_does_not() -> None:
    one_day = price(36_000_000, Rate(100_000, Basis.YEAR_360), DUE - dt.timedelta(days=1), DUE)
    assert (one_day.days, one_day.interest_fen, one_day.proceeds_fen) == (1, 10_000, 35_990_000)


def test_the_price_is_rounded_once_half_to_even() -> None:
    half = Rate(18_000, Basis.YEAR_360)  # 1,000 fen × 18,000 × 10 days = half a fen
    assert price(1_000, half, DUE - dt.timedelta(days=10), DUE).interest_fen == 0
    assert price(3_000, half, DUE - dt.timedelta(days=10), DUE).interest_fen == 2


def test_a_bill_that_matures_on_a_saturday_bears_interest_to_monday() -> None:
    agreed = after(ACCEPT, SOLD)
    due = price(FACE, RATE, DRAWN, agreed.falls_due_on)
    assert (due.days, due.interest_fen) == (175, round(Fraction(FACE * 25_000 * 175, 360_000_000)))
    assert agreed.discount is not None
    assert agreed.discount.interest_fen == due.interest_fen == earned_fen(FACE, agreed.discount, DUE)


def test_income_is_earned_day_by_day_and_ends_at_the_price() -> None:
    state = after(ACCEPT, SOLD)
    assert state.discount is not None
    days = [DRAWN + dt.timedelta(days=n) for n in range(200)]
    earned = [earned_fen(FACE, state.discount, day) for day in days]
    assert earned[0] == 0
    assert earned == sorted(earned)
    assert earned[175:] == [state.discount.interest_fen] * 25
    steps = [b - a for a, b in pairwise(earned[:176])]
    assert max(steps) - min(steps) <= 1


# ---- exposure and accounts -------------------------------------------------------------------------------------------


def test_the_face_counts_in_full_to_acceptor_and_seller_while_it_is_unpaid() -> None:
    sold = after(ACCEPT, SOLD)
    assert exposures([sold]) == {ACCEPTOR: FACE, PAYEE: FACE}
    assert exposures([after(ACCEPT)]) == {}
    assert exposures([after(ACCEPT, SOLD, PRESENTED, (BillPaid(ID), DUE))]) == {}
    assert exposures([sold, sold]) == {ACCEPTOR: 2 * FACE, PAYEE: 2 * FACE}


def test_it_counts_once_to_whom_is_acceptor_and_seller() -> None:
    sold = after(ACCEPT, SOLD)
    assert sold.discount is not None
    both = replace(sold, discount=replace(sold.discount, seller=ACCEPTOR))
    assert exposures([both]) == {ACCEPTOR: FACE}


def test_the_accounts_follow_a_bill_from_purchase_to_payment() -> None:
    sold, paid = after(ACCEPT, SOLD), after(ACCEPT, SOLD, PRESENTED, (BillPaid(ID), DUE))
    interest = sold.discount.interest_fen  # type: ignore[union-attr]
    assert entries(sold, DRAWN)[Account.UNEARNED_DISCOUNT] == -interest
    assert entries(sold, DRAWN)[Account.CASH] == interest - FACE
    held = balances([sold, after(ACCEPT)], DRAWN)
    assert held["bill", Account.DISCOUNTED_BILLS] == FACE
    done = {account: fen for account, fen in entries(paid, DUE).items() if fen}
    assert done == {Account.CASH: interest, Account.DISCOUNT_INCOME: -interest}


def test_a_bill_the_bank_never_bought_is_in_no_account() -> None:
    held = after(ACCEPT, (BillPresented(ID, PAYEE), DUE), DISHONOURED)
    assert entries(held, DUE) == {}
    assert dpd(held, DUE + dt.timedelta(days=100)) == 0
    assert set(PARTIES) >= set(liable(held, DUE))
