"""Models of counties from a table of cases: fitted together, kept in a file, read as a card a county, and one started where none was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from farthing.domain.errors import Invalid, NotFound
from farthing.models.county.fit import cases_of, fit_counties
from farthing.models.county.model import Counties, County, Estimate, decode, encode, estimate, start_county

__all__ = ["Counties", "CountyCard", "CountyRequest", "Estimate", "card", "cards", "fit_model", "read_model", "score", "start"]

YES, NO = ("true", "1", "yes"), ("false", "0", "no")


@dataclass(frozen=True, slots=True)
class CountyRequest:
    """Which columns tell the county, the outcome (true or 1 is bad) and the fields, whole numbers; no fields: every other whole one."""

    county: str = "county"
    outcome: str = "defaulted"
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weight:
    """What one standard deviation of a field moves the log-odds in this county, everywhere on average, and how much is this county's own.
    Weights are in millionths of a logit; a field that is closed has none."""

    field: str
    own: int | None
    common: int
    local_ppm: int


@dataclass(frozen=True, slots=True)
class CountyCard:
    """A county's model for people: what it was fitted on, how much of it is local and how much borrowed, and its weights."""

    model: str
    county: str
    known: bool
    labels: int
    bads: int
    local_ppm: int
    weights: tuple[Weight, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The file's bytes, how many cases went in, and cells that were no whole numbers, by field: they count as missing."""

    artefact: bytes
    model: Counties
    cases: int
    left_out: int
    unreadable: Mapping[str, int]


def fit_model(text: pl.DataFrame, request: CountyRequest) -> Fitted:
    """Fit the models of a table as text. Rows without a county or an outcome are left out, never the whole table for one of them."""
    for name in (request.county, request.outcome, *request.fields):
        if name not in text.columns:
            raise Invalid("no_column", f"The table has no column {name!r}.", f"It has: {', '.join(text.columns)}.", field=name)
    fields = request.fields or _whole_columns(text, (request.county, request.outcome))
    said = pl.col(request.outcome).str.strip_chars().str.to_lowercase()
    bad = pl.when(said.is_in(YES)).then(pl.lit(True)).when(said.is_in(NO)).then(pl.lit(False))
    county = pl.col(request.county).str.strip_chars().replace("", None)
    read = text.select(county.alias("county"), bad.alias("bad"), *(_whole(name) for name in fields))
    unreadable = {name: int((read[name].is_null() & _told(text[name])).sum()) for name in fields}
    cases = cases_of(read, fields, "county", "bad")
    model = fit_counties(cases)
    bad_cells = {name: count for name, count in unreadable.items() if count}
    return Fitted(encode(model), model, len(cases.bad), text.height - len(cases.bad), bad_cells)


def _whole(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars().cast(pl.Int64, strict=False).alias(name)


def _told(column: pl.Series) -> pl.Series:
    return column.is_not_null() & (column.str.strip_chars() != "")


def _whole_columns(text: pl.DataFrame, apart: Sequence[str]) -> tuple[str, ...]:
    """Columns in which everything that is told is a whole number."""
    rest = [name for name in text.columns if name not in apart]
    read = text.select(_whole(name) for name in rest)
    found = tuple(name for name in rest if read[name].null_count() < text.height and not (read[name].is_null() & _told(text[name])).any())
    if not found:
        raise Invalid("no_fields", "No column of the table holds whole numbers.", "Name the fields, or scale them first.", field="fields")
    return found


def read_model(artefact: bytes) -> Counties:
    """The models of a file."""
    return decode(artefact)


def score(model: Counties, code: str, facts: Mapping[str, int | None]) -> Estimate:
    """Score one case of a county. `NotFound` names a fact that the model does not read."""
    known = {field.name for field in model.fields}
    for name in facts:
        if name not in known:
            raise NotFound("no_field", f"The model reads no field {name!r}.", f"It reads: {', '.join(sorted(known))}.")
    return estimate(model, model.county(code), facts)


def cards(model: Counties) -> tuple[CountyCard, ...]:
    """A card for each county, the least local first."""
    return tuple(sorted((_card(model, one, known=True) for one in model.counties), key=lambda one: (one.local_ppm, one.county)))


def card(model: Counties, code: str) -> CountyCard:
    """One county's card; of a county that was never seen, what it would start from."""
    return _card(model, model.county(code), known=any(one.code == code for one in model.counties))


def start(model: Counties, code: str, open_fields: Sequence[str]) -> tuple[bytes, CountyCard]:
    """The file with a county added that has no cases yet, where only these fields are open."""
    if any(one.code == code for one in model.counties):
        raise Invalid("county_known", f"County {code} has a model of its own.", "Fit again with its new cases.", field="county")
    made = start_county(model, code, open_fields)
    grown = model.with_county(made)
    return encode(grown), _card(grown, made, known=False)


def _card(model: Counties, county: County, *, known: bool) -> CountyCard:
    own = dict(zip(county.open, zip(county.weights[1:], county.local_ppm[1:], strict=True), strict=True))
    weights = tuple(
        Weight(field.name, own[field.name][0] if field.name in own else None, common, own.get(field.name, (0, 0))[1])
        for field, common in zip(model.fields, model.common.weights[1:], strict=True)
    )
    return CountyCard(model.name, county.code, known, county.labels, county.bads, county.local_share_ppm, weights)
