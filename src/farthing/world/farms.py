"""Farms of many counties as vectors: no rows of evidence, only what would be computed from them, and whether each one failed.

For models of a county: each county's truth is the common one, shifted by a little of its own, so that neither a pooled nor a local model
is right everywhere. Made for size: a million farms take seconds. It says nothing of any real county.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from farthing.domain.calendar import add_months
from farthing.domain.errors import Invalid

VECTOR: tuple[tuple[str, float], ...] = (
    ("titled_area_m2", -0.20), ("rented_share_ppm", 0.15), ("insured_share_ppm", -0.35), ("claims_24m", 0.20), ("sales_12m_fen", -0.45),
    ("sales_trend_ppm", -0.40), ("power_per_sale_wh", -0.10), ("late_days_12m", 0.55), ("debt_share_ppm", 0.50), ("enquiries_6m", 0.35),
    ("trade_months", -0.30), ("keeps_books_ppm", -0.25),
)  # fmt: skip
"""What is known of a farm, and how far one standard deviation of it moves the common logit of failing."""
SHAPES = {"titled_area_m2": (8.6, 0.6), "sales_12m_fen": (15.6, 0.8), "power_per_sale_wh": (3.2, 0.4), "trade_months": (4.6, 0.6)}
COUNTY_SHIFT = 0.18  # of one county's weight from the common one
COUNTY_LEVEL = 0.45  # of one county's rate, in logits
COMMON_LEVEL = -4.0


@dataclass(frozen=True, slots=True)
class FarmPlan:
    """How many farms in how many counties, over how many months of lending; `farms` are of each county."""

    seed: int = 20_260_101
    counties: int = 25
    farms: int = 2_000
    months: int = 24
    start: dt.date = dt.date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Farms:
    """`rows`: county, observed_on, the vector in whole units, defaulted. `truth`: a row a county, with its own level and weights."""

    rows: pl.DataFrame
    truth: pl.DataFrame


def farms(plan: FarmPlan) -> Farms:
    """The farms of a plan. Same seed, same bytes; a county's farms are the same however many counties there are."""
    if min(plan.counties, plan.farms, plan.months) < 1:
        raise Invalid("empty_plan", "A plan has at least one county, one farm and one month.", "Ask for more.", field="farms")
    made = [_county(plan, number) for number in range(plan.counties)]
    names = [name for name, _ in VECTOR]
    truth = pl.DataFrame([(code, level, *weights) for code, level, weights, _ in made], schema=["county", "level", *names], orient="row")
    return Farms(pl.concat([rows for *_, rows in made]), truth)


def _county(plan: FarmPlan, number: int) -> tuple[str, float, list[float], pl.DataFrame]:
    rng = np.random.default_rng([plan.seed, number, *b"farms"])
    code = f"县{number + 1:03d}"
    common = np.array([weight for _, weight in VECTOR])
    weights = common + rng.normal(0.0, COUNTY_SHIFT, len(VECTOR)) * np.sqrt(np.abs(common))
    level = COMMON_LEVEL + float(rng.normal(0.0, COUNTY_LEVEL))
    quality = rng.standard_normal(plan.farms)
    signs = -np.sign(common)
    seen = 0.45 * quality[:, None] * signs[None, :] + np.sqrt(1 - 0.45**2) * rng.standard_normal((plan.farms, len(VECTOR)))
    failed = rng.random(plan.farms) < 1.0 / (1.0 + np.exp(-(level + seen @ weights)))
    month = rng.integers(0, plan.months, plan.farms)
    days = pl.Series([add_months(plan.start, one) for one in range(plan.months)], dtype=pl.Date)
    columns = {name: _units(name, seen[:, place]) for place, (name, _) in enumerate(VECTOR)}
    rows = pl.DataFrame({"county": pl.Series([code]).new_from_index(0, plan.farms), "observed_on": days.gather(month), **columns})
    return code, level, weights.tolist(), rows.with_columns(defaulted=pl.Series(failed)).sort("observed_on", maintain_order=True)


def _units(name: str, score: np.ndarray[tuple[int], np.dtype[np.float64]]) -> pl.Series:
    """A standard score in the whole units that a feature has: money and areas are skewed, counts are small, shares are of a million."""
    if name in SHAPES:
        middle, spread = SHAPES[name]
        value = np.exp(middle + spread * score)
    elif name.endswith("_ppm"):
        value = 1e6 / (1.0 + np.exp(-1.2 * score)) if name != "sales_trend_ppm" else 1e5 * score
    else:
        value = np.maximum(1.5 + 1.5 * score, 0.0) * (6.0 if name == "late_days_12m" else 1.0)
    return pl.Series(np.rint(value).astype(np.int64))
