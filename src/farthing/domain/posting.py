"""Double entry: postings to the bank's own accounts. A set of postings sums to zero, always."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Account(StrEnum):
    """The chart of accounts, as far as lines and bills need it. Debits are positive, credits negative.

    The 9-accounts are off the balance sheet, each against its contra: interest and penalty on lines more than 90 days past due,
    remembered but not earned, and claims that were written off.
    """

    LOANS = "1301_loans"
    INTEREST_RECEIVABLE = "1132_interest_receivable"
    PENALTY_RECEIVABLE = "1133_penalty_receivable"
    DISCOUNTED_BILLS = "1302_discounted_bills"
    UNEARNED_DISCOUNT = "1303_unearned_discount"
    LOSS_ALLOWANCE = "1304_loss_allowance"
    OVERDUE_BILLS = "1305_overdue_bills"
    CASH = "1003_cash_at_central_bank"
    DUE_TO_PARTNERS = "2203_due_to_partners"
    CUSTOMER_SURPLUS = "2241_customer_surplus"
    INTEREST_INCOME = "6011_interest_income"
    PENALTY_INCOME = "6012_penalty_income"
    DISCOUNT_INCOME = "6013_discount_income"
    IMPAIRMENT_LOSS = "6702_impairment_loss"
    INTEREST_OFF_BALANCE = "9021_interest_off_balance"
    INTEREST_OFF_BALANCE_CONTRA = "9022_interest_off_balance_contra"
    WRITTEN_OFF = "9031_written_off"
    WRITTEN_OFF_CONTRA = "9032_written_off_contra"


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry: `amount_fen` to an account on a booking day for a product. What lies under it is in the events."""

    booked_on: dt.date
    product: str
    account: Account
    amount_fen: int
