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
    """`outcome`, `limit_fen` and `rate_units` for every row: the same three folds as `decide`, on columns."""
    access = reduce(_precede, reversed(compiled.access), nw.lit(Outcome.APPROVE.value))
    caps = [_cap(ready) for ready in compiled.limit]
    smallest = nw.min_horizontal(*caps, nw.lit(product.limit_max_fen, dtype=nw.Int64))
    step = compiled.policy.step_fen
    floored = nw.when(smallest > 0).then(smallest).otherwise(nw.lit(0, dtype=nw.Int64)) // step * step
    limit = nw.when(floored >= product.limit_min_fen).then(floored).otherwise(nw.lit(0, dtype=nw.Int64))
    told = nw.from_native(frame).with_columns(_access=access, _limit=limit, _price=_stop(compiled), rate_units=_rate(compiled, product))
    small = nw.when(nw.col("_limit") == 0).then(nw.lit(Outcome.DECLINE.value)).otherwise(nw.lit(Outcome.APPROVE.value))
    approve = Outcome.APPROVE.value
    told = told.with_columns(outcome=nw.when(nw.col("_price") != approve).then(nw.col("_price")).otherwise(small))
    told = told.with_columns(outcome=nw.when(nw.col("_access") != approve).then(nw.col("_access")).otherwise(nw.col("outcome")))
    declined = nw.col("outcome") == Outcome.DECLINE.value
    told = told.with_columns(
        limit_fen=nw.when(declined).then(nw.lit(0, dtype=nw.Int64)).otherwise(nw.col("_limit")),
        rate_units=nw.when(declined).then(nw.lit(None, dtype=nw.Int64)).otherwise(nw.col("rate_units")),
    )
    return told.select("outcome", "limit_fen", "rate_units").to_native()


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


def _precede(later: nw.Expr, ready: Ready) -> nw.Expr:
    assert isinstance(ready.rule, AccessRule)
    fired = compile_columns(ready.tree)
    missing = later if ready.rule.missing is Outcome.APPROVE else nw.lit(ready.rule.missing.value)
    return nw.when(fired.is_null()).then(missing).otherwise(nw.when(fired).then(nw.lit(ready.rule.outcome.value)).otherwise(later))


def _cap(ready: Ready) -> nw.Expr:
    assert isinstance(ready.rule, LimitCap)
    return nw.coalesce(compile_columns(ready.tree), nw.lit(ready.rule.missing, dtype=nw.Int64))


def _stop(compiled: CompiledPolicy) -> nw.Expr:
    """What unknown price parts ask for: decline before refer."""
    stop: nw.Expr = nw.lit(Outcome.APPROVE.value)
    for outcome in (Outcome.REFER, Outcome.DECLINE):
        unknown = [
            compile_columns(ready.tree).is_null()
            for ready in compiled.price
            if isinstance(ready.rule, PricePart) and ready.rule.missing is outcome
        ]
        if unknown:
            stop = nw.when(reduce(operator.or_, unknown)).then(nw.lit(outcome.value)).otherwise(stop)
    return stop


def _rate(compiled: CompiledPolicy, product: Product) -> nw.Expr:
    parts = []
    for ready in compiled.price:
        assert isinstance(ready.rule, PricePart)
        part = compile_columns(ready.tree)
        missing = ready.rule.missing
        parts.append(part if isinstance(missing, Outcome) else nw.coalesce(part, nw.lit(missing, dtype=nw.Int64)))
    total = reduce(operator.add, parts)
    low, high = (nw.lit(units, dtype=nw.Int64) for units in (product.rate_min_units, product.rate_max_units))
    return nw.when(total.is_null()).then(nw.lit(None, dtype=nw.Int64)).otherwise(nw.max_horizontal(low, nw.min_horizontal(high, total)))
