"""Logistic regression of many groups at once, each group's coefficients drawn toward the common ones by how much groups differ.

Group g has coefficients b_g ~ N(common, diag(spread)); the spread is estimated from the data itself (empirical Bayes), so a group with many
cases keeps its own and one with none takes the common ones. Sources: B. Efron, C. Morris, JASA 70 (1975), for the idea; N. E. Breslow,
D. G. Clayton, "Approximate inference in generalized linear mixed models", JASA 88 (1993), for the quadratic approximation that the spread
is estimated under; D. A. Harville, JASA 72 (1977), for its restricted likelihood, which counts that the common coefficients are
estimated too. Spreads of slopes lean on their mean, as variances do in G. K. Smyth, Stat. Appl. Genet. Mol. Biol. 3 (2004): a dozen of
them from a few counties would be noise. With few bads a group the quadratic approximation makes spreads too small, which errs toward
the common model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from farthing.quant.logistic import sigmoid

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Group = tuple[Floats, Bools]

LEAN = 10.0
"""Of how many groups' worth the mean spread of all slopes counts in the spread of one."""
START, LEAST = 0.05, 1e-6
"""The spread (a variance, in squared logits) that the search begins from, and the least one."""
FARTHEST_STEP, NEAR = 2.0, 1e-3
ROUNDS, INNER = 30, 200
BLOCK = 16_384


@dataclass(frozen=True, eq=False)
class Partial:
    """Coefficients, the intercept first: `common` [k] with its covariance, `spread` [k] of groups around it (variances), and those of
    each group [groups, k] with their covariances."""

    common: Floats
    common_covariance: Floats
    spread: Floats
    own: Floats
    own_covariance: Floats

    def newcomer_covariance(self) -> Floats:
        """How unsure the common coefficients are of a group that was never seen."""
        return self.common_covariance + np.diag(self.spread)


def fit_partial(groups: Sequence[Group]) -> Partial:
    """Fit all groups. A group's `x` is rows by columns (columns on one scale, such as standard scores); it may hold one outcome only,
    but both must occur in some group."""
    bads, cases = sum(int(bad.sum()) for _, bad in groups), sum(len(bad) for _, bad in groups)
    assert 0 < bads < cases, "a fit needs both outcomes"
    width = 1 + groups[0][0].shape[1]
    own = np.zeros((len(groups), width))
    own[:, 0] = np.log(bads / (cases - bads))
    spread, rounds, farthest = np.full(width, START), 0, np.inf
    found = None
    while found is None or (farthest > NEAR and rounds < ROUNDS):
        slope, information = _expand(groups, own)
        told = slope + np.einsum("gij,gj->gi", information, own)
        spread = _spreads(information, told, spread)
        found = _given(information, told, spread)
        step = found.own - own
        own = own + step * np.minimum(1.0, FARTHEST_STEP / np.maximum(np.abs(step).max(axis=1, keepdims=True), 1e-12))
        rounds, farthest = rounds + 1, float(np.abs(step).max())
    return found


def _expand(groups: Sequence[Group], own: Floats) -> tuple[Floats, Floats]:
    """Each group's slope of the log-likelihood at its coefficients, and its information matrix there."""
    count, width = own.shape
    slope, information = np.zeros((count, width)), np.zeros((count, width, width))
    for place, (x, bad) in enumerate(groups):
        for begin in range(0, len(bad), BLOCK):
            y = bad[begin : begin + BLOCK]
            part = np.column_stack([np.ones(len(y)), x[begin : begin + BLOCK]])
            p = sigmoid(part @ own[place])
            slope[place] += part.T @ (y - p)
            information[place] += (part * (p * (1.0 - p))[:, None]).T @ part
    return slope, information


def _given(information: Floats, told: Floats, spread: Floats) -> Partial:
    """The best coefficients if groups differ by these spreads and the likelihood of each is exp(told'b - b'information b / 2)."""
    precision = np.diag(1.0 / spread)
    covariance = np.linalg.inv(information + precision)
    weight = precision - precision @ covariance @ precision  # what a group tells of the common coefficients
    common_covariance = np.linalg.inv(weight.sum(axis=0) + LEAST * np.eye(len(spread)))
    common = common_covariance @ (precision @ np.einsum("gij,gj->i", covariance, told))
    own = np.einsum("gij,gj->gi", covariance, told + precision @ common)
    leans = covariance @ precision  # a group's coefficients lean on common ones that are not known exactly
    return Partial(common, common_covariance, spread, own, covariance + leans @ common_covariance @ leans.transpose(0, 2, 1))


def _spreads(information: Floats, told: Floats, spread: Floats) -> Floats:
    """The spreads at which each is the mean squared distance of groups from the common coefficients, its own uncertainty counted (EM)."""
    for _ in range(INNER):
        found = _given(information, told, spread)
        covariance = np.linalg.inv(information + np.diag(1.0 / spread))
        apart = covariance / spread - np.eye(len(spread))
        unsure = covariance + apart @ found.common_covariance @ apart.transpose(0, 2, 1)
        square = (found.own - found.common) ** 2 + np.diagonal(unsure, axis1=1, axis2=2)
        fresh = _lean(square.sum(axis=0), len(square))
        stands = bool(np.abs(np.log(fresh / spread)).max() < NEAR)
        spread = fresh
        if stands:
            break
    return spread


def _lean(total: Floats, groups: int) -> Floats:
    """Mean squares, those of slopes drawn toward their common mean; the level of a group is a matter of its own."""
    fresh = total / groups
    if len(total) > 2:
        fresh[1:] = (total[1:] + LEAN * fresh[1:].mean()) / (groups + LEAN)
    return np.maximum(fresh, LEAST)
