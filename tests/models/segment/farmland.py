"""A few counties of the world's farms, fitted once, for the tests of what is done with them."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from farthing.models.segment.fit import Cases, cases_of, fit_segments
from farthing.models.segment.model import Segments
from farthing.world.farms import VECTOR, FarmPlan, farms

FIELDS = tuple(name for name, _ in VECTOR)
CLOSED = ("titled_area_m2", "claims_24m")


@cache
def frame() -> pl.DataFrame:
    """Six counties of 600 farms; two fields are closed in the second, and some cells are missing everywhere."""
    made = farms(FarmPlan(seed=3, counties=6, farms=600)).rows
    lost = pl.Series(np.random.default_rng(1).random(made.height) < 0.05)
    shut = pl.col("county") == "县002"
    return made.with_columns(pl.when(shut).then(None).otherwise(pl.col(name)).alias(name) for name in CLOSED).with_columns(
        trade_months=pl.when(lost).then(None).otherwise(pl.col("trade_months"))
    )


@cache
def cases() -> Cases:
    """The same as cases."""
    return cases_of(frame(), FIELDS, "county", "defaulted")


@cache
def fitted() -> Segments:
    """The models of the six."""
    return fit_segments(cases())
