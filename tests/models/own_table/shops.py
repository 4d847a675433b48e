"""A table of shops somebody made up: what risk follows is known, so that a card can be held against it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

MAPPING: dict[str, object] = {
    "title": "小店 Shops", "market": "CN-SHOPS", "outcome": {"column": "defaulted", "bad": ["yes"], "good": ["no"]},
    "time": "opened", "watch": ["gender"],
    "columns": {
        "monthly_sales": {"scale": 2, "trend": "falling", "zh": "月销售额", "en": "Monthly sales"}, "months_open": {"specials": [[-9]]},
        "trade": {"kind": "category"}, "late_payments": {"trend": "rising"},
    },
}  # fmt: skip


def shops(cases: int = 3_000, seed: int = 7) -> pl.DataFrame:
    """As a file holds it: all text. One row has a number nobody can read, one an outcome nobody knows, a tenth were turned down."""
    rng = np.random.default_rng(seed)
    opened = [str(dt.date(2022, 1, 1) + dt.timedelta(days=int(day))) for day in rng.integers(0, 900, cases)]
    sales, months = np.round(rng.lognormal(9, 1, cases), 2), rng.integers(0, 60, cases)
    trade, late = rng.choice(["grocer", "noodles", "taxi"], cases, p=[0.5, 0.3, 0.2]), rng.poisson(0.4, cases)
    eta = -1.8 - 0.8 * (np.log(sales) - 9) - 0.02 * months + 0.9 * late + 0.6 * (trade == "taxi")
    bad = rng.random(cases) < 1 / (1 + np.exp(-eta))
    asked = rng.random(cases)
    told = pl.DataFrame({
        "shop": [f"S{number}" for number in range(cases)], "opened": opened,
        "monthly_sales": [f"{one:,.2f}" if draw > 0.03 else "" for one, draw in zip(sales, rng.random(cases), strict=True)],
        "months_open": [str(one) if draw > 0.02 else "-9" for one, draw in zip(months, rng.random(cases), strict=True)],
        "trade": trade, "late_payments": [str(one) for one in late], "gender": rng.choice(["f", "m"], cases),
        "defaulted": ["" if draw < 0.1 else "yes" if one else "no" for one, draw in zip(bad, asked, strict=True)],
    })  # fmt: skip
    told[10, "monthly_sales"] = "a lot"
    told[20, "defaulted"] = "perhaps"
    return told
