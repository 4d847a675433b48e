"""How far a population has moved from the one a model was made for, told from counts by bin.

Counts add: those of two branches, or of yesterday and today, are the counts of both, so nothing is ever read twice.

Sources: the population stability index is the symmetric divergence of H. Jeffreys, Proc. R. Soc. A 186 (1946), between two sets of
shares; its use on scores and characteristics, N. Siddiqi, *Credit Risk Scorecards* (2006); how large it grows by chance alone,
B. Yurdakul, J. Naranjo, Journal of Risk Model Validation 14 (2020); AUC from counts, D. Bamber, J. Math. Psychology 12 (1975).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

HALF_A_CASE = 0.5
"""Added to every bin, so that an empty one is a small share and not an infinite distance."""


def psi(expected: Ints, actual: Ints) -> Floats:
    """The stability index of each row of counts `actual` [..., bins] against `expected` [bins]; 0 where a row is empty.

    >>> psi(np.array([50, 50]), np.array([[500, 500], [800, 200], [0, 0]])).round(3).tolist()
    [0.0, 0.415, 0.0]
    """
    before, now = shares(expected), shares(actual)
    found: Floats = ((now - before) * np.log(now / before)).sum(axis=-1)
    return np.where(actual.sum(axis=-1) > 0, found, 0.0)


def by_chance(expected: Ints, actual: Ints, confidence: float = 0.999) -> Floats:
    """What the index stays below, at this confidence, if both sets of counts were drawn from one population."""
    from scipy.stats import chi2  # slow to import, and few commands need it

    bins = np.maximum((expected + actual > 0).sum(axis=-1), 2)
    cases = np.maximum(actual.sum(axis=-1), 1)
    bound: Floats = chi2.ppf(confidence, bins - 1) * (1.0 / max(int(expected.sum()), 1) + 1.0 / cases)
    return bound


def moved_points(expected: Ints, actual: Ints, points: Ints) -> Floats:
    """By how many points the mean of one characteristic moved (the characteristic stability index of a scorecard)."""
    moved: Floats = (shares(actual) - shares(expected)) @ points.astype(np.float64)
    return moved


def shares(counts: Ints) -> Floats:
    """Counts [..., bins] as shares of their row, none of them zero."""
    kept = counts + HALF_A_CASE
    found: Floats = kept / kept.sum(axis=-1, keepdims=True)
    return found


def auc_of_counts(good: Ints, bad: Ints) -> Floats:
    """AUC of each row of counts by band [..., bands], safest band first, ties half; not a number without both outcomes."""
    safer = np.cumsum(good, axis=-1) - good
    pairs = good.sum(axis=-1).astype(np.float64) * bad.sum(axis=-1)
    won = (bad * (safer + 0.5 * good)).sum(axis=-1)
    return np.where(pairs > 0, won / np.where(pairs > 0, pairs, 1.0), np.nan)


# ---- counting --------------------------------------------------------------------------------------------------------


def count(value: Ints, missing: Bools, cuts: Ints, cell: Ints, cells: int) -> Ints:
    """Cases by cell and bin [cells, bins]: bin i holds cuts[i-1] <= value < cuts[i], the last one holds what is missing."""
    bins = len(cuts) + 2
    place = np.searchsorted(cuts, value, side="right")
    place[missing] = bins - 1
    return np.bincount(cell * bins + place, minlength=cells * bins).reshape(cells, bins).astype(np.int64)


def count_into(value: Ints, missing: Bools, cuts: Ints, cell: Ints, table: Ints) -> None:
    """The same, one row at a time into a `table` of zeros: written to be compiled, where it beats any column engine."""
    last = len(cuts) + 1
    for row in range(len(value)):
        place = 0
        for cut in cuts:
            place += value[row] >= cut
        table[cell[row], last if missing[row] else place] += 1  # chosen last: a branch on what is missing cannot be foretold
