"""The master scale: one set of grades for every model, before, during and after lending, so that a grade means one PD everywhere."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from farthing.domain.errors import Invalid
from farthing.quant.binning import Bools, Ints

PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Grade:
    """PDs from `from_ppm` up to the next grade's, told as `pd_ppm` where one number is wanted."""

    name: str
    from_ppm: int
    pd_ppm: int


@dataclass(frozen=True, slots=True)
class MasterScale:
    """Grades from best to worst. Every PD has exactly one."""

    grades: tuple[Grade, ...]

    def __post_init__(self) -> None:
        starts = [one.from_ppm for one in self.grades]
        inside = all(a.from_ppm <= a.pd_ppm < b.from_ppm for a, b in pairwise(self.grades))
        if not self.grades or starts[0] != 0 or not inside or not starts[-1] <= self.grades[-1].pd_ppm <= PPM:
            raise Invalid("bad_scale", "A master scale starts at 0, rises, and tells each grade a PD of its own.", "Look at its bounds.")
        if len({one.name for one in self.grades}) < len(self.grades):
            raise Invalid("bad_scale", "Two grades of a master scale have one name.", "Name each.")

    def grade(self, pd_ppm: int) -> Grade:
        """The grade of a PD in millionths."""
        assert 0 <= pd_ppm <= PPM, "a PD lies between 0 and 1"
        return self.grades[bisect_right([one.from_ppm for one in self.grades], pd_ppm) - 1]


def geometric(names: Sequence[str], first_ppm: int, ratio_pct: int) -> MasterScale:
    """Grades whose bounds grow by one ratio, so that a step means the same everywhere; each PD is the geometric middle, in whole ppm."""
    bounds = [0, first_ppm]
    while len(bounds) < len(names):
        bounds.append(bounds[-1] * ratio_pct // 100)
    ends = [*bounds[1:], PPM]
    middles = [first_ppm // 2, *(round((low * high) ** 0.5) for low, high in zip(bounds[1:], ends[1:], strict=True))]
    return MasterScale(tuple(map(Grade, names, bounds, middles)))


SCALE = geometric([f"R{number:02}" for number in range(1, 16)], 500, 160)
"""R01 is below 0.05 %; each bound is 1.6 times the one before, and R15 begins at 22.5 %. Three grades are about a factor of four."""


@dataclass(frozen=True, slots=True)
class GradeResult:
    """A grade's cases and bads beside the bads its PDs foretold; `confidence` that the true rate lies above those PDs."""

    grade: str
    cases: int
    bads: int
    expected_bads: float
    confidence: float


def results_by_grade(scale: MasterScale, pd_ppm: Ints, bad: Bools) -> tuple[GradeResult, ...]:
    """Each grade that has cases, best first.

    The confidence is that of the Jeffreys test of the ECB's *Instructions for reporting the validation results of internal models*
    (2019), section 2.5.3.1: the chance, after these outcomes, that the grade's rate of bads is above its mean PD.
    """
    from scipy.stats import beta  # slow to import, and few commands need it

    place = np.array([one.from_ppm for one in scale.grades])
    found, told = np.searchsorted(place, pd_ppm, side="right") - 1, []
    for number in np.unique(found).tolist():
        inside = found == number
        cases, bads, expected = int(inside.sum()), int(bad[inside].sum()), float(pd_ppm[inside].sum()) / PPM
        above = float(beta.sf(expected / cases, bads + 0.5, cases - bads + 0.5))
        told.append(GradeResult(scale.grades[number].name, cases, bads, expected, above))
    return tuple(told)


def rises(found: Sequence[GradeResult]) -> bool:
    """Whether observed bad rates never fall from one grade to the next."""
    return all(a.bads * b.cases <= b.bads * a.cases for a, b in pairwise(found))
