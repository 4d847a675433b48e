"""Acceptance bills: take up, accept, endorse, price, buy, present, pay, dishonour, recourse; and the day's work of the bill desk."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field, StringConstraints

from farthing.api.fields import (
    Answer,
    Ask,
    Cursor,
    Day,
    Fen,
    Key,
    Limit,
    Listed,
    PartyId,
    RateAnswer,
    offset,
    onward,
    rate_answer,
    told,
)
from farthing.api.security import By, Call
from farthing.api.servicing import ProposalAnswer
from farthing.domain.arrears import LoanClass
from farthing.domain.bill.bill import BillGround, BillKind, BillStatus
from farthing.domain.bill.event import (
    BillAccepted,
    BillDishonoured,
    BillEndorsed,
    BillPaid,
    BillPresented,
    BillRefused,
    BillReturned,
    RecourseMet,
    RecourseTaken,
)
from farthing.domain.rate import Rate
from farthing.flows.bill.act import StepBody, StepRequest, act
from farthing.flows.bill.discount import DiscountRequest, discount, offer_of, quote_discount
from farthing.flows.bill.draw import DrawBillRequest, Invoice, draw_bill
from farthing.flows.line.propose import propose
from farthing.flows.needs.bills import Wanted
from farthing.flows.queries import bills as reading
from farthing.flows.queries.bills import BillRow as Row
from farthing.flows.queries.bills import BillView
from farthing.flows.queries.lines import rate_view

routes = APIRouter(tags=["bills"])

BillPath = Annotated[str, Path(pattern=r"^bil_[a-z0-9]{8,36}$", examples=["bil_aaaaaaaaaaaaaaaaaaaaaaaa"])]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9]{30}$"), Field(examples=["210230812345620260107000000018"])]
RateUnits = Annotated[int, Field(strict=True, ge=0, le=10**6, description="1e-6 a year of 360 days", examples=[25_000])]


class InvoiceGiven(Ask):
    """An invoice behind a bill; only a digest of its number is kept."""

    number: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")] = Field(examples=["0440012"])
    gross_fen: Fen


class NewBill(Ask):
    """What is written on a bill."""

    number: Number
    kind: BillKind
    drawer: PartyId
    acceptor: PartyId
    payee: PartyId
    amount_fen: Fen
    drawn_on: Day
    matures_on: Day
    invoices: list[InvoiceGiven] = Field(min_length=1, max_length=200)
    transferable: bool = Field(True, strict=True)


class Dated(Ask):
    """The day it took effect, the open business day if not said."""

    on: Day | None = None


class Grounded(Dated):
    """Why."""

    ground: BillGround


class NewEndorsement(Dated):
    """Who passes it to whom."""

    by: PartyId
    to: PartyId


class NewPresentment(Dated):
    """Who presents it; the bank if not said."""

    by: PartyId | None = None


class NewRecourse(Dated):
    """Who is asked to pay."""

    party: PartyId


class NewRecovery(NewRecourse):
    """How much who was asked paid."""

    amount_fen: Fen


class NewDiscount(Ask):
    """At what yearly rate, on which invoices of the seller's, and what the seller was told it would receive."""

    rate_units: RateUnits
    invoices: list[InvoiceGiven] = Field(min_length=1, max_length=200)
    proceeds_fen: Fen | None = None


class BillRow(Answer):
    """A bill in a list."""

    bill: str
    number: str
    kind: BillKind
    status: BillStatus
    drawer: str
    acceptor: str
    holder: str = Field(description="a party, or `bank`")
    seller: str | None
    amount_fen: int
    exposure_fen: int
    drawn_on: dt.date
    matures_on: dt.date
    falls_due_on: dt.date
    dpd: int
    loan_class: LoanClass
    synthetic: bool


class EndorsementAnswer(Answer):
    """From hand to hand."""

    by: str
    to: str
    on: dt.date


class BillDiscountAnswer(Answer):
    """What the bank agreed with the seller, and what of the interest is earned."""

    seller: str
    on: dt.date
    days: int
    rate: RateAnswer
    interest_fen: int
    earned_fen: int
    proceeds_fen: int


class LiableAnswer(Answer):
    """Who may be asked to pay a dishonoured bill, in the order of the desk."""

    party: str
    until: dt.date | None
    asked: bool


class BillAnswer(BillRow):
    """One bill in full."""

    payee: str
    transferable: bool
    chain: list[EndorsementAnswer]
    discount: BillDiscountAnswer | None
    presented_on: dt.date | None
    dishonoured_on: dt.date | None
    claim_fen: int
    liable: list[LiableAnswer]
    look_alikes: list[str] = Field(description="other bills of the same parties over the same amount")


class BillChangedAnswer(Answer):
    """A bill after a step."""

    event: str
    bill: str
    on: dt.date
    status: BillStatus
    holder: str
    claim_fen: int


class CapUseAnswer(Answer):
    """What a party would owe in all, and the most it may."""

    party: str
    seller: bool
    acceptor: bool
    before_fen: int
    after_fen: int
    cap_fen: int


class RefusalAnswer(Answer):
    """Why it would be refused."""

    code: str
    message: str
    remedy: str


class DiscountQuoteAnswer(Answer):
    """The price of a bill today, whom it counts to, and what speaks against buying it."""

    bill: str
    seller: str
    on: dt.date
    falls_due_on: dt.date
    days: int
    rate: RateAnswer
    interest_fen: int
    proceeds_fen: int
    uses: list[CapUseAnswer]
    second_person: bool
    refusal: RefusalAnswer | None
    others: list[str] = Field(description="bills that one of the invoices stands behind already")


class DiscountedAnswer(Answer):
    """A bill that was bought."""

    event: str
    bill: str
    seller: str
    on: dt.date
    falls_due_on: dt.date
    days: int
    interest_fen: int
    proceeds_fen: int


class ConcentrationAnswer(Answer):
    """What a party owes in all, the part of it on bills, and its cap."""

    party: str
    seller: bool
    acceptor: bool
    bills_fen: int
    total_fen: int
    cap_fen: int


class DeskAnswer(Answer):
    """The day's work and the bank's exposure on bills."""

    on: dt.date
    held_fen: int
    unearned_fen: int
    defaulted_fen: int
    due: list[BillRow]
    concentrations: list[ConcentrationAnswer]


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
    return told(Listed[BillRow](items=[_row(one) for one in found], next=onward("bills", start, len(found), limit)))


@routes.get("/bill-desk", response_model=DeskAnswer)
def bill_desk(by: By) -> Response:
    """What is due for presentment today, what the bank holds, and on whom it depends (staff)."""
    shown = reading.desk(by.house, by.actor)
    listed = {"due": [_row(one) for one in shown.due], "concentrations": [ConcentrationAnswer(**_of(one, ConcentrationAnswer))
              for one in shown.concentrations]}  # fmt: skip
    return told(DeskAnswer(**{**_of(shown, DeskAnswer), **listed}))


@routes.get("/bills/{bill}", response_model=BillAnswer)
def read_bill(by: By, bill: BillPath) -> Response:
    """One bill: its chain, its price, who is liable (staff)."""
    return told(_bill(reading.bill(by.house, by.actor, bill)))


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
    return _step(by, BillPresented(bill, asked.by or "bank"), asked, key)


@routes.post("/bills/{bill}/payment", status_code=201, response_model=BillChangedAnswer)
def pay_bill(by: By, bill: BillPath, asked: Dated, key: Key) -> Response:
    """The acceptor paid the face (bill desk)."""
    return _step(by, BillPaid(bill), asked, key)


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


@routes.post("/bills/{bill}/discount-quotes", response_model=DiscountQuoteAnswer)
def quote_bill(by: By, bill: BillPath, asked: NewDiscount) -> Response:
    """What the bank would pay today, and what speaks against it; nothing is recorded (staff)."""
    found = quote_discount(by.house, by.actor, _discount(bill, asked))
    return told(DiscountQuoteAnswer(
        bill=bill, seller=found.seller, on=found.price.on, falls_due_on=found.price.falls_due_on, days=found.price.days,
        rate=_rate(found.price.rate), interest_fen=found.price.interest_fen, proceeds_fen=found.price.proceeds_fen,
        uses=[CapUseAnswer.model_validate(use) for use in found.uses], second_person=found.second_person,
        refusal=RefusalAnswer.model_validate(found.refusal) if found.refusal else None, others=list(found.others),
    ))  # fmt: skip


@routes.post("/bills/{bill}/discount", status_code=201, response_model=DiscountedAnswer)
def buy_bill(by: By, bill: BillPath, asked: NewDiscount, key: Key) -> Response:
    """Buy it from its holder today; with `proceeds_fen` at that price or not at all (credit officers)."""
    made = discount(by.house, by.actor, _discount(bill, asked), by.key(key))
    return told(DiscountedAnswer.model_validate(made), 201)


@routes.post("/bills/{bill}/discount-proposals", status_code=201, response_model=ProposalAnswer)
def propose_bill(by: By, bill: BillPath, asked: NewDiscount, key: Key) -> Response:
    """Ask a second person to buy a bill above what one person may; resolved like any proposal, at the price of that day (staff)."""
    made = propose(by.house, by.actor, offer_of(by.house, by.actor, _discount(bill, asked)), by.key(key))
    return told(ProposalAnswer.model_validate(made), 201)


def _step(by: Call, body: StepBody, asked: Dated, key: str) -> Response:
    made = act(by.house, by.actor, StepRequest(body, asked.on), by.key(key))
    return told(BillChangedAnswer.model_validate(made), 201)


def _discount(bill: str, asked: NewDiscount) -> DiscountRequest:
    return DiscountRequest(bill, asked.rate_units, _invoices(asked.invoices), asked.proceeds_fen)


def _invoices(given: list[InvoiceGiven]) -> tuple[Invoice, ...]:
    return tuple(Invoice(one.number, one.gross_fen) for one in given)


def _of(value: object, answer: type[Answer]) -> dict[str, Any]:
    """The value's fields that the answer has by the same name."""
    return {name: getattr(value, name) for name in answer.model_fields if hasattr(value, name)}


def _rate(rate: Rate) -> RateAnswer:
    return rate_answer(rate_view(rate))


def _row(row: Row) -> BillRow:
    return BillRow(**_plain(row))


def _plain(row: Row | BillView) -> dict[str, Any]:
    state = row.state
    own = _of(state.bill, BillRow) | _of(state, BillRow)
    return own | {
        "bill": state.bill.bill, "seller": state.discount.seller if state.discount else None, "dpd": row.dpd, "loan_class": row.loan_class,
    }  # fmt: skip


def _bill(view: BillView) -> BillAnswer:
    state, agreed = view.state, view.state.discount
    bought = None
    if agreed is not None and view.price is not None:
        bought = BillDiscountAnswer(
            seller=agreed.seller, on=agreed.on, days=view.price.days, rate=_rate(agreed.rate), interest_fen=agreed.interest_fen,
            earned_fen=view.earned_fen, proceeds_fen=view.price.proceeds_fen,
        )  # fmt: skip
    return BillAnswer(
        **_plain(view), payee=state.bill.payee, transferable=state.bill.transferable,
        chain=[EndorsementAnswer.model_validate(one) for one in state.chain], discount=bought, presented_on=state.presented_on,
        dishonoured_on=state.dishonoured_on, claim_fen=view.claimed.total_fen,
        liable=[LiableAnswer(party=one.party, until=one.until, asked=one.asked) for one in view.liable],
        look_alikes=list(view.look_alikes),
    )  # fmt: skip
