"""Whether a probability means what it says, and how to make it so.

Sources: J. Platt, "Probabilistic outputs for support vector machines" (1999); isotonic regression by pooling adjacent violators,
M. Ayer et al., Ann. Math. Stat. 26 (1955); slope and intercept, D. R. Cox, Biometrika 45 (1958); expected calibration error,
M. P. Naeini et al., AAAI (2015); beta calibration, M. Kull et al., AISTATS (2017); G. W. Brier, Monthly Weather Review 78 (1950);
shift of the prior, M. Saerens et al., Neural Computation 14 (2002).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from farthing.quant.logistic import fit_logistic, sigmoid

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Line:
    """Calibrated log-odds = intercept + slope x log-odds, with the covariance of (intercept, slope)."""

    intercept: float
    slope: float
    covariance: tuple[tuple[float, ...], ...]

    def apply(self, eta: Floats) -> Floats:
        """Calibrated log-odds."""
        return self.intercept + self.slope * eta

    def spread(self, eta: Floats) -> Floats:
        """Standard error of the calibrated log-odds."""
        (a, b), (_, c) = self.covariance
        return np.sqrt(np.maximum(a + 2.0 * b * eta + c * eta * eta, 0.0))


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a calibration table: mean prediction, observed share of bads, cases and bads."""

    predicted: float
    observed: float
    cases: int
    bads: int


def platt(eta: Floats, bad: Bools, ridge: float = 0.0, weight: Floats | None = None) -> Line:
    """The straight line on log-odds that fits the outcomes best. A slope under 1 says the log-odds were too bold."""
    fitted = fit_logistic(eta[:, None], bad, weight, ridge=ridge)
    return Line(fitted.intercept, fitted.coefficients[0], fitted.covariance)


def isotonic(x: Floats, y: Floats, weight: Floats | None = None) -> Floats:
    """The never-falling values nearest to `y` (weighted least squares) in the order of `x`; equal `x` get equal values."""
    weights = np.ones(len(y)) if weight is None else weight
    keys, group = np.unique(x, return_inverse=True)
    total = np.bincount(group, weights, len(keys))
    mean = np.bincount(group, weights * y, len(keys)) / total
    blocks: list[tuple[float, float, int]] = []
    for level, mass in zip(mean.tolist(), total.tolist(), strict=True):
        blocks.append((level, mass, 1))
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (a, u, k), (b, v, n) = blocks[-2:]
            blocks[-2:] = [((a * u + b * v) / (u + v), u + v, k + n)]
    levels = np.concatenate([np.full(count, level) for level, _, count in blocks])
    return np.asarray(levels[group])


@dataclass(frozen=True, slots=True)
class Stairs:
    """A never-falling step function: level i holds starts[i-1] <= x < starts[i]."""

    starts: tuple[float, ...]
    levels: tuple[float, ...]

    def apply(self, x: Floats) -> Floats:
        """The level of each `x`; beyond what was fitted the first or the last holds."""
        found: Floats = np.array(self.levels)[np.searchsorted(np.array(self.starts), x, side="right")]
        return found


def stairs(x: Floats, y: Floats, weight: Floats | None = None) -> Stairs:
    """Isotonic regression as a function of new cases: a step begins at the least `x` that was fitted on it."""
    levels, first = np.unique(isotonic(x, y, weight), return_inverse=True)
    least = np.full(len(levels), np.inf)
    np.minimum.at(least, first, x)
    return Stairs(tuple(least[1:].tolist()), tuple(levels.tolist()))


@dataclass(frozen=True, slots=True)
class Beta:
    """Calibrated log-odds = intercept + low x ln p - high x ln(1 - p): bends where a straight line on log-odds cannot."""

    intercept: float
    low: float
    high: float

    def apply(self, p: Floats) -> Floats:
        """Calibrated probability; rises with `p`, since neither weight is negative."""
        return sigmoid(self.intercept + _beta_columns(p) @ np.array([self.low, self.high]))


def beta_calibration(p: Floats, bad: Bools, ridge: float = 0.0) -> Beta:
    """The beta curve that fits the outcomes best. (0, 1, 1) leaves probabilities as they are."""
    fitted = fit_logistic(_beta_columns(p), bad, ridge=ridge, sign=1)
    return Beta(fitted.intercept, *fitted.coefficients)


def _beta_columns(p: Floats) -> Floats:
    kept = np.clip(p, 1e-9, 1.0 - 1e-9)
    return np.column_stack([np.log(kept), -np.log1p(-kept)])


def brier(p: Floats, bad: Bools, weight: Floats | None = None) -> float:
    """Mean squared distance between probability and outcome."""
    return float(np.average((p - bad) ** 2, weights=weight))


def bands(p: Floats, bad: Bools, count: int = 10, weight: Floats | None = None) -> tuple[Band, ...]:
    """Cases in `count` bands of equal size by probability; equal probabilities may stand in two bands. Means are by weight."""
    order = np.argsort(p, kind="stable")
    parts = [part for part in np.array_split(order, count) if len(part)]
    return tuple(Band(_mean(p, part, weight), _mean(bad, part, weight), len(part), int(bad[part].sum())) for part in parts)


def _mean(values: Floats | Bools, part: npt.NDArray[np.int64], weight: Floats | None) -> float:
    return float(np.average(values[part], weights=None if weight is None else weight[part]))


def expected_error(p: Floats, bad: Bools, count: int = 10, weight: Floats | None = None) -> float:
    """Mean distance between predicted and observed over bands of equal size (ECE)."""
    return float(sum(band.cases * abs(band.predicted - band.observed) for band in bands(p, bad, count, weight)) / len(p))


def error_by_chance(p: Floats, count: int, draws: int, seed: int) -> float:
    """The mean distance that cases so many would show if every probability were true: less than this nobody can ask of them."""
    rng, ordered = np.random.default_rng(seed), np.sort(p)
    starts = np.cumsum([0, *(len(part) for part in np.array_split(ordered, count) if len(part))])[:-1]
    expected = np.add.reduceat(ordered, starts)
    off = [np.abs(np.add.reduceat((rng.random(len(p)) < ordered).astype(np.float64), starts) - expected).sum() for _ in range(draws)]
    return float(np.mean(off) / len(p))


def prior_shift(sample_rate: float, target_rate: float) -> float:
    """What to add to log-odds fitted on a sample with one rate of bads, so that they hold where the rate is another."""
    return float(np.log(target_rate / (1.0 - target_rate)) - np.log(sample_rate / (1.0 - sample_rate)))
