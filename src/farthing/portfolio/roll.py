"""Roll rates: where the principal of each bucket stood a period later.

Conservation: every fen of the earlier balance is in one later bucket or paid, so each row of shares sums to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import polars as pl

from farthing.domain.arrears import Bucket
from farthing.portfolio.balance import with_bucket

PAID = "paid"


def rolls(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Flows between two days' standings: from_bucket, to_bucket (a bucket or `paid`), lines, principal_fen (the earlier one), share.

    A line's principal counts as paid by what it fell; the rest stands in the line's later bucket. Money drawn in between is new
    business and not part of a roll.
    """
    earlier = with_bucket(before).filter(pl.col("principal_fen") > 0).select("line", from_bucket="bucket", was_fen="principal_fen")
    later = with_bucket(after).select("line", to_bucket="bucket", is_fen="principal_fen")
    both = earlier.join(later, on="line", how="left").with_columns(kept_fen=pl.min_horizontal("was_fen", pl.col("is_fen").fill_null(0)))
    kept = both.filter(pl.col("kept_fen") > 0).select("from_bucket", "to_bucket", principal_fen="kept_fen")
    gone = both.filter(pl.col("kept_fen") < pl.col("was_fen")).select(
        "from_bucket", pl.lit(PAID).alias("to_bucket"), principal_fen=pl.col("was_fen") - pl.col("kept_fen")
    )
    order = {name: place for place, name in enumerate([*(bucket.value for bucket in Bucket), PAID])}
    return (
        pl.concat([kept, gone])
        .group_by("from_bucket", "to_bucket")
        .agg(lines=pl.len().cast(pl.Int64), principal_fen=pl.col("principal_fen").sum())
        .with_columns(share=pl.col("principal_fen") / pl.col("principal_fen").sum().over("from_bucket"))
        .sort(pl.col("from_bucket").replace_strict(order), pl.col("to_bucket").replace_strict(order))
    )


def end_loss(rates: Sequence[Fraction]) -> Fraction:
    """The share of current balance that reaches the end of a chain of roll rates: their product."""
    share = Fraction(1)
    for rate in rates:
        share *= rate
    return share
