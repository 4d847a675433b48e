"""Growing: the library's own scores within 1e-12, the same bytes each time, directions kept, stopped by cases that took no part."""

from __future__ import annotations

from dataclasses import replace

import lightgbm
import numpy as np
import pytest
from tests.models.boosted.grown import SMALL, grown, rows_of, sample, stumps
from tests.models.enterprises import made_up

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.models.boosted.fit import (
    Growth,
    averaged,
    fewer,
    freeze_trees,
    grow,
    grow_best,
    grow_on_all,
    held_outs,
    hold_out,
    matrix_for,
    shares_of,
)
from farthing.models.boosted.trees import UNIT, Forest, eta_many, eta_one, log_odds, matrix_of, unpack
from farthing.models.reasons import CANDIDATE, CANDIDATES
from farthing.models.sample import Sample
from farthing.quant.binning import Trend
from farthing.quant.discrimination import auc


def library(seed: int, *, missing: bool) -> tuple[lightgbm.Booster, np.ndarray]:
    """A booster on whole numbers, small ones and negative ones among them, and what it was fitted on."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.integers(-3, 4, 800), rng.integers(-(10**12), 10**12, 800), rng.integers(0, 2, 800)]).astype(float)
    y = rng.random(800) < 1 / (1 + np.exp(-(x[:, 0] + x[:, 1] / 4e11 - x[:, 2])))
    if missing:
        x[rng.random((800, 3)) < 0.2] = np.nan
    options = {"objective": "binary", "num_threads": 1, "verbose": -1, "num_leaves": 15, "seed": seed, "min_data_in_leaf": 5}
    return lightgbm.train(options, lightgbm.Dataset(x, y.astype(float)), 80), x


@pytest.mark.parametrize(("seed", "missing"), [(1, True), (2, True), (3, False)])
def test_our_scores_are_those_of_the_library(seed: int, missing: bool) -> None:
    booster, x = library(seed, missing=missing)
    forest = freeze_trees(booster, ("a", "b", "c"), (0, 0, 0))
    fresh = np.concatenate([x, np.random.default_rng(9).integers(-5, 6, (500, 3)).astype(float)])
    fresh[::7, 1] = np.nan
    absent = np.isnan(fresh)
    ours = log_odds(eta_many(forest, np.where(absent, 0, fresh).astype(np.int64).T.copy(), absent.T.copy()))
    theirs = booster.predict(fresh, raw_score=True)
    assert np.abs(ours - theirs).max() < 1e-12
    assert theirs.std() > 0.5


def test_the_same_cases_grow_the_same_bytes() -> None:
    again = grow(sample(), CANDIDATES, SMALL, hold_out(sample(), 0.25, 3))
    assert canon.digest(again) == canon.digest(grown())
    other = grow(sample(), CANDIDATES, SMALL, hold_out(sample(), 0.25, 4))
    assert canon.digest(other) != canon.digest(grown())


def test_no_case_gets_safer_by_a_step_in_a_riskier_direction() -> None:
    forest = grown()
    branches = unpack(forest)
    moved = 0
    for row in rows_of(forest, 60):
        for place, direction in enumerate(forest.directions):
            if row[place] is None:
                continue
            ladder = [eta_one(branches, [*row[:place], value, *row[place + 1 :]]) for value in (0, 10**4, 10**5, 10**6, 10**7)]
            steps = np.diff(np.array(ladder)) * direction
            assert (steps >= 0).all(), forest.features[place]
            moved += int((steps > 0).sum())
    assert moved > 100


def test_what_was_never_missing_goes_to_the_riskier_side_when_it_is() -> None:
    forest = grown()
    branches = unpack(forest)
    place = forest.features.index("turnover_monthly_12m")
    assert not sample().columns["turnover_monthly_12m"][1].any()
    for row in rows_of(forest, 40):
        worst = max(eta_one(branches, [*row[:place], value, *row[place + 1 :]]) for value in (0, 10**4, 10**5, 10**6))
        assert eta_one(branches, [*row[:place], None, *row[place + 1 :]]) == worst


def test_trees_rank_new_cases_and_stop_in_time() -> None:
    fresh = made_up(1500, seed=77)
    forest = grown(replace(SMALL, trees=600))
    assert len(forest.trees) < 400, "stopped where the held cases stop gaining"
    assert forest == grown(replace(SMALL, trees=600, patience=90)), "what grew while waiting in vain is cut off"
    assert auc(log_odds(eta_many(forest, *matrix_of(forest, fresh.columns, 1500))), fresh.bad) > 0.75
    assert auc(log_odds(eta_many(stumps(), *matrix_of(stumps(), fresh.columns, 1500))), fresh.bad) > 0.75


DEEP = replace(SMALL, depth=6, leaves=30, trees=40)


def test_ways_are_averaged_and_grown_on_all() -> None:
    held = hold_out(sample(), 0.25, 3)
    alone = grow_on_all(sample(), CANDIDATES, (SMALL,), [(sample(), held)])
    assert len(alone.trees) == len(grown().trees) > 1
    assert alone != grown(), "as many trees as the held cases like, fitted anew on every case"
    both = grow_on_all(sample(), CANDIDATES, (SMALL, DEEP), [(sample(), held)])
    assert len(both.trees) > len(alone.trees)
    assert {sum(tree.leaf_cover) for tree in both.trees} == {1500}
    assert both.directions == alone.directions


def test_trials_agree_on_how_many_trees_where_the_mean_of_all_held_cases_likes_it() -> None:
    every = [(sample(), held) for held in held_outs(replace(sample(), bad=sample().bad & (np.arange(1500) % 3 > 0)), 0.2, 3)]
    assert len(every) == 5
    alone = [len(grow_on_all(sample(), CANDIDATES, (SMALL,), [one]).trees) for one in every]
    assert min(alone) < len(grow_on_all(sample(), CANDIDATES, (SMALL,), every).trees) < max(alone)


def test_where_bads_are_few_every_case_is_held_out_once_and_else_a_share() -> None:
    few = made_up(150, seed=6)
    parts = held_outs(few, 0.2, 3)
    assert np.sum(parts, axis=0).tolist() == [1] * 150
    assert np.ptp([few.bad[part].sum() for part in parts]) <= 1
    assert fewer(few) < 300 <= fewer(made_up(4_000, seed=6))
    assert [part.tolist() for part in held_outs(made_up(4_000, seed=6), 0.2, 3)] == [hold_out(made_up(4_000, seed=6), 0.2, 3).tolist()]


def test_the_best_way_alone_is_the_one_that_the_held_cases_like() -> None:
    held = hold_out(sample(), 0.25, 3)
    poor = replace(SMALL, trees=1, rate=0.001)
    assert grow_best(sample(), CANDIDATES, (poor, SMALL), held) == grow_on_all(sample(), CANDIDATES, (SMALL,), [(sample(), held)])
    assert len(grow_best(sample(), CANDIDATES, (poor,), held).trees) == 1


def test_an_average_is_of_log_odds_to_the_rounding_of_leaves() -> None:
    one, other = grown(), grown(DEEP)
    matrix = matrix_of(one, sample().columns, 1500)
    apart = 0.25 * eta_many(one, *matrix) + 0.75 * eta_many(other, *matrix)
    assert np.abs(eta_many(averaged([(one, 0.25), (other, 0.75)]), *matrix) - apart).max() < len(one.trees) + len(other.trees)
    assert averaged([(one, 1.0)]) == one


def test_a_way_counts_for_what_it_tells_beside_the_others_and_few_cases_leave_shares_even() -> None:
    cases = made_up(3000, seed=5)
    lost = averaged([(grown(), -1.0)])
    assert shares_of([grown(), lost], cases).tolist() == [1.0, 0.0]
    assert shares_of([lost, lost], cases).tolist() == [0.5, 0.5], "where no way tells anything none is better"
    weak = grown(replace(SMALL, trees=3))
    few = made_up(60, seed=6)
    assert abs(shares_of([grown(), weak], few)[0] - 0.5) < abs(shares_of([grown(), weak], cases)[0] - 0.5)


def test_directions_are_the_candidates_and_free_trees_have_none() -> None:
    forest = grown()
    assert all(
        (direction > 0) == (CANDIDATE[name].trend is Trend.RISING)
        for name, direction in zip(forest.features, forest.directions, strict=True)
    )
    assert set(grown(replace(SMALL, trees=5, free=True)).directions) == {0}


def test_no_stump_reads_two_features() -> None:
    assert all(len(set(tree.feature)) <= 1 for tree in stumps().trees)
    assert any(len(set(tree.feature)) > 1 for tree in grown().trees)
    deep = grown(replace(SMALL, additive=True))
    assert {len(set(tree.feature)) for tree in deep.trees} == {1}
    assert max(len(tree.feature) for tree in deep.trees) > 1, "additive trees may be deeper than a stump"


def test_held_cases_are_the_latest_or_whole_groups_or_a_share_of_each_outcome() -> None:
    when = np.arange(1500)[::-1] // 10
    held = hold_out(sample(), 0.2, 1, when=when)
    assert when[held].min() > when[~held].max()
    assert held.sum() == 300
    group = np.arange(1500) % 37
    held = hold_out(sample(), 0.2, 1, group=group)
    assert not set(group[held]) & set(group[~held])
    held = hold_out(sample(), 0.2, 1)
    assert abs(sample().bad[held].mean() - sample().bad.mean()) < 0.01


def test_what_cannot_be_grown_is_refused() -> None:
    everyone_good = Sample(sample().subjects, sample().columns, np.zeros(1500, dtype=np.bool_), sample().weight)
    with pytest.raises(Invalid, match="goods and bads each"):
        grow(everyone_good, CANDIDATES, SMALL, hold_out(sample(), 0.2, 1))
    huge = {"a": (np.array([2**53 + 1]), np.array([False]))}
    with pytest.raises(Invalid, match="beyond"):
        matrix_for(Sample(("x",), huge, np.array([True]), np.ones(1)), ["a"])
    for wrong in ({"depth": 9}, {"held_out": 0.0}):
        with pytest.raises(Invalid):
            Growth(**wrong)


def test_a_tree_without_a_split_is_one_leaf() -> None:
    flat = lightgbm.train(
        {"objective": "binary", "verbose": -1, "num_threads": 1}, lightgbm.Dataset(np.zeros((100, 1)), np.arange(100) % 4 == 0), 2
    )
    forest = freeze_trees(flat, ("a",), (0,))
    assert isinstance(forest, Forest)
    assert eta_one(unpack(forest), [5]) / UNIT == pytest.approx(float(flat.predict(np.zeros((1, 1)), raw_score=True)[0]), abs=1e-12)
