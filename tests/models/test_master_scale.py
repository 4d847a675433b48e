"""The master scale: every PD has one grade, grades rise, and outcomes by grade are tested against what was foretold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from farthing.domain.errors import Invalid
from farthing.models.master_scale import SCALE, Grade, GradeResult, MasterScale, geometric, results_by_grade, rises


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_every_pd_has_a_grade_and_a_higher_pd_never_a_better_one(one: int, other: int) -> None:
    low, high = sorted((one, other))
    grades = SCALE.grades
    assert grades.index(SCALE.grade(low)) <= grades.index(SCALE.grade(high))
    held = SCALE.grade(low)
    assert held.from_ppm <= low
    assert held is grades[-1] or low < grades[grades.index(held) + 1].from_ppm


def test_the_bounds_are_those_told() -> None:
    assert [one.from_ppm for one in SCALE.grades[:4]] == [0, 500, 800, 1280]
    assert SCALE.grades[-1].from_ppm == pytest.approx(225_000, rel=0.01)
    assert (SCALE.grade(499).name, SCALE.grade(500).name, SCALE.grade(10**6).name) == ("R01", "R02", "R15")
    assert geometric(("a", "b", "c"), 1000, 200).grades == (Grade("a", 0, 500), Grade("b", 1000, 1414), Grade("c", 2000, 44_721))


@pytest.mark.parametrize(
    "grades",
    [
        (),
        (Grade("a", 1, 1),),
        (Grade("a", 0, 5), Grade("b", 5, 4)),
        (Grade("a", 0, 5), Grade("b", 4, 6)),
        (Grade("a", 0, 1), Grade("a", 5, 6)),
    ],
)
def test_a_scale_that_does_not_rise_is_refused(grades: tuple[Grade, ...]) -> None:
    with pytest.raises(Invalid, match="scale"):
        MasterScale(grades)


def test_outcomes_by_grade_beside_what_was_foretold() -> None:
    rng = np.random.default_rng(3)
    pd_ppm = rng.integers(1_000, 400_000, 20_000)
    bad = rng.random(20_000) < pd_ppm / 1e6
    told = results_by_grade(SCALE, pd_ppm, bad)
    assert sum(one.cases for one in told) == 20_000
    assert sum(one.bads for one in told) == bad.sum()
    assert sum(one.expected_bads for one in told) == pytest.approx(pd_ppm.sum() / 1e6)
    assert [one.grade for one in told] == sorted(one.grade for one in told)
    assert all(0.001 < one.confidence < 0.999 for one in told), "PDs that are true are not found wanting"
    worse = results_by_grade(SCALE, pd_ppm // 2, bad)
    assert [one.confidence > 0.999 for one in worse][-4:] == [True] * 4, "PDs half as high as the truth are"
    (single,) = results_by_grade(SCALE, np.full(50, 100_000), np.arange(50) < 9)
    assert single.confidence == pytest.approx(1 - beta.cdf(0.1, 9.5, 41.5))


def test_rates_that_fall_are_seen() -> None:
    rising = (GradeResult("a", 10, 1, 1.0, 0.5), GradeResult("b", 20, 2, 1.0, 0.5), GradeResult("c", 5, 1, 1.0, 0.5))
    assert rises(rising)
    assert not rises(rising[::-1])
