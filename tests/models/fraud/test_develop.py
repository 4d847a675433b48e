"""Developing a fraud model: better than chance on groups it never saw, the same from the same cases, and refused where cases are few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.models.fraud.made_up import cases

from farthing.domain.errors import Invalid
from farthing.models.boosted.model import pd_many
from farthing.models.fraud.develop import FPR, Terms, develop, judge, out_of_group, plain
from farthing.models.fraud.model import FraudModel, encode

pytest.importorskip("lightgbm")


def test_it_tells_frauds_it_never_saw(model: FraudModel) -> None:
    fresh, _ = cases(seed=12)
    chance = pd_many(model.trees, fresh).astype(np.float64)
    found = judge(chance, fresh.bad, {"every": fresh.bad}, seed=1)
    assert found.auc.low > 0.95
    assert found.recall.value > 0.8
    assert (chance[~fresh.bad] > found.threshold).mean() <= FPR
    assert found.by_pattern["every"] == (found.recall, int(fresh.bad.sum()))


def test_the_same_cases_give_the_same_bytes(model: FraudModel) -> None:
    assert encode(develop(*cases(), Terms())) == encode(model)


def test_no_case_is_scored_by_trees_that_saw_its_group() -> None:
    """A sign that names the group tells nothing out of group, though inside it decides everything."""
    sample, group = cases()
    lucky = np.isin(group, (1, 3, 5, 7))
    sample.columns["devices_30d"] = (np.where(lucky, 100 + group, 0).astype(np.int64), np.zeros(len(group), np.bool_))  # type: ignore[index]
    named = type(sample)((), {"devices_30d": sample.columns["devices_30d"]}, sample.bad, sample.weight)
    eta = out_of_group(named, group, 5)
    found = judge(eta, sample.bad, {}, seed=1)
    assert found.auc.low < 0.5 < found.auc.high or found.auc.value < 0.6


def test_the_plain_regression_runs_on_the_same_signs() -> None:
    train, fresh = cases()[0], cases(seed=12)[0]
    assert judge(plain(train, fresh), fresh.bad, {}, seed=1).auc.value > 0.8


def test_the_plain_regression_is_no_straw_man() -> None:
    """A sign that one case of fitting had, and many honest ones have later, does not decide alone."""
    train, fresh = cases()[0], cases(seed=12)[0]
    none, rare = np.zeros(len(train.bad), np.bool_), (np.arange(len(train.bad)) == np.flatnonzero(train.bad)[0]).astype(np.int64)
    later = np.where(fresh.bad, 0, 40).astype(np.int64)
    train, fresh = (replace(one, columns={**one.columns, "applied_1d": (value, none)}) for one, value in ((train, rare), (fresh, later)))
    assert judge(plain(train, fresh), fresh.bad, {}, seed=1).auc.value > 0.95


def test_too_few_cases_or_groups_are_refused() -> None:
    sample, group = cases(100)
    with pytest.raises(Invalid, match="too few"):
        develop(sample, group, Terms())
    whole, _ = cases()
    with pytest.raises(Invalid, match="1 groups"):
        develop(whole, np.zeros(len(whole.bad), np.int64), Terms())
