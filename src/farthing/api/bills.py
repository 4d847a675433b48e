"""Acceptance bills: take up, accept, endorse, price, buy, sell on, present, pay, dishonour, recourse, write off; and the desk's day."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from farthing.api.bill_forms import (
    BillAnswer,
    BillChangedAnswer,
    BillPath,
    BillRow,
    Dated,
    DeskAnswer,
    DiscountedAnswer,
    DiscountQuoteAnswer,
    Grounded,
    InvoiceGiven,
    NewBill,
    NewBillWriteOff,
    NewDiscount,
    NewEndorsement,
    NewPartPayment,
    NewPresentment,
    NewRecourse,
    NewRecovery,
    NewRedemption,
    NewSale,
    SaleQuoteAnswer,
    bill_answer,
    desk_answer,
    quote_answer,
    row_answer,
    sale_answer,
)
from farthing.api.fields import Cursor, Key, Limit, Listed, PartyId, offset, onward, told
from farthing.api.proposals import ProposalAnswer
from farthing.api.security import By, Call
from farthing.domain.bill.bill import BANK, BillStatus
from farthing.domain.bill.event import (
    BillAccepted,
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
from farthing.flows.bill.act import StepBody, StepRequest, act
from farthing.flows.bill.discount import DiscountRequest, discount, quote_discount
from farthing.flows.bill.draw import DrawBillRequest, Invoice, draw_bill
from farthing.flows.bill.part import RediscountRequest, foresee_sale
from farthing.flows.line.propose import propose, propose_discount, propose_sale
from farthing.flows.needs.bills import Wanted
from farthing.flows.queries import bills as reading

routes = APIRouter(tags=["bills"])


@routes.get("/bills", response_model=Listed[BillRow])
def list_bills(
    by: By,
    limit: Limit = 50,
    cursor: Cursor = None,
    status: Annotated[BillStatus | None, Query(description="only bills in this state")] = None,
    party: Annotated[PartyId | None, Query(description="only bills that name this party")] = None,
) -> Response:
    """Bills, the last to mature first (staff)."""
    start = offset("bills", cursor)
    wanted = Wanted((status,) if status else (), party=party, limit=limit, offset=start)
    found = reading.bills(by.house, by.actor, wanted)
    return told(Listed[BillRow](items=[row_answer(one) for one in found], next=onward("bills", start, len(found), limit)))


@routes.get("/bill-desk", response_model=DeskAnswer)
def bill_desk(by: By) -> Response:
    """What is due for presentment today, what the bank holds, and on whom it depends (staff)."""
    return told(desk_answer(reading.desk(by.house, by.actor)))


@routes.get("/bills/{bill}", response_model=BillAnswer)
def read_bill(by: By, bill: BillPath) -> Response:
    """One bill: its chain, its price, who is liable (staff)."""
    return told(bill_answer(reading.bill(by.house, by.actor, bill)))


@routes.post("/bills", status_code=201, response_model=BillChangedAnswer)
def take_up_bill(by: By, asked: NewBill, key: Key) -> Response:
    """Take a bill up; one that is known, or with an invoice behind another bill, is refused by that bill's name (bill desk)."""
    own = {name: getattr(asked, name) for name in NewBill.model_fields if name != "invoices"}
    made = draw_bill(by.house, by.actor, DrawBillRequest(**own, invoices=_invoices(asked.invoices)), by.key(key))
    return told(BillChangedAnswer.model_validate(made), 201, location=f"/api/v1/bills/{made.bill}")


@routes.post("/bills/{bill}/acceptance", status_code=201, response_model=BillChangedAnswer)
def accept_bill(by: By, bill: BillPath, asked: Dated, key: Key) -> Response:
    """The acceptor promised to pay it (bill desk)."""
    return _step(by, BillAccepted(bill), asked, key)


@routes.post("/bills/{bill}/refusal", status_code=201, response_model=BillChangedAnswer)
def refuse_bill(by: By, bill: BillPath, asked: Grounded, key: Key) -> Response:
    """The acceptor would not accept it; its invoices are free again (bill desk)."""
    return _step(by, BillRefused(bill, asked.ground), asked, key)


@routes.post("/bills/{bill}/return", status_code=201, response_model=BillChangedAnswer)
def return_bill(by: By, bill: BillPath, asked: Grounded, key: Key) -> Response:
    """An unused bill went back to its drawer; its invoices are free again (bill desk)."""
    return _step(by, BillReturned(bill, asked.ground), asked, key)


@routes.post("/bills/{bill}/endorsements", status_code=201, response_model=BillChangedAnswer)
def endorse_bill(by: By, bill: BillPath, asked: NewEndorsement, key: Key) -> Response:
    """The holder passed it on (bill desk)."""
    return _step(by, BillEndorsed(bill, asked.by, asked.to), asked, key)


@routes.post("/bills/{bill}/presentment", status_code=201, response_model=BillChangedAnswer)
def present_bill(by: By, bill: BillPath, asked: NewPresentment, key: Key) -> Response:
    """The holder asked the acceptor to pay (bill desk)."""
    return _step(by, BillPresented(bill, asked.by or BANK), asked, key)


@routes.post("/bills/{bill}/payment", status_code=201, response_model=BillChangedAnswer)
def pay_bill(by: By, bill: BillPath, asked: Dated, key: Key) -> Response:
    """The acceptor paid the face (bill desk)."""
    return _step(by, BillPaid(bill), asked, key)


@routes.post("/bills/{bill}/part-payment", status_code=201, response_model=BillChangedAnswer)
def pay_bill_in_part(by: By, bill: BillPath, asked: NewPartPayment, key: Key) -> Response:
    """The acceptor paid less than the face: a default as to the rest (bill desk)."""
    return _step(by, BillPaidInPart(bill, asked.amount_fen, asked.ground), asked, key)


@routes.post("/bills/{bill}/dishonour", status_code=201, response_model=BillChangedAnswer)
def dishonour_bill(by: By, bill: BillPath, asked: Grounded, key: Key) -> Response:
    """The acceptor did not pay: a default (bill desk)."""
    return _step(by, BillDishonoured(bill, asked.ground), asked, key)


@routes.post("/bills/{bill}/recourse", status_code=201, response_model=BillChangedAnswer)
def take_recourse(by: By, bill: BillPath, asked: NewRecourse, key: Key) -> Response:
    """Somebody who is liable is asked to pay in the acceptor's place (bill desk)."""
    return _step(by, RecourseTaken(bill, asked.party), asked, key)


@routes.post("/bills/{bill}/recoveries", status_code=201, response_model=BillChangedAnswer)
def meet_recourse(by: By, bill: BillPath, asked: NewRecovery, key: Key) -> Response:
    """Somebody who was asked paid so much of the claim (bill desk)."""
    return _step(by, RecourseMet(bill, asked.party, asked.amount_fen), asked, key)


@routes.post("/bills/{bill}/redemption", status_code=201, response_model=BillChangedAnswer)
def redeem_bill(by: By, bill: BillPath, asked: NewRedemption, key: Key) -> Response:
    """The bank, asked by its buyer, paid the whole claim and has the bill back (bill desk)."""
    return _step(by, BillRedeemed(bill, asked.amount_fen), asked, key)


@routes.post("/bills/{bill}/sale-quotes", response_model=SaleQuoteAnswer)
def quote_sale(by: By, bill: BillPath, asked: NewSale) -> Response:
    """What selling it on would come to today; nothing is recorded (staff)."""
    return told(sale_answer(foresee_sale(by.house, by.actor, RediscountRequest(bill, asked.buyer, asked.rate_units, asked.recourse))))


@routes.post("/bills/{bill}/sale-proposals", status_code=201, response_model=ProposalAnswer)
def propose_bill_sale(by: By, bill: BillPath, asked: NewSale, key: Key) -> Response:
    """Ask a second person to sell it on before maturity, at the price of the day it is agreed to (staff)."""
    request = RediscountRequest(bill, asked.buyer, asked.rate_units, asked.recourse)
    return told(ProposalAnswer.model_validate(propose_sale(by.house, by.actor, request, by.key(key))), 201)


@routes.post("/bills/{bill}/write-off-proposals", status_code=201, response_model=ProposalAnswer)
def propose_bill_write_off(by: By, bill: BillPath, asked: NewBillWriteOff, key: Key) -> Response:
    """Ask a second person to write off a bill that is a loss; the claim stands (staff)."""
    made = propose(by.house, by.actor, BillWrittenOff(bill, asked.ground), by.key(key))
    return told(ProposalAnswer.model_validate(made), 201)


@routes.post("/bills/{bill}/discount-quotes", response_model=DiscountQuoteAnswer)
def quote_bill(by: By, bill: BillPath, asked: NewDiscount) -> Response:
    """What the bank would pay today, and what speaks against it; nothing is recorded (staff)."""
    return told(quote_answer(quote_discount(by.house, by.actor, _discount(bill, asked))))


@routes.post("/bills/{bill}/discount", status_code=201, response_model=DiscountedAnswer)
def buy_bill(by: By, bill: BillPath, asked: NewDiscount, key: Key) -> Response:
    """Buy it from its holder today; with `proceeds_fen` at that price or not at all (credit officers)."""
    made = discount(by.house, by.actor, _discount(bill, asked), by.key(key))
    return told(DiscountedAnswer.model_validate(made), 201)


@routes.post("/bills/{bill}/discount-proposals", status_code=201, response_model=ProposalAnswer)
def propose_bill(by: By, bill: BillPath, asked: NewDiscount, key: Key) -> Response:
    """Ask a second person to buy a bill above what one person may; resolved like any proposal, at the price of that day (staff)."""
    made = propose_discount(by.house, by.actor, _discount(bill, asked), by.key(key))
    return told(ProposalAnswer.model_validate(made), 201)


def _step(by: Call, body: StepBody, asked: Dated, key: str) -> Response:
    made = act(by.house, by.actor, StepRequest(body, asked.on), by.key(key))
    return told(BillChangedAnswer.model_validate(made), 201)


def _discount(bill: str, asked: NewDiscount) -> DiscountRequest:
    return DiscountRequest(bill, asked.rate_units, _invoices(asked.invoices), asked.proceeds_fen)


def _invoices(given: list[InvoiceGiven]) -> tuple[Invoice, ...]:
    return tuple(Invoice(one.number, one.gross_fen) for one in given)
