"""Compiled loops say what numpy says, to the last bit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from farthing.quant import placing
from farthing.quant.placing import place, tally

ENDS = (-(2**63), -(2**63) + 1, 2**63 - 1, 2**63 - 2)
VALUES = st.integers(-20, 20) | st.sampled_from(ENDS)
SPECIALS = st.sets(VALUES, max_size=4).map(sorted)


@pytest.fixture(autouse=True, scope="module")
def _numba() -> None:
    pytest.importorskip("numba")
    from farthing.quant import kernels

    assert placing.kernels_for(placing.MANY) is kernels


def both(value: np.ndarray, missing: np.ndarray, cuts: np.ndarray, specials: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """The places of both ways."""
    slow = place(value, missing, cuts, specials)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placing, "MANY", 0)
        return slow, place(value, missing, cuts, specials)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(VALUES, st.booleans()), min_size=1, max_size=40), st.sets(VALUES, max_size=6), SPECIALS)
def test_places_are_the_same(rows: list[tuple[int, bool]], cuts: set[int], specials: list[int]) -> None:
    value, missing = (np.array(side) for side in zip(*rows, strict=True))
    groups = [specials[:1], specials[1:]] if specials else []
    slow, quick = both(value.astype(np.int64), missing, np.array(sorted(cuts), dtype=np.int64), groups)
    assert (slow == quick).all()


def test_a_value_is_in_the_bin_of_the_cuts_at_or_below_it() -> None:
    cuts = np.array([0, 10])
    value = np.array([-(2**63), -1, 0, 9, 10, 2**63 - 1, 5, 7])
    slow, quick = both(value, np.arange(8) == 7, cuts, [[5]])
    assert slow.tolist() == quick.tolist() == [0, 0, 1, 1, 2, 2, 3, 4]


def test_weights_are_added_in_the_order_of_rows() -> None:
    rng = np.random.default_rng(4)
    index, bad, weight = rng.integers(0, 7, 5_000).astype(np.uint8), rng.random(5_000) < 0.3, rng.random(5_000)
    slow = tally(index, bad, weight, 7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placing, "MANY", 0)
        quick = tally(index, bad, weight, 7)
    assert all((one == other).all() for one, other in zip(slow, quick, strict=True))
