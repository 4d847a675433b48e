"""Measure the gate on cases that are known: what is usual of each feature, how features go together, and how far the known ones are."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from farthing.domain.errors import Invalid
from farthing.models.naming import named
from farthing.models.novelty.gate import MILLI, PPM, Bools, Columns, Gate, Ints, Seen, distances, placed
from farthing.quant.discrimination import midranks

BINS, BEYOND, ODDEST = 20, 4.0, 5.0
"""A value outside of all known ones counts as four standard deviations, to be missing as nobody was as five at most."""
DRAWN = 0.1
LEAST_CASES, MOST_KEPT = 100, 2_000


def measure_gate(columns: Columns, told: str, seed: int, *, synthetic: bool) -> Gate:
    """A gate for cases like these. Distances are of each half by what the other half says. `Invalid` with fewer than a hundred cases, or
    where no feature is told of."""
    cases = max((len(value) for value, _ in columns.values()), default=0)
    if cases < LEAST_CASES:
        raise Invalid("few_cases", f"{cases} cases are too few to say what is usual.", f"Bring {LEAST_CASES} at least.")
    half = np.random.default_rng(seed).permutation(cases) < cases // 2
    apart: list[int] = []
    for side in (half, ~half):
        gate = _fitted(rows_of(columns, side), told, (0,), synthetic=synthetic)
        apart += distances(gate, rows_of(columns, ~side)).tolist()
    kept = sorted(apart)
    if len(kept) > MOST_KEPT:
        kept = [kept[place] for place in np.linspace(0, len(kept) - 1, MOST_KEPT).round().astype(int).tolist()]
    return named(_fitted(columns, told, tuple(kept), synthetic=synthetic))


def rows_of(columns: Columns, side: Bools) -> Columns:
    """Some of the cases."""
    return {name: (value[side], missing[side]) for name, (value, missing) in columns.items()}


def _fitted(columns: Columns, told: str, apart: tuple[int, ...], *, synthetic: bool) -> Gate:
    features = tuple(_seen(name, value, missing) for name, (value, missing) in columns.items() if not missing.all())
    if not features:
        raise Invalid("nothing_told", "No feature is told of in any case.", "Bring evidence.")
    x = placed(features, columns) / MILLI
    spread = (1.0 - DRAWN) * (x.T @ x) / len(x) + DRAWN * np.eye(x.shape[1])
    precision = np.rint(np.linalg.inv(spread) * PPM).astype(np.int64)
    return Gate("", told, synthetic, features, tuple(map(tuple, precision.tolist())), apart)


def _seen(name: str, value: Ints, missing: Bools) -> Seen:
    known = value[~missing]
    cuts = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1], method="higher"))
    starts = np.unique(np.concatenate([[known.min()], cuts, [known.max() + 1]]))
    step = np.searchsorted(starts, known, side="right")
    rank = (midranks(known.astype(np.float64)) - 0.5) / len(known)
    middle = np.bincount(step, rank, len(starts) + 1)[1:-1] / np.maximum(np.bincount(step, minlength=len(starts) + 1)[1:-1], 1)
    inner = np.array([NormalDist().inv_cdf(min(max(one, 1e-4), 1 - 1e-4)) for one in middle.tolist()])
    scores = np.concatenate([[-BEYOND], inner, [BEYOND]])
    share = (int(missing.sum()) + 0.5) / (len(missing) + 1)
    unit = (share * (1.0 - share)) ** 0.5
    whole = tuple(np.rint(scores * MILLI).astype(np.int64).tolist())
    return Seen(name, tuple(starts.tolist()), whole, _bounded((1.0 - share) / unit), _bounded(-share / unit))


def _bounded(score: float) -> int:
    return round(min(max(score, -ODDEST), ODDEST) * MILLI)
