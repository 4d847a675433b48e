"""Models of segments, fitted together and saved as a draft: from the bank's own evidence and outcomes, or from a table of cases.

A county, an industry, a channel is a segment. Those of the bank's evidence give decisions an estimate once two people agreed to them; those
of a table stand in a market of their own and score who asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from farthing.domain.errors import Conflict, Invalid
from farthing.domain.evidence import CURRENCY, EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelCard, ModelStatus
from farthing.domain.staff import Accountable, Actor, Role
from farthing.flows.access import require
from farthing.flows.estimate.novelty import READ
from farthing.flows.estimate.segment import BY, PLACE, SegmentCard, card_of
from farthing.flows.estimate.used import asked
from farthing.flows.model.appoint import RESERVED, markets, save_trained
from farthing.flows.model.develop import NOBODY_YET, gather, refuse_leaks
from farthing.flows.model.records import segments_of
from farthing.flows.ports import Command, House
from farthing.models.artefact import encode
from farthing.models.naming import digest, named
from farthing.models.segment.card import MARKET, Developed, write_card
from farthing.models.segment.fit import Cases, cases_of, chosen, fit_segments, tellings
from farthing.models.segment.model import Segments, start_segment
from farthing.models.segment.validate import validate_segments

__all__ = [
    "BY",
    "ReadTable",
    "SegmentCard",
    "SegmentRequest",
    "StartRequest",
    "TableRequest",
    "read_cases",
    "start",
    "train_segments",
    "train_table",
]

YES, NO = ("true", "1", "yes"), ("false", "0", "no")
TITLE = "分段模型 Models of segments"


@dataclass(frozen=True, slots=True)
class SegmentRequest:
    """The bank's own parties, told apart `by` what their record says, as of a day; and the assumed rate of bads where it is used."""

    as_of: dt.date
    by: str = "county"
    target_bad_rate_ppm: int = 50_000
    seed: int = 20200221

    def __post_init__(self) -> None:
        if self.by not in BY:
            raise Invalid("bad_segment", f"A party's record does not tell its {self.by[:40]!r}.", f"Choose of {', '.join(BY)}.", field="by")
        if not 0 < self.target_bad_rate_ppm < 1_000_000:
            raise Invalid("bad_rate", "The assumed share of bads must lie between 0 and 1.", "Give something like 0.05.")


@dataclass(frozen=True, slots=True)
class TableRequest:
    """A table by the digest of its bytes, and its columns: of the segment, the outcome (true or 1 is bad), the fields in whole numbers
    (every other whole column if none is named), and the time if it has one: a day as 2026-01-31, or a whole number. A market of its own."""

    content: str
    by: str = "segment"
    outcome: str = "defaulted"
    fields: tuple[str, ...] = ()
    time: str = ""
    market: str = "CN-CASES"
    seed: int = 20200221


@dataclass(frozen=True, slots=True)
class StartRequest:
    """A segment that has no cases yet, to be added to a model (the one in use if none is named), and the fields that are open there."""

    code: str
    opened: tuple[str, ...]
    model: Id | None = None


@dataclass(frozen=True, eq=False)
class ReadTable:
    """A table's cases, how many rows had no segment or no outcome, and by field the cells that were no whole numbers: those count as
    missing."""

    cases: Cases
    left_out: int
    unreadable: Mapping[str, int]


def train_segments(house: House, actor: Actor, request: SegmentRequest, key: str) -> ModelCard:
    """Fitted on the labelled parties whose segment is told, tried on others of them, and saved as a draft.

    `Invalid` with fewer than three segments or twenty of either outcome, or with a feature that leaks the outcome.
    """
    require(actor, Role.RISK_MANAGER)
    sample = gather(house, request.as_of, READ)
    refuse_leaks(sample)
    where = segments_of(house, list(sample.subjects), request.by)
    columns = {name: column for name, (column, _) in sample.columns.items()}
    every = Cases(where, sample.bad, columns, {name: away for name, (_, away) in sample.columns.items()})
    cases = every.take(np.flatnonzero(where != ""))
    fit = fit_segments(chosen(cases), request.by, request.target_bad_rate_ppm)
    told = [one.provenance for one in house.lake.manifests(EvidenceKind.OUTCOME) if one.provenance.currency == CURRENCY]
    made = Developed(
        title=f"{TITLE} ({request.by})", trained_on=", ".join(sorted({one.source for one in told})), as_of=request.as_of,
        synthetic=any(one.synthetic for one in told), accountable=Accountable(actor.name, NOBODY_YET), market=MARKET, cases=cases,
        model=fit, validation=validate_segments(cases, lambda some: fit_segments(chosen(some)), request.seed),
        reproduce=f"farthing model segment train --segment {request.by} --as-of {request.as_of} --by STAFF",
    )  # fmt: skip
    return save_trained(house, Command(key, "train_segments", actor, request), write_card(made), encode(fit))


def train_table(
    house: House, actor: Actor, table: tuple[pl.DataFrame, TableRequest], key: str, *, synthetic: bool = False
) -> tuple[ModelCard, ReadTable]:
    """The same of a table as text. `Invalid` where its market is one that the bank lends in, or the estimates' own."""
    require(actor, Role.RISK_MANAGER)
    text, request = table
    if request.market in markets(house) | RESERVED:
        told = f"Models of a table cannot stand in {request.market}: they read its columns, not the bank's evidence."
        raise Invalid("home_market", told, "Name a market of its own, like CN-CASES.", field="market")
    read = read_cases(text, request)
    fit = fit_segments(read.cases, request.by)
    validation = validate_segments(read.cases, lambda some: fit_segments(some.reading(tellings(some))), request.seed)
    made = Developed(
        title=f"{TITLE} ({request.by})", trained_on=f"table {request.content[:16]}", as_of=house.clock.today(), synthetic=synthetic,
        accountable=Accountable(actor.name, NOBODY_YET), market=request.market, cases=read.cases, model=fit, validation=validation,
        reproduce=f"farthing model segment train TABLE --segment {request.by} --outcome {request.outcome} --by STAFF",
    )  # fmt: skip
    card = save_trained(house, Command(key, "train_segment_table", actor, request), write_card(made), encode(fit))
    return card, read


def start(house: House, actor: Actor, request: StartRequest, key: str) -> tuple[ModelCard, SegmentCard]:
    """Another draft, measured as the one it grew from. `Conflict` where the segment has a model of its own."""
    require(actor, Role.RISK_MANAGER)
    card, made = asked(house, actor, PLACE, request.model)
    code = request.code
    if any(one.code == code for one in made.segments):
        raise Conflict("segment_known", f"Segment {code} has a model of its own.", "Train again with its new cases.")
    one = start_segment(made, code, request.opened)
    grown: Segments = named(replace(made, segments=(*made.segments, one)))
    told = f"{code} 没有案例：从共同模型起步，未经检验。 {code} has no cases: it starts from the common model, which was not tested there."
    draft = replace(
        card, id=grown.name, artefact=digest(grown), accountable=Accountable(actor.name, NOBODY_YET), status=ModelStatus.DRAFT,
        valid_until=None, reviewed_on=None, cannot_support=(told, *card.cannot_support), reproduce="",
    )  # fmt: skip
    command = Command(key, "start_segment", actor, replace(request, model=card.id))
    return save_trained(house, command, draft, encode(grown)), card_of(grown, one)


def read_cases(text: pl.DataFrame, request: TableRequest) -> ReadTable:
    """The cases of a table as text. Rows without a segment or an outcome are left out, never the whole table for one of them."""
    for name in (request.by, request.outcome, *request.fields, *filter(None, (request.time,))):
        if name not in text.columns:
            raise Invalid("no_column", f"The table has no column {name!r}.", f"It has: {', '.join(text.columns)}.", field=name)
    fields = request.fields or _whole_columns(text, (request.by, request.outcome, request.time))
    said = pl.col(request.outcome).str.strip_chars().str.to_lowercase()
    bad = pl.when(said.is_in(YES)).then(pl.lit(True)).when(said.is_in(NO)).then(pl.lit(False))
    segment = pl.col(request.by).str.strip_chars().replace("", None)
    read = text.select(segment.alias("\0segment"), bad.alias("\0bad"), *(_whole(name) for name in fields))
    unreadable = {name: int((read[name].is_null() & _told(text[name])).sum()) for name in fields}
    cases = cases_of(read, fields, "\0segment", "\0bad")
    kept = read["\0segment"].is_not_null() & read["\0bad"].is_not_null()
    if request.time:
        cases = replace(cases, time=_times(text.filter(kept)[request.time], request.time))
    return ReadTable(cases, text.height - len(cases.bad), {name: count for name, count in unreadable.items() if count})


def _times(column: pl.Series, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    said = column.str.strip_chars()
    days = said.str.to_date("%Y-%m-%d", strict=False).to_physical().cast(pl.Int64)
    found = days if not days.null_count() else said.cast(pl.Int64, strict=False)
    if found.null_count():
        told = f"{found.null_count()} cells of {name!r} are neither days nor whole numbers."
        raise Invalid("bad_time", told, "Write days like 2026-01-31, or leave --time out.", field=name)
    return found.to_numpy()


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
