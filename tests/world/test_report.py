from __future__ import annotations

import polars as pl
import pytest

from farthing.world import report
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
    running = shown.filter(pl.col("state") != "settled")
    assert running.filter((pl.col("age") >= 24) & (pl.col("reported_on") > economy.plan.start) & (pl.col("lived") < 1)).is_empty()


def test_what_is_overdue_agrees_with_the_last_code(economy: Economy) -> None:
    reports = bureau_accounts(economy)
    behind = reports["status_24m"].str.slice(23).str.contains("[1-7]")
    assert ((reports["overdue_fen"] > 0) == behind).all()
    assert (reports["state"].is_in(["overdue", "bad_debt"]) == behind).all()
    assert (reports["overdue_fen"] <= reports["balance_fen"]).all()


def test_an_account_ends_paid_up_and_is_told_so_from_then_on(economy: Economy) -> None:
    reports = bureau_accounts(economy)
    ended = reports.filter(pl.col("state") == "settled").with_columns(
        gone=(pl.col("reported_on").dt.year() - pl.col("closed_on").dt.year()) * 12
        + (pl.col("reported_on").dt.month() - pl.col("closed_on").dt.month()).cast(pl.Int32)
    )
    assert 0.1 < ended["account"].n_unique() / reports["account"].n_unique() < 0.4
    assert (reports["closed_on"].is_not_null() == (reports["state"] == "settled")).all()
    assert (ended["closed_on"] <= ended["reported_on"]).all()
    assert ended.select(pl.sum_horizontal("balance_fen", "overdue_fen", "due_fen")).sum().item() == 0
    for codes, gone in ended.select("status_24m", "gone").iter_rows():
        assert len(codes) == 24
        assert codes.endswith("/" * min(gone, 24))
        assert codes[-gone - 1] == "C" if gone < 24 else "C" not in codes
        assert gone > 22 or codes[-gone - 2] in "N/", "nothing was past due before"
    told = ended.group_by("account").agg(pl.col("closed_on").n_unique(), pl.col("reported_on").max())
    assert (told["closed_on"] == 1).all()
    assert told["reported_on"].unique().to_list() == [reports["reported_on"].max()], "it stays on every later report"
    left = reports.filter(pl.col("state") != "settled").join(ended.select("account", "closed_on"), on="account", suffix="_later")
    assert (left["reported_on"] < left["closed_on_later"]).all()


def test_what_is_told_of_accounts_that_go_on_does_not_hang_on_those_that_end(economy: Economy, monkeypatch: pytest.MonkeyPatch) -> None:
    some, key = bureau_accounts(economy), ["account", "reported_on"]
    monkeypatch.setattr(report, "ENDING", dict.fromkeys(report.ENDING, 0.0))
    none = bureau_accounts(economy)
    assert (none["state"] != "settled").all()
    running = some.filter(pl.col("state") != "settled")
    assert running.equals(none.join(running.select(key), on=key, how="semi"))
    assert some.select(*key, "type", "opened_on", "limit_fen").equals(none.select(*key, "type", "opened_on", "limit_fen"))


def test_only_frauds_burst_and_in_the_month_before_they_strike(economy: Economy) -> None:
    months = burst_months(economy)
    for merchant, month in zip(economy.merchants, months, strict=True):
        assert month == (merchant.strikes - 1 if merchant.fate in FRAUDS and merchant.strikes <= economy.plan.months else -1)
    assert (months >= 0).any()
    assert bureau_enquiries(economy)["reason"].n_unique() > 3
