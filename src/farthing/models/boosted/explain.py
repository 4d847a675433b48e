"""What each feature contributed to a case's log-odds: exact Shapley values of the frozen trees, path-dependent.

For one leaf the game is a product: a feature known to lead here counts 1, known to lead elsewhere 0, and unknown the share of the
cases that went this way. So its Shapley values depend on the case only by *which* of the leaf's features lead here, at most 2**6
answers a leaf, all worked out once. A case is then explained by one comparison a path and one look-up a leaf.

Sources: S. Lundberg et al., "From local explanations to global understanding with explainable AI for trees", Nature Machine
Intelligence 2 (2020), whose path-dependent expectation this is; the tables a leaf are the idea of J. Yang, "Fast TreeSHAP" (2021),
arXiv:2109.09847.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np

from farthing.models.boosted.trees import MOST_DEPTH, UNIT, Forest, Tree
from farthing.quant.binning import Bools, Floats, Ints

NONE_BELOW, NONE_ABOVE = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class Way:
    """What a leaf asks of one feature: low < value <= high, or missing where it may be; `share` of cases come this way unasked."""

    low: int
    high: int
    missing: bool
    share: float


@dataclass(frozen=True, eq=False)
class Explainer:
    """Every leaf of a forest, padded to the same number of features by ones that always lead here and so contribute nothing.

    `feature`, `low`, `high`, `missing` [leaves, ways]; `table` [leaves, 2**ways, ways]: contributions by which ways lead here.
    `expected` is the mean log-odds over the cases the trees were fitted on: what all contributions start from.
    """

    features: int
    expected: float
    feature: Ints
    low: Ints
    high: Ints
    missing: Bools
    table: Floats

    def contributions(self, row: Sequence[int | None]) -> Floats:
        """Log-odds by feature of one case; with `expected` they add up to its log-odds."""
        value = np.array([0 if one is None else one for one in row], dtype=np.int64)
        absent = np.array([one is None for one in row], dtype=np.bool_)
        found: Floats = self.many(value[:, None], absent[:, None])[0]
        return found

    def many(self, value: Ints, missing: Bools) -> Floats:
        """The same for columns [features, cases]: contributions [cases, features]."""
        found: Floats = np.zeros((value.shape[1], self.features))
        places, ways = np.arange(len(self.feature)), np.arange(self.feature.shape[1])
        for case in range(value.shape[1]):
            one, absent = value[:, case][self.feature], missing[:, case][self.feature]
            leads = np.where(absent, self.missing, (one > self.low) & (one <= self.high))
            answer = (leads << ways).sum(axis=1)
            parts = self.table[places, answer]
            found[case] = np.bincount(self.feature.ravel(), parts.ravel(), self.features)
        return found


def explainer(forest: Forest) -> Explainer:
    """Work out every leaf once. Make it once and keep it."""
    leaves = [(tree, place, ways) for tree in forest.trees for place, ways in _leaves(tree)]
    width = max((len(ways) for _, _, ways in leaves), default=0) or 1
    assert width <= MOST_DEPTH, "a leaf's table doubles with each feature"
    feature = np.zeros((len(leaves), width), dtype=np.int64)
    low, high = (np.full(feature.shape, bound, dtype=np.int64) for bound in (NONE_BELOW, NONE_ABOVE))
    missing, share = np.ones(feature.shape, dtype=np.bool_), np.ones(feature.shape)
    for row, (_, _, ways) in enumerate(leaves):
        for column, (name, way) in enumerate(ways.items()):
            feature[row, column], low[row, column], high[row, column] = name, way.low, way.high
            missing[row, column], share[row, column] = way.missing, way.share
    value = np.array([tree.leaf[place] / UNIT for tree, place, _ in leaves])
    return Explainer(len(forest.features), float((value * share.prod(axis=1)).sum()), feature, low, high, missing, _shapley(value, share))


def _leaves(tree: Tree) -> Iterator[tuple[int, dict[int, Way]]]:
    """Each leaf with what it asks of each feature on its path."""
    waiting: list[tuple[int, dict[int, Way]]] = [(0 if tree.feature else -1, {})]
    while waiting:
        node, ways = waiting.pop()
        if node < 0:
            yield -node - 1, ways
            continue
        name, threshold = tree.feature[node], tree.threshold[node]
        before = ways.get(name, Way(NONE_BELOW, NONE_ABOVE, True, 1.0))
        for child, is_left in ((tree.left[node], True), (tree.right[node], False)):
            cover = tree.cover[child] if child >= 0 else tree.leaf_cover[-child - 1]
            way = Way(
                before.low if is_left else max(before.low, threshold),
                min(before.high, threshold) if is_left else before.high,
                before.missing and tree.missing_left[node] is is_left,
                before.share * cover / tree.cover[node],
            )
            waiting.append((child, ways | {name: way}))


def _shapley(value: Floats, share: Floats) -> Floats:
    """Contributions [leaves, answers, ways]: for each answer, the leaf's value by way, over all orders of getting to know them.

    A way's contribution is its own step, (1 or 0) - share, times what the others are worth when k of them are known before it:
    the coefficients of the product of (share + known x t) over the others, each weighed by the orders in which that happens.
    """
    leaves, width = share.shape
    weights = [factorial(k) * factorial(width - k - 1) / factorial(width) for k in range(width)]
    table = np.zeros((leaves, 2**width, width))
    for answer in range(2**width):
        known = [float(answer >> way & 1) for way in range(width)]
        for way in range(width):
            grown: Floats = np.zeros((leaves, width))
            grown[:, 0] = 1.0
            for other in range(width):
                if other != way:
                    stepped = grown * share[:, other, None]
                    stepped[:, 1:] += grown[:, :-1] * known[other]
                    grown = stepped
            table[:, answer, way] = value * (known[way] - share[:, way]) * (grown @ np.array(weights))
    return table
