"""What is wrong with a policy although every rule parses: rules that never decide, and a worse risk that fares better."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from farthing.decision.access import fold_access
from farthing.decision.compiled import CompiledPolicy
from farthing.decision.language.tree import INT64, Compare, Fact, Junction, Literal, Not, Rescale, Tree, children, named
from farthing.decision.limit import fold_limit
from farthing.decision.price import fold_price
from farthing.domain.facts import FactSpec, FactType, FactValue
from farthing.domain.policy import Outcome
from farthing.domain.product import Product

PD_STEPS = 101
PROFILES = 24
SEED = 20_260_101
_SEVERITY = {Outcome.APPROVE: 0, Outcome.REFER: 1, Outcome.DECLINE: 2}
Atom: TypeAlias = tuple[str, int, int] | tuple[Tree, bool]
"""An interval of a number's own scale, or a condition we do not look into with its sign."""


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """One thing a reader must know before publishing; an error forbids it."""

    error: bool
    code: str
    where: str
    message: str


def analyse(compiled: CompiledPolicy, product: Product) -> tuple[PolicyFinding, ...]:
    """Every finding, in the order of the document."""
    return (*_unreachable(compiled), *_unused(compiled), *_perverse(compiled, product))


# ---- rules that never decide -----------------------------------------------------------------------------------------


def _unreachable(compiled: CompiledPolicy) -> Iterator[PolicyFinding]:
    earlier: list[tuple[str, list[frozenset[Atom]]]] = []
    for ready in compiled.access:
        where, ways = f"access.{ready.rule.name}", _ways(ready.tree)
        if ways is not None and not ways:
            yield PolicyFinding(True, "never_fires", where, "It can never be true within the bounds of its facts.")
        elif ways is not None:
            by = next((name for name, others in earlier if _covered(ways, others)), None)
            if by is not None:
                yield PolicyFinding(True, "shadowed", where, f"Whenever it is true, {by} has already decided.")
            earlier.append((where, ways))


def _covered(ways: Sequence[frozenset[Atom]], others: Sequence[frozenset[Atom]]) -> bool:
    return all(any(_implies(way, other) for other in others) for way in ways)


def _implies(way: frozenset[Atom], other: frozenset[Atom]) -> bool:
    return all(any(_inside(atom, wanted) for atom in way) for wanted in other)


def _inside(atom: Atom, wanted: Atom) -> bool:
    if len(atom) == 3 and len(wanted) == 3:
        return atom[0] == wanted[0] and wanted[1] <= atom[1] and atom[2] <= wanted[2]
    return atom == wanted


def _ways(tree: Tree, sign: bool = True) -> list[frozenset[Atom]] | None:
    """The ways a condition can be true, each a set of atoms that hold together; None if there are too many to list."""
    if isinstance(tree, Not):
        return _ways(tree.of, not sign)
    if isinstance(tree, Literal):
        return [frozenset()] if tree.value is sign else []
    if isinstance(tree, Junction):
        parts = [_ways(item, sign) for item in tree.items]
        if any(part is None for part in parts):
            return None
        known = [part for part in parts if part is not None]
        if tree.both is not sign:
            return [way for part in known for way in part]
        return _product(known)
    atom = _atom(tree, sign)
    return [] if len(atom) == 3 and atom[1] > atom[2] else [frozenset({atom})]


def _product(parts: Sequence[list[frozenset[Atom]]]) -> list[frozenset[Atom]] | None:
    ways: list[frozenset[Atom]] = [frozenset()]
    for part in parts:
        ways = [merged for way in ways for more in part if (merged := _together(way | more)) is not None]
        if len(ways) > 64:
            return None
    return ways


def _together(atoms: frozenset[Atom]) -> frozenset[Atom] | None:
    """Intervals of one fact intersected; None if they contradict each other."""
    bounds: dict[str, tuple[int, int]] = {}
    rest: set[Atom] = set()
    for atom in atoms:
        if len(atom) == 3:
            low, high = bounds.get(atom[0], (-INT64, INT64))
            bounds[atom[0]] = max(low, atom[1]), min(high, atom[2])
        else:
            rest.add(atom)
    if any(low > high for low, high in bounds.values()):
        return None
    return frozenset({*rest, *((name, low, high) for name, (low, high) in bounds.items())})


def _atom(tree: Tree, sign: bool) -> Atom:
    if isinstance(tree, Compare):
        return _interval(tree, sign) or (tree, sign)
    return tree, sign


def _interval(tree: Compare, sign: bool) -> Atom | None:
    """`fact < literal` and its like as the closed interval of the fact's own integers, within its bounds."""
    left, right, operator = tree.left, tree.right, tree.operator
    if not isinstance(right, Literal | Rescale) or not _is_literal(right):
        left, right, operator = right, left, {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator)
    fact, factor = (left.of, left.factor) if isinstance(left, Rescale) else (left, 1)
    if not isinstance(fact, Fact) or not fact.kind.numeric or not _is_literal(right):
        return None
    if not sign:
        operator = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "="}[operator]
    value = right.kind.low
    low, high = fact.kind.low, fact.kind.high
    if operator == "<":
        return fact.name, low, min(high, -(-value // factor) - 1)
    if operator == "<=":
        return fact.name, low, min(high, value // factor)
    if operator == ">":
        return fact.name, max(low, value // factor + 1), high
    if operator == ">=":
        return fact.name, max(low, -(-value // factor)), high
    if operator == "=":
        exact = value % factor == 0
        return fact.name, max(low, value // factor) if exact else 1, min(high, value // factor) if exact else 0
    return None


def _is_literal(tree: Tree) -> bool:
    return isinstance(tree.of if isinstance(tree, Rescale) else tree, Literal) and tree.kind.numeric


# ---- named numbers nobody reads --------------------------------------------------------------------------------------


def _unused(compiled: CompiledPolicy) -> Iterator[PolicyFinding]:
    read = {name for ready in (*compiled.access, *compiled.limit, *compiled.price) for name in ready.reads}
    for name in compiled.numbers:
        if name not in read:
            yield PolicyFinding(False, "unused_number", f"numbers.{name}", "No rule reads it.")


# ---- a worse risk must not fare better -------------------------------------------------------------------------------


def _perverse(compiled: CompiledPolicy, product: Product) -> Iterator[PolicyFinding]:
    """Walk the PD from 0 to 1 for many profiles: outcome, limit and rate may only get worse. At most one finding of each kind."""
    reported: set[str] = set()
    for profile in _profiles(compiled):
        before: tuple[int, int, int] | None = None
        for pd_ppm in np.linspace(0, 1_000_000, PD_STEPS, dtype=np.int64).tolist():
            after = _standing(compiled, product, profile | _score_facts(pd_ppm))
            for code, message in _better(before, after):
                if code not in reported:
                    reported.add(code)
                    yield PolicyFinding(True, code, code.split("_")[0], f"At PD {pd_ppm / 10_000:.2f} % {message}")
            before = after


def _score_facts(pd_ppm: int) -> dict[str, FactValue]:
    return {"pd_12m": pd_ppm, "pd_12m_low": pd_ppm, "pd_12m_high": pd_ppm, "score_points": 1000 - pd_ppm // 1000}


def _standing(compiled: CompiledPolicy, product: Product, values: Mapping[str, FactValue]) -> tuple[int, int, int]:
    price = fold_price(compiled, product, values)
    units = price.rate.units if price.rate else INT64
    return _SEVERITY[fold_access(compiled, values).outcome], -fold_limit(compiled, product, values).limit_fen, units


def _better(before: tuple[int, int, int] | None, after: tuple[int, int, int]) -> Iterator[tuple[str, str]]:
    if before is None:
        return
    if after[0] < before[0]:
        yield "access_not_monotone", "a worse risk is treated more kindly than the one before it."
    if after[1] < before[1]:
        yield "limit_not_monotone", f"the limit rises from {-before[1]} to {-after[1]} fen."
    if after[2] < before[2]:
        yield "price_not_monotone", f"the rate falls from {before[2]} to {after[2]} units."


def _profiles(compiled: CompiledPolicy) -> Iterator[dict[str, FactValue]]:
    """Applicants at, just below and just above the numbers the policy itself compares with, drawn with a fixed seed."""
    rng = np.random.default_rng(SEED)
    ready = (*compiled.access, *compiled.limit, *compiled.price)
    read = sorted({name for one in ready for name in named(one.tree) if name in compiled.specs})
    near = sorted({value for one in ready for value in _literals(one.tree)})
    choices = {name: _choices(compiled.specs[name], near) for name in read}
    for _ in range(PROFILES):
        yield {name: options[int(rng.integers(len(options)))] for name, options in choices.items()}


def _choices(spec: FactSpec, near: Sequence[int]) -> Sequence[FactValue]:
    if spec.type is FactType.BOOL:
        return [False, False, False, True]
    if spec.type is FactType.ENUM:
        return list(spec.values)
    if spec.type is FactType.DATE:
        return [dt.date(2015, 1, 1), dt.date(2024, 1, 1)]
    wide = [spec.low // 1000, 0, 1, spec.high // 1_000_000, spec.high // 10_000, spec.high // 1000]
    return sorted({value for value in (*wide, *(v + d for v in near for d in (-1, 0, 1))) if spec.low <= value <= spec.high})


def _literals(tree: Tree) -> Iterator[int]:
    if isinstance(tree, Literal | Rescale) and tree.kind.numeric and tree.kind.low == tree.kind.high:
        yield tree.kind.low
    for child in children(tree):
        yield from _literals(child)
