"""A user's mapping document: which column of a file is which canonical field, and how each is written there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

import polars as pl

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.evidence import CURRENCY, EvidenceKind, KnownLag, Repeats
from farthing.evidence.kinds import TABLES
from farthing.evidence.table import KNOWN_ON, FieldType, Table

E = TypeVar("E", bound=StrEnum)


class Unit(StrEnum):
    """What one unit of an amount column is."""

    YUAN = "yuan"
    FEN = "fen"


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Where a field comes from and how it is written: a column, or a constant for the whole file.

    `formats` are strptime patterns tried in order (none: the usual ones). `values` translates words of the file to choices.
    """

    column: str | None = None
    constant: str | None = None
    formats: tuple[str, ...] = ()
    unit: Unit = Unit.YUAN
    decimal_comma: bool = False
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FileMap:
    """How one file is to be read. `repeats` None: not decided, so a repeated row stops the import with a question.

    `consent` is how we know that its parties allowed it, a code such as `signed_form`; `synthetic` says that it speaks of nobody.
    """

    kind: EvidenceKind
    fields: tuple[tuple[str, FieldMap], ...]
    lag: KnownLag
    source: str | None = None
    currency: str = CURRENCY
    repeats: Repeats | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    consent: str | None = None
    synthetic: bool = False

    def columns(self) -> tuple[str, ...]:
        """The columns of the file that are used, in order, each once."""
        return tuple(dict.fromkeys(told.column for _, told in self.fields if told.column is not None))

    def digest(self) -> str:
        """What identifies this way of reading; what a mapping does not say leaves no trace in it."""
        told = canon.plain(self)
        unsaid = {name for name, nothing in (("consent", None), ("synthetic", False)) if told[name] == nothing}
        return canon.digest({name: value for name, value in told.items() if name not in unsaid}).hex()

    def reading(self) -> str:
        """What identifies what it makes of a file: not the name that reports give the file, the choice about repeats, or the consent."""
        return replace(self, source=None, repeats=None, consent=None).digest()


FILE_KEYS = {"kind", "fields", "known", "source", "currency", "repeats", "encoding", "delimiter", "sheet", "consent", "synthetic"}
A_DAY = dt.datetime(2019, 11, 23, 13, 45, 56)  # noqa: DTZ001 - no two of its parts can be taken for each other
FIELD_KEYS = {"column", "constant", "format", "formats", "unit", "decimal", "values"}


def canonical_map(kind: EvidenceKind, lag: KnownLag, *, repeats: Repeats | None = Repeats.KEEP, currency: str = CURRENCY) -> FileMap:
    """The mapping of a frame that is canonical already (`known_on` included): each column is its own field, amounts are fen."""
    fields = tuple((field.name, FieldMap(field.name, unit=Unit.FEN)) for field in (*TABLES[kind].fields, KNOWN_ON))
    return FileMap(kind, fields, lag, repeats=repeats, currency=currency)


def read_mapping(document: object, kind: EvidenceKind) -> FileMap:
    """The mapping a document states for files of `kind`; raises `Invalid` naming the entry at fault and what may stand there."""
    top = _section(document, "The mapping", FILE_KEYS)
    if top.get("kind", kind.value) != kind.value:
        raise _wrong(
            "kind", f"The mapping is for {top['kind']!r} and the file was given as {kind.value!r}.", "Use the command of that kind."
        )
    table = TABLES[kind]
    entries = _section(top.get("fields"), "fields", None)
    fields = tuple((name, _field(table, name, told)) for name, told in entries.items())
    missing = [field.name for field in table.fields if field.required and field.name not in entries]
    if missing:
        raise _wrong("fields", f"The mapping does not say where {', '.join(missing)} comes from.", "Give each a column or a constant.")
    return FileMap(
        kind, fields, _lag(top.get("known", {})),
        source=_text(top, "source"), currency=_currency(top),
        repeats=None if top.get("repeats") is None else _choice(Repeats, top["repeats"], "repeats"),
        encoding=_text(top, "encoding"), delimiter=_delimiter(top), sheet=_text(top, "sheet"),
        consent=_consent(top), synthetic=_synthetic(top),
    )  # fmt: skip


def with_repeats(told: FileMap, repeats: Repeats | None) -> FileMap:
    """The same mapping with the user's choice about repeated rows, where one was made."""
    return told if repeats is None else replace(told, repeats=repeats)


def _field(table: Table, name: str, told: object) -> FieldMap:
    field = KNOWN_ON if name == KNOWN_ON.name else table.field(name)
    if field is None:
        known = ", ".join([field.name for field in table.fields] + [KNOWN_ON.name])
        raise _wrong(f"fields.{name}", f"There is no field {name!r} in {table.kind.value}.", f"Fields are: {known}.")
    if isinstance(told, str):
        return FieldMap(column=told)
    entry = _section(told, f"fields.{name}", FIELD_KEYS)
    if ("column" in entry) == ("constant" in entry):
        raise _wrong(f"fields.{name}", f"{name} needs either a column or a constant.", "Write one of the two.")
    values = _section(entry.get("values", {}), f"fields.{name}.values", None)
    words = tuple((_plain(word), _word(choice, f"fields.{name}.values")) for word, choice in values.items())
    strange = [choice for _, choice in words if field.choices and choice not in field.choices]
    if strange:
        raise _wrong(f"fields.{name}.values", f"{', '.join(strange)} is not a value of {name}.", f"Values are: {', '.join(field.choices)}.")
    if entry.get("decimal", ".") not in (".", ","):
        raise _wrong(f"fields.{name}.decimal", "The decimal sign is '.' or ','.", "Write one of the two in quotes.")
    return FieldMap(
        column=None if entry.get("column") is None else _word(entry["column"], f"fields.{name}.column"),
        constant=None if entry.get("constant") is None else _word(entry["constant"], f"fields.{name}.constant"),
        formats=_formats(entry, name, field.type),
        unit=_choice(Unit, entry.get("unit", "yuan"), f"fields.{name}.unit"),
        decimal_comma=entry.get("decimal") == ",",
        values=words,
    )


def _formats(entry: Mapping[str, Any], name: str, kind: FieldType) -> tuple[str, ...]:
    told = entry.get("formats", entry.get("format"))
    told = () if told is None else told
    formats = tuple(_word(item, f"fields.{name}.format") for item in (told if isinstance(told, list | tuple) else (told,)))
    if formats and kind is not FieldType.DATE:
        raise _wrong(f"fields.{name}.format", f"{name} is not a date.", "Leave the format out.")
    for pattern in formats:
        if not _says_the_day(pattern):
            raise _wrong(
                f"fields.{name}.format", f"{pattern!r} does not say year, month and day.", "Write one like '%Y-%m-%d' or '%Y-%m-%d %H:%M'."
            )
    return formats


def _says_the_day(pattern: str) -> bool:
    """Whether a day written so is read back, by what will read the file: it refuses some patterns only when it meets them."""
    try:
        written = pl.Series([A_DAY.strftime(pattern)])
        return bool(written.str.to_date(pattern, strict=False, exact=True)[0] == A_DAY.date())
    except (ValueError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return False


def _currency(top: Mapping[str, Any]) -> str:
    currency = top.get("currency", CURRENCY)
    if not isinstance(currency, str) or re.fullmatch("[A-Z]{3}", currency) is None:
        raise _wrong("currency", "A currency is three capital letters.", "Write one like CNY or USD.")
    return currency


def _consent(top: Mapping[str, Any]) -> str | None:
    consent = _text(top, "consent")
    if consent is not None and re.fullmatch("[a-z][a-z0-9_]{2,59}", consent) is None:
        raise _wrong("consent", "How you know of the consent is a code of small letters, digits and _.", "Write one like signed_form.")
    return consent


def _synthetic(top: Mapping[str, Any]) -> bool:
    synthetic = top.get("synthetic", False)
    if type(synthetic) is not bool:
        raise _wrong("synthetic", "synthetic is true where the file speaks of nobody, else false.", "Write true or false.")
    return synthetic


def _delimiter(top: Mapping[str, Any]) -> str | None:
    delimiter = _text(top, "delimiter")
    if delimiter is not None and (len(delimiter) != 1 or delimiter.isalnum() or delimiter in '"\r\n\0'):
        raise _wrong("delimiter", "A delimiter is one sign between two cells, no letter, digit or quote.", "Write one like ';' or \"\\t\".")
    return delimiter


def _lag(told: object) -> KnownLag:
    entry = _section(told, "known", {"lag_days", "assumed"})
    days, assumed = entry.get("lag_days", 0), entry.get("assumed", True)
    if type(days) is not int or not 0 <= days <= 3660 or type(assumed) is not bool:
        raise _wrong(
            "known", "lag_days is a number of days from 0 to 3660, assumed is true or false.", "Write known: {lag_days: 1, assumed: true}."
        )
    return KnownLag(days, assumed)


def _section(told: object, name: str, allowed: set[str] | None) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise _wrong(name, f"{name} is not a list of `name: value` entries.", "See docs/import.md for an example.")
    unknown = [str(key) for key in told if allowed is not None and key not in allowed]
    if unknown:
        raise _wrong(name, f"{name} has entries nobody reads: {', '.join(unknown)}.", f"Entries are: {', '.join(sorted(allowed or ()))}.")
    return {str(key): value for key, value in told.items()}


def _text(entry: Mapping[str, Any], key: str) -> str | None:
    return None if entry.get(key) is None else _word(entry[key], key)


def _word(value: object, field: str) -> str:
    """One word where one belongs: a list in its place could be written out without end."""
    if value is None or isinstance(value, Mapping | list | tuple | set):
        raise _wrong(field, "One word stands here, no list and no entries of its own.", "See docs/import.md for an example.")
    return _plain(value)


def _plain(value: object) -> str:
    """A YAML scalar as the word a file would hold: YAML reads bare true, false and dates as such."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _choice(kind: type[E], told: object, name: str) -> E:
    try:
        return kind(str(told))
    except ValueError:
        raise _wrong(name, f"{told!r} is not a value of {name}.", f"Values are: {', '.join(kind)}.") from None


def _wrong(field: str, message: str, remedy: str) -> Invalid:
    return Invalid("bad_mapping", message, remedy, field=field)
