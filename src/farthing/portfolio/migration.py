"""Where the lines of each class stood a period later."""

from __future__ import annotations

import polars as pl

from farthing.domain.arrears import LoanClass

NEW, GONE = "new", "gone"
"""Not in the book before; without principal now."""


def migrations(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Between two days' standings: from_class (or `new`), to_class (or `gone`), lines, was_fen, is_fen, the best classes first.

    Lines with principal at either end count, each once; principal before and after both add up to the book's.
    """
    one, other = (frame.filter(pl.col("principal_fen") > 0).select("line", "loan_class", "principal_fen") for frame in (before, after))
    both = one.join(other, on="line", how="full", coalesce=True, suffix="_after")
    order = {name: place for place, name in enumerate([NEW, *(kind.value for kind in LoanClass), GONE])}
    return (
        both.with_columns(
            from_class=pl.col("loan_class").fill_null(NEW), to_class=pl.col("loan_class_after").fill_null(GONE),
            was_fen=pl.col("principal_fen").fill_null(0), is_fen=pl.col("principal_fen_after").fill_null(0),
        )
        .group_by("from_class", "to_class")
        .agg(lines=pl.len().cast(pl.Int64), was_fen=pl.col("was_fen").sum(), is_fen=pl.col("is_fen").sum())
        .sort(pl.col("from_class").replace_strict(order), pl.col("to_class").replace_strict(order))
    )  # fmt: skip
