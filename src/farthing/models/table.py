"""A table of cases and what its columns mean: the way from any data frame to a development sample of whole numbers.

Numbers are quantised once, here: value x 10^scale as a double, rounded half to even. From then on every path compares the same integers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum

import numpy as np
import polars as pl

from farthing.domain.errors import Invalid
from farthing.models.sample import Sample
from farthing.quant.binning import Bools, Floats, Ints, Rules, Trend
from farthing.quant.placing import fixed, kernels_for

Code = int | str
"""A value as the data writes it: 9, "-9.5" or, of a category, "unknown"."""
LARGEST = 2.0**62


class Kind(StrEnum):
    """What a column holds."""

    NUMERIC = "numeric"
    CATEGORY = "category"


class Unseen(StrEnum):
    """What a category that development never saw earns."""

    WORST = "worst"  # the least of any bin of its feature: what we know nothing of earns nothing
    RARE = "rare"  # as the rare ones that were pooled; as the worst where none were
    NEUTRAL = "neutral"  # evidence zero: neither good nor bad


@dataclass(frozen=True, slots=True)
class Column:
    """A feature of a table: its name, what it holds, and how it may be binned.

    `scale` is how many decimals of a number count (0: whole numbers). `specials` are groups of codes that are not values, like
    ((-9,), (-7, -8)): each group has a bin of its own. `cuts` (of a number) and `groups` (of categories) are a person's own bins.
    `zh` and `en` are its label.
    """

    name: str
    kind: Kind = Kind.NUMERIC
    scale: int = 0
    trend: Trend = Trend.AUTO
    specials: tuple[tuple[Code, ...], ...] = ()
    cuts: tuple[Code, ...] | None = None
    groups: tuple[tuple[str, ...], ...] | None = None
    unseen: Unseen = Unseen.WORST
    unit: str = "number"
    zh: str = ""
    en: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.scale <= 12:
            raise Invalid(
                "bad_column", f"Column {self.name} cannot keep {self.scale} decimals.", "Give a scale of 0 to 12.", field=self.name
            )
        if self.kind is Kind.CATEGORY and (self.scale or self.cuts is not None):
            raise Invalid("bad_column", f"Column {self.name} is a category.", "It has groups, no scale and no cuts.", field=self.name)
        if self.kind is Kind.NUMERIC:
            if self.groups is not None:
                raise Invalid("bad_column", f"Column {self.name} is a number.", "It has cuts, no groups.", field=self.name)
            cuts = [self.whole(cut) for cut in self.cuts or ()]
            if cuts != sorted(set(cuts)):
                raise Invalid("bad_column", f"The cuts of {self.name} do not rise.", "Give each once, in order.", field=self.name)
        codes = [self.whole(code) if self.kind is Kind.NUMERIC else str(code) for group in self.specials for code in group]
        if len(set(codes)) != len(codes) or not all(self.specials):
            raise Invalid("bad_column", f"Column {self.name} names a special code twice, or none.", "Name each once.", field=self.name)

    def whole(self, code: Code) -> int:
        """A number as the data writes it, in the whole numbers of the scale."""
        try:
            scaled = Decimal(code).scaleb(self.scale)
            if scaled == scaled.to_integral_value():
                return int(scaled)
        except (InvalidOperation, ValueError):
            pass
        raise Invalid("bad_column", f"{code!r} is no number of {self.scale} decimals.", "Correct it or its scale.", field=self.name)


def sample_of_table(frame: pl.DataFrame, columns: Sequence[Column], outcome: str, weight: str | None = None) -> Sample:
    """The cases of a table in their order. `outcome` is bad where it is true or 1; `weight` is a positive number.

    Raises `Invalid`, naming the column and the row, on a column that is not there, an outcome that is neither, or a number out of range.
    """
    bad = _outcome(_column(frame, outcome))
    weights = np.ones(len(bad)) if weight is None else _weights(_column(frame, weight))
    values: dict[str, tuple[Ints, Bools]] = {}
    names: dict[str, tuple[str, ...]] = {}
    for column in columns:
        if column.kind is Kind.NUMERIC:
            values[column.name] = quantised(_column(frame, column.name), column.scale)
        else:
            values[column.name], names[column.name] = _categories(_column(frame, column.name))
    return Sample((), values, bad, weights, names)


def whole_frame(frame: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
    """The columns as a card reads them: whole numbers at their scale, and strings; null is missing."""
    made = {}
    for column in columns:
        series = _column(frame, column.name)
        if column.kind is Kind.CATEGORY:
            made[column.name] = series if series.dtype == pl.Enum or series.dtype == pl.Categorical else series.cast(pl.String)
            continue
        value, missing = quantised(series, column.scale)
        made[column.name] = pl.Series(value).set(pl.Series(missing), None) if missing.any() else pl.Series(value)
    return pl.DataFrame(made)


def whole_row(row: Mapping[str, object], columns: Sequence[Column]) -> dict[str, int | str | None]:
    """One record as a card reads it, by the same roundings as a frame. What is not there, None and NaN are missing."""
    return {column.name: _whole(row.get(column.name), column) for column in columns}


def _whole(value: object, column: Column) -> int | str | None:
    if value is None or column.kind is Kind.CATEGORY:
        return None if value is None else str(value)
    scaled: int
    if isinstance(value, int):
        scaled = int(value) * 10**column.scale
    elif isinstance(value, float | Decimal):
        number = float(value) * 10.0**column.scale
        if math.isnan(number):
            return None
        scaled = round(number) if math.isfinite(number) else int(LARGEST)
    else:
        raise Invalid("not_a_number", f"{column.name} is {value!r}, no number.", "Declare it a category.", field=column.name)
    if not -LARGEST < scaled < LARGEST:
        raise Invalid(
            "out_of_range", f"{column.name} {value} is too large to be kept exactly.", "Correct it or its scale.", field=column.name
        )
    return scaled


def quantised(series: pl.Series, scale: int) -> tuple[Ints, Bools]:
    """A column of numbers as whole numbers of the scale (0 where missing), and where it is missing: null or NaN."""
    if not (series.dtype.is_numeric() or series.dtype in (pl.Boolean, pl.Null)):
        raise Invalid(
            "not_a_number", f"Column {series.name} holds {series.dtype}, no numbers.", "Declare it a category.", field=series.name
        )
    if series.dtype.is_float() or series.dtype.is_decimal():
        return _rounded(floats(series), scale, series.name)
    value_whole = series.cast(pl.Int64).fill_null(0).to_numpy()
    missing = series.is_null().to_numpy()
    most = int(LARGEST) // 10**scale
    if len(value_whole) and not -most < int(value_whole.min()) <= int(value_whole.max()) < most:
        raise _beyond(series.name, int(np.flatnonzero((value_whole <= -most) | (value_whole >= most))[0]))
    return value_whole * 10**scale if scale else value_whole, missing


def floats(series: pl.Series) -> Floats:
    """A column of numbers as floats, NaN where missing."""
    wide = series.cast(pl.Float64)
    found: Floats = (wide.fill_null(float("nan")) if wide.null_count() else wide).to_numpy()
    return found


def _rounded(value: Floats, scale: int, name: str) -> tuple[Ints, Bools]:
    compiled = kernels_for(len(value))
    if compiled:
        whole, missing = np.empty(len(value), dtype=np.int64), np.empty(len(value), dtype=np.bool_)
        beyond = int(compiled.quantise(fixed(value), 10.0**scale, LARGEST, whole, missing))
    else:
        scaled = np.rint(value * 10.0**scale)
        missing, within = np.isnan(scaled), np.abs(scaled) < LARGEST
        whole, beyond = np.where(within, scaled, 0.0).astype(np.int64), int((~within & ~missing).sum())
    if beyond:
        raise _beyond(name, int(np.flatnonzero(np.abs(value) * 10.0**scale >= LARGEST * 0.99)[0]))
    return whole, missing


def _beyond(name: str, row: int) -> Invalid:
    return Invalid("out_of_range", f"Row {row} of column {name} is too large to be kept exactly.", "Correct it or its scale.", field=name)


def _categories(series: pl.Series) -> tuple[tuple[Ints, Bools], tuple[str, ...]]:
    """Numbers of categories (0 where missing) and where they are missing; and the categories, sorted."""
    text = series if series.dtype == pl.String else series.cast(pl.String)
    names = text.drop_nulls().unique().sort()
    codes = text.cast(pl.Enum(names)).to_physical() if len(names) else pl.Series([None] * len(text), dtype=pl.UInt32)
    return (codes.fill_null(0).cast(pl.Int64).to_numpy(), codes.is_null().to_numpy()), tuple(names.to_list())


def _column(frame: pl.DataFrame, name: str) -> pl.Series:
    if name not in frame.columns:
        raise Invalid("no_column", f"The table has no column {name}.", f"It has: {', '.join(frame.columns)}.", field=name)
    return frame[name]


def _outcome(series: pl.Series) -> Bools:
    """Where cases are bad."""
    if series.dtype != pl.Boolean and not series.dtype.is_numeric():
        raise Invalid("bad_outcome", f"Outcome {series.name} holds {series.dtype}.", "Give true or 1 for a bad case.", field=series.name)
    number = floats(series)
    wrong = np.flatnonzero((number != 0.0) & (number != 1.0))
    if len(wrong):
        raise Invalid(
            "bad_outcome", f"Row {wrong[0]} of {series.name} is neither 0 nor 1.", "Leave cases without an outcome out.", field=series.name
        )
    bad: Bools = number == 1.0
    if min(int(bad.sum()), int((~bad).sum())) < 10:
        raise Invalid(
            "too_few_labels", f"{int(bad.sum())} bads and {int((~bad).sum())} goods are too few to train on.", "Bring at least ten of each."
        )
    return bad


def _weights(series: pl.Series) -> Floats:
    found = floats(series)
    wrong = np.flatnonzero(~((found > 0.0) & np.isfinite(found)))
    if len(wrong):
        raise Invalid("bad_weight", f"Row {wrong[0]} of {series.name} is no positive weight.", "Give each case one.", field=series.name)
    return found


def rules_for(column: Column, rules: Rules, names: Sequence[str]) -> Rules:
    """The rules under which this column is binned; categories by their numbers in `names`. A code that never occurs has no number."""
    if column.kind is Kind.NUMERIC:
        specials = tuple(tuple(column.whole(code) for code in group) for group in column.specials)
        cuts = None if column.cuts is None else tuple(column.whole(cut) for cut in column.cuts)
        return replace(rules, trend=column.trend, specials=specials, cuts=cuts)
    number = {name: place for place, name in enumerate(names)}

    def numbered(groups: Sequence[Sequence[Code]]) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(number[str(code)] for code in group if str(code) in number) for group in groups)

    groups = None if column.groups is None else numbered(column.groups)
    return replace(rules, trend=Trend.FREE, specials=numbered(column.specials), groups=groups)
