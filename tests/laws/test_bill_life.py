"""A bill that lives at random: whatever is tried on it, an independent clerk with a pen agrees with the ledger about who holds it, who owes
what, and what the bank has in its till."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.ledger.bills import ACCEPTOR, BUYER, DRAWER, DRAWN, DUE, FACE, ID, MATURES, NEXT, PAYEE, bought, fresh, sold_on

from farthing.domain.bill.bill import BANK, BillGround, BillStatus
from farthing.domain.bill.event import (
    BillAccepted,
    BillBody,
    BillDishonoured,
    BillEndorsed,
    BillPaid,
    BillPaidInPart,
    BillPresented,
    BillRedeemed,
    BillWrittenOff,
    RecourseMet,
    RecourseTaken,
)
from farthing.domain.posting import Account
from farthing.domain.rate import Basis, Rate
from farthing.ledger.bill.exposure import exposures
from farthing.ledger.bill.machine import check, step
from farthing.ledger.bill.posting import entries
from farthing.ledger.bill.recourse import claim

HOLDER = "holder"
HANDS = st.sampled_from((HOLDER, HOLDER, HOLDER, PAYEE, NEXT, DRAWER, ACCEPTOR, BANK))
"""Whoever holds it more often than others, so that bills get on in life."""


class BillLife(RuleBasedStateMachine):
    """The clerk keeps a till, the hands the bill went through, and the claim as a fraction."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.day = fresh(), DRAWN
        self.hands, self.till, self.left, self.interest = [PAYEE], Fraction(0), FACE, Fraction(0)
        self.accepted, self.sold_at, self.over = False, None, False
        self.again_at: int | None = None  # the buyer's interest, once the bank sold it on
        self.recourse = self.back = self.lost = False
        self.paid_back = 0

    def attempt(self, body: BillBody) -> bool:
        """Try it; whether the ledger let it be."""
        if check(self.state, body, self.day) is not None:
            return False
        self.state = step(self.state, body, self.day)
        return True

    def hand(self, named: str) -> str:
        return self.hands[-1] if named == HOLDER else named

    @initialize(road=st.sampled_from(("", "accepted", "bought", "unpaid", "sold on", "sold on, bank asked", "redeemed", "lost")))
    def begin(self, road: str) -> None:
        """Some lives begin where few would come to by chance."""
        sold = road.startswith("sold on") or road == "redeemed"
        steps = (
            (road, self.accept),
            (road not in ("", "accepted"), lambda: self.sell(HOLDER, 25_000)),
            (sold, lambda: self.sell_on(20_000, recourse=True)),
            (road in ("unpaid", "sold on, bank asked", "redeemed", "lost"), self.unpaid),
            (sold and road != "sold on", lambda: self.ask(BANK)),
            (road == "redeemed", self.redeem),
            (road == "lost", lambda: self.wait(361)),
            (road == "lost", self.write_off),
        )
        for goes, take in steps:
            if goes:
                take()

    def unpaid(self) -> None:
        self.to_maturity()
        self.present(HOLDER)
        self.dishonour()

    @rule(days=st.integers(0, 60))
    def wait(self, days: int) -> None:
        if self.state.dishonoured_on is not None and not self.over:
            bears = self.left + (self.paid_back if self.left else 0)
            self.interest += Fraction(bears * 43_500 * days, 360_000_000)
        self.day += dt.timedelta(days=days)

    @rule()
    def to_maturity(self) -> None:
        self.day = max(self.day, DUE) if self.state.dishonoured_on is None else self.day

    @rule()
    def accept(self) -> None:
        if self.attempt(BillAccepted(ID)):
            assert not self.accepted
            self.accepted = True

    @rule(by=HANDS, to=HANDS)
    def endorse(self, by: str, to: str) -> None:
        by = self.hand(by)
        if self.attempt(BillEndorsed(ID, by, to)):
            assert (by, self.accepted) == (self.hands[-1], True)
            assert self.day < MATURES
            self.hands.append(to)

    @rule(seller=HANDS, units=st.integers(5_000, 80_000))
    def sell(self, seller: str, units: int) -> None:
        seller = self.hand(seller)
        if self.attempt(bought(seller, self.day, Rate(units, Basis.YEAR_360))):
            assert (seller, self.accepted, self.sold_at) == (self.hands[-1], True, None)
            self.hands.append(BANK)
            self.sold_at = round(Fraction(FACE * units * (DUE - self.day).days, 360_000_000))
            self.till -= FACE - self.sold_at

    @rule(by=HANDS)
    def present(self, by: str) -> None:
        by = self.hand(by)
        if self.attempt(BillPresented(ID, by)):
            assert by == self.hands[-1]
            assert self.day >= DUE

    @rule()
    def pay(self) -> None:
        if self.attempt(BillPaid(ID)):
            assert not self.over, "a bill is paid once"
            self.over, self.left = True, 0
            self.till += FACE * (self.hands[-1] == BANK)

    @rule(units=st.integers(5_000, 80_000), recourse=st.booleans())
    def sell_on(self, units: int, *, recourse: bool) -> None:
        if self.attempt(sold_on(self.day, Rate(units, Basis.YEAR_360), recourse=recourse)):
            assert (self.hands[-1], self.again_at) == (BANK, None)
            self.hands.append(BUYER)
            self.again_at, self.recourse = round(Fraction(FACE * units * (DUE - self.day).days, 360_000_000)), recourse
            self.till += FACE - self.again_at

    @rule(share=st.integers(0, 3))
    def pay_part(self, share: int) -> None:
        if self.attempt(BillPaidInPart(ID, FACE * share // 3, BillGround.NO_FUNDS)):
            assert 0 < share < 3
            self.interest = Fraction(FACE * 43_500 * (self.day - DUE).days, 360_000_000)
            self.left -= FACE * share // 3
            self.till += FACE * share // 3 * (self.hands[-1] == BANK)

    @rule()
    def redeem(self) -> None:
        due = claim(self.state, self.day)
        if self.attempt(BillRedeemed(ID, due.total_fen)):
            assert (self.hands[-1], self.recourse, self.back) == (BUYER, True, False)
            self.back, self.paid_back = True, due.interest_fen
            self.hands.append(BANK)
            self.till -= due.total_fen

    @rule()
    def write_off(self) -> None:
        if self.attempt(BillWrittenOff(ID, "no_assets")):
            assert self.hands[-1] == BANK
            assert (self.day - DUE).days > 360
            self.lost = True

    @rule()
    def dishonour(self) -> None:
        if self.attempt(BillDishonoured(ID, BillGround.NO_FUNDS)):
            self.interest = Fraction(FACE * 43_500 * (self.day - DUE).days, 360_000_000)

    @rule(party=HANDS)
    def ask(self, party: str) -> None:
        party = PAYEE if party == HOLDER else party
        if self.attempt(RecourseTaken(ID, party)):
            assert party in {*self.hands[:-1], DRAWER, ACCEPTOR} - {self.hands[-1]}
            assert party != BANK or self.recourse

    @rule(party=HANDS, share=st.integers(0, 4))
    def meet(self, party: str, share: int) -> None:
        party = PAYEE if party == HOLDER else party
        due = claim(self.state, self.day)
        amount = due.total_fen * share // 3
        if self.attempt(RecourseMet(ID, party, amount)):
            face = min(amount, self.left)
            self.till += amount * (self.hands[-1] == BANK)
            self.left -= face
            self.over = amount == due.total_fen

    @invariant()
    def the_clerk_agrees(self) -> None:
        state = self.state
        if not self.over:
            assert state.holder == self.hands[-1]
            assert state.face_left_fen == self.left
        if state.dishonoured_on is not None and not self.over:
            assert claim(state, self.day).interest_fen == round(self.interest) - state.claim_paid_fen
        held = self.sold_at is not None and not self.over and (self.again_at is None or self.recourse)
        assert state.exposure_fen - state.balance_fen == (self.left if self.lost and not self.over else 0)
        assert sum(set(exposures([state]).values())) == (self.left if held and self.left else 0)
        of = entries(state, self.day)
        assert sum(of.values()) == 0
        if self.sold_at is not None:
            assert of[Account.CASH] == self.till
        assert (state.status in (BillStatus.PAID, BillStatus.RECOVERED)) == self.over


BillLife.TestCase.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
TestBillLife = BillLife.TestCase
