from __future__ import annotations

import polars as pl

from farthing.world.economy import Economy
from farthing.world.goods import meter_readings, shipments, stock_moves


def test_what_is_left_in_store_is_what_came_less_what_went(economy: Economy) -> None:
    moves = stock_moves(economy)
    assert moves["left"].min() >= 0  # type: ignore[operator]
    signed = pl.when(pl.col("direction") == "in").then("quantity").otherwise(-pl.col("quantity"))
    steps = moves.with_columns(step=pl.col("left").diff().over("party", "item"), signed=signed).drop_nulls("step")
    assert (steps["step"] == steps["signed"]).all()


def test_what_is_on_the_way_left_in_the_last_days_and_has_no_time_yet(economy: Economy) -> None:
    sent = shipments(economy)
    moving = sent.filter(pl.col("state") == "moving")
    assert moving["days"].null_count() == moving.height
    assert sent.filter(pl.col("state") != "moving")["days"].null_count() == 0
    assert moving.is_empty() or (economy.plan.end - moving["shipped_on"].min()).days < 3  # type: ignore[operator]


def test_a_meter_is_read_once_at_the_end_of_every_open_month(economy: Economy) -> None:
    read = meter_readings(economy)
    assert read.select("meter", "read_on").is_unique().all()
    assert (read["read_on"] == read["read_on"].dt.month_end()).all()
    assert (read["peak_wh"] <= read["used_wh"]).all()
