"""Logistic regression by iteratively reweighted least squares with a ridge; deterministic, with control of signs.

Sources: J. A. Nelder, R. W. M. Wedderburn, "Generalized linear models", JRSS A 135 (1972); ridge as in S. le Cessie,
J. C. van Houwelingen, "Ridge estimators in logistic regression", Applied Statistics 41 (1992).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Logistic:
    """Log-odds of bad = intercept + x @ coefficients. `covariance` is of (intercept, coefficients); dropped columns have zeros."""

    intercept: float
    coefficients: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    iterations: int
    converged: bool

    def predict(self, x: Floats) -> Floats:
        """Log-odds of bad for each row of `x`."""
        eta: Floats = self.intercept + x @ np.array(self.coefficients)
        return eta


def sigmoid(eta: Floats) -> Floats:
    """1 / (1 + exp(-eta)) without overflow."""
    half: Floats = 0.5 * (1.0 + np.tanh(0.5 * eta))
    return half


def logit(p: Floats, bound: float = 1e-6) -> Floats:
    """ln(p / (1 - p)), with p kept `bound` away from 0 and 1."""
    kept = np.clip(p, bound, 1.0 - bound)
    result: Floats = np.log(kept / (1.0 - kept))
    return result


def fit_logistic(x: Floats, bad: Bools, weight: Floats | None = None, ridge: float = 0.0, sign: int = 0) -> Logistic:
    """Minimise -log-likelihood + ridge/2 |coefficients|² (the intercept is free).

    `x`: rows by columns. `sign` +1 or -1 forbids coefficients of the other sign: the most wrongly signed column is dropped
    and the rest refitted until none is left. Both outcomes must occur.
    """
    assert 0 < int(bad.sum()) < len(bad), "a logistic fit needs both outcomes"
    weights = np.ones(len(bad)) if weight is None else weight
    kept = list(range(x.shape[1]))
    while True:
        fitted = _irls(x[:, kept], bad.astype(np.float64), weights, ridge)
        wrong = [(fitted[0][1 + place] * sign, place) for place in range(len(kept)) if fitted[0][1 + place] * sign < 0]
        if not wrong:
            return _spread(x.shape[1], kept, fitted)
        kept.pop(min(wrong)[1])


def _irls(x: Floats, y: Floats, weight: Floats, ridge: float) -> tuple[Floats, Floats, int, bool]:
    design: Floats = np.column_stack([np.ones(len(y)), x])
    penalty = np.diag([0.0] + [ridge] * x.shape[1])
    beta = np.zeros(design.shape[1])
    mean = float((weight * y).sum() / weight.sum())
    beta[0] = np.log(mean / (1.0 - mean))
    converged, steps = False, 0
    while not converged and steps < 100:
        steps += 1
        p = sigmoid(design @ beta)
        hessian = design.T @ (design * (weight * p * (1.0 - p))[:, None]) + penalty + 1e-10 * np.eye(len(beta))
        gradient = design.T @ (weight * (y - p)) - penalty @ beta
        change = np.linalg.solve(hessian, gradient)
        change *= min(1.0, 5.0 / max(float(np.abs(change).max()), 1e-12))  # a separated sample must not run away
        beta = beta + change
        converged = bool(np.abs(change).max() < 1e-9)
    p = sigmoid(design @ beta)
    hessian = design.T @ (design * (weight * p * (1.0 - p))[:, None]) + penalty + 1e-10 * np.eye(len(beta))
    covariance = np.linalg.inv(hessian).astype(np.float64)
    return beta, covariance, steps, converged


def _spread(columns: int, kept: list[int], fitted: tuple[Floats, Floats, int, bool]) -> Logistic:
    """The fit of the kept columns in the places of all."""
    beta, covariance, iterations, converged = fitted
    places = [0] + [1 + column for column in kept]
    full, cov = np.zeros(columns + 1), np.zeros((columns + 1, columns + 1))
    full[places] = beta
    cov[np.ix_(places, places)] = covariance
    return Logistic(float(full[0]), tuple(full[1:].tolist()), tuple(tuple(row) for row in cov.tolist()), iterations, converged)
