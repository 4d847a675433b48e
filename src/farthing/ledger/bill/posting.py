"""What the accounts say about discounted bills follows from their states, as it does for lines (`ledger.posting`).

Buying a bill: the face into discounted bills, the interest unearned against it, the proceeds out of cash. Day by day the interest is
earned. Payment turns the face into cash. A dishonoured bill moves to overdue bills and stays there until recourse is met or it is written
off; interest claimed after maturity is income when it comes, not before, since the bill is in default. The loss allowance is what its class
requires; what is written off is an impairment loss, which what comes back later lessens.

A bill sold on with recourse stays, since its risk does (CAS 23), and the buyer's money is a liability that grows to the face by the day
it falls due; without recourse it goes (ADR 0017).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from farthing.domain.bill.bill import BANK, BILLS, BillState, BillStatus, Discount
from farthing.domain.money import round_half_even
from farthing.domain.posting import Account
from farthing.ledger.bill.price import earned_fen
from farthing.ledger.bill.recourse import bill_class, lapses
from farthing.ledger.posting import Key
from farthing.ledger.provision import PERCENT


def entries(state: BillState, day: dt.date) -> dict[Account, int]:
    """The balances that one bill comes to at the close of `day`; they sum to zero. All zero for a bill the bank never bought."""
    if state.discount is None:
        return {}
    return _borne(state, state.discount, day) if state.borne else _gone(state, state.discount, day)


def _borne(state: BillState, agreed: Discount, day: dt.date) -> dict[Account, int]:
    """Of a bill that is the bank's to lose: held, or sold on with recourse, so that the buyer's money is owed until the bill is paid."""
    face = state.bill.amount_fen
    earned, paid = earned_fen(face, agreed, day), face if state.status is BillStatus.PAID else 0
    left = face - paid - state.recovered_fen
    off = left if state.status is BillStatus.WRITTEN_OFF else 0
    overdue = left - off if state.dishonoured_on is not None else 0
    bought, required = _buyers(state, day), required_fen(state, day)
    return {
        Account.DISCOUNTED_BILLS: left - off - overdue,
        Account.OVERDUE_BILLS: overdue,
        Account.UNEARNED_DISCOUNT: earned - agreed.interest_fen,
        Account.CASH: agreed.interest_fen - face + paid + state.recovered_fen + state.claim_paid_fen + bought.cash_fen,
        Account.REDISCOUNT_LIABILITY: -bought.owed_fen,
        Account.DISCOUNT_INCOME: bought.settled_fen - earned - state.claim_paid_fen,
        Account.REDISCOUNT_COST: bought.cost_fen,
        Account.LOSS_ALLOWANCE: -required,
        Account.IMPAIRMENT_LOSS: required + off,
        Account.WRITTEN_OFF: off,
        Account.WRITTEN_OFF_CONTRA: -off,
    }


@dataclass(frozen=True, slots=True)
class _Buyers:
    """What a sale with recourse comes to: cash of the buyer's less what went to it, what is owed to it, interest that others paid it, and
    the cost: its interest by the day, and what of its claim the bank paid beside the face."""

    cash_fen: int = 0
    owed_fen: int = 0
    settled_fen: int = 0
    cost_fen: int = 0


def _buyers(state: BillState, day: dt.date) -> _Buyers:
    if state.sold is None:
        return _Buyers()
    face, of = state.bill.amount_fen, state.redeemed
    lent = face - state.sold.interest_fen
    cost = earned_fen(face, state.sold, day)
    to_buyer = face if state.status is BillStatus.PAID else face - of.face_fen if of else state.recovered_fen
    settled = of.settled_fen if of else state.claim_paid_fen
    if of is None:
        return _Buyers(lent - to_buyer - settled, lent + cost - to_buyer, settled, cost)
    return _Buyers(lent - to_buyer - settled - of.total_fen, 0, settled, cost + of.interest_fen)


def _gone(state: BillState, agreed: Discount, day: dt.date) -> dict[Account, int]:
    """Of a bill sold on without recourse: of the interest the bank took, part was earned by holding it, part goes to the buyer, and the
    rest is the result of the sale. The face stays beside the balance sheet while somebody after the buyer may ask the bank for it."""
    sold = state.sold
    assert sold is not None, "a bill that was bought and is not the bank's to lose was sold"
    earned = earned_fen(state.bill.amount_fen, agreed, min(day, sold.on))
    asked = asked_fen(state, day)
    return {
        Account.CASH: agreed.interest_fen - sold.interest_fen,
        Account.DISCOUNT_INCOME: -earned,
        Account.BILL_SALE_RESULT: sold.interest_fen + earned - agreed.interest_fen,
        Account.ENDORSED_BILLS: asked,
        Account.ENDORSED_BILLS_CONTRA: -asked,
    }


def asked_fen(state: BillState, day: dt.date) -> int:
    """The face of a bill that was sold on and that the bank may still be asked for."""
    last = lapses(state, BANK)
    over = state.sold is None or state.redeemed is not None or (last is not None and day > last)
    return 0 if over else state.face_left_fen


def required_fen(state: BillState, day: dt.date) -> int:
    """What is to be set aside for a bill by its class; nothing for one that left the balance sheet."""
    return round_half_even(state.balance_fen * PERCENT[bill_class(state, day)], 100)


def balances(states: Iterable[BillState], day: dt.date) -> dict[Key, int]:
    """What all bills come to at the close of `day`, by product and account: to be posted with the lines' (`ledger.posting.postings`)."""
    sums: dict[Key, int] = {}
    for state in states:
        for account, fen in entries(state, day).items():
            sums[BILLS, account] = sums.get((BILLS, account), 0) + fen
    return sums
