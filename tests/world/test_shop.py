from __future__ import annotations

import polars as pl

from farthing.world.economy import Economy
from farthing.world.shop import orders, receipts, refunds


def test_what_comes_back_was_sold_before_for_no_less(economy: Economy) -> None:
    sold = orders(economy)
    back = refunds(economy, sold).join(sold, on="order_no", suffix="_sold")
    assert back.height > 20
    assert (back["refunded_on"] > back["ordered_on"]).all()
    assert (back["amount_fen"] <= back["amount_fen_sold"]).all()
    assert not back["false"].any(), "invented sales are never refunded"


def test_invented_orders_come_from_a_few_buyers_who_are_always_content(economy: Economy) -> None:
    sold = orders(economy).filter("false")
    assert sold.height > 20
    assert sold.group_by("party").agg(pl.col("counterparty").n_unique())["counterparty"].max() <= 5  # type: ignore[operator]
    assert set(sold["stars"].drop_nulls()) == {5}


def test_receipts_come_by_day_but_where_sales_are_invented(economy: Economy) -> None:
    by_night = receipts(economy).with_columns(false=pl.col("counterparty").str.starts_with("v")).group_by("false")
    share = dict(by_night.agg((pl.col("hour") < 5).mean()).iter_rows())
    assert share[False] < 0.02
    assert share[True] == 1.0
