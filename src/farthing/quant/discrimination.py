"""How well a score tells bads from goods: AUC, KS, and how sure we may be of them.

Sources: AUC as the Mann-Whitney statistic, J. A. Hanley, B. J. McNeil, Radiology 143 (1982); its variance, E. R. DeLong et al.,
Biometrics 44 (1988), by ranks as in X. Sun, W. Xu, IEEE Signal Processing Letters 21 (2014); bootstrap percentiles, B. Efron,
R. Tibshirani, *An Introduction to the Bootstrap* (1993). Everywhere a higher `risk` means worse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Measure = Callable[[Floats, Bools], float]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float


def midranks(value: Floats) -> Floats:
    """Ranks from 1; equal values share the mean of their ranks."""
    order = np.argsort(value, kind="stable")
    ordered = value[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    ends = np.append(starts[1:], len(ordered))
    ranks = np.empty(len(value))
    ranks[order] = np.repeat((starts + 1 + ends) / 2.0, ends - starts)
    return ranks


def auc(risk: Floats, bad: Bools, weight: Floats | None = None) -> float:
    """The chance that a bad has a higher risk than a good, ties counted half; by weight, as if each case stood there so many times."""
    if weight is not None:
        return _weighted_auc(risk, bad, weight)
    bads = int(bad.sum())
    goods = len(bad) - bads
    assert bads > 0 < goods, "AUC needs both outcomes"
    return float((midranks(risk)[bad].sum() - bads * (bads + 1) / 2.0) / (bads * goods))


def _weighted_auc(risk: Floats, bad: Bools, weight: Floats) -> float:
    """Weight of goods below each risk, and half of those at it, over the bads."""
    _, at = np.unique(risk, return_inverse=True)
    bads, goods = (np.bincount(at, weight * flag) for flag in (bad, ~bad))
    assert bads.sum() > 0.0 < goods.sum(), "AUC needs both outcomes"
    below = np.cumsum(goods) - goods
    return float((bads * (below + 0.5 * goods)).sum() / (bads.sum() * goods.sum()))


def ks(risk: Floats, bad: Bools, weight: Floats | None = None) -> float:
    """The largest distance between the distributions of risk among bads and goods (Kolmogorov-Smirnov), by weight if one is given."""
    order = np.argsort(risk, kind="stable")
    ordered, flags = risk[order], bad[order]
    counted = np.ones(len(risk)) if weight is None else weight[order]
    last = np.append(ordered[1:] != ordered[:-1], True)
    share_bad = np.cumsum(counted * flags) / (counted * flags).sum()
    share_good = np.cumsum(counted * ~flags) / (counted * ~flags).sum()
    return float(np.abs(share_bad - share_good)[last].max())


def delong(risk: Floats, bad: Bools) -> Interval:
    """AUC with DeLong's 95 % interval (normal, kept within 0..1)."""
    positive, negative = risk[bad], risk[~bad]
    m, n = len(positive), len(negative)
    whole = midranks(np.concatenate([positive, negative]))
    by_bad = (whole[:m] - midranks(positive)) / n
    by_good = 1.0 - (whole[m:] - midranks(negative)) / m
    value = float(by_bad.mean())
    spread = float(np.sqrt(by_bad.var(ddof=1) / m + by_good.var(ddof=1) / n))
    return Interval(value, max(0.0, value - 1.959963984540054 * spread), min(1.0, value + 1.959963984540054 * spread))


def bootstrap(measure: Measure, risk: Floats, bad: Bools, seed: int, draws: int = 1000) -> Interval:
    """A measure with its 95 % percentile interval; cases are drawn again within goods and within bads.

    `risk` may be [repeats, cases]: the measure is then the mean over the repeats, each on the same drawn cases.
    """
    risks = np.atleast_2d(risk)
    rng = np.random.default_rng(seed)
    goods, bads = np.flatnonzero(~bad), np.flatnonzero(bad)
    found = np.empty(draws)
    for draw in range(draws):
        cases = np.concatenate([rng.choice(goods, len(goods)), rng.choice(bads, len(bads))])
        found[draw] = np.mean([measure(row[cases], bad[cases]) for row in risks])
    low, high = np.quantile(found, [0.025, 0.975])
    return Interval(float(np.mean([measure(row, bad) for row in risks])), float(low), float(high))


def wilson(bads: int, cases: int) -> tuple[float, float]:
    """95 % interval of a share (E. B. Wilson, JASA 22, 1927)."""
    z = 1.959963984540054
    middle = (bads + z * z / 2) / (cases + z * z)
    half = z / (cases + z * z) * (bads * (cases - bads) / cases + z * z / 4) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)
