"""The printable challenger: its tables are the trees, to the last bit, and say 0 for a usual good."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.models.boosted.grown import ROW, columns_of, grown, rows_of, sample, stumps, trees

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.models.boosted.shapes import Shapes, shapes_of
from farthing.models.boosted.trees import Forest, Tree, eta_many, eta_one, matrix_of, unpack


def one_feature(tree: Tree, feature: int) -> Tree:
    return Tree(
        (feature,) * len(tree.feature), tree.threshold, tree.missing_left, tree.left, tree.right, tree.cover, tree.leaf, tree.leaf_cover
    )


ADDITIVE = st.lists(st.tuples(trees(), st.integers(0, 2)), min_size=1, max_size=6).map(
    lambda made: Forest(("a", "b", "c"), (0, 0, 0), tuple(one_feature(tree, feature) for tree, feature in made))
)


@settings(deadline=None)
@given(ADDITIVE, st.lists(ROW, min_size=1, max_size=10), ROW)
def test_tables_are_the_trees(forest: Forest, rows: list[list[int | None]], usual: list[int | None]) -> None:
    found, branches = shapes_of(forest, tuple(usual)), unpack(forest)
    value, missing = columns_of(rows)
    columns = {name: (value[place], missing[place]) for place, name in enumerate("abc")}
    alone = [eta_one(branches, row) for row in rows]
    assert [found.eta_one(dict(zip("abc", row, strict=True))) for row in rows] == alone
    assert found.eta_many(columns, len(rows)).tolist() == alone
    assert found.usual == eta_one(branches, usual)
    assert all(one != next_one for table in found.tables for one, next_one in pairwise(table.eta)), "equal neighbours are one bin"
    assert all(table.of(usual["abc".index(table.feature)]) == 0 for table in found.tables)


def test_grown_stumps_print_as_tables_that_move_one_way() -> None:
    forest = stumps()
    found = shapes_of(forest, tuple(rows_of(forest, 1)[0]))
    assert (found.eta_many(sample().columns, 1500) == eta_many(forest, *matrix_of(forest, sample().columns, 1500))).all()
    assert found.eta_many({}, 2).tolist() == [found.eta_one({})] * 2
    assert {"turnover_monthly_12m", "turnover_volatility_12m"} <= {table.feature for table in found.tables}
    for table in found.tables:
        assert len(table.eta) == len(table.cuts) + 1 > 1
        assert (np.diff(np.array(table.eta)) * table.direction > 0).all(), table.feature
    assert canon.decode(Shapes, canon.encode(found)) == found


def test_trees_that_read_two_features_have_no_table() -> None:
    with pytest.raises(Invalid, match="no table can print"):
        shapes_of(grown(), tuple(rows_of(grown(), 1)[0]))
