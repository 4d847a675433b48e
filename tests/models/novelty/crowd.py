"""Cases that are alike, and a gate for them, for the tests of what is new."""

from __future__ import annotations

from functools import cache

import numpy as np

from farthing.models.novelty.gate import Columns, Gate
from farthing.models.novelty.measure import measure_gate

CASES = 600


def crowd(cases: int = CASES, seed: int = 7) -> Columns:
    """Three features: the second follows the first, the third is missing for a third."""
    rng = np.random.default_rng(seed)
    first = rng.normal(0, 1, cases)
    second = first + 0.3 * rng.normal(0, 1, cases)
    third = rng.poisson(3, cases)
    nowhere = np.zeros(cases, np.bool_)
    whole = [np.rint(1_000 * one).astype(np.int64) for one in (first, second)]
    return {"first": (whole[0], nowhere), "second": (whole[1], nowhere), "third": (third.astype(np.int64), rng.random(cases) < 0.33)}


@cache
def gate() -> Gate:
    """The gate of the crowd."""
    return measure_gate(crowd(), "a crowd", 1, synthetic=True)


def facts(columns: Columns, row: int) -> dict[str, int | None]:
    """One case of some columns."""
    return {name: None if missing[row] else int(value[row]) for name, (value, missing) in columns.items()}
