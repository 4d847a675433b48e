"""A made-up sample of three dimensions whose truth is known: two tell, one is noise, and of one nothing is there for some."""

from __future__ import annotations

import numpy as np

from farthing.models.dimension.group import Dimension, Group
from farthing.models.sample import Sample
from farthing.models.table import Column
from farthing.quant.binning import Trend
from farthing.quant.logistic import sigmoid

SHARES = {"strong": 400_000, "weak": 300_000, "noise": 200_000, "asked": 100_000}


def group(code: str, *columns: str, silence: dict[str, int] | None = None) -> Group:
    """A dimension of rising safety, its columns safer as they grow."""
    dimension = Dimension(code, f"{code}维", code.title(), (), SHARES[code], asked=code == "asked")
    return Group(dimension, tuple(Column(name, trend=Trend.FALLING, zh=name, en=name) for name in columns), silence or {})


GROUPS = (group("strong", "s1", "s2"), group("weak", "w1"), group("noise", "n1", "n2"), group("asked", "a1"))


def made_up(cases: int = 2_000, seed: int = 4) -> Sample:
    """Whole numbers in hundredths of a standard deviation."""
    rng = np.random.default_rng(seed)
    strong, weak, asked = (rng.normal(size=cases) for _ in range(3))
    bad = rng.random(cases) < sigmoid(-2.0 - 1.4 * strong - 0.6 * weak - 0.5 * asked)
    raw = {
        "s1": strong + 0.5 * rng.normal(size=cases), "s2": strong + 0.5 * rng.normal(size=cases), "w1": weak, "a1": asked,
        "n1": rng.normal(size=cases), "n2": rng.normal(size=cases),
    }  # fmt: skip
    gone = rng.random(cases) < 0.2
    columns = {
        name: (np.where(gone & (name == "w1"), 0, np.rint(100 * value)).astype(np.int64), gone & (name == "w1"))
        for name, value in raw.items()
    }
    return Sample((), columns, bad, np.ones(cases))
