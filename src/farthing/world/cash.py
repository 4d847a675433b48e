"""Account flows that follow the invoices: buyers pay late, wages and rent leave monthly, debts are served while they can be."""

from __future__ import annotations

import numpy as np
import polars as pl

from farthing.world.economy import Economy, stream
from farthing.world.people import FRAUDS, Fate

OPENING_MONTHS = 0.35  # an account opens with about ten days of turnover


def transactions(economy: Economy, invoices: pl.DataFrame) -> pl.DataFrame:
    """Canonical `transaction` columns without `known_on` and `row`: one account a merchant, balance after each line."""
    rng = stream(economy.plan, "cash")
    paid = _settled(rng, economy, invoices)
    monthly = _monthly(rng, economy)
    rows = pl.concat([paid, monthly]).filter(pl.col("booked_on") <= economy.plan.end).sort("party", "booked_on", "order")
    opening = pl.DataFrame(
        {
            "party": [merchant.key for merchant in economy.merchants],
            "opening": [max(int(economy.demand[i].mean() * 100 * OPENING_MONTHS), 100_000) for i in range(len(economy.merchants))],
        }
    )
    signed = pl.when(pl.col("direction") == "credit").then(pl.col("amount_fen")).otherwise(-pl.col("amount_fen"))
    return (
        rows.join(opening, on="party")
        .with_columns((pl.col("opening") + signed.cum_sum().over("party")).alias("balance_fen"))
        .with_row_index("serial", offset=1)
        .select(
            "party", pl.format("{}-1", "party").alias("account"), pl.format("T{}", "serial").alias("reference"), "booked_on", "direction",
            "operation", "amount_fen", "balance_fen", "counterparty", "purpose",
        )
    )  # fmt: skip


def _settled(rng: np.random.Generator, economy: Economy, invoices: pl.DataFrame) -> pl.DataFrame:
    """Valid invoices are paid some days later; invented sales bring no money, and a ring's money comes back as transfers."""
    false_sellers = [merchant.key for merchant in economy.merchants if merchant.fate is Fate.FAKE_SALES]
    real = invoices.filter((pl.col("status") == "valid") & (pl.col("gross_fen") > 0))
    real = real.filter(
        ~(pl.col("party").is_in(false_sellers) & (pl.col("side") == "sale") & (pl.col("invoice_no").str.tail(1).is_in(["1", "4", "7"])))
    )
    lag = rng.gamma(2.2, 9.0, real.height).astype(np.int64)
    sale = pl.col("side") == "sale"
    return real.with_columns(pl.Series("lag", lag)).select(
        "party",
        (pl.col("issued_on") + pl.duration(days="lag")).cast(pl.Date).alias("booked_on"),
        pl.when(sale).then(pl.lit("credit")).otherwise(pl.lit("debit")).alias("direction"),
        pl.lit("transfer").alias("operation"),
        pl.col("gross_fen").alias("amount_fen"),
        "counterparty",
        pl.when(sale).then(pl.lit("sale")).otherwise(pl.lit("purchase")).alias("purpose"),
        pl.col("invoice_no").cast(pl.Int64).alias("order"),
    )


def _monthly(rng: np.random.Generator, economy: Economy) -> pl.DataFrame:
    """Wages, rent, tax and instalments to other banks; the overtraded carry debts that outgrow their margin."""
    months = economy.plan.months
    frames = []
    for index, merchant in enumerate(economy.merchants):
        turnover = economy.demand[index] * 100.0
        margin = turnover * merchant.industry.margin_ppm / 1e6
        debt = 0.45 if merchant.fate is Fate.OVERTRADED else (0.25 if merchant.fate in FRAUDS else 0.10 + 0.06 * float(rng.random()))
        served = np.arange(months) < (merchant.strikes if merchant.defaults else months + 1)
        amounts = {
            "wages": margin * 0.42,
            "rent": np.full(months, turnover.mean() * 0.012),
            "tax": turnover * 0.012,
            "loan_instalment": margin * debt * served,
        }
        for number, (purpose, values) in enumerate(amounts.items()):
            frames.append(_lines(economy, merchant.key, purpose, values, 3 + 6 * number))
    return pl.concat(frames)


def _lines(economy: Economy, party: str, purpose: str, fen: np.ndarray[tuple[int], np.dtype[np.float64]], day: int) -> pl.DataFrame:
    firsts = pl.date_range(economy.plan.start, economy.plan.end, "1mo", eager=True)
    return (
        pl.DataFrame({"first": firsts, "amount_fen": np.rint(fen).astype(np.int64)})
        .filter(pl.col("amount_fen") > 0)
        .select(
            pl.lit(party).alias("party"),
            (pl.col("first") + pl.duration(days=day)).cast(pl.Date).alias("booked_on"),
            pl.lit("debit").alias("direction"),
            pl.lit("standing_order").alias("operation"),
            "amount_fen",
            pl.lit(None, dtype=pl.String).alias("counterparty"),
            pl.lit(purpose).alias("purpose"),
            pl.lit(day, dtype=pl.Int64).alias("order"),
        )
    )
