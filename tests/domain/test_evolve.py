"""The quick copy of a state is `dataclasses.replace`, to the last field."""

from __future__ import annotations

import dataclasses
import datetime as dt

from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.lives import random_life

from farthing.domain.evolve import evolve
from farthing.ledger.facility import fold


@given(st.integers(0, 10_000), st.integers(0, 10**12), st.dates())
def test_a_quick_copy_is_the_slow_one_and_leaves_the_original_alone(seed: int, fen: int, day: dt.date) -> None:
    state = fold(random_life(seed)[1])
    before = repr(state)
    assert evolve(state, surplus_fen=fen, as_of=day) == dataclasses.replace(state, surplus_fen=fen, as_of=day)
    assert hash(evolve(state)) == hash(state)
    assert repr(state) == before
