"""Kinds of risk: cases grouped by why they scored as they did, not by what they are.

After N. Bussmann, P. Giudici, D. Marinelli, J. Papenbrock, "Explainable machine learning in credit risk management", Computational
Economics 57 (2021): distances between the Shapley vectors of cases, and a hierarchy over them. Contributions are log-odds, one unit
for all features, so they are compared as they are; groups are joined by J. H. Ward, JASA 58 (1963).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from farthing.quant.binning import Bools, Floats, Ints

MOST_JOINED = 2_000
"""Distances between all pairs grow with the square: more cases than this go to the nearest group of a sample of that many."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One group: its cases and bads, its mean log-odds, and the features that set it apart from the mean of all, strongest first."""

    number: int
    cases: int
    bads: int
    eta: float
    leading: tuple[tuple[str, float], ...]

    @property
    def rate(self) -> float:
        """Share of bads."""
        return self.bads / self.cases


def kinds(contributions: Floats, most: int, seed: int) -> Ints:
    """The group of each row of contributions [cases, features], at most `most`, numbered from the lowest mean total to the highest."""
    from scipy.cluster.hierarchy import fcluster, linkage  # slow to import, and few commands need it

    cases = len(contributions)
    drawn = np.arange(cases) if cases <= MOST_JOINED else np.sort(np.random.default_rng(seed).choice(cases, MOST_JOINED, replace=False))
    if len(drawn) < 2:
        return np.zeros(cases, dtype=np.int64)
    found = fcluster(linkage(contributions[drawn], method="ward"), most, criterion="maxclust")
    centres = np.array([contributions[drawn][found == number].mean(axis=0) for number in np.unique(found)])
    centres = centres[np.argsort(centres.sum(axis=1), kind="stable")]
    distance = (contributions**2).sum(axis=1)[:, None] - 2.0 * contributions @ centres.T + (centres**2).sum(axis=1)
    return np.asarray(distance.argmin(axis=1), dtype=np.int64)


def table_of(contributions: Floats, group: Ints, bad: Bools, features: Sequence[str], leading: int = 3) -> tuple[Kind, ...]:
    """Each group that has cases."""
    overall, told = contributions.mean(axis=0), []
    for number in np.unique(group).tolist():
        inside = group == number
        apart = contributions[inside].mean(axis=0) - overall
        strongest = np.argsort(-np.abs(apart), kind="stable")[:leading].tolist()
        leads = tuple((features[place], float(apart[place])) for place in strongest if apart[place] != 0.0)
        eta = float(contributions[inside].sum(axis=1).mean())
        told.append(Kind(number + 1, int(inside.sum()), int(bad[inside].sum()), eta, leads))
    return tuple(told)
