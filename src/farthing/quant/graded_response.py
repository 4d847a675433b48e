"""The graded response model: how ordered answers tell of one thing that cannot be seen.

P(answer >= k | theta) = 1 / (1 + exp(-(a theta - c_k))), theta standard normal among those it is fitted on. Sources: F. Samejima,
Psychometrika Monograph 17 (1969); fitted by marginal maximum likelihood with EM over a grid, R. D. Bock, M. Aitkin, Psychometrika 46
(1981); scores as posterior means, R. D. Bock, R. J. Mislevy, Applied Psychological Measurement 6 (1982). The logistic density is
log-concave, so a higher answer never lowers a posterior mean as long as every `a` is positive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from farthing.quant.logistic import logit, sigmoid

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NODES: Floats = np.linspace(-4.0, 4.0, 41)
LOG_PRIOR: Floats = -0.5 * NODES**2 - float(np.log(np.exp(-0.5 * NODES**2).sum()))
ROUNDS, NEAR, STEPS = 100, 1e-3, 5
WITHIN = (0.01, 5.0)
"""The bounds of a discrimination: two items that are one would run away (a Heywood case)."""


@dataclass(frozen=True, eq=False)
class Item:
    """A discrimination, and what rises from one answer to the next: a times the theta from which it is likelier than not."""

    a: float
    c: Floats

    def log_probabilities(self) -> Floats:
        """[answers, nodes]."""
        over = np.vstack([np.ones_like(NODES), sigmoid(self.a * NODES - self.c[:, None]), np.zeros_like(NODES)])
        return np.log(np.maximum(over[:-1] - over[1:], 1e-12))

    @property
    def loading(self) -> float:
        """Its correlation with theta, were the answer a cut of a normal variable: a / sqrt(a² + pi²/3)."""
        return self.a / float(np.sqrt(self.a**2 + np.pi**2 / 3))


def fit_graded(answers: Ints) -> tuple[Item, ...]:
    """Items from answers [people, items] in 0, 1, 2 ..., each given by somebody; -1 is no answer. Two items alone cannot
    say which of them tells more: they are taken to tell alike."""
    found = [_start(answers[:, place]) for place in range(answers.shape[1])]
    for _ in range(ROUNDS):
        weight = posterior(found, answers)
        fresh = [_maximised(item, _table(answers[:, place], weight, len(item.c) + 1)) for place, item in enumerate(found)]
        if len(fresh) == 2:
            fresh = [Item((fresh[0].a + fresh[1].a) / 2, one.c) for one in fresh]
        moved = max(abs(one.a - other.a) for one, other in zip(fresh, found, strict=True))
        found = fresh
        if moved < NEAR:
            break
    return tuple(found)


def posterior(items: Sequence[Item], answers: Ints) -> Floats:
    """[people, nodes]: how likely each theta is after the answers given."""
    log = np.tile(LOG_PRIOR, (len(answers), 1))
    for place, item in enumerate(items):
        given = answers[:, place] >= 0
        log[given] += item.log_probabilities()[answers[given, place]]
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def expected_variance(items: Sequence[Item]) -> float:
    """The posterior variance of theta that these items leave on average over people: whom they surprise they leave less sure, but one
    more item never raises the average."""
    if not items:
        return float(np.exp(LOG_PRIOR) @ NODES**2)
    tables = [np.exp(item.log_probabilities()) for item in items]
    total = 0.0
    for pattern in product(*(range(len(table)) for table in tables)):
        joint = np.exp(LOG_PRIOR) * np.prod([table[answer] for table, answer in zip(tables, pattern, strict=True)], axis=0)
        mass = joint.sum()
        total += float(joint @ NODES**2 - (joint @ NODES) ** 2 / mass)
    return total


def omega(items: Sequence[Item]) -> float:
    """The share of the variance of a sum of the items that the one factor explains (R. P. McDonald, 1999)."""
    loadings = np.array([item.loading for item in items])
    common = float(loadings.sum() ** 2)
    return common / (common + float((1.0 - loadings**2).sum()))


def alpha(answers: Ints) -> float:
    """Cronbach's alpha (Psychometrika 16, 1951) of those who answered everything; NaN with fewer than two items or people."""
    whole = answers[(answers >= 0).all(axis=1)].astype(np.float64)
    items = whole.shape[1]
    if items < 2 or len(whole) < 2 or whole.sum(axis=1).var() == 0.0:
        return float("nan")
    return float(items / (items - 1) * (1.0 - whole.var(axis=0, ddof=1).sum() / whole.sum(axis=1).var(ddof=1)))


def _start(column: Ints) -> Item:
    given = column[column >= 0]
    over = np.array([(given >= answer).mean() for answer in range(1, int(given.max()) + 1)])
    return Item(1.0, _apart(-1.2 * logit(over, 1e-3)))


def _apart(c: Floats) -> Floats:
    """The same, rising by a little at least."""
    return np.asarray(np.maximum.accumulate(c + 1e-3 * np.arange(len(c))))


def _table(column: Ints, weight: Floats, answers: int) -> Floats:
    """[answers, nodes]: how many of each theta gave each answer."""
    return np.vstack([weight[column == answer].sum(axis=0) for answer in range(answers)])


def _maximised(item: Item, table: Floats) -> Item:
    """A few steps toward the item that makes the table likeliest."""
    start = np.concatenate([[item.a, item.c[0]], np.log(np.maximum(np.diff(item.c), 1e-3))])
    found = minimize(_unlikely, start, (table / table.sum(),), "BFGS", jac=True, options={"maxiter": STEPS}).x
    return _item(np.concatenate([np.clip(found[:1], *WITHIN), np.clip(found[1:2], -12.0, 12.0), np.clip(found[2:], -7.0, 2.5)]))


def _unlikely(parameters: Floats, table: Floats) -> tuple[float, Floats]:
    """Less the log-likelihood of a table, and its slope in (a, c_1, ln of each step from one c to the next)."""
    item = _item(parameters)
    over = sigmoid(item.a * NODES - item.c[:, None])
    chance = np.maximum(-np.diff(over, axis=0, prepend=1.0, append=0.0), 1e-12)
    slope = np.diff(table / chance, axis=0) * over * (1.0 - over)  # of each curve, at each node
    by_c = -slope.sum(axis=1)
    steps = np.diff(item.c) * np.cumsum(by_c[::-1])[::-1][1:]
    return -float((table * np.log(chance)).sum()), -np.concatenate([[float((slope @ NODES).sum()), by_c.sum()], steps])


def _item(parameters: Floats) -> Item:
    return Item(float(parameters[0]), np.concatenate([parameters[1:2], parameters[1] + np.cumsum(np.exp(parameters[2:]))]))
