"""Two policies over the same applicants as columns: who would be treated differently (the swap set)."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import narwhals as nw
import polars as pl

from farthing.decision.compiled import CompiledPolicy, Ready
from farthing.decision.language.columns import compile_columns
from farthing.domain.facts import FactSpec, FactType, FactValue
from farthing.domain.policy import AccessRule, LimitCap, Outcome, PricePart
from farthing.domain.product import Product

_DTYPES = {FactType.INT: pl.Int64, FactType.NUMBER: pl.Int64, FactType.BOOL: pl.Boolean, FactType.ENUM: pl.String, FactType.DATE: pl.Date}


@dataclass(frozen=True, slots=True)
class Swap:
    """How many applicants move from one outcome to another, and the limits they had and would have."""

    before: Outcome
    after: Outcome
    applicants: int
    limit_before_fen: int
    limit_after_fen: int


def facts_frame(rows: Sequence[Mapping[str, FactValue]], specs: Mapping[str, FactSpec]) -> pl.DataFrame:
    """Facts of many applicants as typed columns; a fact a row lacks is null."""
    columns = {name: [row.get(name) for row in rows] for name in specs}
    return pl.DataFrame(columns, schema={name: _DTYPES[spec.type] for name, spec in specs.items()})


def decide_columns(frame: pl.DataFrame, compiled: CompiledPolicy, product: Product) -> pl.DataFrame:
    """`outcome`, `limit_fen` and `rate_units` for every row: the same three folds as `decide`, on columns.

    Every expression becomes a column of its own first, so that a fold names it instead of repeating it.
    """
    sections = {"access": compiled.access, "limit": compiled.limit, "price": compiled.price}
    said = {_column(section, ready): compile_columns(ready.tree) for section, many in sections.items() for ready in many}
    told = nw.from_native(frame).with_columns(**said)
    told = told.with_columns(_access=_access(compiled), _limit=_limit(compiled, product), _price=_stop(compiled), _total=_total(compiled))
    approve, decline = nw.lit(Outcome.APPROVE.value), nw.lit(Outcome.DECLINE.value)
    small = nw.when(nw.col("_limit") == 0).then(decline).otherwise(approve)
    after = nw.when(nw.col("_price") != approve).then(nw.col("_price")).otherwise(small)
    told = told.with_columns(outcome=nw.when(nw.col("_access") != approve).then(nw.col("_access")).otherwise(after))
    declined = nw.col("outcome") == decline
    return told.select(
        "outcome",
        limit_fen=nw.when(declined).then(_integer(0)).otherwise(nw.col("_limit")),
        rate_units=nw.when(declined).then(_unknown()).otherwise(_clamped(nw.col("_total"), product)),
    ).to_native()


def swap_set(before: pl.DataFrame, after: pl.DataFrame) -> tuple[Swap, ...]:
    """The movements between two results of `decide_columns` over the same rows, most applicants first."""
    both = before.select(was=pl.col("outcome"), had=pl.col("limit_fen")).hstack(
        after.select(now=pl.col("outcome"), has=pl.col("limit_fen"))
    )
    counted = (
        both.group_by("was", "now")
        .agg(pl.len(), pl.col("had").sum(), pl.col("has").sum())
        .sort(["len", "was", "now"], descending=[True, False, False])
    )
    return tuple(Swap(Outcome(was), Outcome(now), count, had, has) for was, now, count, had, has in counted.iter_rows())


def _column(section: str, ready: Ready) -> str:
    return f"_{section}.{ready.rule.name}"


def _integer(value: int) -> nw.Expr:
    return nw.lit(value, dtype=nw.Int64)


def _unknown() -> nw.Expr:
    return nw.lit(None, dtype=nw.Int64)


def _access(compiled: CompiledPolicy) -> nw.Expr:
    return reduce(_precede, reversed(compiled.access), nw.lit(Outcome.APPROVE.value))


def _precede(later: nw.Expr, ready: Ready) -> nw.Expr:
    assert isinstance(ready.rule, AccessRule)
    fired = nw.col(_column("access", ready))
    settled = nw.when(fired).then(nw.lit(ready.rule.outcome.value)).otherwise(later)
    if ready.rule.missing is Outcome.APPROVE:
        return settled  # unknown goes on, as false does
    return nw.when(fired.is_null()).then(nw.lit(ready.rule.missing.value)).otherwise(settled)


def _limit(compiled: CompiledPolicy, product: Product) -> nw.Expr:
    caps = []
    for ready in compiled.limit:
        assert isinstance(ready.rule, LimitCap)
        caps.append(nw.col(_column("limit", ready)).fill_null(ready.rule.missing))
    smallest = nw.max_horizontal(_integer(0), nw.min_horizontal(*caps, _integer(product.limit_max_fen)))
    floored = smallest // compiled.policy.step_fen * compiled.policy.step_fen
    return nw.when(floored >= product.limit_min_fen).then(floored).otherwise(_integer(0))


def _stop(compiled: CompiledPolicy) -> nw.Expr:
    """What unknown price parts ask for: decline before refer."""
    stop: nw.Expr = nw.lit(Outcome.APPROVE.value)
    for outcome in (Outcome.REFER, Outcome.DECLINE):
        asking = [ready for ready in compiled.price if isinstance(ready.rule, PricePart) and ready.rule.missing is outcome]
        if asking:
            unknown = reduce(operator.or_, [nw.col(_column("price", ready)).is_null() for ready in asking])
            stop = nw.when(unknown).then(nw.lit(outcome.value)).otherwise(stop)
    return stop


def _total(compiled: CompiledPolicy) -> nw.Expr:
    parts = []
    for ready in compiled.price:
        assert isinstance(ready.rule, PricePart)
        part, missing = nw.col(_column("price", ready)), ready.rule.missing
        parts.append(part if isinstance(missing, Outcome) else part.fill_null(missing))
    return reduce(operator.add, parts)


def _clamped(total: nw.Expr, product: Product) -> nw.Expr:
    held = nw.max_horizontal(_integer(product.rate_min_units), nw.min_horizontal(_integer(product.rate_max_units), total))
    return nw.when(total.is_null()).then(_unknown()).otherwise(held)
