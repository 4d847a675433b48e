"""Lineage: which fields of which evidence a feature is made from, and which rows of a party's evidence a value rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.domain.feature import Feature
from farthing.features.primitives import CELLS, Primitive, parse
from farthing.features.records import KIND_OF, RECORDS, Entry

_WITH_PARTNERS = frozenset(
    {"partners", "top1", "top5", "hhi", "base", "new", "lost", "kept", "kept_amount", "repeat", "steady", "tenure", "oldest"}
)
_EVER = frozenset({"new", "lost", "kept", "kept_amount", "tenure", "oldest", "first", "last", "latest", "report", "worst", "low_last"})
"""Reducers that look at all that is known, whatever their window."""


def fields_of(feature: Feature) -> Mapping[EvidenceKind, tuple[str, ...]]:
    """The canonical fields it reads, by kind, in the order of the first use."""
    found: dict[EvidenceKind, dict[str, None]] = {kind: {} for kind in feature.sources}
    for primitive in map(parse, feature.primitives):
        kind = KIND_OF[primitive.side]
        for entry in _entries(primitive):
            names = [entry.day, *sorted(entry.side.meta.root_names()), *_read(kind, entry, primitive)]
            found[kind] |= dict.fromkeys(names)
    return {kind: tuple(names) for kind, names in found.items()}


def _entries(primitive: Primitive) -> tuple[Entry, ...]:
    record = RECORDS[KIND_OF[primitive.side]]
    return tuple(entry for entry in record.entries if primitive.side in (*entry.sides, "any"))


def _read(kind: EvidenceKind, entry: Entry, primitive: Primitive) -> list[str]:
    record = RECORDS[kind]
    expressions = [entry.sums.get(primitive.column), record.tops.get(primitive.column)]
    if primitive.reducer in _WITH_PARTNERS or primitive.column == "largest":
        expressions += [entry.sums.get("amount"), entry.sums.get("count")]
    if primitive.column == "day":
        expressions.append(entry.sums.get("count"))
    names = [name for one in expressions if one is not None for name in sorted(one.meta.root_names())]
    partner = [record.partner] if primitive.reducer in _WITH_PARTNERS and record.partner else []
    low = [record.low] if primitive.column == "low" and record.low else []
    return [*names, *partner, *low]


def rests_on(feature: Feature, kind: EvidenceKind, rows: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """The rows of one kind that were known on the date, fall on a side the feature reads, and lie in a window it looks at.

    With them come the rows that tell the same thing anew.
    """
    mine = [primitive for primitive in map(parse, feature.primitives) if KIND_OF[primitive.side] is kind]
    seen = rows.filter(pl.col("known_on") <= as_of)
    if not mine or seen.is_empty():
        return seen.clear()
    matches = [_inside(entry, primitive, as_of) for primitive in mine for entry in _entries(primitive)]
    found = seen.filter(pl.any_horizontal(matches))
    key = RECORDS[kind].key
    return seen.join(found.select(key).unique(), on=key, how="semi", nulls_equal=True) if key else found


def _inside(entry: Entry, primitive: Primitive, as_of: dt.date) -> pl.Expr:
    day = pl.col(entry.day)
    whole = primitive.reducer in _EVER or primitive.high > CELLS
    newest = pl.lit(as_of).dt.offset_by(f"-{primitive.low}mo")
    oldest = pl.lit(dt.date.min) if whole else pl.lit(as_of).dt.offset_by(f"-{primitive.high}mo")
    inside = (day <= (pl.lit(as_of) if whole else newest)) & (day > oldest)
    return inside if primitive.side == "any" else inside & (entry.side == primitive.side)
