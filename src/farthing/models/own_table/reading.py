"""A table as a mapping reads it: typed columns, the outcome, days; what cannot be read is set aside by row and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from farthing.domain.errors import Invalid
from farthing.domain.evidence import FaultCount, Quarantined
from farthing.models.own_table.mapping import MISSING, TableMap
from farthing.models.table import Column, Kind

BAD, DAY, WEIGHT, ROW = "__bad", "__day", "__weight", "__row"
SHOWN = 1_000
FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y")


@dataclass(frozen=True, eq=False)
class TableRead:
    """What became of every row: `rows == labelled + unlabelled + quarantined`, always.

    `frame` holds the columns of the mapping, `__bad`, `__day`, `__weight` and the row's number in the file, from 1; `unlabelled` the same
    of cases without an outcome. `shown` are the first faults, `faults` counts them by kind.
    """

    rows: int
    frame: pl.DataFrame
    unlabelled: pl.DataFrame
    quarantined: int
    shown: tuple[Quarantined, ...]
    faults: tuple[FaultCount, ...]


def read_table(text: pl.DataFrame, told: TableMap) -> TableRead:
    """The rows of a table of text. `Invalid` when a column of the mapping is not there."""
    named = [column.name for column in told.columns]
    wanted = [*named, told.outcome, *(one for one in (told.time, told.weight) if one), *told.watch]
    lacking = [name for name in wanted if name not in text.columns]
    if lacking:
        raise Invalid("no_column", f"The table has no column {lacking[0]!r}.", f"It has: {', '.join(text.columns)}.", field=lacking[0])
    raw = text.select(wanted).cast(pl.String).with_columns(pl.col(name).str.strip_chars() for name in wanted)
    raw = raw.with_columns(pl.when(pl.col(name).is_in(told.missing)).then(None).otherwise(pl.col(name)).alias(name) for name in wanted)
    made, faults = {}, {}
    for column in told.columns:
        made[column.name] = raw[column.name] if column.kind is Kind.CATEGORY else _number(raw[column.name])
        if column.kind is Kind.NUMERIC:
            faults[column.name] = (made[column.name].is_null() & raw[column.name].is_not_null(), "not a number")
    outcome = raw[told.outcome]
    made[BAD] = _outcome(outcome, told)
    faults[told.outcome] = (made[BAD].is_null() & outcome.is_not_null(), "neither a word of bad nor of good cases")
    if told.time:
        made[DAY] = _day(raw[told.time])
        faults[told.time] = (made[DAY].is_null(), "no day")
    if told.weight:
        made[WEIGHT] = _number(raw[told.weight])
        faults[told.weight] = (~(made[WEIGHT] > 0).fill_null(value=False), "no positive weight")
    made |= {name: raw[name] for name in told.watch}
    frame = pl.DataFrame(made).with_row_index(ROW, offset=1)
    return _parted(frame, raw, faults)


def _parted(frame: pl.DataFrame, raw: pl.DataFrame, faults: dict[str, tuple[pl.Series, str]]) -> TableRead:
    wrong = pl.Series([False] * frame.height, dtype=pl.Boolean)
    counts, shown = [], list[Quarantined]()
    for name, (at, why) in faults.items():
        wrong = wrong | at
        if found := int(at.sum()):
            counts.append(FaultCount(name, why, found))
            held = pl.DataFrame({"row": frame[ROW], "value": raw[name]}).filter(at).head(SHOWN)
            shown += [Quarantined(row, name, value or "", why) for row, value in held.iter_rows()]
    good = frame.filter(~wrong)
    return TableRead(
        frame.height, good.filter(pl.col(BAD).is_not_null()), good.filter(pl.col(BAD).is_null()), int(wrong.sum()),
        tuple(sorted(shown, key=lambda one: (one.row, one.field))[:SHOWN]), tuple(counts),
    )  # fmt: skip


def read_rows(rows: Sequence[Mapping[str, object]], columns: Sequence[Column]) -> list[dict[str, object]]:
    """Records as somebody sends them, words where a file has words: a number's text is read as a table's is.

    `Invalid` names the record and the column that cannot be read: a score of what was half read would be silent.
    """
    found: list[dict[str, object]] = [{} for _ in rows]
    for column in columns:
        values = [row.get(column.name) for row in rows]
        if column.kind is Kind.NUMERIC:
            values = _numbers(values, column.name)
        for one, value in zip(found, values, strict=True):
            word = value.strip() if isinstance(value, str) else value
            one[column.name] = None if word in MISSING else word
    return found


def _numbers(values: list[object], name: str) -> list[object]:
    text = pl.Series([value.strip() if isinstance(value, str) else None for value in values], dtype=pl.String)
    number = _number(text).to_list()
    for place, value in enumerate(values):
        if isinstance(value, str) and value.strip() not in MISSING and number[place] is None:
            raise Invalid("not_a_number", f"Record {place + 1}: {name} is {value[:40]!r}, no number.", "Correct it.", field=name)
    return [number[place] if isinstance(value, str) else value for place, value in enumerate(values)]


def _number(text: pl.Series) -> pl.Series:
    """Numbers as people write them: thousands apart, a percent sign; null where it is none."""
    plain = text.str.replace_all(r"[,\s¥$€]", "").str.strip_suffix("%")
    number = plain.cast(pl.Float64, strict=False)
    return number.set(number.is_nan() | number.is_infinite(), None)


def _outcome(text: pl.Series, told: TableMap) -> pl.Series:
    lowered = text.str.to_lowercase()
    bad, good = (lowered.is_in([word.lower() for word in words]) for words in (told.bad, told.good))
    return pl.select(pl.when(bad).then(pl.lit(value=True)).when(good).then(pl.lit(value=False)).otherwise(None)).to_series().alias(BAD)


def _day(text: pl.Series) -> pl.Series:
    found = pl.Series(DAY, [None] * len(text), dtype=pl.Date)
    for pattern in FORMATS:
        found = found.fill_null(text.str.to_date(pattern, strict=False, exact=True))
    return found
