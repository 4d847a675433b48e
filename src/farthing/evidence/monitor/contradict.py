"""Sales against what carries and powers them: a party whose sales rise without its goods contradicts itself (the false-sales check).

For each party the ratio of sales to goods, month by month, is held against its own earlier months; what the season or a shock does to
both leaves the ratio where it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from farthing.domain.evidence import EvidenceKind

SALES: Mapping[EvidenceKind, tuple[pl.Expr, str]] = {
    EvidenceKind.INVOICE: (pl.col("side") == "sale", "gross_fen"),  # void ones too: they were shown
}
GOODS: Mapping[EvidenceKind, tuple[pl.Expr, str]] = {
    EvidenceKind.METER_READING: (pl.lit(value=True), "used_wh"),
    EvidenceKind.SHIPMENT: (pl.col("direction") == "out", "weight_g"),
    EvidenceKind.STOCK_MOVE: (pl.col("direction") == "out", "value_fen"),
}
DAYS: Mapping[EvidenceKind, str] = {
    EvidenceKind.INVOICE: "issued_on", EvidenceKind.METER_READING: "read_on", EvidenceKind.SHIPMENT: "shipped_on",
    EvidenceKind.STOCK_MOVE: "moved_on",
}  # fmt: skip
EARLIER_MONTHS = 12
LEAST_MONTHS = 6
TOGETHER = 3  # months whose mean excess is judged, so that one odd month is no finding
EXCESS_PPM = 300_000  # of a natural logarithm: sales stand a third above what the goods say


@dataclass(frozen=True, slots=True)
class Contradictions:
    """Sales of one kind against goods of another: parties judged, and a row (subject, month, excess_ppm) for each month at fault."""

    sales: EvidenceKind
    goods: EvidenceKind
    judged: int
    found: pl.DataFrame

    @property
    def parties(self) -> int:
        """How many parties contradict themselves."""
        return self.found["subject"].n_unique()


def monthly(kind: EvidenceKind, rows: pl.LazyFrame, today: dt.date) -> pl.DataFrame:
    """What each party sold, used or sent, by month that is over: subject, month, amount."""
    wanted, amount = SALES[kind] if kind in SALES else GOODS[kind]
    owner = "subject" if "subject" in rows.collect_schema().names() else "party"
    month = pl.col(DAYS[kind]).dt.truncate("1mo").alias("month")
    over = month.dt.offset_by("1mo") <= today + dt.timedelta(days=1)
    return rows.filter(wanted & over).group_by(pl.col(owner).alias("subject"), month).agg(pl.col(amount).sum().alias("amount")).collect()


def contradict(sales: tuple[EvidenceKind, pl.DataFrame], goods: tuple[EvidenceKind, pl.DataFrame]) -> Contradictions:
    """The months in which parties' sales stand above what their goods say, by `monthly` of each."""
    both = sales[1].join(goods[1], on=["subject", "month"], suffix="_goods").filter((pl.col("amount") > 0) & (pl.col("amount_goods") > 0))
    ratio = (pl.col("amount").log() - pl.col("amount_goods").log()).alias("ratio")
    seen = both.select("subject", "month", ratio).sort("subject", "month")
    before = pl.col("ratio").shift(TOGETHER).rolling_median(EARLIER_MONTHS, min_samples=LEAST_MONTHS).over("subject")
    now = pl.col("ratio").rolling_mean(TOGETHER).over("subject")
    judged = seen.with_columns(excess_ppm=((now - before) * 1_000_000).round().cast(pl.Int64)).drop_nulls("excess_ppm")
    found = judged.filter(pl.col("excess_ppm") > EXCESS_PPM).select("subject", "month", "excess_ppm")
    return Contradictions(sales[0], goods[0], judged["subject"].n_unique(), found)
