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

    def of_columns(self, kept: Sequence[int]) -> Coded:
        """These columns only."""
        return Coded(self.codes, self.values, self.kept[list(kept)])


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

    def of_columns(self, kept: Sequence[int]) -> Plain:
        """These columns only."""
        return Plain(self.x[:, list(kept)])


class _Cases(NamedTuple):
    """A design with its outcomes (1.0 bad) and weights."""

    design: Coded | Plain
    y: Floats
    weight: Floats


class _Start(NamedTuple):
    """Coefficients that are near, and the information matrix there if it is known."""

    beta: Floats
    information: Floats | None


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


def fit_logistic(x: Floats | Coded, bad: Bools, weight: Floats | None = None, ridge: float = 0.0, sign: int = 0) -> Logistic:
    """Minimise -log-likelihood + ridge/2 |coefficients|² (the intercept is free).

    `x`: rows by columns. `sign` +1 or -1 forbids coefficients of the other sign: the most wrongly signed column is dropped
    and the rest refitted until none is left. Both outcomes must occur.
    """
    assert 0 < int(bad.sum()) < len(bad), "a logistic fit needs both outcomes"
    design = x if isinstance(x, Coded) else Plain(x)
    cases = _Cases(design, bad.astype(np.float64), np.ones(len(bad)) if weight is None else weight)
    start = None
    step = len(bad) // WARM
    if step > 4 and bad[::step].any():
        few = _Cases(design.every(step), cases.y[::step], cases.weight[::step])
        start = _Start(_newton(few, ridge / step, None, ROUGH).beta, None)
    kept = list(range(design.shape[1]))
    enough = EXACT if start is None else ROUGH  # what has the wrong sign shows long before the last digits
    while True:
        fitted = _newton(cases._replace(design=design.of_columns(kept)), ridge, start, enough)
        wrong = [(fitted.beta[1 + place] * sign, place) for place in range(len(kept)) if fitted.beta[1 + place] * sign < 0]
        if wrong:
            place = min(wrong)[1]
            kept = kept[:place] + kept[place + 1 :]
            start = None if start is None else _without(fitted, 1 + place)
        elif enough == ROUGH:
            start, enough = _Start(fitted.beta, fitted.information), NEAR
        else:
            return _spread(design.shape[1], kept, fitted)


def _without(fitted: _Fit, place: int) -> _Start:
    """Where to start again without a column: the minimum, without it, of the quadratic form that the fit ended in."""
    covariance = np.linalg.inv(fitted.information)[place]
    beta = fitted.beta - covariance * (fitted.beta[place] / covariance[place])
    return _Start(np.delete(beta, place), np.delete(np.delete(fitted.information, place, 0), place, 1))


def _newton(cases: _Cases, ridge: float, start: _Start | None, enough: float) -> _Fit:
    """Newton's steps until one is small enough. From a start that is near, one information matrix serves them all."""
    columns = cases.design.shape[1]
    penalty = np.diag([0.0] + [ridge] * columns)
    mean = float((cases.weight * cases.y).sum() / cases.weight.sum())
    beta = np.concatenate(([np.log(mean / (1.0 - mean))], np.zeros(columns))) if start is None else start.beta
    information = None if start is None else start.information
    converged, steps = False, 0
    while not converged and steps < 100:
        slope, found = _moments(cases, beta, start is None or information is None)
        information = information if found is None else found + penalty + 1e-10 * np.eye(len(beta))
        assert information is not None, "the first step makes one"
        change = np.linalg.solve(information, slope - penalty @ beta)
        change *= min(1.0, 5.0 / max(float(np.abs(change).max()), 1e-12))  # a separated sample must not run away
        beta, steps = beta + change, steps + 1
        converged = bool(np.abs(change).max() < enough)
    assert information is not None, "at least one step is made"
    return _Fit(beta, information, steps, converged)


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


def _spread(columns: int, kept: list[int], fitted: _Fit) -> Logistic:
    """The fit of the kept columns in the places of all."""
    places = [0] + [1 + column for column in kept]
    full, cov = np.zeros(columns + 1), np.zeros((columns + 1, columns + 1))
    full[places] = fitted.beta
    cov[np.ix_(places, places)] = np.linalg.inv(fitted.information)
    return Logistic(float(full[0]), tuple(full[1:].tolist()), tuple(tuple(row) for row in cov.tolist()), fitted.steps, fitted.converged)
