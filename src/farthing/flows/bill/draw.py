"""A bill is taken up: what is written on it, and the invoices behind it, which no other bill may have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from farthing.domain.bill.bill import Bill, BillKind, BillStatus, Trade
from farthing.domain.bill.event import BillDrawn
from farthing.domain.errors import Invalid
from farthing.domain.ids import Id, Prefix, derived_id
from farthing.domain.staff import Actor
from farthing.flows.access import require
from farthing.flows.bill.act import DESK, BillChanged, closed_party, stop
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.bill.machine import drawn
from farthing.ledger.bill.refusals import check_drawing
from farthing.ledger.waterfall import Refusal

MOST_INVOICES = 200


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as it is shown to the desk; only its mark is kept."""

    number: str
    gross_fen: int


@dataclass(frozen=True, slots=True)
class DrawBillRequest:
    """What is written on the bill. `synthetic` marks one scripted by the world."""

    number: str
    kind: BillKind
    drawer: Id
    acceptor: Id
    payee: Id
    amount_fen: int
    drawn_on: dt.date
    matures_on: dt.date
    invoices: tuple[Invoice, ...]
    transferable: bool = True
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class DrawCheck:
    """Why a bill would not be taken up, None if it would; `others` are the bills that are it or have one of its invoices."""

    refusal: Refusal | None
    others: tuple[Id, ...]


def draw_bill(house: House, actor: Actor, request: DrawBillRequest, key: str) -> BillChanged:
    """Take a bill up. `Conflict` (`bill_known`, `financed_twice`) names the bill that is known already or has one of its invoices."""
    require(actor, *DESK)
    bill, today = _bill(house, request), house.clock.today()

    def think(transaction: Transaction) -> BillChanged:
        for party in sorted({bill.drawer, bill.acceptor, bill.payee}):
            transaction.lock_party(party)
            stop(closed_party(house, party))
        if transaction.events(bill.bill):
            stop(_known(bill))
        stop(check_drawing(bill, house.bill_product, today))
        stop(claimed_twice(transaction.claim_invoices(bill.bill, [one.mark for one in bill.trade])))
        body = BillDrawn(bill)
        event = transaction.append(bill.bill, bill.drawn_on, body, synthetic=bill.synthetic)
        transaction.save_bill(drawn(body))
        return BillChanged(event.id, bill.bill, bill.drawn_on, BillStatus.DRAWN, bill.payee, 0)

    return house.commands.run(Command(key, "draw_bill", actor, request), think, BillChanged)


def check_bill(house: House, actor: Actor, request: DrawBillRequest) -> DrawCheck:
    """Whether a bill would be taken up today; nothing is recorded."""
    require(actor, *DESK)
    bill = _bill(house, request)
    if house.journal.events(stream=bill.bill, limit=1):
        return DrawCheck(_known(bill), (bill.bill,))
    others = house.bills.backed([one.mark for one in bill.trade])
    closed = (closed_party(house, party) for party in (bill.drawer, bill.acceptor, bill.payee))
    refusal = (
        next((refusal for refusal in closed if refusal), None)
        or check_drawing(bill, house.bill_product, house.clock.today())
        or claimed_twice(others)
    )
    return DrawCheck(refusal, tuple(sorted(set(others.values()))))


def trade_of(house: House, invoices: Sequence[Invoice]) -> tuple[Trade, ...]:
    """The invoices by their marks, each once. `Invalid` for one given twice, without an amount, or too many."""
    trade = tuple(Trade(house.bills.mark(one.number), one.gross_fen) for one in invoices)
    if len({one.mark for one in trade}) != len(trade) or any(one.gross_fen <= 0 for one in trade) or len(trade) > MOST_INVOICES:
        told = "An invoice is given twice, one has no amount, or there are too many."
        raise Invalid("bad_invoices", told, f"Give each once with its total, at most {MOST_INVOICES}.", field="invoices")
    return trade


def claimed_twice(others: Mapping[str, Id]) -> Refusal | None:
    """The refusal of invoices that stand behind another bill, which is named."""
    if not others:
        return None
    bills = ", ".join(sorted(set(others.values())))
    told = f"{len(others)} of the invoices stand behind {bills}: they would be financed twice."
    return Refusal("financed_twice", told, f"Look at {bills} before you go on; give invoices that are nobody's.")


def _known(bill: Bill) -> Refusal:
    return Refusal("bill_known", f"The bill of this number is known as {bill.bill}.", f"Open {bill.bill}.")


def _bill(house: House, request: DrawBillRequest) -> Bill:
    return Bill(
        bill=derived_id(Prefix.BILL, request.number), number=request.number, kind=request.kind, drawer=request.drawer,
        acceptor=request.acceptor, payee=request.payee, amount_fen=request.amount_fen, drawn_on=request.drawn_on,
        matures_on=request.matures_on, trade=trade_of(house, request.invoices), recourse_rate=house.bill_product.recourse_rate,
        transferable=request.transferable, synthetic=request.synthetic,
    )  # fmt: skip
