"""Logistic regression by iteratively reweighted least squares with a ridge; deterministic, with control of signs.

Sources: J. A. Nelder, R. W. M. Wedderburn, "Generalized linear models", JRSS A 135 (1972); ridge as in S. le Cessie,
J. C. van Houwelingen, "Ridge estimators in logistic regression", Applied Statistics 41 (1992).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from farthing.quant.placing import fixed, kernels_for

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

BLOCK = 8_192
"""Rows taken together: a block of fifty columns stays in the cache between its uses."""
EXACT, NEAR, ROUGH = 1e-9, 1e-5, 1e-2
"""When steps of a coefficient are small enough. Of a million rows a standard error is some hundredths: the middle one is far below."""
WARM = 100_000
"""A sample of more than four times this many rows starts from the fit of so many of them."""


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


@dataclass(frozen=True, eq=False)
class Coded:
    """A design of few distinct values: column j holds values[j, codes[j]], where j goes through `kept`.

    A byte a cell stands for a million rows of fifty columns.
    """

    codes: Bytes
    values: Floats
    kept: Ints

    @classmethod
    def of(cls, codes: Sequence[Bytes], values: Sequence[Floats]) -> Coded:
        """From columns of their own lengths of values."""
        table = np.zeros((len(values), max(map(len, values))))
        for row, value in zip(table, values, strict=True):
            row[: len(value)] = value
        return cls(np.vstack(codes), table, np.arange(len(codes)))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return self.codes.shape[1], len(self.kept)

    def block(self, rows: slice) -> Floats:
        """These rows, as columns of an array whose first row is ones."""
        found = np.empty((len(self.kept) + 1, len(self.codes[0, rows])))
        found[0] = 1.0
        for place, column in enumerate(self.kept, start=1):
            np.take(self.values[column], self.codes[column, rows], out=found[place], mode="clip")
        return found

    def every(self, step: int) -> Coded:
        """Every so many rows."""
        return Coded(np.ascontiguousarray(self.codes[:, ::step]), self.values, self.kept)


@dataclass(frozen=True, eq=False)
class Plain:
    """A design as it is."""

    x: Floats

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return self.x.shape[0], self.x.shape[1]

    def block(self, rows: slice) -> Floats:
        """These rows, as columns of an array whose first row is ones."""
        part = self.x[rows]
        return np.vstack([np.ones(len(part)), part.T])

    def every(self, step: int) -> Plain:
        """Every so many rows."""
        return Plain(self.x[::step])


class _Cases(NamedTuple):
    """A design with its outcomes (1.0 bad) and weights."""

    design: Coded | Plain
    y: Floats
    weight: Floats


class _Fit(NamedTuple):
    beta: Floats
    information: Floats
    steps: int
    converged: bool


def sigmoid(eta: Floats) -> Floats:
    """1 / (1 + exp(-eta)) without overflow."""
    half: Floats = 0.5 * (1.0 + np.tanh(0.5 * eta))
    return half


def logit(p: Floats, bound: float = 1e-6) -> Floats:
    """ln(p / (1 - p)), with p kept `bound` away from 0 and 1."""
    kept = np.clip(p, bound, 1.0 - bound)
    result: Floats = np.log(kept / (1.0 - kept))
    return result


class Ridge(NamedTuple):
    """How hard coefficients are drawn, and towards what: to zero unless told."""

    strength: float = 0.0
    toward: Floats | None = None


def fit_logistic(x: Floats | Coded, bad: Bools, weight: Floats | None = None, ridge: float | Ridge = 0.0, sign: int = 0) -> Logistic:
    """Minimise -log-likelihood + ridge/2 |coefficients - toward|² (the intercept is free).

    `x`: rows by columns. `sign` +1 or -1 forbids coefficients of the other sign: the least is then sought among those that keep it, so
    that a column whose coefficient would turn has none, and each of the others is there because leaving it out would cost likelihood.
    Both outcomes must occur.
    """
    assert 0 < int(bad.sum()) < len(bad), "a logistic fit needs both outcomes"
    design = x if isinstance(x, Coded) else Plain(x)
    cases = _Cases(design, bad.astype(np.float64), np.ones(len(bad)) if weight is None else weight)
    pull = ridge if isinstance(ridge, Ridge) else Ridge(ridge)
    step = len(bad) // WARM
    if step <= 4 or not bad[::step].any():
        return _spread(_newton(cases, pull, sign, None, EXACT), sign)
    few = _Cases(design.every(step), cases.y[::step], cases.weight[::step])
    start = _newton(few, pull._replace(strength=pull.strength / step), sign, None, ROUGH).beta
    return _spread(_newton(cases, pull, sign, start, NEAR), sign)


def _newton(cases: _Cases, ridge: Ridge, sign: int, start: Floats | None, enough: float) -> _Fit:
    """Newton's steps until one is small enough. From a start that is near, one information matrix serves them all."""
    columns = cases.design.shape[1]
    penalty = np.diag([0.0] + [ridge.strength] * columns)
    toward = np.concatenate(([0.0], np.zeros(columns) if ridge.toward is None else ridge.toward))
    mean = float((cases.weight * cases.y).sum() / cases.weight.sum())
    beta = toward + np.concatenate(([np.log(mean / (1.0 - mean))], np.zeros(columns))) if start is None else start
    information: Floats | None = None
    converged, steps = False, 0
    while not converged and steps < 100:
        slope, found = _moments(cases, beta, start is None or information is None)
        information = information if found is None else found + penalty + 1e-10 * np.eye(len(beta))
        assert information is not None, "the first step makes one"
        change = _least(information, information @ beta + slope - penalty @ (beta - toward), beta, sign) - beta
        change *= min(1.0, 5.0 / max(float(np.abs(change).max()), 1e-12))  # a separated sample must not run away
        beta, steps = beta + change, steps + 1
        converged = bool(np.abs(change).max() < enough)
    assert information is not None, "at least one step is made"
    return _Fit(beta, information, steps, converged)


def _least(form: Floats, aim: Floats, start: Floats, sign: int) -> Floats:
    """Where b'form b / 2 - aim'b is least among b whose parts, the first apart, have the sign; from a start that keeps it.

    C. Lawson, R. Hanson, "Solving Least Squares Problems" (1974), ch. 23: parts are let go of zero one at a time, the steepest first,
    and held there when a step would take them through it.
    """
    if not sign:
        return np.asarray(np.linalg.solve(form, aim), dtype=np.float64)
    signs = np.concatenate(([1.0], np.full(len(aim) - 1, float(sign))))
    form, aim, b = form * signs * signs[:, None], aim * signs, start * signs
    loose = b > 0.0
    loose[0] = True
    for _ in range(3 * len(b)):
        while True:
            wanted = np.zeros(len(b))
            wanted[loose] = np.linalg.solve(form[np.ix_(loose, loose)], aim[loose])
            through = loose & (wanted <= 0.0)
            through[0] = False
            if not through.any():
                break
            b = b + (b[through] / (b[through] - wanted[through])).min() * (wanted - b)
            loose &= b > 1e-14
            loose[0] = True
            b[~loose] = 0.0
        b, gain = wanted, np.where(loose, 0.0, aim - form @ wanted)
        if gain.max() <= 1e-9 * np.abs(aim).max():
            break
        loose[int(gain.argmax())] = True
    return b * signs


def _moments(cases: _Cases, beta: Floats, whole: bool) -> tuple[Floats, Floats | None]:
    """The slope of the log-likelihood and, if the whole is wanted, its information matrix."""
    slope = np.zeros(len(beta))
    compiled = kernels_for(len(cases.y)) if isinstance(cases.design, Coded) else None
    if compiled and isinstance(cases.design, Coded):
        even = (len(beta) + len(beta) % 2) * whole
        gram = np.zeros((even, even))
        design = fixed(cases.design.codes), fixed(cases.design.values), fixed(cases.design.kept)
        compiled.add_moments(*design, fixed(cases.y), fixed(cases.weight), fixed(beta), slope, gram)
        return slope, (np.triu(gram) + np.triu(gram, 1).T)[: len(beta), : len(beta)] if whole else None
    hessian = np.zeros((len(beta), len(beta)))
    for begin in range(0, len(cases.y), BLOCK):
        rows = slice(begin, begin + BLOCK)
        part, weight = cases.design.block(rows), cases.weight[rows]
        p = sigmoid(beta @ part)
        slope += part @ (weight * (cases.y[rows] - p))
        if whole:
            part *= np.sqrt(weight * p * (1.0 - p))
            hessian += part @ part.T
    return slope, hessian if whole else None


def _spread(fitted: _Fit, sign: int) -> Logistic:
    """The fit with its covariance, which is of the columns that stayed."""
    stayed = (fitted.beta != 0.0) | (sign == 0)
    stayed[0] = True
    places = np.flatnonzero(stayed)
    covariance = np.zeros_like(fitted.information)
    covariance[np.ix_(places, places)] = np.linalg.inv(fitted.information[np.ix_(places, places)])
    told = tuple(tuple(row) for row in covariance.tolist())
    return Logistic(float(fitted.beta[0]), tuple(fitted.beta[1:].tolist()), told, fitted.steps, fitted.converged)
