"""What a source looked like, period by period: how much came, of how many parties, how late, how empty, in what amounts and mix.

A period is as long as the kind's rhythm asks: a week for what comes daily, a month for what comes monthly, a quarter for taxes. Of
kinds that have no rhythm (a title, a profile) nothing is counted but when the last row came.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from farthing.domain.evidence import TERMS, EvidenceKind
from farthing.evidence.kinds import TABLES
from farthing.evidence.table import FieldType, Table

WEEKLY, MONTHLY, QUARTERLY = 14, 45, 150  # stale after so many days at most


@dataclass(frozen=True, slots=True)
class Profile:
    """A row a period in `periods`: period, rows, parties, doubled, late_days, middle (median amount), frozen (rows that share one amount),
    and `empty.F` for each field F that may be empty. `mix`: period, field, choice, rows. `last_on`: the last day it speaks of."""

    kind: EvidenceKind
    every: str
    last_on: dt.date | None
    periods: pl.DataFrame
    mix: pl.DataFrame


def every_of(kind: EvidenceKind) -> str | None:
    """The length of the kind's periods; None where it has no rhythm."""
    days = TERMS[kind].stale_days
    if days is None or TABLES[kind].effective is None or days > QUARTERLY:
        return None
    return "1w" if days <= WEEKLY else "1mo" if days <= MONTHLY else "1q"


def amount_of(kind: EvidenceKind) -> str | None:
    """The field whose sums and middles are watched: the first amount, or what a meter counted."""
    if kind is EvidenceKind.METER_READING:
        return "used_wh"
    return next((field.name for field in TABLES[kind].fields if field.type is FieldType.AMOUNT and field.required), None)


def profile(kind: EvidenceKind, rows: pl.LazyFrame) -> Profile | None:
    """The profile of a kind's rows (canonical columns, `subject` or `party` as the owner); None where the kind has no rhythm."""
    table, every = TABLES[kind], every_of(kind)
    if every is None or table.effective is None:
        return None
    names = rows.collect_schema().names()
    owner = "subject" if "subject" in names else "party"
    told = [name for name in names if name not in ("row", "known_on")]
    period = pl.col(table.effective).dt.truncate(every).alias("period")
    amount = amount_of(kind)
    middle = pl.lit(None, dtype=pl.Float64) if amount is None else pl.col(amount).abs().median().cast(pl.Float64)
    frozen = pl.lit(0) if amount is None else pl.col(amount).mode().first().eq(pl.col(amount)).sum()
    empty = [pl.col(name).is_null().sum().alias(f"empty.{name}") for name in _may_be_empty(table, told)]
    periods = rows.group_by(period).agg(
        pl.len().cast(pl.Int64).alias("rows"),
        pl.col(owner).n_unique().cast(pl.Int64).alias("parties"),
        (pl.len() - pl.struct(told).n_unique()).cast(pl.Int64).alias("doubled"),
        (pl.col("known_on") - pl.col(table.effective)).dt.total_days().mean().cast(pl.Float64).alias("late_days"),
        middle.alias("middle"),
        frozen.cast(pl.Int64).alias("frozen"),
        *empty,
    )
    choices = [field.name for field in table.fields if field.type is FieldType.CHOICE and field.name in told]
    mixes = [
        rows.group_by(period, pl.col(name).alias("choice")).agg(pl.len().cast(pl.Int64).alias("rows")).with_columns(field=pl.lit(name))
        for name in choices
    ]
    schema = {"period": pl.Date(), "choice": pl.String(), "rows": pl.Int64(), "field": pl.String()}
    mix = pl.concat(mixes).collect() if mixes else pl.DataFrame(schema=schema)
    last_on = rows.select(pl.col(table.effective).max()).collect().item()
    return Profile(kind, every, last_on, periods.sort("period").collect(), mix)


def _may_be_empty(table: Table, told: list[str]) -> list[str]:
    return [field.name for field in table.fields if not field.required and field.name in told]
