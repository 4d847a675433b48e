"""Taking a file in: every row becomes canonical, or is quarantined with its field and reason, or repeats an earlier one.

For any input: rows == accepted + quarantined_rows + repeated_dropped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind, FaultCount, IntakeReport, Quarantined, Repeats
from farthing.domain.ids import Id
from farthing.evidence.kinds import TABLES
from farthing.evidence.mapping import FieldMap, FileMap
from farthing.evidence.parse import read_field, text_of
from farthing.evidence.table import KNOWN_ON, Table

EXAMPLES = 5  # of each fault, in the report; the whole list is kept beside the evidence
SHOWN = 60  # characters of a value
UNREADABLE = "\ufffd"  # what a decoder leaves in place of bytes it cannot read
QUARANTINE = {"row": pl.Int64(), "field": pl.String(), "value": pl.String(), "reason": pl.String()}


@dataclass(frozen=True, slots=True)
class SourceTable:
    """One kind of evidence as a source gave it, not yet believed.

    `frame` holds every row of the source in order (row 1 first), unreadable ones as empty rows; `unreadable` says which and why
    (columns of the quarantine). `digest` is the SHA-256 of the source's bytes. `ends_on` is the last day a historical data
    set speaks of, None for a file of today.
    """

    source: str
    frame: pl.DataFrame
    digest: str
    map: FileMap
    unreadable: pl.DataFrame | None = None
    ends_on: dt.date | None = None
    synthetic: bool = False

    @property
    def kind(self) -> EvidenceKind:
        """The kind of evidence its mapping reads."""
        return self.map.kind


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of the rows: `accepted` in canonical columns, `quarantined` one line a fault (row, field, value, reason)."""

    accepted: pl.DataFrame
    quarantined: pl.DataFrame
    rows: int
    quarantined_rows: int
    repeated: int
    repeats: Repeats


@dataclass(frozen=True, slots=True)
class _Fault:
    """Something to look for: rows where `at_fault` is true are quarantined under `field`."""

    field: str
    at_fault: pl.Expr
    reason: str


@dataclass(frozen=True, slots=True)
class _Source:
    """The source's columns as `s0`, `s1` ... beside the row's number; `places` finds them by the source's own names."""

    frame: pl.DataFrame
    places: dict[str, tuple[pl.Expr, pl.DataType]]


def take_in(table: SourceTable, as_of: dt.date) -> Intake:
    """Read, check and split a source's rows; `as_of` is the day of the import, after which nothing can be dated.

    Raises `Invalid` if mapped columns are missing, or if rows repeat and nobody decided what that means. Never for a cell.
    """
    contract = TABLES[table.kind]
    source = _source(table)
    read, faults = _read(contract, table, source, as_of)
    quarantined = _quarantine(table, source, read, faults)
    refused = quarantined.get_column("row").unique()
    good = read.filter(~pl.col("row").is_in(refused.implode()))
    repeated = _repeating(source.frame).filter(pl.col("row").is_in(good.get_column("row").implode())).get_column("row")
    repeats = _decided(table, repeated)
    if repeats is Repeats.DROP:
        good = good.filter(~pl.col("row").is_in(repeated.implode()))
    accepted = good.select(pl.col(name).cast(dtype) for name, dtype in contract.schema().items())
    return Intake(accepted, quarantined, source.frame.height, refused.len(), repeated.len(), repeats)


def report(table: SourceTable, intake: Intake, evidence: Id | None) -> IntakeReport:
    """What a person is told of an intake: counts of every fault, the first examples of each."""
    groups = intake.quarantined.group_by("field", "reason", maintain_order=True).len("rows").cast({"rows": pl.Int64})
    examples = intake.quarantined.filter(pl.int_range(pl.len()).over("field", "reason") < EXAMPLES)
    return IntakeReport(
        kind=table.kind, source=table.source, evidence=evidence, rows=intake.rows, accepted=intake.accepted.height,
        quarantined=tuple(Quarantined(**row) for row in examples.iter_rows(named=True)),
        quarantined_rows=intake.quarantined_rows, repeated=intake.repeated, repeats=intake.repeats,
        faults=tuple(FaultCount(**row) for row in groups.sort("rows", descending=True, maintain_order=True).iter_rows(named=True)),
    )  # fmt: skip


# ---- reading ---------------------------------------------------------------------------------------------------------


def _source(table: SourceTable) -> _Source:
    missing = [name for name in table.map.columns() if name not in table.frame.columns and not _may_lack(table, name)]
    if missing:
        raise Invalid(
            "missing_columns",
            f"{table.source} has no column {', '.join(map(repr, missing))}.",
            f"It has: {', '.join(table.frame.columns) or 'none'}. Correct the names in the mapping or in the file.",
            field=missing[0],
        )
    plain = [_plain(table.frame.get_column(name)) for name in table.frame.columns]
    frame = pl.DataFrame([column.alias(f"s{i}") for i, column in enumerate(plain)])
    places = {column.name: (pl.col(f"s{i}"), column.dtype) for i, column in enumerate(plain)}
    return _Source(frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row")), places)


def _may_lack(table: SourceTable, column: str) -> bool:
    """A frame that is canonical already may leave out columns that may be empty."""
    contract = TABLES[table.kind]
    fields = [contract.field(name) or KNOWN_ON for name, told in table.map.fields if told.column == column]
    return all(not field.required and field.name == column for field in fields)


def _plain(column: pl.Series) -> pl.Series:
    """Numbers, dates and flags as they are; everything else as text."""
    dtype = column.dtype
    if dtype.is_integer() or dtype.is_float() or dtype in (pl.Date, pl.Boolean, pl.String) or isinstance(dtype, pl.Datetime):
        return column
    if isinstance(dtype, pl.Categorical | pl.Enum | pl.Decimal | pl.Null):
        return column.cast(pl.String)
    return pl.Series(column.name, [None if cell is None else str(cell) for cell in column], dtype=pl.String)


def _read(contract: Table, table: SourceTable, source: _Source, as_of: dt.date) -> tuple[pl.DataFrame, list[_Fault]]:
    """The canonical columns of every row (null where unreadable), with a column `fault<i>` for each of the faults returned."""
    maps, values, faults = dict(table.map.fields), [], [*_undecoded(source)]
    latest_news = as_of + dt.timedelta(days=table.map.lag.days)
    for field in (*contract.fields, KNOWN_ON):
        place = _place(maps.get(field.name), source)
        if place is None:
            values.append(pl.lit(None, dtype=contract.schema()[field.name]).alias(field.name))
            continue
        column, dtype = place
        reading = read_field(field, maps[field.name], column, dtype, latest_news if field is KNOWN_ON else as_of)
        values.append(reading.value.alias(field.name))
        if field.required:
            faults.append(_Fault(field.name, text_of(column, dtype).is_null(), "missing"))
        faults += [_Fault(field.name, at_fault, reason) for at_fault, reason in reading.faults]
    marked = [fault.at_fault.fill_null(value=False).alias(f"fault{i}") for i, fault in enumerate(faults)]
    read = source.frame.lazy().select("row", *values, *marked)
    checks = _row_checks(contract)
    judged = [fault.at_fault.fill_null(value=False).alias(f"fault{len(faults) + i}") for i, fault in enumerate(checks)]
    known = read.with_columns(_known_on(contract, table.map.lag.days, as_of)).with_columns(judged)
    return known.collect(), faults + checks


def _place(told: FieldMap | None, source: _Source) -> tuple[pl.Expr, pl.DataType] | None:
    if told is None or told.column is None:
        return None if told is None else (pl.lit(told.constant), pl.String())
    return source.places.get(told.column)


def _known_on(contract: Table, lag_days: int, as_of: dt.date) -> pl.Expr:
    """As the source says, or the effective date plus the declared lag; rows that speak of no day were known at the import."""
    inferred = pl.lit(as_of) if contract.effective is None else pl.col(contract.effective) + pl.duration(days=lag_days)
    return pl.coalesce(KNOWN_ON.name, inferred.cast(pl.Date)).alias(KNOWN_ON.name)


# ---- judging ---------------------------------------------------------------------------------------------------------


def _undecoded(source: _Source) -> Iterator[_Fault]:
    """Bytes that could not be decoded, in any column: what else they hid in the row nobody knows."""
    for name, (column, dtype) in source.places.items():
        if dtype == pl.String:
            yield _Fault(name, column.str.contains(UNREADABLE, literal=True), "bytes that are not in the file's encoding")


def _row_checks(contract: Table) -> list[_Fault]:
    faults = [_Fault(check.field, ~check.holds, check.reason) for check in contract.checks]
    if contract.effective is not None:
        faults.append(_Fault(KNOWN_ON.name, pl.col(KNOWN_ON.name) < pl.col(contract.effective), "known before it happened"))
    if contract.one_row_a_party:
        again = ~pl.struct(field.name for field in contract.fields).is_first_distinct()
        second = pl.col("party").is_not_null() & ~pl.col("party").is_first_distinct() & ~again
        faults.append(_Fault("party", second, "an earlier row says otherwise of the same party"))
    return faults


def _quarantine(table: SourceTable, source: _Source, read: pl.DataFrame, faults: list[_Fault]) -> pl.DataFrame:
    """Every fault of every row, in row order; an unreadable row has that one fault only."""
    unreadable = pl.DataFrame(schema=QUARANTINE) if table.unreadable is None else table.unreadable.select(QUARANTINE)
    found = []
    for i, fault in enumerate(faults):
        if read.get_column(f"fault{i}").any():
            rows = source.frame.filter(read.get_column(f"fault{i}"))
            found.append(
                rows.select("row", field=pl.lit(fault.field), value=_shown(table, source, fault.field), reason=pl.lit(fault.reason))
            )
    told = pl.concat([pl.DataFrame(schema=QUARANTINE), *found]).join(unreadable, on="row", how="anti", maintain_order="left")
    return pl.concat([unreadable, told]).sort("row", maintain_order=True)


def _shown(table: SourceTable, source: _Source, name: str) -> pl.Expr:
    """What the row held, as far as a report may show it: personal data stays where it came from."""
    maps, contract = dict(table.map.fields), TABLES[table.kind]
    if name in source.places and name not in maps:  # a fault of the source's own column
        used_by = [contract.field(field) for field, told in table.map.fields if told.column == name]
        place, personal = source.places[name], not used_by or any(field is None or field.personal for field in used_by)
    else:
        field = contract.field(name)
        place, personal = _place(maps.get(name), source) or (pl.lit(""), pl.String()), field is not None and field.personal
    text = pl.col("row").cast(pl.String) if place is None else text_of(*place).fill_null("").str.slice(0, SHOWN)
    return pl.when(text != "").then(pl.lit("(withheld)")).otherwise(text) if personal else text


# ---- repeating -------------------------------------------------------------------------------------------------------


def _repeating(frame: pl.DataFrame) -> pl.DataFrame:
    """Numbers of the rows that equal an earlier row on every column of the source."""
    columns = [name for name in frame.columns if name != "row"]
    first = frame.select("row", seen=pl.struct(columns).is_first_distinct()) if columns else frame.select("row", seen=pl.lit(value=True))
    return first.filter(~pl.col("seen")).select("row")


def _decided(table: SourceTable, repeated: pl.Series) -> Repeats:
    if table.map.repeats is not None:
        return table.map.repeats
    if repeated.len():
        raise Invalid(
            "repeats_undecided",
            f"{repeated.len()} rows of {table.source} repeat an earlier row on every field (the first is row {repeated[0]}).",
            "Say what that means: repeats: keep (each happened) or drop (copied by mistake), in the mapping or as --repeats.",
            field="repeats",
        )
    return Repeats.KEEP
