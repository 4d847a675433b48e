"""Account flows. The direction says which way the money went, so an amount is above zero."""

from __future__ import annotations

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.reasons import NO_WAY_ROUND
from farthing.evidence.table import PARTY, Check, Field, FieldType, Table

DIRECTIONS = (("收入", "credit"), ("支出", "debit"), ("贷", "credit"), ("借", "debit"), ("in", "credit"), ("out", "debit"))

FIELDS = (
    PARTY,
    Field("account", FieldType.TEXT),
    Field("reference", FieldType.TEXT),
    Field("booked_on", FieldType.DATE),
    Field("direction", FieldType.CHOICE, choices=("credit", "debit"), synonyms=DIRECTIONS),
    Field("operation", FieldType.TEXT),
    Field("amount_fen", FieldType.AMOUNT),
    Field("balance_fen", FieldType.AMOUNT, required=False),
    Field("counterparty", FieldType.TEXT, required=False, personal=True),
    Field("purpose", FieldType.TEXT, required=False, personal=True),
)

CHECKS = (
    Check(
        name="above_zero",
        field="amount_fen",
        holds=pl.col("amount_fen") > 0,
        reason=NO_WAY_ROUND(),
    ),
)

TRANSACTION = Table(EvidenceKind.TRANSACTION, FIELDS, CHECKS, effective="booked_on")
