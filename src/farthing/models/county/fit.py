"""Fit the models of all counties in one go, and freeze them.

The score of a field's value is the normal score of its rank among all cases (B. L. van der Waerden, 1952), in bins of equal size: no
outcome is looked at, so a county's few bads are spent on its weights alone. Closed fields of a county are expected from its open ones
(`carried`), so its cases tell of what they can. Then `quant.partial_pooling`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain.errors import Invalid
from farthing.models.county.model import MICRO, MILLI, PPM, Counties, County, Field, carried, fold, named
from farthing.quant.discrimination import midranks
from farthing.quant.partial_pooling import Partial, fit_partial

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

BINS = 40
OPEN_FROM = 0.05
"""A field is open in a county where it is told of at least so many of its cases."""
LEAST_BADS, LEAST_COUNTIES = 20, 3
COVARIANCE = 1_000_000_000
_ALIKE = 1e-3
"""Added to the diagonal of correlations: two fields that are one would make an endless weight."""


@dataclass(frozen=True, eq=False)
class Cases:
    """Cases of many counties: `county` and `bad` of each, and of each field its values and where they are missing."""

    county: npt.NDArray[np.str_]
    bad: Bools
    columns: Mapping[str, Ints]
    missing: Mapping[str, Bools]

    def take(self, rows: npt.NDArray[np.intp]) -> Cases:
        """Some of them."""
        columns = {name: column[rows] for name, column in self.columns.items()}
        missing = {name: column[rows] for name, column in self.missing.items()}
        return Cases(self.county[rows], self.bad[rows], columns, missing)


def cases_of(frame: pl.DataFrame, fields: Sequence[str], county: str, bad: str) -> Cases:
    """Cases from a table of whole numbers; rows without a county or an outcome are left out. `Invalid` names a column that is wrong."""
    for name in (*fields, county, bad):
        if name not in frame.columns:
            raise Invalid("no_column", f"The table has no column {name!r}.", f"It has: {', '.join(frame.columns)}.", field=name)
    for name in fields:
        if not frame.schema[name].is_integer():
            raise Invalid("not_whole", f"Column {name!r} holds {frame.schema[name]}, not whole numbers.", "Scale it first.", field=name)
    if frame.schema[bad] != pl.Boolean:
        raise Invalid("not_outcome", f"Column {bad!r} holds {frame.schema[bad]}, not true and false.", "Make it so.", field=bad)
    told = frame.drop_nulls([county, bad])
    columns = {name: told[name].fill_null(0).cast(pl.Int64).to_numpy() for name in fields}
    missing = {name: told[name].is_null().to_numpy() for name in fields}
    return Cases(np.array(told[county].cast(pl.String).to_list(), dtype=np.str_), told[bad].to_numpy(), columns, missing)


def fit_counties(cases: Cases) -> Counties:
    """The models of all counties of these cases, frozen. `Invalid` with fewer than three counties or twenty of either outcome."""
    codes, place = np.unique(cases.county, return_inverse=True)
    bads = int(cases.bad.sum())
    if len(codes) < LEAST_COUNTIES or min(bads, len(cases.bad) - bads) < LEAST_BADS:
        told = f"{len(codes)} counties with {bads} bads of {len(cases.bad)} cannot tell how counties differ."
        raise Invalid("few_cases", told, f"Bring {LEAST_COUNTIES} counties and {LEAST_BADS} of either outcome at least.")
    fields = tuple(_field(name, cases.columns[name][~cases.missing[name]]) for name in cases.columns)
    scores = _scores(fields, cases)
    correlation = _correlation(scores)
    groups, carries = [], []
    for one in range(len(codes)):
        rows = place == one
        opened = _opened(scores[rows])
        carry = carried(correlation, opened)
        groups.append((np.nan_to_num(scores[np.ix_(rows, opened)]) @ carry.T, cases.bad[rows]))
        carries.append((carry, [fields[where].name for where in opened]))
    found = fit_partial(groups)
    names = tuple(field.name for field in fields)
    counties = tuple(
        fold(_county(str(code), group[1], names, _told(found, one)), *carries[one])
        for one, (code, group) in enumerate(zip(codes, groups, strict=True))
    )
    nobody = np.zeros(len(names) + 1)
    common = _county("", np.zeros(0, np.bool_), names, (found.common, found.newcomer_covariance(), nobody))
    return named(Counties("", fields, _whole(correlation, PPM), common, _ints(found.spread, COVARIANCE), counties))


def _field(name: str, known: Ints) -> Field:
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


def _scores(fields: Sequence[Field], cases: Cases) -> Floats:
    """[cases, fields] standard scores, NaN where missing."""
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


def _told(found: Partial, one: int) -> tuple[Floats, Floats, Floats]:
    """A county's coefficients, their covariance, and how much of each is its own: what its cases took off the spread."""
    left = np.diagonal(found.own_covariance[one]) / (found.spread + np.diagonal(found.common_covariance))
    return found.own[one], found.own_covariance[one], np.clip(1.0 - left, 0.0, 1.0)


def _county(code: str, bad: Bools, names: tuple[str, ...], told: tuple[Floats, Floats, Floats]) -> County:
    weights, covariance, local = told
    return County(code, len(bad), int(bad.sum()), names, _ints(weights, MICRO), _whole(covariance, COVARIANCE), _ints(local, PPM))


def _ints(values: Floats, scale: int) -> tuple[int, ...]:
    return tuple(np.rint(values * scale).astype(np.int64).tolist())


def _whole(values: Floats, scale: int) -> tuple[tuple[int, ...], ...]:
    return tuple(_ints(row, scale) for row in values)
