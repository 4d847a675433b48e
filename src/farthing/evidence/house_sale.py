"""Sales of houses as a bank brings them: each row is accepted, or quarantined with its field and reason.

The file has the columns kind (residence if there is none), district, area (m²), year, floor, sold_on, price (yuan); a column
`origin` that says synthetic marks a town that was made up. Extra columns are not read.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeAlias

import polars as pl

from farthing.domain.collateral.house import (
    HIGHEST_FLOOR,
    LARGEST_DM2,
    LOWEST_FLOOR,
    OLDEST,
    SMALLEST_DM2,
    HouseKind,
)
from farthing.domain.errors import Invalid
from farthing.domain.evidence import Quarantined
from farthing.evidence.intake import SHOWN
from farthing.evidence.mapping import FieldMap
from farthing.evidence.parse import read_field, text_of
from farthing.evidence.table import Field, FieldType

REQUIRED = ("district", "area", "year", "floor", "sold_on", "price")
KINDS = tuple(kind.value for kind in HouseKind)
WORDS = (("住宅", "residence"), ("商铺", "shop"), ("办公", "office"), ("厂房", "workshop"))
MADE_UP = "synthetic"
REPEAT = "repeats an earlier row on every field: one sale counts once"
LEAST_FEN_DM2, MOST_FEN_DM2 = 500, 300_000  # 500 to 300,000 yuan a square metre: beyond, a digit was lost or added
_FIELDS = (
    Field("kind", FieldType.CHOICE, choices=KINDS, synonyms=WORDS),
    Field("district", FieldType.TEXT), Field("area", FieldType.AMOUNT), Field("year", FieldType.COUNT), Field("floor", FieldType.COUNT),
    Field("sold_on", FieldType.DATE), Field("price", FieldType.AMOUNT),
)  # fmt: skip
_BOUNDS = (
    ("district", ~pl.col("district").str.contains(r"^[A-Za-z0-9_-]{1,20}$"), "not a district's code (letters, digits, hyphens)"),
    ("area", ~pl.col("area").is_between(SMALLEST_DM2, LARGEST_DM2), f"not an area of {SMALLEST_DM2 // 100} to {LARGEST_DM2 // 100} m²"),
    ("year", ~pl.col("year").is_between(OLDEST, pl.col("sold_on").dt.year() + 3), f"not a year from {OLDEST} to three after the sale"),
    ("floor", ~pl.col("floor").is_between(LOWEST_FLOOR, HIGHEST_FLOOR), f"not a floor from {LOWEST_FLOOR} to {HIGHEST_FLOOR}"),
    ("price", ~(pl.col("price") // pl.col("area").clip(1)).is_between(LEAST_FEN_DM2, MOST_FEN_DM2), "no price of such an area"),
)


_Fault: TypeAlias = tuple[str, pl.Series, str]
"""A field, the rows at fault in it, and why."""


@dataclass(frozen=True, slots=True)
class HouseSales:
    """What became of the rows: `accepted` has kind, district, area_dm2, built, floor, sold_on, price_fen, synthetic."""

    accepted: pl.DataFrame
    quarantined: tuple[Quarantined, ...]
    rows: int
    quarantined_rows: int


def read_sales(frame: pl.DataFrame, unreadable: pl.DataFrame, as_of: dt.date) -> HouseSales:
    """Sales up to `as_of`. `Invalid` if a column is missing; never for a cell. `unreadable` are rows that could not be split."""
    lacking = [name for name in REQUIRED if name not in frame.columns]
    if lacking:
        told = f"The file of sales has no column {', '.join(lacking)}."
        raise Invalid(
            "missing_columns", told, f"Give it the columns {', '.join(REQUIRED)}, and kind if not all are residences.", field=lacking[0]
        )
    read, faults = _read(frame, as_of)
    quarantined = _quarantine(frame, unreadable, faults)
    gone = {one.row for one in quarantined}
    return HouseSales(_accepted(frame, read, gone), quarantined, frame.height, len(gone))


def _read(frame: pl.DataFrame, as_of: dt.date) -> tuple[pl.DataFrame, list[_Fault]]:
    """The columns of every row, null where unreadable, and every fault: of a cell, of its bounds, of a row that was told before."""
    rows = frame.height
    columns, faults = {"row": pl.int_range(1, rows + 1, eager=True)}, list[_Fault]()
    for field in _FIELDS:
        usual = pl.Series([HouseKind.RESIDENCE.value]).new_from_index(0, rows)
        given = frame.get_column(field.name) if field.name in frame.columns else usual
        reading = read_field(field, FieldMap(column=field.name), given, as_of)
        columns[field.name] = reading.value
        found = [(field.name, fault.fill_null(value=False), reason) for fault, reason in reading.faults]
        wrong = reduce(or_, (fault for _, fault, _ in found), pl.Series([False]).new_from_index(0, rows))
        faults += [*found, (field.name, reading.value.is_null() & ~wrong, "missing")]
    read = pl.DataFrame(columns)
    whole, sold = pl.all_horizontal(pl.exclude("row").is_not_null()), pl.struct(pl.exclude("row"))
    bounds = (*_BOUNDS, ("price", ~sold.is_first_distinct() & whole, REPEAT))
    return read, faults + [(name, read.select(bad.fill_null(value=False)).to_series(), reason) for name, bad, reason in bounds]


def _quarantine(frame: pl.DataFrame, unreadable: pl.DataFrame, faults: list[_Fault]) -> tuple[Quarantined, ...]:
    """Every fault, in row order; a row that could not be split has that one only."""
    lost = {one["row"]: Quarantined(**one) for one in unreadable.select("row", "field", "value", "reason").iter_rows(named=True)}
    found = list(lost.values())
    for name, at_fault, reason in faults:
        shown = text_of(frame.get_column(name)).fill_null("") if name in frame.columns else None
        found += [
            Quarantined(row + 1, name, "" if shown is None else shown[row][:SHOWN], reason)
            for row in at_fault.arg_true()
            if row + 1 not in lost
        ]
    return tuple(sorted(found, key=lambda one: one.row))


def _accepted(frame: pl.DataFrame, read: pl.DataFrame, gone: set[int]) -> pl.DataFrame:
    made_up = (
        text_of(frame.get_column("origin")).eq_missing(MADE_UP)
        if "origin" in frame.columns
        else pl.Series([False]).new_from_index(0, frame.height)
    )
    named = read.select(
        "row", "kind", "district", pl.col("area").alias("area_dm2"), pl.col("year").alias("built"), "floor", "sold_on",
        pl.col("price").alias("price_fen"), made_up.alias(MADE_UP),
    )  # fmt: skip
    return named.filter(~pl.col("row").is_in(sorted(gone))).drop("row")
