"""Vintages: lines by opening month, followed by months on book.

The cumulative share of lines that were ever more than 90 days past due never falls with age, and the triangle's youngest
edge adds up to the snapshot (quant reference, section 7).
"""

from __future__ import annotations

import polars as pl

from farthing.portfolio.balance import NON_PERFORMING

KEY = ["line"]


def vintages(history: pl.DataFrame) -> pl.DataFrame:
    """One row per (cohort, months_on_book), from standings of many days (columns of a day's standings and `day`).

    Each month is seen at its last closed day. Columns: cohort (first of the opening month), months_on_book, day, lines,
    principal_fen, npl_fen (principal then non-performing), ever_90_lines (lines of the cohort ever more than 90 days past
    due by then, on any closed day), ever_90_share.
    """
    months = history.group_by(pl.col("day").dt.truncate("1mo").alias("month")).agg(pl.col("day").max()).select("day")
    first_bad = history.filter(pl.col("dpd") > 90).group_by(KEY).agg(first_bad=pl.col("day").min())
    seen = history.join(months, on="day").join(first_bad, on=KEY, how="left")
    cohort = pl.col("opened_on").dt.truncate("1mo")
    on_book = (pl.col("day").dt.year() - pl.col("opened_on").dt.year()).cast(pl.Int64) * 12 + (
        pl.col("day").dt.month().cast(pl.Int64) - pl.col("opened_on").dt.month().cast(pl.Int64)
    )
    return (
        seen.group_by(cohort.alias("cohort"), on_book.alias("months_on_book"), "day")
        .agg(
            lines=pl.len().cast(pl.Int64),
            principal_fen=pl.col("principal_fen").cast(pl.Int128).sum().cast(pl.Int64),
            npl_fen=pl.col("principal_fen").filter(pl.col("loan_class").is_in(NON_PERFORMING)).cast(pl.Int128).sum().cast(pl.Int64),
            ever_90_lines=(pl.col("first_bad") <= pl.col("day")).sum().cast(pl.Int64),
        )
        .with_columns(ever_90_share=pl.col("ever_90_lines") / pl.col("lines"))
        .sort("cohort", "months_on_book")
    )
