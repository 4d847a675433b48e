"""Paths: the same for everybody with as long a history, near in season, and running on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.models.capacity.paths import PathPlan, how_often, past_months

PLAN = PathPlan()


@given(st.integers(1, 24), st.integers(1, 24))
def test_a_path_is_of_months_that_were(months: int, horizon: int) -> None:
    plan = PathPlan(horizon, paths=19)
    drawn = past_months(months, plan)
    assert drawn.shape == (19, horizon)
    assert drawn.min() >= 0
    assert drawn.max() < months
    often = how_often(months, plan)
    assert often.sum(axis=1).tolist() == [horizon] * 19
    assert (often == np.array([np.bincount(path, minlength=months) for path in drawn])).all()


def test_the_same_plan_gives_the_same_paths_and_another_seed_others() -> None:
    first = past_months(24, PLAN).copy()
    past_months.cache_clear()
    assert (past_months(24, PLAN) == first).all()
    assert (past_months(24, PathPlan(seed=1)) != first).any()


def test_blocks_run_on_for_three_months_on_average() -> None:
    drawn = past_months(24, PathPlan(paths=4_000))
    runs = (np.diff(drawn, axis=1) == -1)[drawn[:, :-1] > 0]
    assert runs.mean() == pytest.approx(2 / 3, abs=0.05)


def test_months_near_in_season_come_more_often_than_those_across_the_year() -> None:
    drawn = past_months(24, PathPlan(paths=4_000))
    for ahead in (1, 6, 12):
        apart = (drawn[:, ahead - 1] + ahead) % 12
        near, far = ((np.minimum(apart, 12 - apart) == off).mean() for off in (0, 6))
        assert near > 2 * far


def test_nobody_changes_the_paths() -> None:
    with pytest.raises(ValueError, match="read-only"):
        past_months(24, PLAN)[0, 0] = 1
