"""What the world's shops sold online and at the counter.

Invented sales come from a few paid buyers, are never refunded, and get five stars.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from farthing.world.economy import Economy, stream
from farthing.world.grid import (
    BoolArray,
    IntArray,
    dates,
    fen,
    invented_months,
    keys,
    lasts,
    of_each,
    open_months,
    parts,
    pick,
    some_day,
)

ONLINE = {"retail": 0.30, "wholesale": 0.12, "farm_produce": 0.22, "catering": 0.25}
COUNTER = {"retail": 0.45, "catering": 0.55, "farm_produce": 0.15}
BUYERS = 60
PAID_BUYERS = 5
HOURS = (0, 0, 0, 0, 0, 1, 3, 6, 7, 7, 8, 10, 11, 9, 7, 7, 8, 9, 10, 9, 6, 4, 2, 1)


def orders(economy: Economy) -> pl.DataFrame:
    """Online orders: the month's online sales in up to twenty orders, with a column `false` that the bank is not told."""
    rng = stream(economy.plan, "orders")
    rows = open_months(economy, lambda one: one.industry.code in ONLINE)
    share = of_each(economy, lambda one: ONLINE.get(one.industry.code, 0.0))[rows.who]
    sales = economy.demand[rows.who, rows.month] * share
    times = np.clip(rng.poisson(np.minimum(np.sqrt(np.maximum(sales, 1.0) / 40.0), 14.0)), 1, 20)
    each, amount = rows.repeat(times), fen(parts(rng, sales, times))
    false = invented_months(economy)[each.who, each.month] & (rng.random(each.count) < 0.47)
    quality = of_each(economy, lambda one: one.quality)[each.who]
    stars = np.where(false, 5, np.clip(np.rint(rng.normal(4.3 + 0.25 * np.tanh(quality), 0.7)), 1, 5)).astype(np.int64)
    cancelled = ~false & (rng.random(each.count) < 0.05 - 0.02 * np.tanh(quality))
    ordered = some_day(rng, economy, each.month)
    fresh = ordered > int(lasts(economy)[-1]) - 4
    state = np.where(cancelled, "cancelled", np.where(fresh & ~false, "shipped", "completed"))
    rated = ~cancelled & (rng.random(each.count) < np.where(false, 0.95, 0.5))
    return pl.DataFrame({
        "party": keys(economy, each.who),
        "order_no": [f"O{number:09d}" for number in range(1, each.count + 1)],
        "ordered_on": dates(ordered),
        "channel": pl.Series(np.array(["market", "shop", "village"])[each.who % 3], dtype=pl.String),
        "counterparty": _buyers(rng, economy, each.who, "up", false),
        "items": rng.integers(1, 6, each.count),
        "amount_fen": amount,
        "fee_fen": amount * 2 // 100,
        "state": pl.Series(state, dtype=pl.String),
        "stars": pl.select(pl.when(pl.Series(rated)).then(pl.Series(stars))).to_series(),
        "false": false,
    })  # fmt: skip


def refunds(economy: Economy, sold: pl.DataFrame) -> pl.DataFrame:
    """One in thirty real orders comes back whole or in part, more from the weak."""
    rng = stream(economy.plan, "refunds")
    weak = dict(zip((m.key for m in economy.merchants), of_each(economy, lambda one: 0.035 - 0.025 * np.tanh(one.quality)), strict=True))
    chance = sold["party"].replace_strict(weak, return_dtype=pl.Float64)
    back = sold.filter((pl.Series(rng.random(sold.height)) < chance) & ~pl.col("false") & (pl.col("state") == "completed"))
    after = pl.Series(rng.integers(1, 16, back.height))
    return back.with_columns(after.alias("after")).select(
        "party", "order_no",
        refunded_on=(pl.col("ordered_on") + pl.duration(days="after")).cast(pl.Date), counterparty="counterparty",
        amount_fen=pl.when(pl.Series(rng.random(back.height)) < 0.7).then("amount_fen").otherwise(pl.col("amount_fen") // 2),
        reason=pick(rng, ("quality", "not_received", "changed_mind", "wrong_item", "other"), (3, 1, 4, 1, 1), back.height),
    ).filter(pl.col("refunded_on") <= economy.plan.end)  # fmt: skip


def receipts(economy: Economy) -> pl.DataFrame:
    """Receipts by QR code at the counter: a sample of up to thirty a month."""
    rng = stream(economy.plan, "receipts")
    rows = open_months(economy, lambda one: one.industry.code in COUNTER)
    share = of_each(economy, lambda one: COUNTER.get(one.industry.code, 0.0))[rows.who]
    sales = economy.demand[rows.who, rows.month] * share
    times = np.clip(rng.poisson(np.minimum(np.sqrt(np.maximum(sales, 1.0) / 15.0), 20.0)), 1, 30)
    each, amount = rows.repeat(times), np.maximum(fen(parts(rng, sales, times)), 100)
    false = invented_months(economy)[each.who, each.month] & (rng.random(each.count) < 0.4)
    hour = rng.choice(24, each.count, p=np.array(HOURS) / sum(HOURS))
    return pl.DataFrame({
        "party": keys(economy, each.who), "reference": [f"R{number:09d}" for number in range(1, each.count + 1)],
        "received_on": dates(some_day(rng, economy, each.month)),
        "hour": np.where(false, rng.integers(0, 5, each.count), hour).astype(np.int64),
        "counterparty": _buyers(rng, economy, each.who, "wv", false),
        "method": pick(rng, ("wallet", "card", "credit", "digital_yuan", "other"), (70, 14, 8, 5, 3), each.count),
        "amount_fen": amount,
    })  # fmt: skip


def _buyers(rng: np.random.Generator, economy: Economy, who: IntArray, letters: str, false: BoolArray) -> pl.Series:
    """Many buyers, some often; the false ones are the same few. The two letters begin the names of the true and the false."""
    number = np.where(false, rng.integers(0, PAID_BUYERS, len(who)), np.floor(BUYERS * rng.random(len(who)) ** 2)).astype(np.int64)
    names = np.array([merchant.key for merchant in economy.merchants])[who]
    return pl.Series([f"{letters[int(f)]}{n}-{k}" for f, n, k in zip(false, number, names, strict=True)], dtype=pl.String)
