"""The canonical tables: for each kind of evidence its fields, their types and bounds, and the checks a row must pass."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.domain.party import PartyKind, RelationKind
from farthing.evidence.reasons import BEFORE, BELOW_ZERO, Why

LARGEST_FEN = 1_000_000_000_000  # 10 billion yuan on one row is a mistake, and sums stay far inside 64 bits
LONGEST_TEXT = 200
EARLIEST = dt.date(1990, 1, 1)


class FieldType(StrEnum):
    """What a field holds; each type has one way to be read (`parse`)."""

    TEXT = "text"
    DATE = "date"
    AMOUNT = "amount"
    COUNT = "count"
    FLAG = "flag"
    CHOICE = "choice"


DTYPES: Mapping[FieldType, pl.DataType] = {
    FieldType.TEXT: pl.String(),
    FieldType.DATE: pl.Date(),
    FieldType.AMOUNT: pl.Int64(),
    FieldType.COUNT: pl.Int64(),
    FieldType.FLAG: pl.Boolean(),
    FieldType.CHOICE: pl.String(),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One canonical column. `personal` values never stand in a report; `synonyms` are words a file may use for one of the `choices`.

    `ahead`: the date may lie after the day of the import, as the end of a contract does.
    """

    name: str
    type: FieldType
    required: bool = True
    personal: bool = False
    choices: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
    earliest: dt.date = EARLIEST
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A named rule over a row's canonical fields: the row is quarantined under `field` with `reason` where `holds` is false."""

    name: str
    field: str
    holds: pl.Expr
    reason: Why


@dataclass(frozen=True, slots=True)
class Table:
    """What one kind of evidence consists of.

    `effective` names the date a row speaks of, None where it speaks of no day. `key`: within one file a second, different
    row with the same values there contradicts the first.
    """

    kind: EvidenceKind
    fields: tuple[Field, ...]
    checks: tuple[Check, ...] = ()
    effective: str | None = None
    key: tuple[str, ...] = ()

    def field(self, name: str) -> Field | None:
        """The field of that name, if the table has one."""
        return next((field for field in self.fields if field.name == name), None)

    def schema(self) -> dict[str, pl.DataType]:
        """Columns of the accepted frame in order: the fields, `known_on`, `row`."""
        return {field.name: DTYPES[field.type] for field in self.fields} | {"known_on": pl.Date(), "row": pl.Int64()}


def not_below_zero(*names: str) -> tuple[Check, ...]:
    """Amounts and counts that cannot be negative; an empty cell passes."""
    return tuple(Check(f"{name}_not_below_zero", name, pl.col(name) >= 0, BELOW_ZERO()) for name in names)


def in_order(first: str, last: str) -> Check:
    """The later date, where it is told, is not before the earlier one."""
    return Check(f"{last}_in_order", last, pl.col(last) >= pl.col(first), BEFORE(first=first))


PARTY = Field("party", FieldType.TEXT)
KNOWN_ON = Field("known_on", FieldType.DATE, required=False)
PARTY_KINDS = tuple(kind.value for kind in PartyKind)
RELATION_KINDS = tuple(kind.value for kind in RelationKind)
