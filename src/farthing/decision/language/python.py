"""One applicant: a tree becomes a plain function from facts to int, bool, str, date or None (unknown)."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

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
    Literal,
    Not,
    Rescale,
    Tree,
)
from farthing.domain.facts import FactValue
from farthing.domain.money import round_half_even

Evaluate: TypeAlias = Callable[[Mapping[str, FactValue]], Any]

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
    "+": operator.add, "-": operator.sub, "*": operator.mul,
}  # fmt: skip


def compile_one(node: Tree) -> Evaluate:
    """The function of one expression; unknown in, unknown out, by three-valued logic."""
    match node:
        case Fact(name=name):
            return operator.itemgetter(name)
        case Literal(value=value):
            return _constant(value)
        case Rescale(of=of, factor=factor):
            return _strict(operator.mul, compile_one(of), _constant(factor))
        case Compare(operator=sign, left=left, right=right) | Arithmetic(operator=sign, left=left, right=right):
            return _strict(_OPERATORS[sign], compile_one(left), compile_one(right))
        case Junction(both=both, items=items):
            return _junction(not both, [compile_one(item) for item in items])
        case Divide(numerator=numerator, denominator=denominator, factor=factor):
            return _divide(compile_one(numerator), compile_one(denominator), factor)
        case _:
            return _compile_rest(node)


def _compile_rest(node: Not | IsNull | Case | Coalesce | Extreme) -> Evaluate:
    match node:
        case Not(of=of):
            return _negation(compile_one(of))
        case IsNull(of=of):
            return _is_null(compile_one(of))
        case Case(whens=whens, otherwise=otherwise):
            last = _constant(None) if otherwise is None else compile_one(otherwise)
            return _case([(compile_one(condition), compile_one(result)) for condition, result in whens], last)
        case Coalesce(items=items):
            return _coalesce([compile_one(item) for item in items])
        case Extreme(least=least, items=items):
            return _extreme(min if least else max, [compile_one(item) for item in items])


def _constant(value: int | bool | str | dt.date | None) -> Evaluate:
    return lambda _: value


def _strict(function: Callable[[Any, Any], Any], left: Evaluate, right: Evaluate) -> Evaluate:
    def run(facts: Mapping[str, FactValue]) -> Any:
        a, b = left(facts), right(facts)
        return None if a is None or b is None else function(a, b)

    return run


def _junction(decisive: bool, items: list[Evaluate]) -> Evaluate:
    """Kleene: `decisive` (False for AND, True for OR) settles it wherever it stands."""

    def run(facts: Mapping[str, FactValue]) -> Any:
        result: bool | None = not decisive
        for item in items:
            value = item(facts)
            if value is decisive:
                return decisive
            if value is None:
                result = None
        return result

    return run


def _negation(of: Evaluate) -> Evaluate:
    def run(facts: Mapping[str, FactValue]) -> bool | None:
        value = of(facts)
        return None if value is None else not value

    return run


def _is_null(of: Evaluate) -> Evaluate:
    return lambda facts: of(facts) is None


def _case(whens: list[tuple[Evaluate, Evaluate]], otherwise: Evaluate) -> Evaluate:
    def run(facts: Mapping[str, FactValue]) -> Any:
        for condition, result in whens:
            if condition(facts) is True:
                return result(facts)
        return otherwise(facts)

    return run


def _coalesce(items: list[Evaluate]) -> Evaluate:
    def run(facts: Mapping[str, FactValue]) -> Any:
        for item in items:
            value = item(facts)
            if value is not None:
                return value
        return None

    return run


def _extreme(pick: Callable[[list[int]], int], items: list[Evaluate]) -> Evaluate:
    def run(facts: Mapping[str, FactValue]) -> int | None:
        values = [item(facts) for item in items]
        return None if None in values else pick(values)

    return run


def _divide(numerator: Evaluate, denominator: Evaluate, factor: int) -> Evaluate:
    def run(facts: Mapping[str, FactValue]) -> int | None:
        a, b = numerator(facts), denominator(facts)
        if a is None or b is None or b == 0:
            return None
        return round_half_even(a * factor if b > 0 else -a * factor, abs(b))

    return run
