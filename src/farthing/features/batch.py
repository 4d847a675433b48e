"""Features of all subjects, as of any date: narwhals expressions over the same daily aggregates (polars here, others beyond).

Written apart from `live` on purpose: their equality, bit for bit, is a law (tests/laws/test_features.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import narwhals as nw
import numpy as np
import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.domain.feature import Feature
from farthing.features.formulas import FORMULAS
from farthing.features.primitives import ABSENT, OLDER, REPEAT_MONTHS, SHARE_UNITS, Primitive, parse
from farthing.features.records import KIND_OF, SUMS

Frame: TypeAlias = "nw.LazyFrame[Any]"
OWNER = ["subject", "side", "partner"]


def batch(aggregates: Mapping[EvidenceKind, Any], as_of: dt.date, features: Sequence[Feature]) -> pl.DataFrame:
    """One row a subject known by `as_of`, one Int64 column a feature (null: missing), sorted by subject.

    `aggregates`: daily frames by kind, of polars or of whatever else narwhals can read lazily. Reductions run there, one row a subject
    comes back, and formulas are the same numpy for everybody.
    """
    wanted: dict[EvidenceKind, dict[str, Primitive]] = {kind: {} for feature in features for kind in feature.sources}
    for feature in features:
        for text in feature.primitives:
            primitive = parse(text)
            wanted[KIND_OF[primitive.side]][text] = primitive
    parts = {kind: _reduced(kind, frame, as_of, tuple(wanted[kind].values())) for kind, frame in aggregates.items() if kind in wanted}
    subjects = pl.concat([pl.Series("subject", [], pl.String), *(part["subject"] for part in parts.values())]).unique().sort().to_frame()
    lie = {kind: subjects.join(part.with_row_index("at"), on="subject", how="left", maintain_order="left") for kind, part in parts.items()}
    here = {kind: part["at"].is_not_null().to_numpy() for kind, part in lie.items()}
    nobody = np.zeros(subjects.height, np.bool_)
    nothing = np.zeros(subjects.height, np.int64)
    columns = {"subject": subjects["subject"]}
    arrays = {text: part[_column(text)].fill_null(0).to_numpy() for kind, part in lie.items() for text in wanted[kind]}
    for feature in features:
        value = FORMULAS[feature.post](feature.scale, *(arrays.get(text, nothing) for text in feature.primitives))
        told = np.logical_and.reduce([here.get(kind, nobody) for kind in feature.sources])
        columns[feature.name] = pl.Series(feature.name, value, pl.Int64).set(pl.Series(~told | (value == ABSENT)), None)
    return pl.DataFrame(columns)


def _reduced(kind: EvidenceKind, frame: Any, as_of: dt.date, wanted: Sequence[Primitive]) -> pl.DataFrame:
    reduced: pl.DataFrame = primitives_of_all(kind, nw.from_native(frame).lazy(), as_of, wanted).collect("polars").to_native()
    return reduced


def primitives_of_all(kind: EvidenceKind, frame: Frame, as_of: dt.date, wanted: Sequence[Primitive]) -> Frame:
    """One row a subject, one integer column a primitive, named by its text."""
    seen = _seen(frame, as_of)
    result = seen.select("subject").unique()
    for reducers, stage in _STAGES:
        mine = [primitive for primitive in wanted if primitive.reducer in reducers]
        if mine:
            result = result.join(stage(kind, seen, mine), on="subject", how="left")
    empty = [nw.col(_column(p.text)).fill_null(ABSENT if p.reducer in _MAY_BE_ABSENT else 0).cast(nw.Int64) for p in wanted]
    return result.with_columns(*empty)


def _seen(frame: Frame, as_of: dt.date) -> Frame:
    """Rows that had happened and were known, with how long ago in days and in rolling months."""
    today = nw.lit(as_of, nw.Date)
    day, years = nw.col("day"), nw.col("day").dt.year().cast(nw.Int64) - 1
    passed = years * 365 + years // 4 - years // 100 + years // 400 + day.dt.ordinal_day().cast(nw.Int64)  # as `date.toordinal` counts
    later = nw.when(day.dt.day() > as_of.day).then(nw.lit(1)).otherwise(nw.lit(0))
    month = nw.lit(as_of.year * 12 + as_of.month) - day.dt.year().cast(nw.Int64) * 12 - day.dt.month().cast(nw.Int64) - later
    return frame.filter(day <= today, nw.col("known_on") <= today).with_columns(
        ago=nw.lit(as_of.toordinal()) - passed, month=month.cast(nw.Int64)
    )


def _column(text: str) -> str:
    """A primitive's column: an engine may read a point in a name as a member of a structure."""
    return text.replace(".", " of ")


def _within(p: Primitive, column: str = "month") -> nw.Expr:
    return (nw.col(column) >= p.low) & (nw.col(column) < p.high)


def _of_side(p: Primitive) -> nw.Expr:
    return nw.col("side") == p.side


def _if(condition: nw.Expr, value: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(value).otherwise(nw.lit(0))


def _divided(value: nw.Expr, by: nw.Expr) -> nw.Expr:
    """The whole part of value / by, by > 0, exactly: an engine that divides as floats is one off beyond 2**53."""
    near = value // by
    rest = value - near * by
    return near + _if(rest >= by, nw.lit(1)) - _if(rest < 0, nw.lit(1))


def _gather(frame: Frame, columns: Mapping[str, nw.Expr], how: Mapping[str, str]) -> Frame:
    """Sum, max or min (by name) of each named expression, a subject at a time; nulls are left out."""
    marked = frame.select("subject", **columns)
    return marked.group_by("subject").agg(*(getattr(nw.col(name), how[name])() for name in columns))


def _cells(kind: EvidenceKind, seen: Frame, wanted: Sequence[Primitive]) -> Frame:
    """sum, max: by side and month first, then by window."""
    month = nw.when(nw.col("month") > OLDER).then(nw.lit(OLDER)).otherwise(nw.col("month"))
    cells = (
        seen.with_columns(month=month.cast(nw.Int64))
        .group_by("subject", "side", "month")
        .agg(*(nw.col(name).sum() for name in SUMS[kind]), nw.col("largest").max())
    )
    columns, how = {}, {}
    for p in wanted:
        inside, value = _of_side(p) & _within(p), nw.col(p.column)
        columns[_column(p.text)] = _if(inside, value)
        how[_column(p.text)] = p.reducer
    return _gather(cells, columns, how)


def _active_days(kind: EvidenceKind, seen: Frame, wanted: Sequence[Primitive]) -> Frame:
    """days, gap, months, first, last: over the distinct days with a valid row."""
    del kind
    owner = ["subject", "side"]
    days = seen.filter(nw.col("count") > 0).select("subject", "side", "ago", "month").unique()
    # Days run newest first, so the row before is the next later day.
    stepped = days.with_columns(
        step=nw.col("ago") - nw.col("ago").shift(1).over(*owner, order_by="ago"),
        later=nw.col("month").shift(1).over(*owner, order_by="ago"),
    ).with_columns(opens=(nw.col("later") != nw.col("month")).fill_null(True))  # the newest day of its month
    columns, how = {}, {}
    for p in wanted:
        inside = _of_side(p) & _within(p)
        columns[_column(p.text)], how[_column(p.text)] = {
            "days": (_if(inside, nw.lit(1)), "sum"),
            "months": (_if(inside & nw.col("opens"), nw.lit(1)), "sum"),
            "gap": (nw.when(inside & (nw.col("later") >= p.low)).then(nw.col("step")), "max"),
            "first": (nw.when(_of_side(p)).then(nw.col("ago")), "max"),
            "last": (nw.when(_of_side(p)).then(nw.col("ago")), "min"),
        }[p.reducer]
    return _gather(stepped, columns, how)


def _lows(kind: EvidenceKind, seen: Frame, wanted: Sequence[Primitive]) -> Frame:
    """low_*: over the lowest balance of each day that has one."""
    del kind
    days = seen.filter(~nw.col("low").is_null()).group_by("subject", "ago", "month").agg(nw.col("low").min())
    newest = days.with_columns(newest=nw.col("ago") == nw.col("ago").min().over("subject"))
    columns, how = {}, {}
    for p in wanted:
        inside, low = _within(p), nw.col("low")
        columns[_column(p.text)], how[_column(p.text)] = {
            "low_min": (nw.when(inside).then(low), "min"),
            "low_days": (_if(inside, nw.lit(1)), "sum"),
            "low_negative": (_if(inside & (low < 0), nw.lit(1)), "sum"),
            "low_sum": (_if(inside, low), "sum"),
            "low_last": (nw.when(nw.col("newest")).then(low), "max"),
        }[p.reducer]
    return _gather(newest, columns, how)


def _newest(kind: EvidenceKind, seen: Frame, wanted: Sequence[Primitive]) -> Frame:
    """latest, report, worst: over the rows of the newest day, of the side itself or of its whole kind."""
    del kind
    marked = seen.with_columns(
        own=nw.col("ago") == nw.col("ago").min().over("subject", "side"), newest=nw.col("ago") == nw.col("ago").min().over("subject")
    )
    columns, how = {}, {}
    for p in wanted:
        inside = _of_side(p) & nw.col("own" if p.reducer == "latest" else "newest")
        columns[_column(p.text)], how[_column(p.text)] = _if(inside, nw.col(p.column)), "max" if p.reducer == "worst" else "sum"
    return _gather(marked, columns, how)


def _partners(kind: EvidenceKind, seen: Frame, wanted: Sequence[Primitive]) -> Frame:
    """Everything about partners: by month, then by partner and window, then by subject."""
    del kind
    active = nw.col("count") > 0
    named = seen.filter(nw.col("partner") > 0).with_columns(
        old=nw.when(active).then(nw.col("ago")), young=nw.when(active).then(nw.col("ago"))
    )
    monthly = named.group_by(*OWNER, "month").agg(nw.col("count", "amount").sum(), nw.col("old").max(), nw.col("young").min())
    windows = {p.window: p for p in wanted}
    table = _by_window(monthly, list(windows.values()))
    columns = {_column(p.text): nw.when(_of_side(p)).then(_PARTNER[p.reducer](p.window)) for p in wanted}
    how = {_column(p.text): "max" if p.reducer in ("top1", "steady", "oldest", "base") else "sum" for p in wanted}
    return _gather(table, columns, how)


def _by_window(monthly: Frame, windows: Sequence[Primitive]) -> Frame:
    """One row a partner: trades, months and positive amount in each window; `span` and `earlier` over all history."""
    marks = {"year": _if(nw.col("month") < 12, nw.col("count")), "earlier": _if(nw.col("month") >= 12, nw.col("count"))}
    marked = [p.window for p in windows]
    for p in windows:
        marks |= {
            f"count {p.window}": _if(_within(p), nw.col("count")),
            f"amount {p.window}": _if(_within(p), nw.col("amount")),
            f"months {p.window}": _if(_within(p) & (nw.col("count") > 0), nw.lit(1)),
        }
    partners = (
        monthly.select(*OWNER, "old", "young", **marks)
        .group_by(*OWNER)
        .agg(*(nw.col(name).sum() for name in marks), nw.col("old").max(), nw.col("young").min())
        .with_columns(span=(nw.col("old") - nw.col("young")).fill_null(0))
    )
    side = ["subject", "side"]
    amounts = {f"amount {w}": nw.col(f"amount {w}") for w in marked}
    partners = partners.with_columns(**{name: nw.when(amount > 0).then(amount).otherwise(nw.lit(0)) for name, amount in amounts.items()})
    totals = {f"total {w}": nw.col(f"amount {w}").sum().over(*side) for w in marked}
    ranks = {f"rank {w}": nw.col(f"amount {w}").rank("ordinal", descending=True).over(*side) for w in marked}
    partners = partners.with_columns(**totals, **ranks)
    units = {f"unit {w}": _divided(nw.col(f"total {w}"), nw.lit(SHARE_UNITS)) for w in marked}
    return partners.with_columns(**{name: nw.when(unit > 1).then(unit).otherwise(nw.lit(1)) for name, unit in units.items()})


def _share(window: str) -> nw.Expr:
    return _divided(nw.col(f"amount {window}"), nw.col(f"unit {window}"))


def _traded(window: str) -> nw.Expr:
    return nw.col(f"count {window}") > 0


_PARTNER: Mapping[str, Callable[[str], nw.Expr]] = {
    "partners": lambda w: _if(_traded(w), nw.lit(1)),
    "top1": lambda w: nw.col(f"amount {w}"),
    "top5": lambda w: _if(nw.col(f"rank {w}") <= 5, nw.col(f"amount {w}")),
    "base": lambda w: _divided(nw.col(f"total {w}"), nw.col(f"unit {w}")),
    "hhi": lambda w: _share(w) * _share(w),
    "new": lambda w: _if(_traded(w) & (nw.col("earlier") == 0), nw.lit(1)),
    "lost": lambda w: _if(_traded(w) & (nw.col("year") == 0), nw.lit(1)),
    "kept": lambda w: _if(_traded(w) & (nw.col("earlier") > 0), nw.lit(1)),
    "kept_amount": lambda w: _if(nw.col("earlier") > 0, nw.col(f"amount {w}")),
    "repeat": lambda w: _if(nw.col(f"months {w}") >= REPEAT_MONTHS, nw.lit(1)),
    "steady": lambda w: nw.col(f"months {w}"),
    "tenure": lambda w: _if(_traded(w), nw.col("span")),
    "oldest": lambda w: _if(_traded(w), nw.col("span")),
}

_MAY_BE_ABSENT = frozenset({"gap", "first", "last", "low_min", "low_last"})
_STAGES: tuple[tuple[frozenset[str], Callable[[EvidenceKind, Frame, Sequence[Primitive]], Frame]], ...] = (
    (frozenset({"sum", "max"}), _cells),
    (frozenset({"days", "gap", "months", "first", "last"}), _active_days),
    (frozenset(_PARTNER), _partners),
    (frozenset({"latest", "report", "worst"}), _newest),
    (frozenset({"low_min", "low_days", "low_negative", "low_sum", "low_last"}), _lows),
)
