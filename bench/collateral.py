"""Houses: how often the interval of a value holds the price, and how far its middle is off. On a made-up town: no public table of
house sales is at hand, and a made-up one shows only that the arithmetic keeps its word."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable

import numpy as np
import polars as pl

from bench.figure import Context, Figure
from farthing.domain.collateral.house import HouseKind, Premises
from farthing.evidence.house_sale import read_sales
from farthing.models.house_value import HouseEstimate, estimate
from farthing.world.town import TownPlan, town_sales

SEEDS = (1, 2, 3)
CUT, END = dt.date(2025, 1, 1), dt.date(2026, 1, 1)
EVERY = 3
NOTHING = pl.DataFrame(schema={"row": pl.Int64(), "field": pl.String(), "value": pl.String(), "reason": pl.String()})


def figures(context: Context) -> Iterable[Figure]:
    """Three towns of 3,000 sales over four years; every third sale of the last year, each valued from what was sold before it."""
    inside, errors, plain, start = list[bool](), list[float](), list[float](), time.perf_counter()
    for seed in SEEDS:
        context.say(f"collateral: town {seed} of {len(SEEDS)}")
        sales = read_sales(town_sales(TownPlan(seed=seed)).cast(pl.String), NOTHING, END).accepted
        unit = pl.col("price_fen") / pl.col("area_dm2")
        medians = dict(sales.filter(pl.col("sold_on") < CUT).group_by("district").agg(unit.median()).iter_rows())
        for row in sales.filter(pl.col("sold_on") >= CUT).gather_every(EVERY).iter_rows(named=True):
            premises = Premises(HouseKind.RESIDENCE, row["district"], row["area_dm2"], row["built"], row["floor"])
            found = estimate(sales, premises, row["sold_on"])
            assert isinstance(found, HouseEstimate), "a town has sales enough"
            inside.append(found.low_fen <= row["price_fen"] <= found.high_fen)
            errors.append(abs(found.mid_fen / row["price_fen"] - 1))
            plain.append(abs(medians[row["district"]] * row["area_dm2"] / row["price_fen"] - 1))
    spent = (time.perf_counter() - start) / len(errors)
    told = f"synthetic, seeds {SEEDS[0]}-{SEEDS[-1]}, {len(errors)} sales after {CUT}"
    yield Figure(
        "collateral.interval_coverage",
        float(np.mean(inside)),
        "share",
        goal=0.88,
        note=f"{told}, of a promised 0.90 ± 0.02; {_span(inside, np.mean)}",
    )
    yield Figure(
        "collateral.mdape", float(np.median(errors)), "share", goal=0.10, better="lower", peer="the district's price a square metre",
        peer_value=float(np.median(plain)), note=f"{told}; {_span(errors, np.median)}",
    )  # fmt: skip
    yield Figure("collateral.value_ms", spent * 1e3, "ms", better="lower", note="one value, its interval calibrated on the spot")


def _span(values: list[bool] | list[float], of: object) -> str:
    """A 95 % bootstrap interval (seeded)."""
    rng, all_of = np.random.default_rng(1), np.array(values, dtype=float)
    drawn = [of(rng.choice(all_of, len(all_of))) for _ in range(500)]  # type: ignore[operator]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"95 % interval {low:.3f}-{high:.3f}"
