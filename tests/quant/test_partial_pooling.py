"""Partial pooling: a group keeps its own where its cases carry it, takes the common where it has none, and the spread is found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from farthing.quant.logistic import fit_logistic, sigmoid
from farthing.quant.partial_pooling import Group, fit_partial

COMMON = np.array([-1.5, 0.8, -0.5])
SPREAD = np.array([0.5, 0.3, 0.3])


def drawn(sizes: Sequence[int], spread: np.ndarray = SPREAD, seed: int = 5) -> tuple[list[Group], np.ndarray]:
    """Groups of these sizes with coefficients of their own, and those coefficients."""
    rng = np.random.default_rng(seed)
    truth = COMMON + spread * rng.standard_normal((len(sizes), 3))
    groups = []
    for size, b in zip(sizes, truth, strict=True):
        x = rng.standard_normal((size, 2))
        groups.append((x, rng.random(size) < sigmoid(b[0] + x @ b[1:])))
    return groups, truth


def test_it_finds_by_how_much_groups_differ() -> None:
    groups, truth = drawn([1_000] * 40)
    found = fit_partial(groups)
    assert np.sqrt(found.spread) == pytest.approx(truth.std(axis=0), rel=0.25)
    assert found.common == pytest.approx(truth.mean(axis=0), abs=3 * np.sqrt(np.diagonal(found.common_covariance)).max())
    errors = (found.own - truth) / np.sqrt(np.diagonal(found.own_covariance, axis1=1, axis2=2))
    assert 0.85 < (np.abs(errors) < 1.645).mean() < 0.95, "the standard errors are as wide as the errors are"


def test_groups_that_are_alike_are_pooled() -> None:
    groups, _ = drawn([400] * 20, spread=np.zeros(3))
    found = fit_partial(groups)
    pooled = fit_logistic(np.vstack([x for x, _ in groups]), np.concatenate([bad for _, bad in groups]))
    assert np.abs(found.own[:, 1:] - np.array(pooled.coefficients)).max() < 0.15
    assert np.abs(found.common[1:] - np.array(pooled.coefficients)).max() < 0.05


def test_a_group_keeps_its_own_if_it_is_large_and_takes_the_common_if_it_is_empty() -> None:
    groups, _ = drawn([30_000, 300, 300, 300, 300, 300])
    found = fit_partial([*groups, (np.zeros((0, 2)), np.zeros(0, np.bool_))])
    alone = fit_logistic(*groups[0])
    assert found.own[0] == pytest.approx([alone.intercept, *alone.coefficients], abs=0.02)
    assert found.own[-1] == pytest.approx(found.common, abs=1e-9)
    assert np.diagonal(found.own_covariance[-1]) == pytest.approx(np.diagonal(found.newcomer_covariance()), rel=1e-6)


def test_more_cases_of_a_group_make_it_surer() -> None:
    groups, _ = drawn([100, 1_000, 10_000, 500, 500])
    unsure = np.diagonal(fit_partial(groups).own_covariance, axis1=1, axis2=2)
    assert (unsure[0] > unsure[1]).all()
    assert (unsure[1] > unsure[2]).all()


def test_the_order_of_groups_and_cases_changes_nothing() -> None:
    groups, _ = drawn([200, 300, 400, 250])
    turned = [(x[::-1].copy(), bad[::-1].copy()) for x, bad in reversed(groups)]
    assert fit_partial(turned).own[::-1] == pytest.approx(fit_partial(groups).own, abs=1e-6)


def test_groups_of_one_outcome_and_a_separated_one_are_held() -> None:
    groups, _ = drawn([300, 300, 300, 300])
    x = np.linspace(-2, 2, 40)[:, None] * np.ones(2)
    found = fit_partial([*groups, (x, x[:, 0] > 0), (x, np.zeros(40, np.bool_)), (x, np.ones(40, np.bool_))])
    assert np.isfinite(found.own).all()
    assert np.abs(found.own).max() < 8
    assert found.own[-2, 0] < found.common[0] < found.own[-1, 0]


def test_one_outcome_everywhere_is_no_sample() -> None:
    with pytest.raises(AssertionError, match="both outcomes"):
        fit_partial([(np.zeros((5, 1)), np.zeros(5, np.bool_))])
