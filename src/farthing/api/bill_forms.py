"""What is asked and answered about bills, and how the answers are made of what the flows say."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import Field, StringConstraints

from farthing.api.fields import Answer, Ask, Day, Fen, Ground, PartyId, RateAnswer, rate_answer
from farthing.domain.arrears import LoanClass
from farthing.domain.bill.bill import BillGround, BillKind, BillStatus, Rediscount
from farthing.domain.rate import Rate
from farthing.flows.bill.discount import DiscountQuote
from farthing.flows.bill.part import Parted
from farthing.flows.queries.bills import BillRow as Row
from farthing.flows.queries.bills import BillView, Desk
from farthing.flows.queries.lines import rate_view

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
    """Who is asked to pay; `bank` by a buyer to whom the bank sold it on."""

    party: PartyId | Literal["bank"]


class NewRecovery(Dated):
    """How much who was asked paid."""

    party: PartyId
    amount_fen: Fen


class NewPartPayment(Grounded):
    """How much of the face the acceptor paid, and why no more."""

    amount_fen: Fen


class NewRedemption(Dated):
    """What the bank paid its buyer: the whole claim of that day."""

    amount_fen: Fen


class NewSale(Ask):
    """To whom a bill is sold on, at what yearly rate, and whether the bank answers for its payment."""

    buyer: PartyId
    rate_units: RateUnits
    recourse: bool = Field(strict=True, examples=[True])


class NewBillWriteOff(Ask):
    """Why a bill is given up for lost."""

    ground: Ground


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


class SaleAnswer(Answer):
    """To whom the bank sold it on, and for how much."""

    buyer: str
    on: dt.date
    rate: RateAnswer
    interest_fen: int
    recourse: bool


class SaleQuoteAnswer(Answer):
    """What a sale comes to today: the interest the bank took is earned, kept beyond that, or the buyer's."""

    bill: str
    on: dt.date
    days: int
    interest_fen: int
    proceeds_fen: int
    earned_fen: int
    kept_fen: int
    exposure_fen: int = Field(description="what the bank stands to lose on it afterwards")


class LiableAnswer(Answer):
    """Who may be asked to pay a dishonoured bill, in the order of the desk."""

    party: str = Field(description="a party, or `bank`")
    until: dt.date | None
    asked: bool


class BillAnswer(BillRow):
    """One bill in full."""

    payee: str
    transferable: bool
    chain: list[EndorsementAnswer]
    discount: BillDiscountAnswer | None
    sold: SaleAnswer | None
    redeemed_on: dt.date | None
    presented_on: dt.date | None
    dishonoured_on: dt.date | None
    claim_fen: int
    liable: list[LiableAnswer]
    look_alikes: list[str] = Field(description="other bills of the same parties, amount and maturity")


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
    sold_fen: int = Field(description="faces of bills sold on that the bank may still be asked for")
    due: list[BillRow]
    concentrations: list[ConcentrationAnswer]


def row_answer(row: Row) -> BillRow:
    """A bill in a list."""
    return BillRow(**_plain(row))


def bill_answer(view: BillView) -> BillAnswer:
    """One bill in full."""
    state, agreed, bought = view.state, view.state.discount, None
    if agreed is not None and view.price is not None:
        bought = BillDiscountAnswer(
            seller=agreed.seller, on=agreed.on, days=view.price.days, rate=_rate(agreed.rate), interest_fen=agreed.interest_fen,
            earned_fen=view.earned_fen, proceeds_fen=view.price.proceeds_fen,
        )  # fmt: skip
    return BillAnswer(
        **_plain(view), payee=state.bill.payee, transferable=state.bill.transferable,
        sold=_sold(state.sold), redeemed_on=state.redeemed.on if state.redeemed else None,
        chain=[EndorsementAnswer.model_validate(one) for one in state.chain], discount=bought, presented_on=state.presented_on,
        dishonoured_on=state.dishonoured_on, claim_fen=view.claimed.total_fen,
        liable=[LiableAnswer(party=one.party, until=one.until, asked=one.asked) for one in view.liable],
        look_alikes=list(view.look_alikes),
    )  # fmt: skip


def desk_answer(shown: Desk) -> DeskAnswer:
    """The day's work."""
    return DeskAnswer(
        on=shown.on, held_fen=shown.held_fen, unearned_fen=shown.unearned_fen, defaulted_fen=shown.defaulted_fen,
        sold_fen=shown.sold_fen,
        due=[row_answer(one) for one in shown.due],
        concentrations=[ConcentrationAnswer(**_of(one, ConcentrationAnswer)) for one in shown.concentrations],
    )  # fmt: skip


def quote_answer(found: DiscountQuote) -> DiscountQuoteAnswer:
    """The price, and what speaks against it."""
    return DiscountQuoteAnswer(
        bill=found.bill, seller=found.seller, on=found.price.on, falls_due_on=found.price.falls_due_on, days=found.price.days,
        rate=_rate(found.price.rate), interest_fen=found.price.interest_fen, proceeds_fen=found.price.proceeds_fen,
        uses=[CapUseAnswer.model_validate(use) for use in found.uses], second_person=found.second_person,
        refusal=RefusalAnswer.model_validate(found.refusal) if found.refusal else None, others=list(found.others),
    )  # fmt: skip


def sale_answer(found: Parted) -> SaleQuoteAnswer:
    """What a sale comes to."""
    due, after = found.price, found.foreseen.after
    assert due is not None, "a sale has a price"
    return SaleQuoteAnswer(
        bill=after.bill.bill, on=due.on, days=due.days, interest_fen=due.interest_fen, proceeds_fen=due.proceeds_fen,
        earned_fen=found.earned_fen, kept_fen=found.kept_fen, exposure_fen=after.exposure_fen,
    )  # fmt: skip


def _sold(sold: Rediscount | None) -> SaleAnswer | None:
    if sold is None:
        return None
    return SaleAnswer(buyer=sold.buyer, on=sold.on, rate=_rate(sold.rate), interest_fen=sold.interest_fen, recourse=sold.recourse)


def _plain(row: Row | BillView) -> dict[str, Any]:
    state = row.state
    own = _of(state.bill, BillRow) | _of(state, BillRow)
    return own | {
        "bill": state.bill.bill, "seller": state.discount.seller if state.discount else None, "dpd": row.dpd, "loan_class": row.loan_class,
    }  # fmt: skip


def _of(value: object, answer: type[Answer]) -> dict[str, Any]:
    """The value's fields that the answer has by the same name."""
    return {name: getattr(value, name) for name in answer.model_fields if hasattr(value, name)}


def _rate(rate: Rate) -> RateAnswer:
    return rate_answer(rate_view(rate))
