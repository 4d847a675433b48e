from __future__ import annotations

import polars as pl

from farthing.world.economy import Economy
from farthing.world.people import FRAUDS
from farthing.world.report import bureau_accounts, bureau_enquiries, burst_months


def test_a_report_shows_no_account_before_it_was_opened(economy: Economy) -> None:
    reports = bureau_accounts(economy)
    months = (pl.col("reported_on").dt.year() - pl.col("opened_on").dt.year()) * 12 + (
        pl.col("reported_on").dt.month() - pl.col("opened_on").dt.month()
    )
    shown = reports.with_columns(age=months.cast(pl.Int64) + 1, lived=(24 - pl.col("status_24m").str.count_matches("/")).cast(pl.Int64))
    assert (shown["status_24m"].str.len_chars() == 24).all()
    assert shown.filter(pl.col("lived") > pl.col("age")).is_empty()
    assert shown.filter((pl.col("age") >= 24) & (pl.col("reported_on") > economy.plan.start) & (pl.col("lived") < 1)).is_empty()


def test_what_is_overdue_agrees_with_the_last_code(economy: Economy) -> None:
    reports = bureau_accounts(economy)
    behind = reports["status_24m"].str.slice(23) != "N"
    assert ((reports["overdue_fen"] > 0) == behind).all()
    assert ((reports["state"] != "normal") == behind).all()
    assert (reports["overdue_fen"] <= reports["balance_fen"]).all()


def test_only_frauds_burst_and_in_the_month_before_they_strike(economy: Economy) -> None:
    months = burst_months(economy)
    for merchant, month in zip(economy.merchants, months, strict=True):
        assert month == (merchant.strikes - 1 if merchant.fate in FRAUDS and merchant.strikes <= economy.plan.months else -1)
    assert (months >= 0).any()
    assert bureau_enquiries(economy)["reason"].n_unique() > 3
