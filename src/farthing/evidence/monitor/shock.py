"""Evidence as it would be if something went wrong: for trying models on, never for keeping."""

from __future__ import annotations

import datetime as dt

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.kinds import TABLES
from farthing.evidence.table import LARGEST_FEN, FieldType

SOLD = {EvidenceKind.INVOICE: ("side", "sale"), EvidenceKind.TRANSACTION: ("direction", "credit"), EvidenceKind.ORDER: None,
        EvidenceKind.RECEIPT: None}  # fmt: skip
"""Kinds that tell of turnover, and which of their rows do (None: all)."""


def less_turnover(kind: EvidenceKind, rows: pl.DataFrame, since: dt.date, percent: int) -> pl.DataFrame:
    """Amounts of sales from a day on lower by so many per cent, rounded down; kinds that tell of no sales as they are."""
    if kind not in SOLD:
        return rows
    sale = SOLD[kind]
    hit = pl.col(TABLES[kind].effective or "known_on") >= since
    if sale is not None:
        hit = hit & (pl.col(sale[0]) == sale[1])
    return rows.with_columns(
        pl.when(hit).then(pl.col(name) * (100 - percent) // 100).otherwise(pl.col(name)).alias(name) for name in amounts(kind, rows)
    )


def wrong_unit(kind: EvidenceKind, rows: pl.DataFrame) -> pl.DataFrame:
    """Every amount ten times too large, as when a file's unit is taken for another; none beyond what intake lets in."""
    return rows.with_columns((pl.col(name) * 10).clip(-LARGEST_FEN, LARGEST_FEN) for name in amounts(kind, rows))


def late(rows: pl.DataFrame, days: int) -> pl.DataFrame:
    """All known so many days later than it was."""
    return rows.with_columns(pl.col("known_on") + dt.timedelta(days=days))


def amounts(kind: EvidenceKind, rows: pl.DataFrame) -> list[str]:
    """The columns of a kind that hold money."""
    return [field.name for field in TABLES[kind].fields if field.type is FieldType.AMOUNT and field.name in rows.columns]
