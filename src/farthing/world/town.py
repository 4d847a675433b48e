"""A town that was made up: sales of houses from a seed, to show and to test how houses are valued. It says so in every row.

A price is the district's price a square metre, grown month by month, less what age takes, more for the upper floors with a lift,
less for the ground floor, times a spread of its own; now and then a sale between relatives is far too cheap. What is planted here tells
whether the arithmetic of an interval is right, and nothing about any real town.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

DISTRICTS = (("D01", 31_000, 70), ("D02", 24_000, 90), ("D03", 18_500, 110), ("D04", 14_000, 130), ("D05", 9_500, 170))
"""Code, yuan a square metre on the first day, and the spread of single prices in thousandths."""
GROWTH = 0.003  # a month
AGEING = 0.011  # a year
BARGAINS = 0.015  # how many sales are far too cheap


@dataclass(frozen=True, slots=True)
class TownPlan:
    """How many sales from which seed over how many months."""

    seed: int = 20_260_101
    sales: int = 3_000
    months: int = 48
    start: dt.date = dt.date(2022, 1, 1)


def town_sales(plan: TownPlan) -> pl.DataFrame:
    """The sales as a bank's own file has them: origin, kind, district, area, year, floor, sold_on, price. Same seed, same bytes."""
    rng = np.random.default_rng([plan.seed, *b"town"])
    of = rng.integers(0, len(DISTRICTS), plan.sales)
    days = np.sort(rng.integers(0, plan.months * 365 // 12, plan.sales))
    area = np.round(np.clip(rng.lognormal(np.log(92), 0.32, plan.sales), 28, 320), 2)
    sold = [plan.start + dt.timedelta(days=int(day)) for day in days]
    built = np.array([day.year for day in sold]) - rng.integers(0, 31, plan.sales)
    tall = rng.random(plan.sales) < 0.6
    floor = np.where(tall, rng.integers(1, 31, plan.sales), rng.integers(1, 7, plan.sales))
    base = np.array([price for _, price, _ in DISTRICTS])[of]
    spread = np.array([share for _, _, share in DISTRICTS])[of] / 1_000
    age = np.array([day.year for day in sold]) - built
    each = base * (1 + GROWTH) ** (days / 30.4) * (1 - AGEING) ** age * np.where(floor == 1, 0.96, 1.0 + 0.002 * np.minimum(floor, 20))
    each = each * (92 / area) ** 0.06 * rng.lognormal(0, spread) * np.where(rng.random(plan.sales) < BARGAINS, 0.55, 1.0)
    return pl.DataFrame({
        "origin": ["synthetic"] * plan.sales, "kind": ["residence"] * plan.sales, "district": [DISTRICTS[one][0] for one in of],
        "area": [f"{one:.2f}" for one in area], "year": built.astype(np.int64), "floor": floor.astype(np.int64), "sold_on": sold,
        "price": np.round(each * area / 100).astype(np.int64) * 100,
    })  # fmt: skip
