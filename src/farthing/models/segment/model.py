"""The frozen models of segments in whole numbers: how a case of one is scored, how sure that is, and what it rests on.

A field's value becomes a score, thousandths of a standard deviation (0 is usual); a segment weighs the scores of the fields that are open
in it. A field that is closed in a segment is not left at the usual: what open fields tell of it by their correlations is carried in
their weights, so a segment loses only what nothing else knows.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from farthing.domain.errors import Invalid, NotFound

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

PPM = 1_000_000
MICRO, MILLI = 1_000_000, 1_000
NANO = MICRO * MILLI
"""A weight is in millionths of a logit a standard deviation, a score in thousandths of one: their product in 1e-9 of a logit."""
NINETY = 1_645
"""Standard errors each way of a 90 % interval, in thousandths."""


@dataclass(frozen=True, slots=True)
class Field:
    """Scores of a field's values: step i holds starts[i-1] <= value < starts[i]. Missing scores 0, as the usual does."""

    name: str
    starts: tuple[int, ...]
    scores: tuple[int, ...]

    def score(self, value: int | None) -> int:
        """Thousandths of a standard deviation."""
        return 0 if value is None else self.scores[bisect_right(self.starts, value)]


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment's model. `weights` and `covariance` (1e-9) have the intercept first, then the fields in `open`, in order; `local_ppm`
    says of each how much is the segment's own: 0 is borrowed whole, a million needs nothing of the others."""

    code: str
    labels: int
    bads: int
    open: tuple[str, ...]
    weights: tuple[int, ...]
    covariance: tuple[tuple[int, ...], ...]
    local_ppm: tuple[int, ...]

    def __post_init__(self) -> None:
        width = len(self.open) + 1
        if {len(self.weights), len(self.covariance), len(self.local_ppm), *map(len, self.covariance)} != {width}:
            raise Invalid("bad_segment", f"Segment {self.code} lacks a weight of a field.", "Fit the model again.")

    @property
    def local_share_ppm(self) -> int:
        """How much of its slopes is the segment's own, on average."""
        return sum(self.local_ppm[1:]) // max(len(self.open), 1)


@dataclass(frozen=True, slots=True)
class Segments:
    """The models of all segments. `by` is what tells them apart; `common` is what a segment starts from that was never seen; `spread`
    (1e-9) by how much segments differ. `correlation` of the fields' scores, in millionths, carries what is closed. Log-odds are moved
    from the sample's rate of bads to the `target` one."""

    name: str
    by: str
    sample_rate_ppm: int
    target_rate_ppm: int
    fields: tuple[Field, ...]
    correlation: tuple[tuple[int, ...], ...]
    common: Segment
    spread: tuple[int, ...]
    segments: tuple[Segment, ...]

    def segment(self, code: str) -> Segment:
        """The model of a segment; of one that is not known, the common one, as if every field were open in it."""
        return next((one for one in self.segments if one.code == code), replace(self.common, code=code))


@dataclass(frozen=True, slots=True)
class Part:
    """What a field adds to the log-odds of failing against a usual case, in millionths of a logit."""

    field: str
    value: int | None
    logit_micro: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """PD with its 90 % interval, in millionths; the parts, the worst first; and how much of the slopes was the segment's own."""

    segment: str
    pd_ppm: int
    low_ppm: int
    high_ppm: int
    parts: tuple[Part, ...]
    local_ppm: int


def estimate(model: Segments, segment: Segment, facts: Mapping[str, int | None]) -> Estimate:
    """Score a case of a segment; a fact that is not there is missing and counts as usual."""
    fields = {field.name: field for field in model.fields}
    scores = [fields[name].score(facts.get(name)) for name in segment.open]
    nano = segment.weights[0] * MILLI + sum(weight * score for weight, score in zip(segment.weights[1:], scores, strict=True))
    wide = NINETY * _error_nano(segment.covariance, [MILLI, *scores]) // MILLI
    parts = (
        Part(name, facts.get(name), weight * score // MILLI)
        for name, weight, score in zip(segment.open, segment.weights[1:], scores, strict=True)
    )
    worst = tuple(sorted(parts, key=lambda part: (-part.logit_micro, part.field)))
    return Estimate(segment.code, _pd_ppm(nano), _pd_ppm(nano - wide), _pd_ppm(nano + wide), worst, segment.local_share_ppm)


def _error_nano(covariance: Sequence[Sequence[int]], x: Sequence[int]) -> int:
    """The standard error of the log-odds, in 1e-9 of a logit: exact but for the square root, which rounds down."""
    variance = sum(a * b * value for a, row in zip(x, covariance, strict=True) for b, value in zip(x, row, strict=True))
    return math.isqrt(max(variance, 0) * MILLI)  # a variance in 1e-15; its root in 1e-9 wants 1e-18


def _pd_ppm(nano: int) -> int:
    half = 0.5 * (1.0 + math.tanh(0.5 * nano / NANO))
    return min(max(round(half * PPM), 1), PPM - 1)


def etas(model: Segments, segment: Segment, columns: Mapping[str, Ints], missing: Mapping[str, Bools]) -> Floats:
    """Log-odds of many cases of one segment: the same integers as `estimate`, divided once."""
    fields = {field.name: field for field in model.fields}
    total = np.full(len(next(iter(columns.values()))), segment.weights[0] * MILLI, np.int64)
    for name, weight in zip(segment.open, segment.weights[1:], strict=True):
        field = fields[name]
        score = np.array(field.scores, np.int64)[np.searchsorted(np.array(field.starts, np.int64), columns[name], side="right")]
        total += weight * np.where(missing[name], 0, score)
    return total / NANO


def start_segment(model: Segments, code: str, open_fields: Sequence[str]) -> Segment:
    """The model of a segment that was never seen, where these fields are open: the common one, with what is closed carried by the rest.

    `NotFound` for a field that the model does not know; `Invalid` where none is open.
    """
    known = [field.name for field in model.fields]
    for name in open_fields:
        if name not in known:
            raise NotFound("no_field", f"The model reads no field {name!r}.", f"It reads: {', '.join(known)}.")
    if not open_fields:
        raise Invalid("nothing_open", f"No field is open in {code}.", "Name at least one field that the segment tells.", field="open")
    chosen = [place for place, name in enumerate(known) if name in set(open_fields)]
    carry = carried(np.array(model.correlation) / PPM, chosen)
    return fold(replace(model.common, code=code), carry, [known[place] for place in chosen])


def carried(correlation: Floats, open_places: Sequence[int]) -> Floats:
    """[fields, open fields]: the scores to be expected of all fields, given those of the open ones (normal regression)."""
    every = np.ix_(range(len(correlation)), open_places)
    inside = correlation[np.ix_(open_places, open_places)]
    return np.asarray(np.linalg.solve(inside, correlation[every].T).T, dtype=np.float64)


def fold(segment: Segment, carry: Floats, open_fields: Sequence[str]) -> Segment:
    """A segment's weights of all fields as weights of the open ones; how much of each is its own is weighed as the weight is."""
    full = np.zeros((len(segment.open) + 1, len(open_fields) + 1))
    full[0, 0], full[1:, 1:] = 1.0, carry
    weights = np.rint(np.array(segment.weights) @ full).astype(np.int64).tolist()
    covariance = np.rint(full.T @ np.array(segment.covariance) @ full).astype(np.int64).tolist()
    share = np.abs(full) / np.maximum(np.abs(full).sum(axis=0), 1e-12)
    local = np.rint(np.array(segment.local_ppm) @ share).astype(np.int64).tolist()
    return replace(
        segment, open=tuple(open_fields), weights=tuple(weights), covariance=tuple(map(tuple, covariance)), local_ppm=tuple(local)
    )
