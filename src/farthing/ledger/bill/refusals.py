"""What refuses a step of a bill besides the table: small rules in a visible order, each with a name of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from farthing.domain.arrears import LoanClass
from farthing.domain.bill.bill import BANK, Bill, BillKind, BillState
from farthing.domain.bill.event import (
    BillAccepted,
    BillDiscounted,
    BillEndorsed,
    BillPaidInPart,
    BillPresented,
    BillRedeemed,
    BillRediscounted,
    BillReturned,
    BillWrittenOff,
    RecourseMet,
    RecourseTaken,
)
from farthing.domain.bill.product import BillProduct
from farthing.domain.calendar import add_months
from farthing.domain.money import format_yuan
from farthing.ledger.bill.recourse import bill_class, claim, lapses, late, liable
from farthing.ledger.waterfall import Refusal

Rule: TypeAlias = Callable[[BillState, Any, dt.date], Refusal | None]
DIGITS = 30
_FIRST = {"1": BillKind.BANK, "2": BillKind.COMMERCIAL}
"""What the first digit of a number says of its kind, where it does."""


def check_drawing(bill: Bill, product: BillProduct, today: dt.date) -> Refusal | None:
    """The first reason to refuse to take up a bill: its number, parties, amount, days, and the trade behind it, in this order."""
    number = bill.number
    if len(number) != DIGITS or not (number.isascii() and number.isdigit()) or _FIRST.get(number[0], bill.kind) is not bill.kind:
        told = f"{number[:40]!r} is not the number of a {bill.kind.value} bill."
        return Refusal("bad_bill_number", told, "Copy its 30 digits; the first is 1 for a bank's bill, 2 for a commercial one.")
    if bill.payee in (bill.drawer, bill.acceptor):
        return Refusal("bad_bill_parties", "The payee draws or accepts the bill itself.", "Name who is paid for goods or services.")
    if not product.face_min_fen <= bill.amount_fen <= product.face_max_fen:
        least, most = format_yuan(product.face_min_fen), format_yuan(product.face_max_fen)
        return Refusal("bill_amount", f"{format_yuan(bill.amount_fen)} is no amount of a bill.", f"It is between {least} and {most}.")
    last = add_months(bill.drawn_on, product.most_months)
    if not bill.drawn_on <= today < bill.matures_on <= last:
        told = f"A bill drawn on {bill.drawn_on} that matures on {bill.matures_on} cannot be taken up on {today}."
        return Refusal("bill_days", told, f"It was drawn by today, matures after it, and by {last} ({product.most_months} months).")
    return _trade_below(bill.amount_fen, sum(one.gross_fen for one in bill.trade))


def _trade_below(face_fen: int, gross_fen: int) -> Refusal | None:
    if gross_fen >= face_fen:
        return None
    told = f"Invoices of {format_yuan(gross_fen)} stand behind a bill of {format_yuan(face_fen)}."
    return Refusal("trade_below_face", told, "Give invoices that come to the face at least: a bill without trade is not financed.")


def _held(state: BillState, by: str) -> Refusal | None:
    if by == state.holder:
        return None
    return Refusal("not_holder", f"{by} does not hold bill {state.bill.bill}.", f"{state.holder} does: it alone may do this.")


def _matured(state: BillState, _: Any, day: dt.date) -> Refusal | None:
    if day < state.bill.matures_on:
        return None
    told = f"Bill {state.bill.bill} matured on {state.bill.matures_on}."
    return Refusal("bill_matured", told, "A bill that has matured is presented for payment.")


def _bound(state: BillState, _: Any, __: dt.date) -> Refusal | None:
    if state.bill.transferable:
        return None
    return Refusal("not_transferable", f"Bill {state.bill.bill} may not be passed on.", "Its payee presents it at maturity.")


def _endorser(state: BillState, body: BillEndorsed, _: dt.date) -> Refusal | None:
    return _held(state, body.by)


def _endorsee(state: BillState, body: BillEndorsed, _: dt.date) -> Refusal | None:
    if body.to not in (body.by, BANK):
        return None
    told = f"Bill {state.bill.bill} cannot be endorsed to {body.to}."
    return Refusal("bad_endorsee", told, "Name another party; the bank takes a bill by discounting it.")


def _seller(state: BillState, body: BillDiscounted, _: dt.date) -> Refusal | None:
    if body.seller == state.bill.acceptor:
        told = f"{body.seller} accepted bill {state.bill.bill} and would sell its own debt."
        return Refusal("own_bill", told, "A bill that came back to its acceptor is paid, not discounted.")
    return _held(state, body.seller)


def _buyer(state: BillState, body: BillRediscounted, _: dt.date) -> Refusal | None:
    of = state.bill
    if body.buyer not in {BANK, of.drawer, of.acceptor, of.payee, *(one.by for one in state.chain)}:
        return None
    told = f"{body.buyer} stands on bill {of.bill} already."
    return Refusal("bad_buyer", told, "Sell it to somebody who was never liable on it.")


def _proceeds(state: BillState, body: BillDiscounted | BillRediscounted, _: dt.date) -> Refusal | None:
    if body.interest_fen < state.bill.amount_fen:
        return None
    return Refusal("nothing_left", "The interest would be all of the face.", "Discount it at a lower rate.")


def _seller_trade(state: BillState, body: BillDiscounted, _: dt.date) -> Refusal | None:
    return _trade_below(state.bill.amount_fen, sum(one.gross_fen for one in body.trade))


def _unused(state: BillState, _: BillReturned, __: dt.date) -> Refusal | None:
    if not state.chain:
        return None
    return Refusal("bill_endorsed", f"Bill {state.bill.bill} was endorsed.", "Only a bill its payee never passed on is returned.")


def _presenter(state: BillState, body: BillPresented, _: dt.date) -> Refusal | None:
    return _held(state, body.by)


def _due(state: BillState, _: Any, day: dt.date) -> Refusal | None:
    if day >= state.falls_due_on:
        return None
    return Refusal("bill_not_due", f"Bill {state.bill.bill} falls due on {state.falls_due_on}.", "Present it then.")


def _part(state: BillState, body: BillPaidInPart, _: dt.date) -> Refusal | None:
    if 0 < body.amount_fen < state.bill.amount_fen:
        return None
    told = f"{format_yuan(body.amount_fen)} is no part of the face of {format_yuan(state.bill.amount_fen)}."
    return Refusal("bill_part", told, "Record what came: less than the face; all of it is payment, nothing is dishonour.")


def _answers(state: BillState, body: RecourseTaken, day: dt.date) -> Refusal | None:
    if body.party in liable(state, day) and body.party not in state.asked:
        return None
    bill, until = state.bill.bill, lapses(state, body.party)
    if body.party in state.asked:
        return Refusal("asked_already", f"{body.party} was asked to pay bill {bill}.", "Record what it pays, or ask another.")
    if until is not None and until < day:
        return Refusal("recourse_lapsed", f"Recourse to {body.party} on bill {bill} lapsed on {until}.", "Ask another who is still liable.")
    told = f"{body.party} is not liable on bill {bill}{', which was presented late' if late(state) else ''}."
    return Refusal("not_liable", told, "Ask who is: the page lists them in order.")


def _payer(state: BillState, body: RecourseMet, _: dt.date) -> Refusal | None:
    if body.party == BANK and BANK in state.asked:
        return Refusal("bank_redeems", f"The bank was asked to pay bill {state.bill.bill}.", "It pays the whole claim: redeem the bill.")
    if body.party in state.asked:
        return None
    return Refusal("not_asked", f"{body.party} was not asked to pay bill {state.bill.bill}.", "Take recourse to it first.")


def _claimed(state: BillState, body: RecourseMet, day: dt.date) -> Refusal | None:
    most = claim(state, day).total_fen
    if 0 < body.amount_fen <= most:
        return None
    told = f"{format_yuan(body.amount_fen)} is no part of the claim of {format_yuan(most)} on {day}."
    return Refusal("recourse_above_claim", told, "Record at most what is claimed; give the rest back.")


def _redeems(state: BillState, body: BillRedeemed, day: dt.date) -> Refusal | None:
    if BANK not in state.asked:
        return Refusal(
            "not_asked", f"The bank was not asked to pay bill {state.bill.bill}.", "Record that its holder takes recourse first."
        )
    whole = claim(state, day).total_fen
    if body.amount_fen == whole:
        return None
    told = f"{format_yuan(body.amount_fen)} is not the claim of {format_yuan(whole)} on {day}."
    return Refusal("redeemed_in_part", told, "A bill comes back for the whole claim; pay it as it stands that day.")


def _lost(state: BillState, _: BillWrittenOff, day: dt.date) -> Refusal | None:
    bill = state.bill.bill
    if state.holder != BANK or state.discount is None:
        return Refusal("not_holder", f"The bank does not hold bill {bill}.", "Only the bank's own claim is written off.")
    if (found := bill_class(state, day)) is LoanClass.LOSS:
        return None
    return Refusal("not_a_loss", f"Bill {bill} is {found.value}, not loss.", "Wait for RC-04: more than 360 days past due.")


RULES: Mapping[type, tuple[Rule, ...]] = MappingProxyType({
    BillAccepted: (_matured,),
    BillReturned: (_unused, _matured),
    BillEndorsed: (_endorser, _endorsee, _bound, _matured),
    BillDiscounted: (_seller, _bound, _matured, _seller_trade, _proceeds),
    BillRediscounted: (_matured, _buyer, _proceeds),
    BillPresented: (_presenter, _due),
    BillPaidInPart: (_part,),
    RecourseTaken: (_answers,),
    RecourseMet: (_payer, _claimed),
    BillRedeemed: (_redeems,),
    BillWrittenOff: (_lost,),
})  # fmt: skip
"""The rules of each step, in the order in which they are asked."""
