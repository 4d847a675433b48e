"""Double entry: postings to the bank's own accounts. A set of postings sums to zero, always."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Account(StrEnum):
    """The chart of accounts, as far as a line needs it. Debits are positive, credits negative."""

    LOANS = "1301_loans"
    INTEREST_RECEIVABLE = "1132_interest_receivable"
    CASH = "1003_cash_at_central_bank"
    CUSTOMER_SURPLUS = "2241_customer_surplus"
    INTEREST_INCOME = "6011_interest_income"


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry: `amount_fen` to an account on a booking day for a product; `origin` names the event or `accrual`."""

    booked_on: dt.date
    product: str
    account: Account
    amount_fen: int
    origin: str
