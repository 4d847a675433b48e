"""Made-up cases of fraud: a few signs that tell, a few that do not, in groups."""

from __future__ import annotations

import numpy as np

from farthing.models.sample import Column, Sample

TELLING = ("asked_7d", "ring_members", "invoiced_sales_outgrow_power_used_3m")
DUMB = ("registry_scope_6m", "devices_30d")
GROUPS = 8


def cases(count: int = 1_200, seed: int = 3) -> tuple[Sample, np.ndarray]:
    """One in seventeen is a fraud; each fraud shows in two of the three signs that tell."""
    rng = np.random.default_rng(seed)
    fraud = rng.random(count) < 0.06
    quiet = rng.integers(0, 3, count)

    def shown(place: int, usual: np.ndarray, high: np.ndarray) -> np.ndarray:
        return np.where(fraud & (quiet != place), high, usual).astype(np.int64)

    columns: dict[str, Column] = {
        TELLING[0]: (shown(0, rng.poisson(0.3, count), rng.integers(4, 12, count)), rng.random(count) < 0.05),
        TELLING[1]: (shown(1, rng.choice(3, count, p=(0.9, 0.02, 0.08)), rng.integers(3, 6, count)), np.zeros(count, np.bool_)),
        TELLING[2]: (shown(2, rng.integers(400_000, 600_000, count), rng.integers(600_000, 800_000, count)), rng.random(count) < 0.1),
        **{name: (rng.poisson(0.5, count).astype(np.int64), np.zeros(count, np.bool_)) for name in DUMB},
    }
    return Sample((), columns, fraud, np.ones(count)), np.arange(count) % GROUPS
