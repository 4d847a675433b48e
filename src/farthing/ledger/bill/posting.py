"""What the accounts say about discounted bills follows from their states, as it does for lines (`ledger.posting`).

Buying a bill: the face into discounted bills, the interest unearned against it, the proceeds out of cash. Day by day the interest is
earned. Payment turns the face into cash. A dishonoured bill moves to overdue bills and stays there until recourse is met; interest claimed
after maturity is income when it comes, not before, since the bill is in default. The loss allowance is what its class requires.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from farthing.domain.bill.bill import BillState, BillStatus
from farthing.domain.money import round_half_even
from farthing.domain.posting import Account
from farthing.ledger.bill.price import earned_fen
from farthing.ledger.bill.recourse import bill_class
from farthing.ledger.posting import Key
from farthing.ledger.provision import PERCENT

PRODUCT = "bill"
"""The product that these postings stand under."""


def entries(state: BillState, day: dt.date) -> dict[Account, int]:
    """The balances that one bill comes to at the close of `day`; they sum to zero. All zero for a bill the bank never bought."""
    agreed, face = state.discount, state.bill.amount_fen
    if agreed is None:
        return {}
    earned, paid = earned_fen(face, agreed, day), face if state.status is BillStatus.PAID else 0
    left = face - paid - state.recovered_fen
    overdue = left if state.dishonoured_on is not None else 0
    required = required_fen(state, day)
    return {
        Account.DISCOUNTED_BILLS: left - overdue,
        Account.OVERDUE_BILLS: overdue,
        Account.UNEARNED_DISCOUNT: earned - agreed.interest_fen,
        Account.CASH: agreed.interest_fen - face + paid + state.recovered_fen + state.claim_paid_fen,
        Account.DISCOUNT_INCOME: -earned - state.claim_paid_fen,
        Account.LOSS_ALLOWANCE: -required,
        Account.IMPAIRMENT_LOSS: required,
    }


def required_fen(state: BillState, day: dt.date) -> int:
    """What is to be set aside for a bill by its class."""
    return round_half_even(state.exposure_fen * PERCENT[bill_class(state, day)], 100)


def balances(states: Iterable[BillState], day: dt.date) -> dict[Key, int]:
    """What all bills come to at the close of `day`, by product and account: to be posted with the lines' (`ledger.posting.postings`)."""
    sums: dict[Key, int] = {}
    for state in states:
        for account, fen in entries(state, day).items():
            sums[PRODUCT, account] = sums.get((PRODUCT, account), 0) + fen
    return sums
