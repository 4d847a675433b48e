"""A credit report: the accounts it lists, each with its last 24 months in the codes of CR-07, and who asked for a report.

Read only where the party's consent runs (CR-02): see `purpose.presumed`.
"""

from __future__ import annotations

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.reasons import NO_CODES
from farthing.evidence.table import PARTY, Check, Field, FieldType, Table, in_order, not_below_zero

MONTHS = 24
CODES = "N1234567*#/BMDZCGA"
"""A month of an account: N as agreed; 1 to 7 by how long past due; * nothing due; # unknown; / no account, not yet or no more; B bad
debt; M paid late in full; D paid by a guarantor; Z settled in kind; C closed; G ended; A (card) no bill."""

ACCOUNTS = (
    ("贷款", "loan"), ("经营性贷款", "business_loan"), ("住房贷款", "mortgage"), ("贷记卡", "credit_card"), ("准贷记卡", "quasi_card"),
    ("担保", "guarantee"),
)  # fmt: skip
STATES = (("正常", "normal"), ("逾期", "overdue"), ("结清", "settled"), ("呆账", "bad_debt"), ("转出", "transferred"))
REASONS = (
    ("贷款审批", "loan"), ("信用卡审批", "card"), ("担保资格审查", "guarantee"), ("贷后管理", "review"), ("本人查询", "own"),
    ("其他", "other"),
)  # fmt: skip

BUREAU_ACCOUNT = Table(
    EvidenceKind.BUREAU_ACCOUNT,
    (
        PARTY,
        Field("reported_on", FieldType.DATE),
        Field("account", FieldType.TEXT, personal=True),
        Field("counterparty", FieldType.TEXT, required=False, personal=True),  # who lends
        Field(
            "type",
            FieldType.CHOICE,
            choices=("loan", "business_loan", "mortgage", "credit_card", "quasi_card", "guarantee"),
            synonyms=ACCOUNTS,
        ),
        Field("state", FieldType.CHOICE, choices=("normal", "overdue", "settled", "bad_debt", "transferred"), synonyms=STATES),
        Field("opened_on", FieldType.DATE),
        Field("closed_on", FieldType.DATE, required=False),
        Field("limit_fen", FieldType.AMOUNT),  # what was lent or may be drawn
        Field("balance_fen", FieldType.AMOUNT),
        Field("overdue_fen", FieldType.AMOUNT),
        Field("due_fen", FieldType.AMOUNT, required=False),  # this month
        Field("status_24m", FieldType.TEXT),  # the oldest month first, the report's own last
    ),
    (
        *not_below_zero("limit_fen", "balance_fen", "overdue_fen", "due_fen"),
        in_order("opened_on", "closed_on"),
        in_order("opened_on", "reported_on"),
        Check(
            "two_years_of_codes",
            "status_24m",
            pl.col("status_24m").str.contains(f"^[{CODES}]{{{MONTHS}}}$"),
            NO_CODES(count=MONTHS, codes=CODES),
        ),
    ),
    effective="reported_on",
    key=("party", "reported_on", "account"),
)

BUREAU_ENQUIRY = Table(
    EvidenceKind.BUREAU_ENQUIRY,
    (
        PARTY,
        Field("enquired_on", FieldType.DATE),
        Field("counterparty", FieldType.TEXT, required=False, personal=True),  # who asked
        Field("reason", FieldType.CHOICE, choices=("loan", "card", "guarantee", "review", "own", "other"), synonyms=REASONS),
    ),
    effective="enquired_on",
)
