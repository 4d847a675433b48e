"""Fit the models of all segments in one go, and freeze them.

The score of a field's value is the normal score of its rank among all cases (B. L. van der Waerden, 1952), in bins of equal size: no
outcome is looked at, so a segment's few bads are spent on its weights alone. Closed fields of a segment are expected from its open ones
(`carried`), so its cases tell of what they can. Then `quant.partial_pooling`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as default
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain.errors import Invalid
from farthing.models.naming import named
from farthing.models.sample import Sample
from farthing.models.segment.model import MICRO, MILLI, PPM, Field, Segment, Segments, carried, etas, fold
from farthing.quant.calibration import prior_shift
from farthing.quant.discrimination import auc, midranks
from farthing.quant.partial_pooling import Partial, fit_partial

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

BINS = 40
OPEN_FROM = 0.05
"""A field is open in a segment where it is told of at least so many of its cases."""
LEAST_BADS, LEAST_SEGMENTS = 20, 3
BADS_A_FIELD, LEAST_FIELDS, TWINS = 10, 3, 0.9
"""Of many candidates one is kept for so many bads, and of two that are correlated so highly the one that tells more."""
COVARIANCE = 1_000_000_000
_ALIKE = 1e-3
"""Added to the diagonal of correlations: two fields that are one would make an endless weight."""


@dataclass(frozen=True, eq=False)
class Cases:
    """Cases of many segments: `segment` and `bad` of each, and of each field its values and where they are missing. `time` is when each
    was seen, in whole numbers of any kind; empty where that is not told."""

    segment: npt.NDArray[np.str_]
    bad: Bools
    columns: Mapping[str, Ints]
    missing: Mapping[str, Bools]
    time: Ints = default(default_factory=lambda: np.empty(0, dtype=np.int64))

    def take(self, rows: npt.NDArray[np.intp]) -> Cases:
        """Some of them."""
        columns = {name: column[rows] for name, column in self.columns.items()}
        missing = {name: column[rows] for name, column in self.missing.items()}
        return Cases(self.segment[rows], self.bad[rows], columns, missing, self.time[rows] if len(self.time) else self.time)

    def reading(self, fields: Sequence[str]) -> Cases:
        """The same cases with these fields only."""
        columns = {name: self.columns[name] for name in fields}
        return replace(self, columns=columns, missing={name: self.missing[name] for name in fields})

    @property
    def digest(self) -> str:
        """SHA-256 of values, outcomes and segments: what the models were fitted on."""
        codes, place = np.unique(self.segment, return_inverse=True)
        columns = {name: (column, self.missing[name]) for name, column in self.columns.items()}
        told = columns | {"": (place.astype(np.int64), np.zeros(len(place), np.bool_))}
        return Sample((), told, self.bad, np.ones(len(self.bad)), {"": tuple(codes.tolist())}).digest


def cases_of(frame: pl.DataFrame, fields: Sequence[str], segment: str, bad: str) -> Cases:
    """Cases from a table of whole numbers; rows without a segment or an outcome are left out. `Invalid` names a column that is wrong."""
    for name in (*fields, segment, bad):
        if name not in frame.columns:
            raise Invalid("no_column", f"The table has no column {name!r}.", f"It has: {', '.join(frame.columns)}.", field=name)
    for name in fields:
        if not frame.schema[name].is_integer():
            raise Invalid("not_whole", f"Column {name!r} holds {frame.schema[name]}, not whole numbers.", "Scale it first.", field=name)
    if frame.schema[bad] != pl.Boolean:
        raise Invalid("not_outcome", f"Column {bad!r} holds {frame.schema[bad]}, not true and false.", "Make it so.", field=bad)
    told = frame.drop_nulls([segment, bad])
    columns = {name: told[name].fill_null(0).cast(pl.Int64).to_numpy() for name in fields}
    missing = {name: told[name].is_null().to_numpy() for name in fields}
    return Cases(np.array(told[segment].cast(pl.String).to_list(), dtype=np.str_), told[bad].to_numpy(), columns, missing)


def fit_segments(cases: Cases, by: str = "segment", target_rate_ppm: int | None = None) -> Segments:
    """The models of all segments of these cases, frozen, at the assumed rate of bads (the cases' own if not given).

    `Invalid` with fewer than three segments or twenty of either outcome.
    """
    codes, place = np.unique(cases.segment, return_inverse=True)
    bads = int(cases.bad.sum())
    if len(codes) < LEAST_SEGMENTS or min(bads, len(cases.bad) - bads) < LEAST_BADS:
        told = f"{len(codes)} segments with {bads} bads of {len(cases.bad)} cannot tell how segments differ."
        raise Invalid("few_cases", told, f"Bring {LEAST_SEGMENTS} segments and {LEAST_BADS} of either outcome at least.")
    fields = tuple(field_of(name, cases.columns[name][~cases.missing[name]]) for name in cases.columns)
    scores = scores_of(fields, cases)
    correlation = _correlation(scores)
    groups, carries = [], []
    for one in range(len(codes)):
        rows = place == one
        opened = _opened(scores[rows])
        carry = carried(correlation, opened)
        groups.append((np.nan_to_num(scores[np.ix_(rows, opened)]) @ carry.T, cases.bad[rows]))
        carries.append((carry, [fields[where].name for where in opened]))
    found = fit_partial(groups)
    rate = bads / len(cases.bad)
    target = round(rate * PPM) if target_rate_ppm is None else target_rate_ppm
    level = np.zeros(len(fields) + 1)
    level[0] = 0.0 if target_rate_ppm is None else prior_shift(rate, target / PPM)
    names = tuple(field.name for field in fields)
    segments = tuple(
        fold(_segment(str(code), group[1], names, _told(found, one, level)), *carries[one])
        for one, (code, group) in enumerate(zip(codes, groups, strict=True))
    )
    common = _segment("", np.zeros(0, np.bool_), names, (found.common + level, found.newcomer_covariance(), np.zeros(len(level))))
    spread = _ints(found.spread, COVARIANCE)
    return named(Segments("", by, round(rate * PPM), target, fields, _whole(correlation, PPM), common, spread, segments))


def chosen(cases: Cases) -> Cases:
    """The same cases with as many fields as their bads can carry: those that tell most alone, and no two that tell the same."""
    told = [name for name in tellings(cases) if (~cases.missing[name]).mean() >= OPEN_FROM]
    scores = {name: scores_of((field_of(name, cases.columns[name][~cases.missing[name]]),), cases)[:, 0] for name in told}
    known = {name: np.nan_to_num(score) for name, score in scores.items()}
    ranked = sorted(told, key=lambda name: (-abs(auc(known[name], cases.bad) - 0.5), name))
    kept: list[str] = []
    for name in ranked:
        if len(kept) >= max(LEAST_FIELDS, int(cases.bad.sum()) // BADS_A_FIELD):
            break
        if all(abs(np.corrcoef(known[name], known[other])[0, 1]) < TWINS for other in kept):
            kept.append(name)
    if not kept:
        raise Invalid("nothing_told", "No field differs between cases.", "Bring evidence that tells cases apart.")
    return cases.reading([name for name in cases.columns if name in kept])


def tellings(cases: Cases) -> tuple[str, ...]:
    """Fields that are not the same of every case that tells them."""
    known = ((name, column[~cases.missing[name]]) for name, column in cases.columns.items())
    return tuple(name for name, values in known if len(values) and (values != values[0]).any())


def eta_of(model: Segments, cases: Cases) -> Floats:
    """Log-odds of bad of cases of any segments, each by its own model."""
    found = np.empty(len(cases.bad))
    for code in np.unique(cases.segment).tolist():
        here = np.flatnonzero(cases.segment == code)
        some = cases.take(here)
        found[here] = etas(model, model.segment(code), some.columns, some.missing)
    return found


def field_of(name: str, known: Ints) -> Field:
    """Bins of equal size, and the mean normal score of each. `Invalid` for a field that is the same of everybody."""
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1], method="higher")) if len(known) else known
    starts = edges[edges > known.min()] if len(known) else edges
    if len(starts) == 0:
        raise Invalid("constant_field", f"Field {name!r} is the same of every case that tells it.", "Leave it out.", field=name)
    rank = (midranks(known.astype(np.float64)) - 0.5) / len(known)
    inside = np.searchsorted(starts, known, side="right")
    middle = np.bincount(inside, rank) / np.bincount(inside)
    score = np.array([NormalDist().inv_cdf(one) for one in middle.tolist()])
    score = score - score[inside].mean()
    score /= max(float(score[inside].std()), 1e-9)
    return Field(name, tuple(starts.tolist()), _ints(score, MILLI))


def scores_of(fields: Sequence[Field], cases: Cases) -> Floats:
    """How cases stand by each field, [cases, fields]: standard scores, NaN where missing."""
    found = np.empty((len(cases.bad), len(fields)))
    for place, field in enumerate(fields):
        step = np.searchsorted(np.array(field.starts), cases.columns[field.name], side="right")
        found[:, place] = np.where(cases.missing[field.name], np.nan, np.array(field.scores)[step] / MILLI)
    return found


def _correlation(scores: Floats) -> Floats:
    """Of the pairs that are both told; drawn to the diagonal, and made a correlation again where pairs contradict each other."""
    known = ~np.isnan(scores)
    filled = np.where(known, scores, 0.0)
    pairs = known.T.astype(np.float64) @ known.astype(np.float64)
    found = (filled.T @ filled) / np.maximum(pairs, 1.0)
    np.fill_diagonal(found, 1.0)
    values, vectors = np.linalg.eigh(found)
    found = (vectors * np.maximum(values, _ALIKE)) @ vectors.T
    scale = np.sqrt(np.diagonal(found))
    return np.asarray(found / np.outer(scale, scale))


def _opened(scores: Floats) -> list[int]:
    told = (~np.isnan(scores)).mean(axis=0)
    return np.flatnonzero(told >= min(OPEN_FROM, float(told.max()))).tolist()


def _told(found: Partial, one: int, level: Floats) -> tuple[Floats, Floats, Floats]:
    """A segment's coefficients at the assumed level, their covariance, and how much of each is its own: what its cases took off the
    spread."""
    left = np.diagonal(found.own_covariance[one]) / (found.spread + np.diagonal(found.common_covariance))
    return found.own[one] + level, found.own_covariance[one], np.clip(1.0 - left, 0.0, 1.0)


def _segment(code: str, bad: Bools, names: tuple[str, ...], told: tuple[Floats, Floats, Floats]) -> Segment:
    weights, covariance, local = told
    return Segment(code, len(bad), int(bad.sum()), names, _ints(weights, MICRO), _whole(covariance, COVARIANCE), _ints(local, PPM))


def _ints(values: Floats, scale: int) -> tuple[int, ...]:
    return tuple(np.rint(values * scale).astype(np.int64).tolist())


def _whole(values: Floats, scale: int) -> tuple[tuple[int, ...], ...]:
    return tuple(_ints(row, scale) for row in values)
