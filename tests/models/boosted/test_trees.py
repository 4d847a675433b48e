"""Frozen trees: one case, columns and compiled loops agree to the last bit; broken trees are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.models.boosted.grown import FORESTS, ROW, columns_of, grown, rows_of, sample

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.models.boosted.trees import UNIT, Forest, Tree, eta_many, eta_one, log_odds, matrix_of, row_of, unpack


@settings(deadline=None)
@given(FORESTS, st.lists(ROW, min_size=1, max_size=20))
def test_three_ways_of_scoring_agree(forest: Forest, rows: list[list[int | None]]) -> None:
    branches = unpack(forest)
    alone = [eta_one(branches, row) for row in rows]
    assert eta_many(forest, *columns_of(rows)).tolist() == alone
    assert eta_many(forest, *columns_of(rows), plain=True).tolist() == alone


def test_they_agree_on_a_grown_forest_too() -> None:
    forest, branches = grown(), unpack(grown())
    value, missing = matrix_of(forest, sample().columns, 1500)
    many = eta_many(forest, value, missing)
    assert (many == eta_many(forest, value, missing, plain=True)).all()
    assert many[:200].tolist() == [eta_one(branches, row) for row in rows_of(forest, 200)]
    assert log_odds(many).std() > 0.3


@given(FORESTS)
def test_a_forest_survives_its_bytes(forest: Forest) -> None:
    assert canon.decode(Forest, canon.encode(forest)) == forest


SPLIT = Tree((0,), (3,), (True,), (-1,), (-2,), (30,), (-UNIT, 2 * UNIT), (10, 20))


def test_a_split_by_hand() -> None:
    branches = unpack(Forest(("a",), (1,), (SPLIT, SPLIT)))
    assert [eta_one(branches, [value]) / UNIT for value in (3, 4, None)] == [-2.0, 4.0, -2.0]
    forest = Forest(("a", "b"), (1, 0), (SPLIT,))
    assert row_of(forest, {"a": 3, "c": 1}) == [3, None]
    assert matrix_of(forest, {}, 2)[1].all(), "a column that is not there is missing"


@pytest.mark.parametrize("broken", [{"left": (0,)}, {"left": (-2,)}, {"right": (-3,)}, {"leaf": (1,)}, {"right": (1,)}])
def test_a_tree_that_does_not_hang_together_is_refused(broken: dict[str, tuple[int, ...]]) -> None:
    with pytest.raises(Invalid, match="hang together"):
        replace(SPLIT, **broken)


def test_a_split_that_leads_to_itself_is_refused() -> None:
    with pytest.raises(Invalid, match="hang together"):
        Tree((0, 0), (3, 3), (True, True), (-1, 1), (-2, -3), (30, 20), (1, 2, 3), (10, 10, 10))


def test_a_tree_that_reads_an_unnamed_feature_is_refused() -> None:
    with pytest.raises(Invalid, match="does not name"):
        Forest((), (), (SPLIT,))
