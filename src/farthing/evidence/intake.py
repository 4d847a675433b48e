"""Taking a file in: every row becomes canonical, or is quarantined with its field and reason, or repeats an earlier one.

For any input: rows == accepted + quarantined_rows + repeated_dropped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_

import polars as pl

from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind, FaultCount, IntakeReport, Quarantined, Repeats
from farthing.domain.ids import Id
from farthing.domain.party import BANK_KEY, names_bank, normalised
from farthing.evidence import reasons
from farthing.evidence.kinds import TABLES
from farthing.evidence.mapping import FieldMap, FileMap
from farthing.evidence.parse import read_field, text_of
from farthing.evidence.reasons import Why
from farthing.evidence.relation import HOLDINGS
from farthing.evidence.table import KNOWN_ON, Check, Table

LISTED = 100_000  # faults in a report; beyond it they are counted, and the file itself is what is wrong
SHOWN = 60  # characters of a value
UNREADABLE = "\ufffd"  # what a decoder leaves in place of bytes it cannot read
FIRST_DAY, LAST_DAY = (day.toordinal() - dt.date(1970, 1, 1).toordinal() for day in (dt.date(1, 1, 2), dt.date(9999, 12, 30)))
A_CENTURY = dt.timedelta(days=36525)  # no contract ends later
QUARANTINE = {"row": pl.Int64(), "field": pl.String(), "value": pl.String(), "reason": pl.String()}


@dataclass(frozen=True, slots=True)
class SourceTable:
    """One kind of evidence as a source gave it, not yet believed.

    `frame` holds every row of the source in order, unreadable ones as empty rows; `unreadable` says which and why (columns of
    the quarantine). Row 1 is the first, unless `numbers` gives each row's own. `digest` is the SHA-256 of the source's bytes.
    `ends_on` is the last day a historical data set speaks of, None for a file of today. `ground` says why we may use it;
    `consented`: because its parties gave consent.
    """

    source: str
    frame: pl.DataFrame
    digest: str
    map: FileMap
    unreadable: pl.DataFrame | None = None
    numbers: pl.Series | None = None
    ends_on: dt.date | None = None
    ground: str = "declared by who imported it"
    synthetic: bool = False
    consented: bool = False

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
    repeated_rows: pl.Series
    repeats: Repeats

    @property
    def repeated(self) -> int:
        """How many rows without fault repeat an earlier one."""
        return self.repeated_rows.len()


@dataclass(frozen=True, slots=True)
class _Fault:
    """Rows where `at_fault` is true are quarantined under `field`, which is a column of the source where `of_source`."""

    field: str
    at_fault: pl.Series
    reason: Why
    of_source: bool = False


@dataclass(frozen=True, slots=True)
class _Source:
    """The source's columns as `s0`, `s1` ... beside the row's number, and by the source's own names."""

    frame: pl.DataFrame
    columns: dict[str, pl.Series]


def take_in(table: SourceTable, as_of: dt.date) -> Intake:
    """Read, check and split a source's rows; `as_of` is the day of the import, after which nothing can be dated.

    Raises `Invalid` if mapped columns are missing, or if rows repeat and nobody decided what that means. Never for a cell.
    """
    contract = TABLES[table.kind]
    source = _source(table)
    read, faults = _read(contract, table, source, as_of)
    quarantined = _quarantine(table, source, faults)
    refused = quarantined.get_column("row").unique()
    good = read.filter(~pl.col("row").is_in(refused.implode()))
    repeated = _repeating(source.frame).filter(pl.col("row").is_in(good.get_column("row").implode())).get_column("row")
    repeats = _decided(table, repeated, "an earlier row")
    if repeats is Repeats.DROP:
        good = good.filter(~pl.col("row").is_in(repeated.implode()))
    accepted = good.select(pl.col(name).cast(dtype) for name, dtype in contract.schema().items())
    return Intake(accepted, quarantined, source.frame.height, refused.len(), repeated, repeats)


def report(table: SourceTable, intake: Intake, evidence: Id | None) -> IntakeReport:
    """What is told and kept of an intake: every fault with its row, and how many there are of each."""
    groups = intake.quarantined.group_by("field", "reason", maintain_order=True).len("rows").cast({"rows": pl.Int64})
    return IntakeReport(
        kind=table.kind, source=table.source, evidence=evidence, rows=intake.rows, accepted=intake.accepted.height,
        quarantined=tuple(Quarantined(**row) for row in intake.quarantined.head(LISTED).iter_rows(named=True)),
        quarantined_rows=intake.quarantined_rows, repeated=intake.repeated, repeats=intake.repeats,
        faults=tuple(FaultCount(**row) for row in groups.sort("rows", descending=True, maintain_order=True).iter_rows(named=True)),
        reading=table.map.reading(), currency=table.map.currency,
    )  # fmt: skip


def repeat_rows(table: SourceTable, intake: Intake, rows: pl.Series) -> Intake:
    """The intake with these rows, which earlier files gave, as repeats: kept or dropped as decided. Raises `Invalid` if nobody decided."""
    if rows.is_empty():
        return intake
    repeats = _decided(table, rows, "a row of an earlier file")
    accepted = intake.accepted if repeats is Repeats.KEEP else intake.accepted.filter(~pl.col("row").is_in(rows.implode()))
    return replace(intake, accepted=accepted, repeated_rows=pl.concat([intake.repeated_rows, rows]).unique(), repeats=repeats)


def refuse_parties(intake: Intake, parties: Collection[str], reason: Why) -> Intake:
    """The intake with all rows of these parties quarantined for `reason`."""
    return _refuse(intake, pl.col("party").is_in(list(parties)), "party", reason) if parties else intake


def refuse_rows(intake: Intake, rows: Collection[int], field: str, reason: Why) -> Intake:
    """The intake with these rows quarantined under `field` for `reason`."""
    return _refuse(intake, pl.col("row").is_in(list(rows)), field, reason) if rows else intake


def _refuse(intake: Intake, wrong: pl.Expr, field: str, reason: Why) -> Intake:
    refused = intake.accepted.filter(wrong)
    told = refused.select("row", field=pl.lit(field), value=pl.col(field).str.slice(0, SHOWN), reason=pl.lit(reason))
    return replace(
        intake,
        accepted=intake.accepted.filter(~wrong),
        quarantined=pl.concat([intake.quarantined, told]).sort("row", maintain_order=True),
        quarantined_rows=intake.quarantined_rows + refused.height,
    )


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
    rows = pl.int_range(1, table.frame.height + 1, dtype=pl.Int64, eager=True) if table.numbers is None else table.numbers.cast(pl.Int64)
    return _Source(frame.with_columns(rows.alias("row")), {column.name: column for column in plain})


def _may_lack(table: SourceTable, column: str) -> bool:
    """A frame that is canonical already may leave out columns that may be empty."""
    contract = TABLES[table.kind]
    fields = [contract.field(name) or KNOWN_ON for name, told in table.map.fields if told.column == column]
    return all(not field.required and field.name == column for field in fields)


def _plain(column: pl.Series) -> pl.Series:
    """Numbers, dates and flags as they are; everything else as text."""
    dtype = column.dtype
    if dtype == pl.Date or isinstance(dtype, pl.Datetime):
        return _in_calendar(column)
    if dtype.is_integer() or dtype.is_float() or dtype in (pl.Boolean, pl.String):
        return column
    if isinstance(dtype, pl.Categorical | pl.Enum | pl.Decimal | pl.Null):
        return column.cast(pl.String)
    return pl.Series(column.name, [None if cell is None else str(cell) for cell in column], dtype=pl.String)


def _in_calendar(column: pl.Series) -> pl.Series:
    """Days beyond the years 1 to 9999, which nothing can print, as the first and last there are: too early or too late all the same."""
    unit = getattr(column.dtype, "time_unit", None)
    if unit == "ns":  # 64 bits of them end in 2262
        return column
    a_day = {None: 1, "ms": 86_400_000, "us": 86_400_000_000}[unit]
    return column.to_physical().clip(FIRST_DAY * a_day, LAST_DAY * a_day).cast(column.dtype)


def _read(contract: Table, table: SourceTable, source: _Source, as_of: dt.date) -> tuple[pl.DataFrame, list[_Fault]]:
    """The canonical columns of every row, null where unreadable, and every fault."""
    maps, values, faults = dict(table.map.fields), [source.frame.get_column("row")], [*_undecoded(source)]
    latest_news = as_of + dt.timedelta(days=table.map.lag.days)
    for field in (*contract.fields, KNOWN_ON):
        column = _column(maps.get(field.name), source)
        if column is None:
            values.append(pl.Series(field.name, [], contract.schema()[field.name]).extend_constant(None, source.frame.height))
            continue
        latest = as_of + A_CENTURY if field.ahead else latest_news if field is KNOWN_ON else as_of
        reading = read_field(field, maps[field.name], column, latest)
        values.append(reading.value.alias(field.name))
        found = [_Fault(field.name, at_fault.fill_null(value=False), reason) for at_fault, reason in reading.faults]
        if field.required:
            nothing = reduce(and_, (~fault.at_fault for fault in found), reading.value.is_null())
            faults.append(_Fault(field.name, nothing, reasons.MISSING()))
        faults += found
    read = pl.DataFrame(values).with_columns(_known_on(contract, table.map.lag.days, as_of))
    return read, [*faults, *_row_checks(contract, read), *_key_checks(contract, read)]


def _column(told: FieldMap | None, source: _Source) -> pl.Series | None:
    if told is None:
        return None
    if told.column is None:
        return pl.Series([told.constant], dtype=pl.String).new_from_index(0, source.frame.height)
    return source.columns.get(told.column)


def _known_on(contract: Table, lag_days: int, as_of: dt.date) -> pl.Expr:
    """As the source says, or the effective date plus the declared lag; rows that speak of no day were known at the import."""
    inferred = pl.lit(as_of) if contract.effective is None else pl.col(contract.effective) + pl.duration(days=lag_days)
    return pl.coalesce(KNOWN_ON.name, inferred.cast(pl.Date)).alias(KNOWN_ON.name)


# ---- judging ---------------------------------------------------------------------------------------------------------


def _undecoded(source: _Source) -> Iterator[_Fault]:
    """Bytes that could not be decoded, in any column: what else they hid in the row nobody knows."""
    for name, column in source.columns.items():
        if column.dtype == pl.String:
            yield _Fault(name, column.str.contains(UNREADABLE, literal=True), reasons.NOT_DECODED(), of_source=True)


def _row_checks(contract: Table, read: pl.DataFrame) -> list[_Fault]:
    checks = [*contract.checks]
    if contract.effective is not None:
        in_order = pl.col(KNOWN_ON.name) >= pl.col(contract.effective)
        checks.append(Check("known_after_it_happened", KNOWN_ON.name, in_order, reasons.KNOWN_TOO_EARLY()))
    if contract.key:
        names = pl.struct(contract.key)
        told = pl.all_horizontal(pl.col(name).is_not_null() for name in contract.key)
        repeats = ~pl.struct(field.name for field in contract.fields).is_first_distinct()
        says_otherwise = reasons.SAYS_OTHERWISE(what=" and ".join(contract.key[1:] or contract.key))
        checks.append(Check("one_row_a_key", contract.key[-1], ~told | names.is_first_distinct() | repeats, says_otherwise))
    held = read.select((~check.holds).alias(check.name) for check in checks)
    return [_Fault(check.field, held.get_column(check.name), check.reason) for check in checks]


def _key_checks(contract: Table, read: pl.DataFrame) -> Iterator[_Fault]:
    """Keys that name nobody, and the bank's own where only a customer's can stand."""
    for name in ("party", "other"):
        keys = read.get_column(name, default=None)
        if keys is not None:
            blank = [key for key in keys.drop_nulls().unique() if not normalised(key)]
            yield _Fault(name, keys.is_in(blank), reasons.BLANK())
    party = read.get_column("party")
    bank = party.is_in([key for key in party.drop_nulls().unique() if names_bank(key)])
    if contract.kind is EvidenceKind.RELATION:
        bank &= ~read.get_column("relation").is_in([held.value for held in HOLDINGS])
    yield _Fault("party", bank, reasons.NAMES_BANK(key=BANK_KEY))


def _quarantine(table: SourceTable, source: _Source, faults: list[_Fault]) -> pl.DataFrame:
    """Every fault of every row, in row order; an unreadable row has that one fault only."""
    unreadable = pl.DataFrame(schema=QUARANTINE) if table.unreadable is None else table.unreadable.select(*QUARANTINE)
    found = [pl.DataFrame(schema=QUARANTINE)]
    for fault in faults:
        if fault.at_fault.any():
            rows = source.frame.get_column("row").filter(fault.at_fault)
            value = _shown(table, source, fault).filter(fault.at_fault)
            found.append(pl.DataFrame({"row": rows, "field": fault.field, "value": value, "reason": fault.reason}, schema=QUARANTINE))
    told = pl.concat(found).join(unreadable, on="row", how="anti", maintain_order="left")
    return pl.concat([unreadable, told]).sort("row", maintain_order=True)


def _shown(table: SourceTable, source: _Source, fault: _Fault) -> pl.Series:
    """What the row held, as far as a report may show it: personal data stays where it came from."""
    contract, maps = TABLES[table.kind], dict(table.map.fields)
    if fault.of_source:
        column: pl.Series | None = source.columns[fault.field]
        used_by = [contract.field(name) for name, told in table.map.fields if told.column == fault.field]
        withheld = not used_by or any(field is not None and field.personal for field in used_by)
    else:
        column, field = _column(maps.get(fault.field), source), contract.field(fault.field)
        withheld = field is not None and field.personal
    if column is None:
        column = pl.Series([""]).new_from_index(0, source.frame.height)
    text = text_of(column).fill_null("")
    return (
        pl.select(pl.when(text == "").then(pl.lit("")).otherwise(pl.lit("(withheld)"))).to_series()
        if withheld
        else text.str.slice(0, SHOWN)
    )


# ---- repeating -------------------------------------------------------------------------------------------------------


def _repeating(frame: pl.DataFrame) -> pl.DataFrame:
    """Numbers of the rows that equal an earlier row on every column of the source."""
    columns = [name for name in frame.columns if name != "row"]
    first = frame.select("row", seen=pl.struct(columns).is_first_distinct()) if columns else frame.select("row", seen=pl.lit(value=True))
    return first.filter(~pl.col("seen")).select("row")


def _decided(table: SourceTable, repeated: pl.Series, what: str) -> Repeats:
    if table.map.repeats is not None:
        return table.map.repeats
    if repeated.len():
        raise Invalid(
            "repeats_undecided",
            f"{repeated.len()} rows of {table.source} repeat {what} on every field (the first is row {repeated[0]}).",
            "Say what that means: repeats: keep (each happened) or drop (copied by mistake), in the mapping or as --repeats.",
            field="repeats",
        )
    return Repeats.KEEP
