"""A made-up sample with a known truth: turnover and steadiness drive the bad rate, the rest is noise."""

from __future__ import annotations

import numpy as np
import polars as pl

from farthing.models.reasons import CANDIDATES
from farthing.models.sample import Sample, sample_of


def made_up(cases: int = 300, seed: int = 4) -> Sample:
    """`turnover_monthly_12m` and `turnover_volatility_12m` matter; some values are missing; `buyers_12m` never varies."""
    rng = np.random.default_rng(seed)
    strength = rng.normal(size=cases)
    bad = rng.random(cases) < 1.0 / (1.0 + np.exp(1.2 + 1.6 * strength))
    columns = {candidate.feature: pl.Series(rng.integers(0, 10**6, cases)) for candidate in CANDIDATES}
    columns["turnover_monthly_12m"] = pl.Series(np.round(np.exp(12 + strength + rng.normal(0, 0.3, cases))).astype(np.int64))
    volatility = np.round(1e6 * np.exp(-0.7 * strength + rng.normal(0, 0.6, cases))).astype(np.int64)
    columns["turnover_volatility_12m"] = pl.Series(volatility).set(pl.Series(rng.random(cases) < 0.1), None)
    columns["buyers_12m"] = pl.Series(np.full(cases, 7))
    subjects = [f"s{case:04d}" for case in range(cases)]
    features = pl.DataFrame({"subject": subjects, **columns})
    return sample_of(features, pl.DataFrame({"subject": subjects, "defaulted": bad}), [candidate.feature for candidate in CANDIDATES])
