"""Reading a whole column as one field: the value where it can be read, and why not where it cannot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from farthing.evidence import reasons
from farthing.evidence.mapping import FieldMap, Unit
from farthing.evidence.reasons import Why
from farthing.evidence.table import LARGEST_FEN, LONGEST_TEXT, Field, FieldType

FEN_TOLERANCE = 0.01  # of a fen: what a binary float loses on an amount it means exactly
WHOLE_FLOAT = 1e15  # beyond it not every whole number is a float
SCIENTIFIC = r"^[0-9](\.[0-9]+)?E\+[0-9]{2,}$"  # how a spreadsheet writes a long number into a csv
AMOUNT = r"^[+-]?([0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5})(\.[0-9]*)?$"  # \d would let digits of other scripts in

USUAL_DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d",
    "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S%.f",
)  # fmt: skip
FOUR_DIGIT_YEAR = r"^\d{4}\D+\d{1,2}\D+\d{1,2}(\D.*)?$|^\d{8}$"  # without separators, shorter digits would have to be guessed at
FLAGS = {
    "true": True, "false": False, "1": True, "0": False, "yes": True, "no": False, "y": True, "n": False, "是": True, "否": False,
    "1.0": True, "0.0": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A column read: `value` in the canonical type, null where nothing was read; each fault marks the rows that have it."""

    value: pl.Series
    faults: tuple[tuple[pl.Series, Why], ...]


def read_field(field: Field, told: FieldMap, column: pl.Series, latest: dt.date) -> Reading:
    """`column` read as `field`; dates after `latest` or before the field's earliest are faults. Raises on no cell whatever."""
    match field.type:
        case FieldType.TEXT:
            return _text(column)
        case FieldType.DATE:
            return _date(field, told, column, latest)
        case FieldType.AMOUNT:
            return _amount(told, column)
        case FieldType.COUNT:
            return _count(text_of(column))
        case FieldType.FLAG:
            return _flag(told, column)
        case FieldType.CHOICE:
            return _choice(field, told, text_of(column))


def text_of(column: pl.Series) -> pl.Series:
    """The column as trimmed text with empty as null; whole floats lose their `.0`, as number columns of a sheet have them."""
    if column.dtype.is_float():
        whole = column.is_finite() & (column == column.round()) & (column.abs() < WHOLE_FLOAT)
        number = pl.select(pl.when(whole).then(column)).to_series().cast(pl.Int64)
        return pl.select(pl.coalesce(number.cast(pl.String), column.cast(pl.String))).to_series()
    text = column if column.dtype == pl.String else column.cast(pl.String, strict=False)
    trimmed = text.str.strip_chars(" \t\r\n\u3000\u00a0\ufeff")
    return pl.select(pl.when(trimmed != "").then(trimmed)).to_series()


def _text(column: pl.Series) -> Reading:
    text = text_of(column)
    lost = column.abs() >= WHOLE_FLOAT if column.dtype.is_float() else text.str.contains(SCIENTIFIC)
    return Reading(
        text,
        (
            (text.str.contains(r"[\x00-\x1f\x7f]"), reasons.CONTROL()),
            (lost, reasons.LOST_DIGITS()),
            (text.str.len_chars() > LONGEST_TEXT, reasons.TOO_LONG(most=LONGEST_TEXT)),
        ),
    )


def _date(field: Field, told: FieldMap, column: pl.Series, latest: dt.date) -> Reading:
    if column.dtype == pl.Date or isinstance(column.dtype, pl.Datetime):
        given, day = column, column.cast(pl.Date, strict=False)
    else:
        given = text_of(column)
        day = _days(given, told.formats)
    no_date = reasons.NOT_A_DATE_LIKE(formats=" or ".join(told.formats)) if told.formats else reasons.NOT_A_DATE()
    return Reading(
        day,
        (
            (given.is_not_null() & day.is_null(), no_date),
            (day < field.earliest, reasons.TOO_EARLY(day=field.earliest.isoformat())),
            (day > latest, reasons.TOO_LATE(day=latest.isoformat())),
        ),
    )


def _days(given: pl.Series, formats: tuple[str, ...]) -> pl.Series:
    """Each distinct text is parsed once: a file has far fewer days than rows."""
    texts = given.alias("text").to_frame()
    plain = pl.col("text") if formats else pl.when(pl.col("text").str.contains(FOUR_DIGIT_YEAR)).then(pl.col("text"))
    day = pl.coalesce(plain.str.to_date(pattern, strict=False, exact=True) for pattern in formats or USUAL_DATES)
    return texts.join(texts.unique().with_columns(day.alias("day")), on="text", how="left", maintain_order="left").get_column("day")


def _amount(told: FieldMap, column: pl.Series) -> Reading:
    per_unit = 100 if told.unit is Unit.YUAN else 1
    if column.dtype.is_integer():
        whole = column.cast(pl.Int64, strict=False)  # null beyond 64 bits
        inside = whole.is_between(-(LARGEST_FEN // per_unit), LARGEST_FEN // per_unit).fill_null(value=False)
        value = pl.select(pl.when(inside).then(whole) * per_unit).to_series()
        return Reading(value, ((column.is_not_null() & ~inside, reasons.BEYOND()),))
    if column.dtype.is_float():
        return _float_amount(column.cast(pl.Float64), per_unit)
    text = text_of(column)
    bare = text.str.replace_all(r"[¥￥\s]", "").str.strip_suffix("元").str.replace("^[\u2212\uff0d]", "-")
    if told.decimal_comma:
        bare = bare.str.replace_many([".", ","], [",", "."])
    readable = bare.str.contains(AMOUNT)
    digits = pl.select(pl.when(readable).then(bare.str.replace_all(",", "", literal=True))).to_series()
    reading = _float_amount(digits.cast(pl.Float64, strict=False), per_unit)
    return Reading(reading.value, ((text.is_not_null() & ~readable, reasons.NOT_AN_AMOUNT()), *reading.faults))


def _float_amount(column: pl.Series, per_unit: int) -> Reading:
    """Exact within LARGEST_FEN: there a float's own error is thousands of times below half a fen."""
    scaled = column * per_unit
    near, finite = scaled.round(), column.is_finite()
    inside = finite & (scaled.abs() <= LARGEST_FEN)
    return Reading(
        pl.select(pl.when(inside).then(near).cast(pl.Int64, strict=False)).to_series(),
        (
            (~finite, reasons.NOT_A_NUMBER()),
            (finite & ~inside, reasons.BEYOND()),
            (inside & ((scaled - near).abs() > FEN_TOLERANCE), reasons.FINER()),
        ),
    )


def _count(text: pl.Series) -> Reading:
    readable = text.str.contains(r"^[+-]?[0-9]{1,15}$")
    value = pl.select(pl.when(readable).then(text)).to_series().cast(pl.Int64, strict=False)
    return Reading(value, ((text.is_not_null() & value.is_null(), reasons.NOT_WHOLE()),))


def _flag(told: FieldMap, column: pl.Series) -> Reading:
    if column.dtype == pl.Boolean:
        return Reading(column, ())
    words = FLAGS | {word.lower(): FLAGS[choice] for word, choice in told.values}
    return _translated(text_of(column), words, pl.Boolean(), reasons.NOT_A_FLAG())


def _choice(field: Field, told: FieldMap, text: pl.Series) -> Reading:
    words = {choice: choice for choice in field.choices} | dict(field.synonyms) | {word.lower(): choice for word, choice in told.values}
    return _translated(text, words, pl.String(), reasons.NO_CHOICE(choices=", ".join(field.choices)))


def _translated(text: pl.Series, words: Mapping[str, object], dtype: pl.DataType, reason: Why) -> Reading:
    value = text.str.to_lowercase().replace_strict(words, default=None, return_dtype=dtype)
    return Reading(value, ((text.is_not_null() & value.is_null(), reason),))
