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
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.ids import Prefix, derived_id
from farthing.quant.discrimination import midranks

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Columns = Mapping[str, tuple[Ints, Bools]]
"""Of each feature its values, and where they are missing."""

PPM, MILLI = 1_000_000, 1_000
BINS, BEYOND, ODDEST = 20, 4.0, 5.0
"""A value outside of all known ones counts as four standard deviations, to be missing as nobody was as five at most."""
DRAWN = 0.1
LEAST_CASES, MOST_KEPT = 100, 2_000
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
    x = _placed(gate.features, columns)
    precision = np.array(gate.precision, np.int64)
    return np.asarray((x * (x @ precision)).sum(axis=1) // (PPM * MILLI))


def measure_gate(columns: Columns, told: str, seed: int, *, synthetic: bool) -> Gate:
    """A gate for cases like these. Distances are of each half by what the other half says. `Invalid` with fewer than a hundred cases, or
    where no feature is told of."""
    cases = max((len(value) for value, _ in columns.values()), default=0)
    if cases < LEAST_CASES:
        raise Invalid("few_cases", f"{cases} cases are too few to say what is usual.", f"Bring {LEAST_CASES} at least.")
    half = np.random.default_rng(seed).permutation(cases) < cases // 2
    apart: list[int] = []
    for side in (half, ~half):
        gate = _fitted(_rows(columns, side), told, (0,), synthetic=synthetic)
        apart += distances(gate, _rows(columns, ~side)).tolist()
    kept = sorted(apart)
    if len(kept) > MOST_KEPT:
        kept = [kept[place] for place in np.linspace(0, len(kept) - 1, MOST_KEPT).round().astype(int).tolist()]
    return named(_fitted(columns, told, tuple(kept), synthetic=synthetic))


def _rows(columns: Columns, side: Bools) -> Columns:
    return {name: (value[side], missing[side]) for name, (value, missing) in columns.items()}


def _fitted(columns: Columns, told: str, apart: tuple[int, ...], *, synthetic: bool) -> Gate:
    features = tuple(_seen(name, value, missing) for name, (value, missing) in columns.items() if not missing.all())
    if not features:
        raise Invalid("nothing_told", "No feature is told of in any case.", "Bring evidence.")
    x = _placed(features, columns) / MILLI
    spread = (1.0 - DRAWN) * (x.T @ x) / len(x) + DRAWN * np.eye(x.shape[1])
    precision = np.rint(np.linalg.inv(spread) * PPM).astype(np.int64)
    return Gate("", told, synthetic, features, tuple(map(tuple, precision.tolist())), apart)


def _seen(name: str, value: Ints, missing: Bools) -> Seen:
    known = value[~missing]
    cuts = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1], method="higher"))
    starts = np.unique(np.concatenate([[known.min()], cuts, [known.max() + 1]]))
    step = np.searchsorted(starts, known, side="right")
    rank = (midranks(known.astype(np.float64)) - 0.5) / len(known)
    middle = np.bincount(step, rank, len(starts) + 1)[1:-1] / np.maximum(np.bincount(step, minlength=len(starts) + 1)[1:-1], 1)
    inner = np.array([NormalDist().inv_cdf(min(max(one, 1e-4), 1 - 1e-4)) for one in middle.tolist()])
    scores = np.concatenate([[-BEYOND], inner, [BEYOND]])
    share = (int(missing.sum()) + 0.5) / (len(missing) + 1)
    unit = (share * (1.0 - share)) ** 0.5
    whole = tuple(np.rint(scores * MILLI).astype(np.int64).tolist())
    return Seen(name, tuple(starts.tolist()), whole, _bounded((1.0 - share) / unit), _bounded(-share / unit))


def _bounded(score: float) -> int:
    return round(min(max(score, -ODDEST), ODDEST) * MILLI)


def _placed(features: tuple[Seen, ...], columns: Columns) -> Ints:
    """[cases, two a feature] in thousandths."""
    found = []
    for seen in features:
        value, missing = columns[seen.feature]
        score = np.array(seen.scores, np.int64)[np.searchsorted(np.array(seen.starts, np.int64), value, side="right")]
        found += [np.where(missing, 0, score), np.where(missing, seen.missing, seen.told)]
    return np.column_stack(found)


def named(gate: Gate) -> Gate:
    """The gate under the id that follows from its content."""
    bare = replace(gate, name="")
    return replace(bare, name=derived_id(Prefix.MODEL, canon.digest(bare).hex()))


def encode(gate: Gate) -> bytes:
    """Canonical bytes."""
    return canon.encode(gate)


def decode(artefact: bytes) -> Gate:
    """The gate behind the bytes; `Invalid` where they are no such thing, or were changed since they were named."""
    try:
        gate = canon.decode(Gate, artefact)
    except (ValueError, TypeError, KeyError):
        raise Invalid("bad_artefact", "This is no file of a gate.", "Measure one: farthing model novelty fit.") from None
    if named(gate).name != gate.name:
        raise Invalid("changed_artefact", f"{gate.name} is not what it was when it was measured.", "Measure it again.")
    return gate
