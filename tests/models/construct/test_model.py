"""A reading on a scale: monotone in every item, its bar never narrower for having answered less, and the same bytes again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.models.construct.owners import FALLING, OWNERS, facts, fitted

from farthing.domain.errors import Invalid
from farthing.models.artefact import decode, encode
from farthing.models.construct.model import read

SCALES = st.sampled_from(fitted().scales)
ROWS = st.integers(0, OWNERS - 1)


@settings(max_examples=80)
@given(SCALES, ROWS, st.data())
def test_more_of_an_item_never_lowers_the_score(scale, row: int, data: st.DataObject) -> None:
    item = data.draw(st.sampled_from(scale.items))
    low, high = sorted(data.draw(st.tuples(st.integers(-50, 250), st.integers(-50, 250))))
    one, other = (read(fitted(), scale, {**facts(row), item.feature: value}).score for value in (low, high))
    assert (one >= other) if item.feature in FALLING else (one <= other)


@given(SCALES, ROWS, st.data())
def test_fewer_answers_never_narrow_the_bar(scale, row: int, data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.sampled_from([item.feature for item in scale.items])))
    whole, some = (read(fitted(), scale, one) for one in (facts(row), {k: v for k, v in facts(row).items() if k not in gone}))
    assert some.bar >= whole.bar
    assert some.answered == len(scale.items) - len(some.missing)
    assert gone <= set(some.missing)


def test_who_answers_nothing_is_usual_and_unknown() -> None:
    for scale in fitted().scales:
        found = read(fitted(), scale, {})
        assert (found.score, found.answered) == (500, 0)
        assert found.bar == max(scale.bars) == pytest.approx(100, abs=1)
        assert found.high - found.low == 2 * -(-1_645 * found.bar // 1_000)


@given(SCALES, ROWS)
def test_a_reading_stays_on_the_scale(scale, row: int) -> None:
    found = read(fitted(), scale, facts(row))
    assert 0 <= found.low <= found.score <= found.high <= 1_000


def test_a_scale_lacks_no_bar() -> None:
    assert decode(encode(fitted())) == fitted()
    with pytest.raises(Invalid, match="lacks a bar"):
        replace(fitted().scales[0], bars=(1,))


def test_the_bar_is_of_the_items_that_were_answered() -> None:
    """With one item answered, the root of what that item leaves on average, by its own table."""
    made = fitted()
    nodes, prior = np.array(made.nodes) / 1_000, np.exp(np.array(made.prior) / 1e6)
    for scale in made.scales:
        for item in scale.items:
            joint = prior * np.exp(np.array(item.likely) / 1e6)
            left = float((joint @ nodes**2 - (joint @ nodes) ** 2 / joint.sum(axis=1)).sum())
            assert read(made, scale, {item.feature: 1}).bar == pytest.approx(100 * left**0.5, abs=1.01)
