"""The graded response model: items are found again, one more item never leaves less known on average, and what it is worth is told."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farthing.quant.graded_response import NODES, Item, alpha, expected_variance, fit_graded, omega, posterior


def item(a: float, *b: float) -> Item:
    """An item by the thetas from which one more is likelier than not."""
    return Item(a, a * np.array(b))


TRUE = (item(1.5, -1.0, 0.0, 1.2), item(0.7, 0.3), item(2.2, -0.5, 0.8), item(1.1, -0.2))
ITEMS = st.lists(
    st.tuples(st.floats(0.2, 4.0), st.lists(st.floats(-2.5, 2.5), min_size=1, max_size=3, unique=True)), min_size=1, max_size=4
).map(lambda told: [item(a, *sorted(b)) for a, b in told])


def answered(people: int, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Answers of people to the true items, and where they stand."""
    rng = np.random.default_rng(seed)
    theta = rng.standard_normal(people)
    over = [1 / (1 + np.exp(one.c - one.a * theta[:, None])) for one in TRUE]
    return np.column_stack([(rng.random((people, 1)) < one).sum(axis=1) for one in over]), theta


def test_items_are_found_again() -> None:
    answers, _ = answered(4_000)
    for found, true in zip(fit_graded(answers), TRUE, strict=True):
        assert found.a == pytest.approx(true.a, rel=0.25)
        assert found.c / found.a == pytest.approx(true.c / true.a, abs=0.2)


def test_scores_follow_what_cannot_be_seen_and_nine_in_ten_lie_within_the_posterior() -> None:
    answers, theta = answered(3_000)
    weight = posterior(TRUE, answers)
    mean = weight @ NODES
    spread = np.sqrt(weight @ NODES**2 - mean**2)
    assert np.corrcoef(mean, theta)[0, 1] == pytest.approx(np.sqrt(1 - expected_variance(TRUE)), abs=0.02)
    assert (np.abs(theta - mean) < 1.645 * spread).mean() == pytest.approx(0.9, abs=0.02)


@settings(max_examples=30, deadline=None)
@given(ITEMS, st.data())
def test_a_higher_answer_never_lowers_the_score(items: list[Item], data: st.DataObject) -> None:
    answers = np.array([[data.draw(st.integers(-1, len(one.c))) for one in items]])
    place = data.draw(st.integers(0, len(items) - 1))
    low, high = answers.copy(), answers.copy()
    low[0, place] = data.draw(st.integers(0, len(items[place].c) - 1))
    high[0, place] = low[0, place] + 1
    before, after = (float((posterior(items, one) @ NODES)[0]) for one in (low, high))
    assert after >= before - 1e-12


@settings(max_examples=20, deadline=None)
@given(ITEMS)
def test_one_more_item_never_leaves_less_known(items: list[Item]) -> None:
    for size in range(len(items)):
        for some in combinations(items, size):
            for more in items:
                if not any(more is one for one in some):
                    assert expected_variance([*some, more]) <= expected_variance(some) + 1e-12


def test_nobody_who_answers_nothing_is_known() -> None:
    nothing = posterior(TRUE, np.full((1, 4), -1))
    assert (nothing @ NODES)[0] == pytest.approx(0.0, abs=1e-12)
    assert expected_variance([]) == pytest.approx(1.0, abs=1e-3)


def test_omega_is_one_where_items_are_all_of_one_thing_and_small_where_they_are_not() -> None:
    strong, weak = [item(50.0, 0.0)] * 3, [item(0.1, 0.0)] * 3
    assert omega(strong) > 0.99
    assert omega(weak) < 0.05
    by_hand = item(np.pi / np.sqrt(3), 0.0)  # a loading of the root of a half
    assert omega([by_hand, by_hand]) == pytest.approx(2 / 3)


def test_alpha_by_hand() -> None:
    answers = np.array([[0, 0], [1, 1], [2, 2], [0, 1]])
    sums, parts = np.array([0, 2, 4, 1]), np.array([[0, 1, 2, 0], [0, 1, 2, 1]])
    assert alpha(answers) == pytest.approx(2 * (1 - parts.var(axis=1, ddof=1).sum() / sums.var(ddof=1)))
    assert alpha(np.vstack([answers, [[-1, 2]]])) == alpha(answers), "who left one out is left out"
    assert np.isnan(alpha(answers[:, :1]))
    assert np.isnan(alpha(np.zeros((5, 2), np.int64)))
