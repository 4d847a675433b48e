"""Small books for tests: standings from tuples."""

from __future__ import annotations

import datetime as dt

import polars as pl

SCHEMA = {
    "line": pl.String, "product": pl.String, "opened_on": pl.Date, "dpd": pl.Int64, "loan_class": pl.String,
    "overdue_fen": pl.Int64, "principal_fen": pl.Int64, "interest_owed_fen": pl.Int64, "synthetic": pl.Boolean,
}  # fmt: skip
CLASSES = [(360, "loss"), (270, "doubtful"), (90, "substandard"), (0, "special_mention"), (-1, "normal")]


def book(*rows: tuple[str, int, int], opened_on: dt.date = dt.date(2024, 1, 15), product: str = "revolving") -> pl.DataFrame:
    """(line, dpd, principal) rows; a line is overdue with all its principal when it is late."""
    return pl.DataFrame(
        [
            (
                line,
                product,
                opened_on,
                dpd,
                next(name for bound, name in CLASSES if dpd > bound),
                principal if dpd else 0,
                principal,
                0,
                False,
            )
            for line, dpd, principal in rows
        ],
        schema=SCHEMA,
        orient="row",
    )


def closed(day: dt.date, frame: pl.DataFrame) -> pl.DataFrame:
    """Standings with their day."""
    return frame.with_columns(day=pl.lit(day))
