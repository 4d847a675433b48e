"""Logistic weights that may not be negative, drawn toward weights stated beforehand.

Sources: projected Newton steps under bounds, D. P. Bertsekas, SIAM J. Control and Optimization 20 (1982); weights drawn toward a stated
mean are the mode under a normal prior, as in A. Gelman et al., Annals of Applied Statistics 2 (2008).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from farthing.quant.logistic import Bools, Floats, sigmoid

ENOUGH = 1e-9
MOST_STEPS = 200
_EDGE = 1e-12


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where weights are drawn to, one a column, and how hard: `strength` is the precision of the normal prior about `toward`."""

    toward: tuple[float, ...]
    strength: float


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Log-odds of bad = intercept + x @ weights, none of them negative."""

    intercept: float
    weights: tuple[float, ...]

    def predict(self, x: Floats) -> Floats:
        """Log-odds of bad for each row of `x`."""
        eta: Floats = self.intercept + x @ np.array(self.weights)
        return eta


def fit_shrunk(x: Floats, bad: Bools, anchor: Anchor, weight: Floats | None = None, offset: Floats | None = None) -> Shrunk:
    """Minimise -log-likelihood + strength/2 |weights - toward|² over weights >= 0.

    With an `offset`, log-odds that are known already, nothing but the weights is fitted and the intercept is 0.
    """
    problem = _Problem(x, bad, anchor, np.ones(len(bad)) if weight is None else weight, offset)
    beta = problem.start()
    for _ in range(MOST_STEPS):
        slope, curve = problem.moments(beta)
        held = problem.bounded & (beta <= _EDGE) & (slope > 0.0)
        free = ~held
        step = np.zeros(len(beta))
        step[free] = np.linalg.solve(curve[np.ix_(free, free)], slope[free])
        moved = problem.shortened(beta, step, float(slope @ step))
        if np.abs(moved - beta).max() < ENOUGH:
            beta = moved
            break
        beta = moved
    beta = np.where(problem.bounded & (beta <= _EDGE), 0.0, beta)
    return Shrunk(float(beta[0]), tuple(beta[1:].tolist())) if offset is None else Shrunk(0.0, tuple(beta.tolist()))


class _Problem:
    """What is minimised, and its slope and curvature anywhere."""

    def __init__(self, x: Floats, bad: Bools, anchor: Anchor, weight: Floats, offset: Floats | None) -> None:
        assert 0 < int(bad.sum()) < len(bad), "a logistic fit needs both outcomes"
        assert len(anchor.toward) == x.shape[1], "a stated weight a column"
        self._free = 0 if offset is not None else 1
        self._x = x if offset is not None else np.column_stack([np.ones(len(bad)), x])
        self._y, self._weight = bad.astype(np.float64), weight
        self._offset = np.zeros(len(bad)) if offset is None else offset
        self._toward = np.concatenate([np.zeros(self._free), anchor.toward])
        self._pull = np.concatenate([np.zeros(self._free), np.full(x.shape[1], anchor.strength)])
        self.bounded = np.arange(len(self._toward)) >= self._free

    def start(self) -> Floats:
        beta = np.where(self.bounded, np.maximum(self._toward, 0.0), 0.0)
        if self._free:
            mean = float(np.average(self._y, weights=self._weight))
            beta[0] = np.log(mean / (1.0 - mean))
        return beta

    def moments(self, beta: Floats) -> tuple[Floats, Floats]:
        p = sigmoid(self._offset + self._x @ beta)
        slope = self._x.T @ (self._weight * (p - self._y)) + self._pull * (beta - self._toward)
        curve = (self._x * (self._weight * p * (1.0 - p))[:, None]).T @ self._x + np.diag(self._pull + 1e-10)
        return slope, curve

    def loss(self, beta: Floats) -> float:
        eta = self._offset + self._x @ beta
        surprise = float((self._weight * (np.logaddexp(0.0, eta) - self._y * eta)).sum())
        return surprise + 0.5 * float((self._pull * (beta - self._toward) ** 2).sum())

    def shortened(self, beta: Floats, step: Floats, gain: float) -> Floats:
        """The projected step, halved until it is downhill."""
        before, length = self.loss(beta), 1.0
        while True:
            moved = beta - length * step
            moved = np.where(self.bounded, np.maximum(moved, 0.0), moved)
            if length < 1e-8 or self.loss(moved) <= before - 1e-4 * length * max(gain, 0.0) * 0.1 + 1e-12:
                return moved
            length *= 0.5
