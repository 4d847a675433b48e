"""Bills a credit officer can check by hand: which acts each state allows, what the books say after each (tests/golden/bill_*.txt)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ledger.bills import BUYER, DRAWER, DRAWN, DUE, FACE, ID, NEXT, PAYEE, after, bought, sold_on

from farthing.domain.bill.bill import BANK, BillGround, BillState
from farthing.domain.bill.event import (
    BillAccepted,
    BillBody,
    BillDishonoured,
    BillEndorsed,
    BillPaid,
    BillPaidInPart,
    BillPresented,
    BillRedeemed,
    BillRefused,
    BillReturned,
    BillWrittenOff,
    RecourseMet,
    RecourseTaken,
)
from farthing.domain.money import format_yuan
from farthing.domain.rate import Basis, Rate
from farthing.ledger.bill.machine import check, step
from farthing.ledger.bill.posting import entries
from farthing.ledger.bill.recourse import claim

GOLDEN = Path(__file__).parents[1] / "golden"
SOLD_ON, ASKED, BACK, LOST = dt.date(2025, 4, 7), dt.date(2025, 7, 2), dt.date(2025, 7, 10), dt.date(2026, 7, 1)
CHEAPER = Rate(20_000, Basis.YEAR_360)
UNPAID = BillGround.NO_FUNDS
Step = tuple[str, BillBody, dt.date]
BOUGHT: tuple[Step, ...] = (("accept", BillAccepted(ID), DRAWN), ("discount", bought(PAYEE, DRAWN), DRAWN))
WITH = ("sell on with recourse", sold_on(SOLD_ON, CHEAPER), SOLD_ON)
WITHOUT = ("sell on without recourse", sold_on(SOLD_ON, CHEAPER, recourse=False), SOLD_ON)
OURS, THEIRS = ("present", BillPresented(ID, BANK), DUE), ("present", BillPresented(ID, BUYER), DUE)
REFUSED = ("dishonour", BillDishonoured(ID, UNPAID), DUE)


def lives() -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Title and steps. Amounts that depend on what is claimed are the ledger's own: the books beside them are what is checked."""
    part = (
        *BOUGHT,
        OURS,
        ("pay in part", BillPaidInPart(ID, 30_000_000, UNPAID), DUE),
        ("ask the seller", RecourseTaken(ID, PAYEE), ASKED),
    )
    yield "The acceptor pays 300,000 of 1,000,000; the seller the rest", (*part, ("pay", RecourseMet(ID, PAYEE, _due(part, BACK)), BACK))
    yield "Sold on without recourse, paid by the acceptor", (*BOUGHT, WITHOUT, THEIRS, ("pay", BillPaid(ID), DUE))
    yield "Sold on with recourse, paid by the acceptor", (*BOUGHT, WITH, THEIRS, ("pay", BillPaid(ID), DUE))
    asked = (*BOUGHT, WITH, THEIRS, REFUSED, ("ask the bank", RecourseTaken(ID, BANK), ASKED))
    back = (*asked, ("redeem", BillRedeemed(ID, _due(asked, BACK)), BACK), ("ask the seller", RecourseTaken(ID, PAYEE), BACK))
    later = BACK + dt.timedelta(days=30)
    yield "Sold on with recourse, not paid, redeemed, and paid by the seller a month later", (
        *back, ("pay", RecourseMet(ID, PAYEE, _due(back, later)), later),
    )  # fmt: skip
    lost = (
        *BOUGHT,
        OURS,
        REFUSED,
        ("ask the drawer", RecourseTaken(ID, DRAWER), ASKED),
        ("write off", BillWrittenOff(ID, "no_assets"), LOST),
    )
    yield "Not paid by anybody, written off, and half of it comes later", (*lost, ("pay", RecourseMet(ID, DRAWER, FACE // 2), LOST))


def _due(steps: tuple[Step, ...], day: dt.date) -> int:
    return claim(after(*((body, on) for _, body, on in steps)), day).total_fen


def books() -> str:
    told = ["What the books say after each act; debits are positive. The face is ¥1,000,000.00, bought at 2.50 %, sold on at 2.00 %."]
    for title, steps in lives():
        told += ["", title]
        for place, (name, _, day) in enumerate(steps, 1):
            state = after(*((one, on) for _, one, on in steps[:place]))
            told.append(f"  {day}  {name}: {state.status.value}, exposure {format_yuan(state.exposure_fen)}")
            told += [f"      {account.value:32} {format_yuan(fen):>16}" for account, fen in sorted(entries(state, day).items()) if fen]
    return "\n".join(told) + "\n"


def states() -> Iterator[tuple[str, BillState, dt.date]]:
    yield "drawn", after(), DRAWN
    yield "accepted", after((BillAccepted(ID), DRAWN)), DRAWN
    refused = (*BOUGHT, OURS, REFUSED)
    asked = ("", RecourseTaken(ID, DRAWER), DUE)
    at: dict[str, tuple[Step, ...]] = {
        "discounted": BOUGHT, "sold on": (*BOUGHT, WITH), "presented": (*BOUGHT, OURS), "dishonoured": refused,
        "buyer asks bank": (*BOUGHT, WITH, THEIRS, REFUSED, ("", RecourseTaken(ID, BANK), DUE)), "recourse": (*refused, asked),
        "written off": (*refused, asked, ("", BillWrittenOff(ID, "lost"), LOST)), "paid": (*BOUGHT, OURS, ("", BillPaid(ID), DUE)),
    }  # fmt: skip
    for name, steps in at.items():
        yield name, after(*((body, on) for _, body, on in steps)), steps[-1][2]


def acts(state: BillState, day: dt.date) -> Iterator[tuple[str, BillBody]]:
    whole = claim(state, day).total_fen
    yield from (("accept", BillAccepted(ID)), ("refuse", BillRefused(ID, BillGround.DISPUTE)))
    yield from (("return", BillReturned(ID, BillGround.TRADE_CANCELLED)), ("endorse", BillEndorsed(ID, PAYEE, NEXT)))
    yield from (("discount", bought(PAYEE, day)), ("sell on", sold_on(day)))
    yield from (("present", BillPresented(ID, state.holder)), ("pay", BillPaid(ID)), ("pay in part", BillPaidInPart(ID, 1, UNPAID)))
    yield from (("dishonour", BillDishonoured(ID, UNPAID)), ("ask the seller", RecourseTaken(ID, PAYEE)))
    yield from (("the drawer pays ¥1.00", RecourseMet(ID, DRAWER, 100)), ("redeem", BillRedeemed(ID, whole)))
    yield "write off", BillWrittenOff(ID, "lost")


def table() -> str:
    found = list(states())
    columns = [f"{'act':24}" + "".join(f"{name:17}" for name, _, _ in found)]
    names = [name for name, _ in acts(found[0][1], DRAWN)]
    for place, name in enumerate(names):
        cells = [check(state, list(acts(state, day))[place][1], day) for _, state, day in found]
        told = ["yes" if cell is None else "-" if cell.code == "bill_status" else cell.code for cell in cells]
        columns.append(f"{name:24}" + "".join(f"{one:17}" for one in told))
    head = "Which acts a bill allows on the day of its last event, by its state: yes, or why not; - where there is no such step."
    return "\n".join([head, "", *(row.rstrip() for row in columns)]) + "\n"


@pytest.mark.parametrize(("name", "made"), [("bill_books.txt", books), ("bill_acts_by_state.txt", table)])
def test_golden(name: str, made: object) -> None:
    assert callable(made)
    assert made() == (GOLDEN / name).read_text(encoding="utf-8")


def test_the_life_in_the_books_is_one_the_table_allows() -> None:
    for title, steps in lives():
        state = after()
        for name, body, day in steps:
            assert check(state, body, day) is None, (title, name)
            state = step(state, body, day)
