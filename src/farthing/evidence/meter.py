"""Electricity: what a meter counted up to a day, in watt-hours, and what it cost."""

from __future__ import annotations

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.reasons import ABOVE
from farthing.evidence.table import PARTY, Check, Field, FieldType, Table, not_below_zero

METER_READING = Table(
    EvidenceKind.METER_READING,
    (
        PARTY,
        Field("meter", FieldType.TEXT, personal=True),
        Field("read_on", FieldType.DATE),
        Field("used_wh", FieldType.COUNT),  # since the reading before
        Field("peak_wh", FieldType.COUNT, required=False),
        Field("fee_fen", FieldType.AMOUNT),
        Field("unpaid_fen", FieldType.AMOUNT, required=False),
    ),
    (
        *not_below_zero("used_wh", "peak_wh", "fee_fen", "unpaid_fen"),
        Check("peak_within", "peak_wh", pl.col("peak_wh") <= pl.col("used_wh"), ABOVE(most="used_wh")),
    ),
    effective="read_on",
    key=("party", "meter", "read_on"),
)
