"""Reading one field of a whole column at once: the value where it can be read, and why not where it cannot."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from farthing.evidence.mapping import FieldMap, Unit
from farthing.evidence.table import LARGEST_FEN, LONGEST_TEXT, Field, FieldType

FINER = "finer than a fen"
FEN_TOLERANCE = 0.01  # of a fen: what a binary float loses on an amount it means exactly
LARGEST_FLOAT = 1e15  # beyond it not every whole number is a float

USUAL_DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d",
    "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S%.f",
)  # fmt: skip
SEPARATED = r"^\d{4}\D+\d{1,2}\D+\d{1,2}(\D.*)?$|^\d{8}$"  # a pattern without separators must not guess at shorter digits
FLAGS = {
    "true": True, "false": False, "1": True, "0": False, "yes": True, "no": False, "y": True, "n": False, "是": True, "否": False,
    "1.0": True, "0.0": False,
}  # fmt: skip

WHOLE = r"^[+-]?(\d{1,15}|\d{1,3}(,\d{3}){1,4})$"
TWO_DECIMALS = r"^[+-]?(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.\d{0,2}0*)?$"
MORE_DECIMALS = r"^[+-]?(\d{1,15}|\d{1,3}(,\d{3}){1,4})\.\d+$"


@dataclass(frozen=True, slots=True)
class Reading:
    """A field read from its column: `value` in the canonical type, `faults` as (row is at fault, reason), first match tells."""

    value: pl.Expr
    faults: tuple[tuple[pl.Expr, str], ...]


def read_field(field: Field, told: FieldMap, column: pl.Expr, dtype: pl.DataType, as_of: dt.date) -> Reading:
    """How to read `field` from `column` of type `dtype`; dates after `as_of` or before the field's earliest are faults."""
    match field.type:
        case FieldType.TEXT:
            return _text(column, dtype)
        case FieldType.DATE:
            return _date(field, told, column, dtype, as_of)
        case FieldType.AMOUNT:
            return _amount(told, column, dtype)
        case FieldType.COUNT:
            return _count(column, dtype)
        case FieldType.FLAG:
            return _flag(told, column, dtype)
        case FieldType.CHOICE:
            return _choice(field, told, column, dtype)


def text_of(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The column as trimmed text with empty as null; whole floats lose their `.0`, as number columns of a sheet have them."""
    if dtype.is_float():
        whole = column.is_finite() & (column == column.round()) & (column.abs() < LARGEST_FLOAT)
        return pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(column.cast(pl.String))
    text = column if dtype == pl.String else column.cast(pl.String, strict=False)
    trimmed = text.str.strip_chars(" \t\r\n\u3000\u00a0\ufeff")
    return pl.when(trimmed != "").then(trimmed)


def _text(column: pl.Expr, dtype: pl.DataType) -> Reading:
    text = text_of(column, dtype)
    return Reading(
        text,
        (
            (text.str.contains(r"[\x00-\x1f\x7f]"), "holds a control character or a line break"),
            (text.str.len_chars() > LONGEST_TEXT, f"longer than {LONGEST_TEXT} characters"),
        ),
    )


def _date(field: Field, told: FieldMap, column: pl.Expr, dtype: pl.DataType, as_of: dt.date) -> Reading:
    if dtype == pl.Date or isinstance(dtype, pl.Datetime):
        given, day = column, column.dt.date()
    else:
        given = text_of(column, dtype)
        plain = given if told.formats else pl.when(given.str.contains(SEPARATED)).then(given)
        day = pl.coalesce(plain.str.to_date(pattern, strict=False, exact=True) for pattern in told.formats or USUAL_DATES)
    return Reading(
        day,
        (
            (given.is_not_null() & day.is_null(), "not a date" if not told.formats else f"not a date like {' or '.join(told.formats)}"),
            (day < field.earliest, f"a date before {field.earliest.isoformat()}"),
            (day > as_of, f"a date after {as_of.isoformat()}, the day of this import"),
        ),
    )


def _amount(told: FieldMap, column: pl.Expr, dtype: pl.DataType) -> Reading:
    per_unit = 100 if told.unit is Unit.YUAN else 1
    if dtype.is_integer():
        inside = column.is_between(-LARGEST_FEN // per_unit, LARGEST_FEN // per_unit)
        value = pl.when(inside).then(column).cast(pl.Int64) * per_unit
        return Reading(value, ((column.is_not_null() & ~inside, "beyond 10 billion on one row"),))
    if dtype.is_float():
        return _float_amount(column, per_unit)
    return _text_amount(told, text_of(column, dtype), per_unit)


def _float_amount(column: pl.Expr, per_unit: int) -> Reading:
    scaled = column.cast(pl.Float64) * per_unit
    near = scaled.round()
    inside = scaled.abs() <= LARGEST_FEN
    value = pl.when(inside).then(near).cast(pl.Int64, strict=False)
    return Reading(
        value,
        (
            (~column.is_finite(), "not a number"),
            (column.is_finite() & ~inside, "beyond 10 billion on one row"),
            (inside & ((scaled - near).abs() > FEN_TOLERANCE), FINER),
        ),
    )


def _text_amount(told: FieldMap, text: pl.Expr, per_unit: int) -> Reading:
    bare = text.str.replace_all(r"[¥￥\s]", "").str.strip_suffix("元").str.replace("^[\u2212\uff0d]", "-")
    if told.decimal_comma:
        bare = bare.str.replace_many([".", ","], [",", "."])
    exact = bare.str.contains(TWO_DECIMALS if per_unit == 100 else WHOLE)
    longer = bare.str.contains(MORE_DECIMALS) & ~exact
    digits = bare.str.replace_all(",", "", literal=True)
    # Digits are moved, not multiplied: "12.5" -> "12" + "50". Only a longer fraction goes through a float, within its tolerance.
    whole = digits.str.extract(r"^[+-]?(\d+)", 1).cast(pl.Int64, strict=False)
    cents = digits.str.extract(r"\.(\d{0,2})", 1).fill_null("").str.pad_end(2, "0").cast(pl.Int64, strict=False)
    sign = pl.when(digits.str.starts_with("-")).then(-1).otherwise(1)
    moved = sign * (whole * 100 + cents) if per_unit == 100 else sign * whole
    near = _float_amount(digits.cast(pl.Float64, strict=False), per_unit)
    value = pl.when(exact).then(moved).when(longer).then(near.value)
    return Reading(
        pl.when(value.abs() <= LARGEST_FEN).then(value),
        (
            (text.is_not_null() & ~exact & ~longer, "not an amount (write digits, like 1234.50)"),
            (value.abs() > LARGEST_FEN, "beyond 10 billion on one row"),
            *((longer & fault, reason) for fault, reason in near.faults),
        ),
    )


def _count(column: pl.Expr, dtype: pl.DataType) -> Reading:
    text = text_of(column, dtype)
    value = pl.when(text.str.contains(r"^[+-]?\d{1,15}$")).then(text).cast(pl.Int64, strict=False)
    return Reading(value, ((text.is_not_null() & value.is_null(), "not a whole number"),))


def _flag(told: FieldMap, column: pl.Expr, dtype: pl.DataType) -> Reading:
    if dtype == pl.Boolean:
        return Reading(column, ())
    words = FLAGS | {word.lower(): FLAGS.get(choice.lower()) for word, choice in told.values}
    text = text_of(column, dtype)
    value = text.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)
    return Reading(value, ((text.is_not_null() & value.is_null(), "neither yes nor no"),))


def _choice(field: Field, told: FieldMap, column: pl.Expr, dtype: pl.DataType) -> Reading:
    words = {choice: choice for choice in field.choices} | dict(field.synonyms) | {word.lower(): choice for word, choice in told.values}
    text = text_of(column, dtype)
    value = text.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.String)
    return Reading(value, ((text.is_not_null() & value.is_null(), f"not one of {', '.join(field.choices)}"),))
