"""The challenger one can print: trees that each read one feature add up to one table a feature, and the tables are the model.

The additive form and its argument are those of Y. Lou, R. Caruana, J. Gehrke, "Intelligible models for classification and
regression" (KDD 2012). Nothing is lost in the printing: the tables give the trees' own sums, to the last bit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from farthing.domain.errors import Invalid
from farthing.models.boosted.trees import Forest, eta_one, unpack
from farthing.models.sample import Column
from farthing.quant.binning import Ints


@dataclass(frozen=True, slots=True)
class Shape:
    """One feature's table: bin i holds cuts[i-1] <= value < cuts[i]; log-odds in leaf units against a usual good's bin, which has 0."""

    feature: str
    direction: int
    cuts: tuple[int, ...]
    eta: tuple[int, ...]
    missing: int

    def of(self, value: int | None) -> int:
        """What a value adds to the log-odds of bad, in leaf units."""
        return self.missing if value is None else self.eta[bisect_right(self.cuts, value)]


@dataclass(frozen=True, slots=True)
class Shapes:
    """Log-odds of bad = `usual`, those of a usual good, plus what each table adds."""

    usual: int
    tables: tuple[Shape, ...]

    def eta_one(self, facts: Mapping[str, int | None]) -> int:
        """Log-odds of one case in leaf units; a fact that is not there is missing."""
        return self.usual + sum(table.of(facts.get(table.feature)) for table in self.tables)

    def eta_many(self, columns: Mapping[str, Column], cases: int) -> Ints:
        """The same for columns; a column that is not there is missing."""
        eta: Ints = np.full(cases, self.usual, dtype=np.int64)
        for table in self.tables:
            if table.feature not in columns:
                eta += table.missing
                continue
            value, missing = columns[table.feature]
            place = np.searchsorted(np.array(table.cuts, dtype=np.int64), value, side="right")
            eta += np.where(missing, table.missing, np.array(table.eta, dtype=np.int64)[place])
        return eta


def shapes_of(forest: Forest, usual: tuple[int | None, ...]) -> Shapes:
    """The tables of a forest none of whose trees reads two features (`Invalid` if one does); features never read have none."""
    if any(len(set(tree.feature)) > 1 for tree in forest.trees):
        raise Invalid("not_additive", "A tree reads two features, which no table can print.", "Grow it with `additive`.")
    level = sum(tree.leaf[0] for tree in forest.trees if not tree.feature)
    tables = []
    for place in sorted({tree.feature[0] for tree in forest.trees if tree.feature}):
        table = _table(forest, place)
        here = table.of(usual[place])
        level += here
        tables.append(replace(table, eta=tuple(one - here for one in table.eta), missing=table.missing - here))
    return Shapes(level, tuple(tables))


def _table(forest: Forest, place: int) -> Shape:
    """What all trees of one feature add up to between the places where they split."""
    trees = tuple(tree for tree in forest.trees if place in tree.feature)
    branches = unpack(Forest(forest.features, forest.directions, trees))

    def eta(value: int | None) -> int:
        row: list[int | None] = [None] * len(forest.features)
        row[place] = value
        return eta_one(branches, row)

    cuts = sorted({threshold + 1 for tree in trees for threshold in tree.threshold})
    values = [eta(cuts[0] - 1), *map(eta, cuts)]
    steps = [number for number in range(len(cuts)) if values[number + 1] != values[number]]
    return Shape(
        forest.features[place], forest.directions[place], tuple(cuts[number] for number in steps),
        (values[0], *(values[number + 1] for number in steps)), eta(None),
    )  # fmt: skip
