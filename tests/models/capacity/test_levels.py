"""Corrections: on the safe side by one case, widening only, and read back or refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from farthing.domain.errors import Invalid
from farthing.models.capacity.levels import (
    CERTAINTIES_PPM,
    MIDDLE,
    PPM,
    UNCORRECTED,
    WORLD,
    class_of,
    correction,
    decode,
    encode,
)  # fmt: skip

MISSED = st.integers(1, 80).flatmap(
    lambda cases: arrays.arrays(np.int64, (cases, len(CERTAINTIES_PPM)), elements=st.integers(-(10**6), 10**6))
)


@given(MISSED)
def test_so_many_of_the_cases_measured_on_are_under_a_corrected_level(missed: np.ndarray) -> None:
    found = correction(missed)
    for place, level in enumerate(CERTAINTIES_PPM[:MIDDLE]):
        assert (missed[:, place] < found[place]).mean() <= level / PPM, "never more than the level says"
    for place, level in list(enumerate(CERTAINTIES_PPM))[MIDDLE + 1 :]:
        assert (missed[:, place] <= found[place]).mean() >= min(level / PPM, 1.0)


@given(MISSED)
def test_a_correction_only_widens(missed: np.ndarray) -> None:
    found = correction(missed)
    assert max(found[:MIDDLE]) <= 0 <= min(found[MIDDLE + 1 :])


def test_a_hundred_and_ninety_nine_cases_give_their_twentieth() -> None:
    missed = -np.arange(1, 200)[:, None] * np.ones((1, 5), np.int64)
    assert correction(missed)[0] == -180
    assert correction(missed)[MIDDLE] == -100


def test_classes_of_history() -> None:
    assert class_of(np.array([-1, 0, 2, 3, 5, 6, 11, 12, 24])).tolist() == [-1, -1, -1, 0, 0, 1, 1, 2, 2]


def test_levels_are_read_back_and_what_narrows_is_refused() -> None:
    assert decode(encode(WORLD)) == WORLD
    with pytest.raises(Invalid, match="narrow"):
        replace(UNCORRECTED, mean_ppm=((1, 0, 0, 0, 0),) * 3)
    with pytest.raises(Invalid, match="3 by 5"):
        replace(UNCORRECTED, month_ppm=((0,) * 5,) * 2)
    for wrong in (b"", b"{}", b"[]"):
        with pytest.raises(Invalid):
            decode(wrong)


def test_the_levels_that_come_with_the_house_say_that_they_are_made_up() -> None:
    assert WORLD.synthetic
    assert WORLD.cases > 500
    assert min(row[0] for row in WORLD.mean_ppm) == WORLD.mean_ppm[0][0], "the shortest history is the least sure"
