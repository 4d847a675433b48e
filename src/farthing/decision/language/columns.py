"""Many applicants: a tree becomes a narwhals expression over columns named like the facts (polars here, PySpark beyond one machine).

Engines differ on floor division of negatives, rounding of ties, NULL in lists and in CASE; so division is built from
magnitudes, IN from equalities, and every literal carries its dtype.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce
from typing import Any

import narwhals as nw

from farthing.decision.language.tree import (
    Arithmetic,
    Case,
    Coalesce,
    Compare,
    Divide,
    Extreme,
    Fact,
    IsNull,
    Junction,
    Kind,
    Literal,
    Not,
    Rescale,
    Tree,
    children,
)
from farthing.domain.facts import FactType

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
    "+": operator.add, "-": operator.sub, "*": operator.mul,
}  # fmt: skip
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
"""A comparison with its sides changed: polars 2.1 makes one row of `2 < CASE ... END`, however many the frame has."""
_DTYPES: dict[FactType, Any] = {
    FactType.INT: nw.Int64,
    FactType.NUMBER: nw.Int64,
    FactType.BOOL: nw.Boolean,
    FactType.ENUM: nw.String,
    FactType.DATE: nw.Date,
}


def dtype(kind: Kind) -> Any:
    """The narwhals dtype a fact or result of this kind has as a column."""
    return _DTYPES[kind.type]


def compile_columns(node: Tree) -> nw.Expr:
    """The expression of one tree; null is unknown."""
    match node:
        case Fact(name=name):
            return nw.col(name)
        case Literal(value=value, kind=kind):
            return nw.lit(value, dtype=dtype(kind))
        case Rescale(of=of, factor=factor):
            return compile_columns(of) * _integer(factor)
        case Compare(operator=sign, left=left, right=right) | Arithmetic(operator=sign, left=left, right=right):
            if sign in _MIRRORED and not _reads(left):
                sign, left, right = _MIRRORED[sign], right, left
            result: nw.Expr = _OPERATORS[sign](compile_columns(left), compile_columns(right))
            return result
        case Junction(both=both, items=items):
            neutral = nw.lit(both, dtype=nw.Boolean)
            return reduce(operator.and_ if both else operator.or_, [compile_columns(item) for item in items], neutral)
        case Divide(numerator=numerator, denominator=denominator, factor=factor):
            return _divide(compile_columns(numerator), compile_columns(denominator), factor)
        case _:
            return _compile_rest(node)


def _compile_rest(node: Not | IsNull | Case | Coalesce | Extreme) -> nw.Expr:
    match node:
        case Not(of=of):
            return ~compile_columns(of)
        case IsNull(of=of):
            return compile_columns(of).is_null()
        case Case(whens=whens, otherwise=otherwise, kind=kind):
            last = _unknown(kind) if otherwise is None else compile_columns(otherwise)
            for condition, result in reversed(whens):
                last = nw.when(compile_columns(condition)).then(compile_columns(result)).otherwise(last)
            return last
        case Coalesce(items=items):
            return nw.coalesce(*[compile_columns(item) for item in items])
        case Extreme(least=least, items=items):
            return _extreme(least, [compile_columns(item) for item in items])


def _reads(node: Tree) -> bool:
    """Does anything in it come from a column?"""
    return isinstance(node, Fact) or any(map(_reads, children(node)))


def _integer(value: int) -> nw.Expr:
    return nw.lit(value, dtype=nw.Int64)


def _unknown(kind: Kind) -> nw.Expr:
    return nw.lit(None, dtype=dtype(kind))


def _extreme(least: bool, items: list[nw.Expr]) -> nw.Expr:
    missing = reduce(operator.or_, [item.is_null() for item in items])
    pick = nw.min_horizontal(*items) if least else nw.max_horizontal(*items)
    return nw.when(missing).then(nw.lit(None, dtype=nw.Int64)).otherwise(pick)


def _divide(numerator: nw.Expr, denominator: nw.Expr, factor: int) -> nw.Expr:
    """Half to even from magnitudes, so that no engine's rule for negative quotients matters."""
    one, two = _integer(1), _integer(2)
    top = (numerator * _integer(factor)).abs()
    bottom = nw.when(denominator == _integer(0)).then(one).otherwise(denominator.abs())
    quotient = top // bottom
    twice = (top - quotient * bottom) * two
    odd = quotient - (quotient // two) * two == one
    nearest = nw.when((twice > bottom) | ((twice == bottom) & odd)).then(quotient + one).otherwise(quotient)
    opposite = (numerator < _integer(0)) ^ (denominator < _integer(0))
    signed = nw.when(opposite).then(-nearest).otherwise(nearest)
    return nw.when(denominator != _integer(0)).then(signed).otherwise(nw.lit(None, dtype=nw.Int64))
