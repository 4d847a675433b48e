"""Frozen trees: flat tables of whole numbers that score one case or a million, alike to the last bit, without what fitted them.

A feature is a whole number, so a split is `value <= threshold` in whole numbers. A leaf is log-odds in units of 1e-15: sums of whole
numbers do not depend on their order, so the three ways of scoring here cannot differ. They differ from the sums of the library that
fitted the trees, which are of floats, by less than 1e-12 (see `tests/models/boosted/test_fit.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from farthing.domain.errors import Invalid
from farthing.models.extras import compiled
from farthing.models.sample import Column
from farthing.quant.binning import Bools, Floats, Ints

UNIT = 10**15
"""Leaf units in one unit of log-odds."""
MOST_DEPTH = 6

Nodes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Tree:
    """Splits and leaves by number; the first split is the root. A child n >= 0 is split n, a child n < 0 is leaf -n - 1.

    `cover` and `leaf_cover` are the cases seen below each split and in each leaf while fitting. A tree of one leaf has no splits.
    """

    feature: tuple[int, ...]
    threshold: tuple[int, ...]
    missing_left: tuple[bool, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    cover: tuple[int, ...]
    leaf: tuple[int, ...]
    leaf_cover: tuple[int, ...]

    def __post_init__(self) -> None:
        """Every split and leaf is reached exactly once, children after their parents: so that scoring always ends."""
        children = [child for pair in zip(self.left, self.right, strict=True) for child in pair]
        wanted = sorted([*range(1, len(self.feature)), *(-place - 1 for place in range(len(self.leaf)))])
        forward = all(child < 0 or child > parent for parent, pair in enumerate(zip(self.left, self.right, strict=True)) for child in pair)
        if not forward or (sorted(children) != wanted if self.feature else len(self.leaf) != 1):
            raise Invalid("bad_trees", "A tree's splits and leaves do not hang together.", "Train the model again.")


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees over named features. `directions` are +1 where log-odds of bad may only rise with the feature, -1 fall, 0 either."""

    features: tuple[str, ...]
    directions: tuple[int, ...]
    trees: tuple[Tree, ...]

    def __post_init__(self) -> None:
        used = {place for tree in self.trees for place in tree.feature}
        if len(self.directions) != len(self.features) or not used <= set(range(len(self.features))):
            raise Invalid("bad_trees", "The trees read features that the model does not name.", "Train the model again.")


Branch = int | tuple[int, int, bool, "Branch", "Branch"]
"""A leaf, or (feature, threshold, whether missing goes left, left, right)."""


def unpack(forest: Forest) -> tuple[Branch, ...]:
    """The trees nested, which is how one case walks them quickest in plain Python. Make it once and keep it."""

    def branch(tree: Tree, node: int) -> Branch:
        if node < 0:
            return tree.leaf[-node - 1]
        left, right = branch(tree, tree.left[node]), branch(tree, tree.right[node])
        return (tree.feature[node], tree.threshold[node], tree.missing_left[node], left, right)

    return tuple(branch(tree, 0 if tree.feature else -1) for tree in forest.trees)


def eta_one(branches: Sequence[Branch], row: Sequence[int | None]) -> int:
    """Log-odds of bad of one case in units of 1e-15; `row` holds the forest's features in their order, None where missing."""
    total = 0
    for branch in branches:
        node = branch
        while type(node) is tuple:
            feature, threshold, missing_left, left, right = node
            value = row[feature]
            node = left if (missing_left if value is None else value <= threshold) else right
        total += node  # type: ignore[operator]  # a leaf: asking `type(node) is tuple` is quicker than isinstance, and narrows one way
    return total


def row_of(forest: Forest, facts: Mapping[str, int | None]) -> list[int | None]:
    """What the forest reads of these facts; a fact that is not there is missing."""
    return [facts.get(name) for name in forest.features]


def matrix_of(forest: Forest, columns: Mapping[str, Column], cases: int) -> tuple[Ints, Bools]:
    """Values and missing [features, cases]; a column that is not there is missing."""
    absent = (np.zeros(cases, dtype=np.int64), np.ones(cases, dtype=np.bool_))
    found = [columns.get(name, absent) for name in forest.features]
    return np.ascontiguousarray([value for value, _ in found]), np.ascontiguousarray([missing for _, missing in found])


def eta_many(forest: Forest, value: Ints, missing: Bools, *, plain: bool = False) -> Ints:
    """The same for columns [features, cases]. Compiled where numba is installed, and whole columns at a time where not."""
    loop = None if plain else compiled(walk)
    if loop is not None:
        flat = flatten(forest)
        eta: Ints = np.zeros(value.shape[1], dtype=np.int64)
        loop(np.ascontiguousarray(value.T), np.ascontiguousarray(missing.T), flat.nodes, flat.threshold, flat.leaf, flat.roots, eta)
        return eta
    return sum((_tree_many(tree, value, missing) for tree in forest.trees), np.zeros(value.shape[1], dtype=np.int64))


def _tree_many(tree: Tree, value: Ints, missing: Bools) -> Ints:
    """One tree over columns: cases are parted at each split, so that each is looked at once a level."""
    eta: Ints = np.empty(value.shape[1], dtype=np.int64)
    waiting = [(0 if tree.feature else -1, np.arange(value.shape[1]))]
    while waiting:
        node, cases = waiting.pop()
        if node < 0:
            eta[cases] = tree.leaf[-node - 1]
            continue
        feature = tree.feature[node]
        goes_left = np.where(missing[feature, cases], tree.missing_left[node], value[feature, cases] <= tree.threshold[node])
        waiting += [(tree.left[node], cases[goes_left]), (tree.right[node], cases[~goes_left])]
    return eta


@dataclass(frozen=True, eq=False)
class Flat:
    """All trees in one table: `nodes` [splits, (feature, missing left, left, right)], with leaves and splits numbered through."""

    nodes: Nodes
    threshold: Ints
    leaf: Ints
    roots: Nodes


def flatten(forest: Forest) -> Flat:
    """The forest as arrays, for compiled loops."""
    nodes: list[tuple[int, int, int, int]] = []
    threshold: list[int] = []
    leaves: list[int] = []
    roots: list[int] = []
    for tree in forest.trees:
        splits, ends = len(nodes), len(leaves)
        roots.append(splits if tree.feature else -ends - 1)
        for feature, goes, *children in zip(tree.feature, tree.missing_left, tree.left, tree.right, strict=True):
            left, right = (child + splits if child >= 0 else child - ends for child in children)
            nodes.append((feature, int(goes), left, right))
        threshold += tree.threshold
        leaves += tree.leaf
    table = np.array(nodes, dtype=np.int32).reshape(len(nodes), 4)
    return Flat(table, np.array(threshold, dtype=np.int64), np.array(leaves, dtype=np.int64), np.array(roots, dtype=np.int32))


def walk(value: Ints, missing: Bools, nodes: Nodes, threshold: Ints, leaf: Ints, roots: Nodes, eta: Ints) -> None:  # noqa: PLR0913 - a kernel takes arrays
    """Every case [cases, features] down every tree, added into `eta`: written to be compiled."""
    for case in range(value.shape[0]):
        total = 0
        for root in roots:
            node = root
            while node >= 0:
                feature = nodes[node, 0]
                goes_left = nodes[node, 1] == 1 if missing[case, feature] else value[case, feature] <= threshold[node]
                node = nodes[node, 2 if goes_left else 3]
            total += leaf[-node - 1]
        eta[case] = total


def log_odds(eta: Ints) -> Floats:
    """Leaf units as log-odds."""
    return eta / float(UNIT)
