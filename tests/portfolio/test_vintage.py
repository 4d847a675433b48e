"""Vintages."""

from __future__ import annotations

import datetime as dt

import polars as pl
from tests.portfolio.books import book, closed

from farthing.portfolio.balance import balance
from farthing.portfolio.vintage import vintages

JAN, FEB = dt.date(2024, 1, 15), dt.date(2024, 2, 3)
HISTORY = pl.concat(
    [
        closed(dt.date(2024, 1, 31), book(("a", 0, 100), ("b", 0, 100), opened_on=JAN)),
        closed(dt.date(2024, 6, 10), book(("a", 0, 100), ("b", 95, 100), opened_on=JAN)),
        closed(dt.date(2024, 6, 30), book(("a", 0, 100), ("b", 0, 40), opened_on=JAN)),
        closed(dt.date(2024, 6, 30), book(("c", 120, 100), opened_on=FEB)),
        closed(dt.date(2024, 7, 31), book(("a", 91, 100), ("b", 0, 0), opened_on=JAN)),
        closed(dt.date(2024, 7, 31), book(("c", 150, 100), opened_on=FEB)),
    ]
)


def test_cohorts_are_followed_by_months_on_book() -> None:
    rows = vintages(HISTORY).select("cohort", "months_on_book", "lines", "principal_fen", "npl_fen", "ever_90_lines").rows()
    assert rows == [
        (dt.date(2024, 1, 1), 0, 2, 200, 0, 0),
        (dt.date(2024, 1, 1), 5, 2, 140, 0, 1),  # b was 95 days late on the 10th: cured, but it happened
        (dt.date(2024, 1, 1), 6, 2, 100, 100, 2),
        (dt.date(2024, 2, 1), 4, 1, 100, 100, 1),
        (dt.date(2024, 2, 1), 5, 1, 100, 100, 1),
    ]


def test_the_cumulative_share_never_falls() -> None:
    for (_,), cohort in vintages(HISTORY).group_by("cohort"):
        shares = cohort.sort("months_on_book")["ever_90_share"].to_list()
        assert shares == sorted(shares)


def test_the_youngest_edge_reconciles_with_the_snapshot() -> None:
    last = HISTORY["day"].max()
    edge = vintages(HISTORY).filter(pl.col("day") == last)
    snapshot = balance(HISTORY.filter(pl.col("day") == last).drop("day"))
    assert edge["npl_fen"].sum() == snapshot.non_performing_fen == 200
    assert edge["principal_fen"].sum() == snapshot.principal_fen
