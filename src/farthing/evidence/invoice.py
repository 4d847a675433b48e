"""VAT invoices, issued and received. Negative amounts are returns (red-letter invoices); void ones are kept and counted apart."""

from __future__ import annotations

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.reasons import PARTS_DIFFER, WITH_ITSELF
from farthing.evidence.table import PARTY, Check, Field, FieldType, Table

ROUNDING_FEN = 2  # net and tax are each rounded by the issuer

SIDES = (("进项", "purchase"), ("销项", "sale"), ("进", "purchase"), ("销", "sale"), ("in", "purchase"), ("out", "sale"))
STATUSES = (
    ("有效", "valid"), ("正常", "valid"), ("有效发票", "valid"), ("作废", "void"), ("作废发票", "void"), ("voided", "void"),
)  # fmt: skip

FIELDS = (
    PARTY,
    Field("side", FieldType.CHOICE, choices=("sale", "purchase"), synonyms=SIDES),
    Field("invoice_no", FieldType.TEXT),
    Field("issued_on", FieldType.DATE),
    Field("counterparty", FieldType.TEXT, personal=True),
    Field("net_fen", FieldType.AMOUNT),
    Field("tax_fen", FieldType.AMOUNT),
    Field("gross_fen", FieldType.AMOUNT),
    Field("status", FieldType.CHOICE, choices=("valid", "void"), synonyms=STATUSES),
)

CHECKS = (
    Check(
        name="parts_add_up",
        field="gross_fen",
        holds=(pl.col("net_fen") + pl.col("tax_fen") - pl.col("gross_fen")).abs() <= ROUNDING_FEN,
        reason=PARTS_DIFFER(),
    ),
    Check(
        name="not_with_itself",
        field="counterparty",
        holds=pl.col("counterparty") != pl.col("party"),
        reason=WITH_ITSELF(),
    ),
)

INVOICE = Table(EvidenceKind.INVOICE, FIELDS, CHECKS, effective="issued_on")
