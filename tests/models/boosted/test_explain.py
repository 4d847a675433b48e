"""Contributions: those of the library, those of all orders written out, and adding up to the score."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.models.boosted.grown import FORESTS, ROW, columns_of, grown, rows_of, sample
from tests.models.boosted.test_fit import library

from farthing.models.boosted.explain import explainer
from farthing.models.boosted.fit import freeze_trees
from farthing.models.boosted.trees import UNIT, Forest, Tree, eta_many, eta_one, log_odds, matrix_of, unpack


@settings(deadline=None)
@given(FORESTS, st.lists(ROW, min_size=1, max_size=5))
def test_contributions_add_up_to_the_score(forest: Forest, rows: list[list[int | None]]) -> None:
    explained, branches = explainer(forest), unpack(forest)
    for row in rows:
        assert explained.expected + explained.contributions(row).sum() == pytest.approx(eta_one(branches, row) / UNIT, abs=1e-9)


@pytest.mark.parametrize(("seed", "missing"), [(1, True), (3, False)])
def test_they_are_those_of_the_library(seed: int, missing: bool) -> None:
    booster, x = library(seed, missing=missing)
    explained = explainer(freeze_trees(booster, ("a", "b", "c"), (0, 0, 0)))
    some = x[:150]
    absent = np.isnan(some)
    theirs = booster.predict(some, pred_contrib=True)
    ours = explained.many(np.where(absent, 0, some).astype(np.int64).T, absent.T)
    assert np.abs(ours - theirs[:, :-1]).max() < 1e-9
    assert explained.expected == pytest.approx(theirs[0, -1], abs=1e-9)


def known_value(tree: Tree, node: int, row: list[int | None], known: set[int]) -> float:
    """The expectation of a tree when only some features are known: the definition, written out."""
    if node < 0:
        return tree.leaf[-node - 1] / UNIT
    feature, value = tree.feature[node], row[tree.feature[node]]
    if feature in known:
        goes_left = tree.missing_left[node] if value is None else value <= tree.threshold[node]
        return known_value(tree, tree.left[node] if goes_left else tree.right[node], row, known)
    cover = [tree.cover[child] if child >= 0 else tree.leaf_cover[-child - 1] for child in (tree.left[node], tree.right[node])]
    parts = [known_value(tree, child, row, known) for child in (tree.left[node], tree.right[node])]
    return (cover[0] * parts[0] + cover[1] * parts[1]) / sum(cover)


@settings(deadline=None, max_examples=60)
@given(FORESTS, ROW)
def test_they_are_the_mean_over_all_orders_of_getting_to_know_the_features(forest: Forest, row: list[int | None]) -> None:
    wanted = np.zeros(3)
    for order in permutations(range(3)):
        for place, feature in enumerate(order):
            for tree in forest.trees:
                start = 0 if tree.feature else -1
                before, after = (known_value(tree, start, row, set(order[: place + more])) for more in (0, 1))
                wanted[feature] += (after - before) / 6
    assert explainer(forest).contributions(row) == pytest.approx(wanted, abs=1e-9)


def test_a_grown_forest_is_explained_case_by_case_and_in_columns_alike() -> None:
    forest, explained = grown(), explainer(grown())
    value, missing = matrix_of(forest, sample().columns, 1500)
    many = explained.many(value[:, :40], missing[:, :40])
    assert (many == np.array([explained.contributions(row) for row in rows_of(forest, 40)])).all()
    assert np.abs(explained.expected + many.sum(axis=1) - log_odds(eta_many(forest, value, missing)[:40])).max() < 1e-9
    assert columns_of(rows_of(forest, 2))[0].shape == (len(forest.features), 2)
