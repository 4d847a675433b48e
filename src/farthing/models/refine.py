"""The log-odds of every bin, fitted again all together, once a card has its columns.

A weight of evidence was read off one column alone. Beside the others a step from one bin to the next may be worth more or less than the
column's one weight makes of it: each step is fitted for itself, drawn towards that weight, and may not turn. So a bin of worse evidence
never earns more, and where a sample is small little moves. A column whose weight would have turned may come back by such steps.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from farthing.quant.logistic import Bools, Bytes, Coded, Floats, Logistic, Ridge, fit_logistic

MOST_WORK = 2 * 10**9
"""Cases times the square of steps: a second or so. A larger sample keeps its weights; it has cases enough to bear finer bins instead."""
Evidence = Sequence[tuple[float, ...]]


def weighed(evidence: Evidence, logistic: Logistic) -> tuple[tuple[float, ...], ...]:
    """Log-odds of bad of each bin of each column: its evidence times the column's weight."""
    return tuple(
        tuple(weight * value for value in values) for values, weight in zip(evidence, logistic.coefficients, strict=True)
    )  # fmt: skip


def refined(
    places: Sequence[Bytes], evidence: Evidence, logistic: Logistic, cases: tuple[Bools, Floats], strength: float
) -> tuple[float, tuple[tuple[float, ...], ...]]:
    """The intercept, and the log-odds of bad of each bin of each column in the order of their evidence.

    `cases`: outcomes and weights. `strength` says how hard a step is drawn towards what the column's weight makes of it.
    """
    if len(cases[0]) * sum(len(set(values)) - 1 for values in evidence) ** 2 > MOST_WORK:
        return logistic.intercept, weighed(evidence, logistic)
    levels = [np.unique(np.array(values)[np.flatnonzero(np.bincount(place))]) for place, values in zip(places, evidence, strict=True)]
    steps = [np.sqrt(np.diff(level)) for level in levels]
    codes = [place for place, own in zip(places, steps, strict=True) for _ in own]
    values = [
        np.where(np.array(known) >= above, step, 0.0)
        for known, level, own in zip(evidence, levels, steps, strict=True)
        for above, step in zip(level[1:], own, strict=True)
    ]
    toward = np.concatenate([weight * own for own, weight in zip(steps, logistic.coefficients, strict=True)])
    fitted = fit_logistic(Coded.of(codes, values), *cases, Ridge(strength, toward), sign=-1)
    moved = np.split(np.array(fitted.coefficients), np.cumsum([len(own) for own in steps])[:-1])
    climbed = [np.concatenate(([0.0], np.cumsum(own * step))) for own, step in zip(moved, steps, strict=True)]
    middle = [float(np.interp(0.0, level, climb)) for level, climb in zip(levels, climbed, strict=True)]  # no evidence, no log-odds
    found = tuple(
        tuple((np.interp(known, level, climb) - zero).tolist())
        for known, level, climb, zero in zip(evidence, levels, climbed, middle, strict=True)
    )
    return fitted.intercept + sum(middle), found
