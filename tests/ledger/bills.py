"""Bills for tests: parties, a bill among them, and every act one might try on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from farthing.domain.bill.bill import BANK, Bill, BillGround, BillKind, BillState, Trade
from farthing.domain.bill.event import (
    BillAccepted,
    BillBody,
    BillDiscounted,
    BillDishonoured,
    BillDrawn,
    BillEndorsed,
    BillPaid,
    BillPaidInPart,
    BillPresented,
    BillRedeemed,
    BillRediscounted,
    BillRefused,
    BillReturned,
    BillWrittenOff,
    RecourseMet,
    RecourseTaken,
)
from farthing.domain.bill.product import BillProduct
from farthing.domain.rate import Basis, Rate
from farthing.ledger.bill.machine import drawn, step
from farthing.ledger.bill.price import price
from farthing.ledger.bill.recourse import claim
from farthing.sources.catalogue import packaged_bill_product

DRAWER, ACCEPTOR, PAYEE, NEXT = "pty_drawer", "pty_acceptor", "pty_payee", "pty_next"
BUYER = "pty_buyer"
"""Who was never on the bill before the bank sells it on."""
PARTIES = (DRAWER, ACCEPTOR, PAYEE, NEXT)
DRAWN, MATURES = dt.date(2025, 1, 6), dt.date(2025, 6, 28)  # a Saturday: it falls due on Monday the 30th
DUE = dt.date(2025, 6, 30)
FACE = 100_000_000
RATE = Rate(25_000, Basis.YEAR_360)
PRODUCT: BillProduct = packaged_bill_product()
ID = "bil_aaaaaaaaaaaaaaaaaaaaaaaa"


def a_bill(**changes: object) -> Bill:
    told = {
        "bill": ID, "number": "2" + "0" * 29, "kind": BillKind.COMMERCIAL, "drawer": DRAWER, "acceptor": ACCEPTOR, "payee": PAYEE,
        "amount_fen": FACE, "drawn_on": DRAWN, "matures_on": MATURES, "trade": (Trade("a" * 64, FACE),),
        "recourse_rate": PRODUCT.recourse_rate,
    }  # fmt: skip
    return Bill(**{**told, **changes})  # type: ignore[arg-type]


def fresh(**changes: object) -> BillState:
    return drawn(BillDrawn(a_bill(**changes)))


def bought(seller: str, on: dt.date, rate: Rate = RATE) -> BillDiscounted:
    return BillDiscounted(ID, seller, rate, DUE, price(FACE, rate, on, DUE).interest_fen if on < DUE else 0, (Trade("a" * 64, FACE),))


def sold_on(on: dt.date, rate: Rate = RATE, buyer: str = BUYER, *, recourse: bool = True) -> BillRediscounted:
    return BillRediscounted(ID, buyer, rate, price(FACE, rate, on, DUE).interest_fen if on < DUE else 0, recourse)


def after(*steps: tuple[BillBody, dt.date], **changes: object) -> BillState:
    """The bill after these steps, each on its day."""
    state = fresh(**changes)
    for body, day in steps:
        state = step(state, body, day)
    return state


def attempts(state: BillState, day: dt.date) -> Iterator[BillBody]:
    """Every act one might try on `day`, sensible or not."""
    hands = (ACCEPTOR, PAYEE, NEXT, BANK)
    yield from (BillAccepted(ID), BillPaid(ID))
    yield from (BillRefused(ID, BillGround.DISPUTE), BillReturned(ID, BillGround.TRADE_CANCELLED), BillDishonoured(ID, BillGround.NO_FUNDS))
    yield from (BillEndorsed(ID, by, to) for by in hands for to in hands)
    yield from (bought(seller, day) for seller in hands)
    yield from (BillPresented(ID, by) for by in (*hands, BUYER))
    yield from (RecourseTaken(ID, party) for party in hands)
    yield from (sold_on(day, buyer=buyer, recourse=recourse) for buyer in (BUYER, PAYEE) for recourse in (True, False))
    yield from (BillPaidInPart(ID, amount, BillGround.NO_FUNDS) for amount in (0, FACE // 3, FACE))
    yield BillWrittenOff(ID, "no_assets")
    total = claim(state, day).total_fen if day >= state.as_of else 0
    yield from (BillRedeemed(ID, amount) for amount in (total, total // 2))
    yield from (RecourseMet(ID, party, amount) for party in hands for amount in {0, total // 2, total, total + 1})
