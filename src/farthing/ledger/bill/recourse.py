"""Recourse: who is liable on a dishonoured bill, what the holder may claim, and how what comes in is split.

Negotiable Instruments Law: drawer, acceptor and endorsers are jointly liable and may be asked in any order (articles 61, 68); a holder
who drew it has no recourse to those before him, one who endorsed it none to those after (article 69). The claim is the face with interest
from the day it fell due (article 70); of who paid a holder, all that he paid with interest from that day (article 71). It lapses against
endorsers six months after dishonour, three after such a payment, against drawer and acceptor two years after maturity (article 17). Who
presented an electronic bill late keeps recourse against drawer and acceptor only (measures on electronic bills, by secondary sources).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.arrears import LoanClass
from farthing.domain.bill.bill import BANK, BillState, BillStatus
from farthing.domain.calendar import add_months
from farthing.domain.ids import Id
from farthing.ledger.accrual import interest_exact, posted
from farthing.ledger.classify import classify

PRESENTMENT_DAYS = 10
"""Presented within so many days after it fell due, a bill is presented in time (article 53)."""
ENDORSERS_MONTHS, AGAIN_MONTHS, OTHERS_MONTHS = 6, 3, 24
CLAIMED = (BillStatus.DISHONOURED, BillStatus.RECOURSE, BillStatus.WRITTEN_OFF)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the holder of a dishonoured bill may claim on a day."""

    face_fen: int
    interest_fen: int

    @property
    def total_fen(self) -> int:
        """All of it."""
        return self.face_fen + self.interest_fen


def claim(state: BillState, day: dt.date) -> Claimed:
    """The claim on `day`; nothing unless the bill is dishonoured and not settled."""
    if state.status not in CLAIMED:
        return Claimed(0, 0)
    return Claimed(state.face_left_fen, posted(claim_exact(state, day), state.bill.recourse_rate) - state.claim_paid_fen)


def claim_exact(state: BillState, day: dt.date) -> int:
    """Interest claimed up to `day`, unrounded: on the face that is left, from the day the bill fell due.

    After a redemption on the interest that was paid with it too, while face is left: what is behind by then bears none.
    """
    since = state.as_of if state.dishonoured_on else state.falls_due_on
    left = state.bill.amount_fen - state.recovered_fen
    bears = left + state.redeemed.interest_fen if state.redeemed and left else left
    return state.claim_exact + interest_exact(bears, state.bill.recourse_rate, (day - since).days)


def split(claimed: Claimed, amount_fen: int) -> Claimed:
    """How money that comes in meets a claim: the face first, then the interest."""
    face = min(amount_fen, claimed.face_fen)
    return Claimed(face, amount_fen - face)


def liable(state: BillState, day: dt.date) -> tuple[Id, ...]:
    """Who may be asked on `day`, in the order in which the desk asks: back along the chain, then drawer and acceptor."""
    firm = (state.bill.drawer, state.bill.acceptor)
    drew = state.holder == state.bill.drawer
    endorsers = () if late(state) or drew else (one for one in _before(state) if one not in firm)
    in_order = dict.fromkeys((*endorsers, *firm))
    free = {state.holder} | ({BANK} if state.sold and not state.sold.recourse else set())
    return tuple(one for one in in_order if one not in free and ((last := lapses(state, one)) is None or day <= last))


def late(state: BillState) -> bool:
    """Was the bill presented too late for recourse against endorsers?"""
    return state.presented_on is not None and (state.presented_on - state.falls_due_on).days > PRESENTMENT_DAYS


def lapses(state: BillState, party: Id) -> dt.date | None:
    """The last day on which this party may be asked; None while nothing runs."""
    if party in (state.bill.drawer, state.bill.acceptor):
        return add_months(state.bill.matures_on, OTHERS_MONTHS)
    if state.redeemed is not None:
        return add_months(state.redeemed.on, AGAIN_MONTHS)
    return None if state.dishonoured_on is None else add_months(state.dishonoured_on, ENDORSERS_MONTHS)


def dpd(state: BillState, day: dt.date) -> int:
    """Days past due of a bill that the bank bears, unpaid."""
    return max((day - state.falls_due_on).days, 0) if state.exposure_fen else 0


def bill_class(state: BillState, day: dt.date) -> LoanClass:
    """The class of a bill that the bank bears: by days past due (RC-01..RC-04), and a dishonoured one is substandard at least (default)."""
    least = LoanClass.SUBSTANDARD if state.exposure_fen and state.status in CLAIMED else LoanClass.NORMAL
    return max(classify(dpd(state, day)), least, key=list(LoanClass).index)


def _before(state: BillState) -> list[Id]:
    """Endorsers before the holder, the last first. A holder who endorsed it once has no recourse to those after (article 69)."""
    hands: list[Id] = []
    for one in state.chain:
        if one.by == state.holder:
            break
        hands.append(one.by)
    return hands[::-1]
