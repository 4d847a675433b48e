"""The gate: what is like the known passes as often as it says, what is not is stopped and told why, and one case is as many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.models.novelty.crowd import crowd, facts, gate

from farthing.domain.errors import Invalid
from farthing.models.novelty.gate import PPM, distance, distances

USUAL: dict[str, int | None] = {"first": 0, "second": 0, "third": 3}
WHOLE = st.none() | st.integers(-(10**15), 10**15)


def test_those_like_the_known_pass_as_often_as_it_says() -> None:
    fresh = crowd(4_000, seed=8)
    far = [distance(gate(), facts(fresh, row)) for row in range(4_000)]
    for share in (0.01, 0.1, 0.5):
        assert np.mean([one.as_far_ppm < share * PPM for one in far]) == pytest.approx(share, abs=0.01 + 0.12 * share)
    assert np.mean([not one.known for one in far]) < 0.03


@pytest.mark.parametrize(("case", "why"), [
    ({**USUAL, "first": 9_000}, {"first", "second"}),
    ({**USUAL, "first": 1_800, "second": -1_800}, {"first", "second"}),
    ({**USUAL, "first": None}, {"first"}),
    ({**USUAL, "third": 10**12}, {"third"}),
])  # fmt: skip
def test_what_nobody_is_like_is_new_and_told_why(case: dict[str, int | None], why: set[str]) -> None:
    """A value beyond all, two values that never go together, one that was never missing: each is usual but for that."""
    found = distance(gate(), case)
    assert found.as_far_ppm < distance(gate(), USUAL).as_far_ppm / 10
    assert found.parts[0][0] in why


def test_two_values_that_never_go_together_are_new_though_each_is_usual() -> None:
    assert distance(gate(), {**USUAL, "first": 1_000, "second": 1_000}).known
    assert not distance(gate(), {**USUAL, "first": 1_800, "second": -1_800}).known


@settings(max_examples=100)
@given(WHOLE, WHOLE, WHOLE)
def test_one_case_is_as_far_as_it_is_among_many_and_its_parts_add_up(first: int | None, second: int | None, third: int | None) -> None:
    case = {"first": first, "second": second, "third": third}
    found = distance(gate(), case)
    columns = {name: (np.array([value or 0]), np.array([value is None])) for name, value in case.items()}
    assert distances(gate(), columns).tolist() == [found.distance]
    assert sum(part for _, part in found.parts) == pytest.approx(found.distance, abs=len(case))
    assert 0 < found.as_far_ppm <= PPM
    assert found.known is (found.as_far_ppm >= 10_000)


def test_a_fact_that_is_not_given_is_missing() -> None:
    assert distance(gate(), {}) == distance(gate(), dict.fromkeys(USUAL))


def test_a_gate_lacks_no_column() -> None:
    with pytest.raises(Invalid, match="lacks columns"):
        replace(gate(), precision=gate().precision[1:])
