"""Swap sets part the cases, and each says what became of it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from farthing.models.validation.swap import swaps

RISKS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), min_size=5, max_size=60)


@given(RISKS)
def test_every_case_is_in_one_set_and_every_bad_is_counted(cases: list[tuple[int, int, bool]]) -> None:
    new, used, bad = (np.array(column) for column in zip(*cases, strict=True))
    found = swaps(new.astype(float), used.astype(float), bad)
    counts = [[int(word) for word in one.method.partition("。 ")[2].replace(",", "").split() if word.isdigit()] for one in found]
    assert sum(count for count, _ in counts) == len(cases)
    assert sum(bads for _, bads in counts) == int(bad.sum())
    assert all(float(one.low) <= float(one.value) <= float(one.high) for one in found)


def test_a_model_beside_itself_swaps_nobody() -> None:
    risk, bad = np.arange(10.0), np.arange(10) > 7
    assert [one.name for one in swaps(risk, risk, bad)] == ["swap_kept", "swap_neither"]


def test_the_one_swapped_in_is_in_its_set() -> None:
    new, used = np.array([0.0, 1, 2, 3, 9, 8, 7, 6, 5, 4]), np.arange(10.0)
    found = {one.name: one.value for one in swaps(new, used, np.array([False] * 4 + [True] * 6))}
    assert set(found) == {"swap_kept", "swap_in", "swap_out"}
    assert found["swap_in"] == found["swap_out"] == "1.000"
