"""Goods that existed: shipments, stock and electricity follow what was really sold, never what was invented or sold in a circle."""

from __future__ import annotations

import numpy as np
import polars as pl

from farthing.world.economy import Economy, stream
from farthing.world.grid import dates, fen, keys, lasts, of_each, open_months, parts, pick, real_sales, some_day
from farthing.world.industries import COUNTIES

CARRIED = {"retail": 0.35, "wholesale": 0.8, "farm_produce": 0.7, "manufacture": 0.9, "farm_supply": 0.6, "building": 0.8}
STORED = {"wholesale": 0.9, "manufacture": 0.8, "farm_supply": 0.8, "building": 0.7}
GRAMS_A_YUAN = {"retail": 12, "wholesale": 30, "farm_produce": 220, "manufacture": 45, "farm_supply": 180, "building": 420}
WH_A_YUAN = {"manufacture": 95, "catering": 60, "retail": 28, "farm_produce": 22, "wholesale": 8, "farm_supply": 9, "logistics": 12,
             "building": 30}  # fmt: skip
FEN_A_KWH = 68


def shipments(economy: Economy) -> pl.DataFrame:
    """A month's carried goods in up to fifteen consignments."""
    rng = stream(economy.plan, "shipments")
    rows = open_months(economy, lambda one: one.industry.code in CARRIED)
    share = of_each(economy, lambda one: CARRIED.get(one.industry.code, 0.0))[rows.who]
    carried = real_sales(economy)[rows.who, rows.month] * share * np.exp(rng.normal(0.0, 0.06, rows.count))
    times = np.clip(rng.poisson(np.minimum(np.sqrt(np.maximum(carried, 1.0) / 250.0), 11.0)), 1, 15)
    each, yuan = rows.repeat(times), parts(rng, carried, times)
    grams = np.maximum(np.rint(yuan * of_each(economy, lambda one: GRAMS_A_YUAN.get(one.industry.code, 0))[each.who]), 200).astype(np.int64)
    shipped = some_day(rng, economy, each.month)
    moving = shipped > int(lasts(economy)[-1]) - 3
    state = np.where(moving, "moving", np.array(["delivered", "returned", "lost"])[rng.choice(3, each.count, p=(0.962, 0.034, 0.004))])
    days = pl.Series(rng.integers(1, 7, each.count))
    numbers = np.floor(40 * rng.random(each.count) ** 2).astype(np.int64)
    return pl.DataFrame({
        "party": keys(economy, each.who), "tracking_no": [f"S{number:09d}" for number in range(1, each.count + 1)],
        "shipped_on": dates(shipped), "direction": ["out"] * each.count,
        "pieces": np.maximum(grams // 15_000, 1), "weight_g": grams, "freight_fen": grams // 1000 * 45 + 600,
        "days": pl.select(pl.when(pl.Series(~moving)).then(days)).to_series(), "state": pl.Series(state, dtype=pl.String),
        "county": pick(rng, COUNTIES, (1,) * len(COUNTIES), each.count),
        "counterparty": pl.Series([f"B{k}-{n}" for k, n in zip(keys(economy, each.who), numbers, strict=True)], dtype=pl.String),
    })  # fmt: skip


def stock_moves(economy: Economy) -> pl.DataFrame:
    """Four items a store; each month some goods come in and some leave, and what is left is counted."""
    rng = stream(economy.plan, "stock")
    rows = open_months(economy, lambda one: one.industry.code in STORED)
    share = of_each(economy, lambda one: STORED.get(one.industry.code, 0.0))[rows.who]
    moved = real_sales(economy)[rows.who, rows.month] * share
    times = np.full(rows.count, 4)
    each, yuan = rows.repeat(times), parts(rng, moved, times)
    item = np.tile(np.arange(4), rows.count)
    price = (40.0 + 35.0 * item).astype(np.float64)
    sold = np.maximum(np.rint(yuan / price), 1).astype(np.int64)
    bought = np.maximum(np.rint(sold * np.exp(rng.normal(0.02, 0.15, each.count))), 1).astype(np.int64)
    months = pl.DataFrame({
        "party": keys(economy, each.who), "month": each.month, "item": pl.Series([f"K{i}" for i in item], dtype=pl.String),
        "bought": bought, "sold": sold, "price_fen": fen(price), "in_on": dates(some_day(rng, economy, each.month)),
        "out_on": dates(some_day(rng, economy, each.month)),
    }).sort("party", "item", "month")  # fmt: skip
    bought_in = _moves(months, "in", pl.col("bought"), pl.col("price_fen") * 4 // 5)
    sold_out = _moves(months, "out", pl.col("sold"), pl.col("price_fen"))
    moves = pl.concat([bought_in, sold_out]).sort("party", "item", "moved_on", "direction")
    signed = pl.when(pl.col("direction") == "in").then("quantity").otherwise(-pl.col("quantity"))
    running = signed.cum_sum().over("party", "item")
    return moves.with_columns(left=running - pl.min_horizontal(running.min().over("party", "item"), 0) + 50).with_columns(
        counterparty=pl.lit(None, dtype=pl.String)
    )


def _moves(months: pl.DataFrame, direction: str, quantity: pl.Expr, price: pl.Expr) -> pl.DataFrame:
    return months.select(
        "party", moved_on=f"{direction}_on", item="item", direction=pl.lit(direction), quantity=quantity, value_fen=quantity * price
    )


def meter_readings(economy: Economy) -> pl.DataFrame:
    """One meter a merchant, read at the end of each month: lights and machines by what was really made or sold."""
    rng = stream(economy.plan, "meter")
    rows = open_months(economy)
    real = real_sales(economy)[rows.who, rows.month]
    wh = of_each(economy, lambda one: WH_A_YUAN[one.industry.code])[rows.who] * real * np.exp(rng.normal(0.0, 0.07, rows.count))
    used = np.rint(wh + 120_000.0 * of_each(economy, lambda one: one.scale)[rows.who]).astype(np.int64)
    fee = used * FEN_A_KWH // 1000
    weak = of_each(economy, lambda one: 0.04 - 0.035 * np.tanh(one.quality))[rows.who]
    unpaid = np.where(rng.random(rows.count) < weak, fee, 0)
    peak = np.rint(used * rng.uniform(0.35, 0.75, rows.count)).astype(np.int64)
    owner = keys(economy, rows.who)
    return pl.DataFrame({
        "party": owner, "meter": owner + "-M", "read_on": dates(lasts(economy)[rows.month]), "used_wh": used, "peak_wh": peak,
        "fee_fen": fee, "unpaid_fen": unpaid,
    })  # fmt: skip
