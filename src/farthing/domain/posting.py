"""Double entry: postings to the bank's own accounts. A set of postings sums to zero, always."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Account(StrEnum):
    """The chart of accounts, as far as lines and bills need it. Debits are positive, credits negative.

    The 9-accounts are off the balance sheet, each against its contra: interest and penalty on lines more than 90 days past due,
    remembered but not earned, claims that were written off, and faces of bills sold on that somebody may still ask the bank for.
    """

    LOANS = "1301_loans"
    INTEREST_RECEIVABLE = "1132_interest_receivable"
    PENALTY_RECEIVABLE = "1133_penalty_receivable"
    DISCOUNTED_BILLS = "1302_discounted_bills"
    UNEARNED_DISCOUNT = "1303_unearned_discount"
    LOSS_ALLOWANCE = "1304_loss_allowance"
    OVERDUE_BILLS = "1305_overdue_bills"
    CASH = "1003_cash_at_central_bank"
    REDISCOUNT_LIABILITY = "2021_rediscount_liability"
    DUE_TO_PARTNERS = "2203_due_to_partners"
    CUSTOMER_SURPLUS = "2241_customer_surplus"
    INTEREST_INCOME = "6011_interest_income"
    PENALTY_INCOME = "6012_penalty_income"
    DISCOUNT_INCOME = "6013_discount_income"
    BILL_SALE_RESULT = "6111_bill_sale_result"
    REDISCOUNT_COST = "6411_rediscount_cost"
    IMPAIRMENT_LOSS = "6702_impairment_loss"
    INTEREST_OFF_BALANCE = "9021_interest_off_balance"
    INTEREST_OFF_BALANCE_CONTRA = "9022_interest_off_balance_contra"
    WRITTEN_OFF = "9031_written_off"
    WRITTEN_OFF_CONTRA = "9032_written_off_contra"
    ENDORSED_BILLS = "9041_endorsed_bills"
    ENDORSED_BILLS_CONTRA = "9042_endorsed_bills_contra"

    @property
    def names(self) -> tuple[str, str]:
        """In Chinese and in English."""
        return _NAMES[self]


_NAMES: Mapping[Account, tuple[str, str]] = MappingProxyType({
    Account.LOANS: ("贷款", "Loans"),
    Account.INTEREST_RECEIVABLE: ("应收利息", "Interest receivable"),
    Account.PENALTY_RECEIVABLE: ("应收罚息", "Penalty receivable"),
    Account.DISCOUNTED_BILLS: ("贴现票据", "Discounted bills"),
    Account.UNEARNED_DISCOUNT: ("未实现贴现利息", "Unearned discount"),
    Account.LOSS_ALLOWANCE: ("贷款损失准备", "Loss allowance"),
    Account.OVERDUE_BILLS: ("逾期票据（追索中）", "Overdue bills (in recourse)"),
    Account.CASH: ("存放央行", "Cash at the central bank"),
    Account.REDISCOUNT_LIABILITY: ("转贴现负债", "Rediscount liability"),
    Account.DUE_TO_PARTNERS: ("应付合作方", "Due to partners"),
    Account.CUSTOMER_SURPLUS: ("客户溢缴款", "Customers' surplus"),
    Account.INTEREST_INCOME: ("利息收入", "Interest income"),
    Account.PENALTY_INCOME: ("罚息收入", "Penalty income"),
    Account.DISCOUNT_INCOME: ("贴现利息收入", "Discount income"),
    Account.BILL_SALE_RESULT: ("票据转让损益", "Result of bills sold"),
    Account.REDISCOUNT_COST: ("转贴现利息支出", "Cost of rediscount"),
    Account.IMPAIRMENT_LOSS: ("信用减值损失", "Impairment loss"),
    Account.INTEREST_OFF_BALANCE: ("表外利息", "Interest off the balance sheet"),
    Account.INTEREST_OFF_BALANCE_CONTRA: ("表外利息（对方）", "Interest off the balance sheet, contra"),
    Account.WRITTEN_OFF: ("已核销资产", "Written-off claims"),
    Account.WRITTEN_OFF_CONTRA: ("已核销资产（对方）", "Written-off claims, contra"),
    Account.ENDORSED_BILLS: ("已转让票据（或有）", "Bills sold on (contingent)"),
    Account.ENDORSED_BILLS_CONTRA: ("已转让票据（或有，对方）", "Bills sold on (contingent), contra"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry: `amount_fen` to an account on a booking day for a product. What lies under it is in the events."""

    booked_on: dt.date
    product: str
    account: Account
    amount_fen: int
