"""The gate for what the models have not seen: a distance from those they were made for, and how many of those are as far.

A value becomes the normal score of its rank among the cases known, and one beyond all of them a score beyond all; whether it is missing is
a column of its own. The distance is Mahalanobis' (P. C. Mahalanobis, 1936), its correlations drawn to none by a tenth; how far is far is
told by cases that took no part in measuring them: the share that is at least as far, the conformal p-value of S. Bates et al.
(Annals of Statistics 51, 2023). Of cases like those known at most the stated share is called new, whatever their distribution.
All of it is whole numbers, and the distance is a sum over columns, so it prints.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from farthing.domain.errors import Invalid

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Columns = Mapping[str, tuple[Ints, Bools]]
"""Of each feature its values, and where they are missing."""

PPM, MILLI = 1_000_000, 1_000
ALARM_PPM = 10_000
"""A case is new where fewer than one known case in a hundred is as far."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How a feature stood among those known: step i holds starts[i-1] <= value < starts[i], with its score in thousandths. Missing scores
    as usual, and counts in a column of its own: `missing` where it is, `told` where it is not."""

    feature: str
    starts: tuple[int, ...]
    scores: tuple[int, ...]
    missing: int
    told: int

    def columns(self, value: int | None) -> tuple[int, int]:
        """The two columns of a value, in thousandths."""
        return (0, self.missing) if value is None else (self.scores[bisect_right(self.starts, value)], self.told)


@dataclass(frozen=True, slots=True)
class Gate:
    """`precision` in millionths, two columns a feature; `distances` in thousandths, rising, of known cases that took no part in it."""

    name: str
    told: str
    synthetic: bool
    features: tuple[Seen, ...]
    precision: tuple[tuple[int, ...], ...]
    distances: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.precision) != 2 * len(self.features) or list(self.distances) != sorted(self.distances) or not self.distances:
            raise Invalid("bad_gate", f"The gate of {self.told} lacks columns or distances.", "Measure it again.")


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a case is (thousandths), the share of known cases at least as far (millionths), whether that is enough to call it known, and
    what each feature adds, the most first."""

    distance: int
    as_far_ppm: int
    known: bool
    parts: tuple[tuple[str, int], ...]


def distance(gate: Gate, facts: Mapping[str, int | None]) -> Distance:
    """A case at the gate; a fact that is not there is missing."""
    x = [column for seen in gate.features for column in seen.columns(facts.get(seen.feature))]
    each = [a * sum(p * b for p, b in zip(row, x, strict=True)) for a, row in zip(x, gate.precision, strict=True)]
    far = sum(each) // (PPM * MILLI)
    count = len(gate.distances)
    as_far = (1 + count - bisect_left(gate.distances, far)) * PPM // (count + 1)
    parts = {seen.feature: (each[2 * place] + each[2 * place + 1]) // (PPM * MILLI) for place, seen in enumerate(gate.features)}
    return Distance(far, as_far, as_far >= ALARM_PPM, tuple(sorted(parts.items(), key=lambda one: (-one[1], one[0]))))


def distances(gate: Gate, columns: Columns) -> Ints:
    """The distances of many cases, in thousandths: as of one."""
    x = placed(gate.features, columns)
    precision = np.array(gate.precision, np.int64)
    return np.asarray((x * (x @ precision)).sum(axis=1) // (PPM * MILLI))


def placed(features: tuple[Seen, ...], columns: Columns) -> Ints:
    """The columns of many cases, [cases, two a feature] in thousandths."""
    found = []
    for seen in features:
        value, missing = columns[seen.feature]
        score = np.array(seen.scores, np.int64)[np.searchsorted(np.array(seen.starts, np.int64), value, side="right")]
        found += [np.where(missing, 0, score), np.where(missing, seen.missing, seen.told)]
    return np.column_stack(found)
