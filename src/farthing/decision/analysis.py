"""What is wrong with a policy although every rule parses: rules that never decide, and a worse risk that fares better."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from farthing.decision.access import fold_access
from farthing.decision.compiled import RELIABLE_FROM, CompiledPolicy
from farthing.decision.language.tree import INT64, Compare, Fact, Junction, Literal, Not, Rescale, Tree, children, named
from farthing.decision.limit import fold_limit
from farthing.decision.price import fold_price
from farthing.domain.facts import FactSpec, FactType, FactValue
from farthing.domain.money import format_yuan
from farthing.domain.policy import Outcome
from farthing.domain.product import Product

PD_STEPS = 101
PROFILES = 12
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
    return (*_unreachable(compiled), *_never_enough(compiled, product), *_unused(compiled), *_perverse(compiled, product))


# ---- rules that never decide -----------------------------------------------------------------------------------------


def _unreachable(compiled: CompiledPolicy) -> Iterator[PolicyFinding]:
    earlier: list[frozenset[Atom]] = []
    for ready in compiled.access:
        where, ways = f"access.{ready.rule.name}", _ways(ready.tree)
        if ways is not None and not ways:
            yield PolicyFinding(True, "never_fires", where, "It can never be true within the bounds of its facts.")
        elif ways is not None and _covered(ways, earlier):
            yield PolicyFinding(True, "shadowed", where, "Whenever it is true, a rule before it has already decided.")
        earlier.extend(ways or ())


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


# ---- limits that decline everybody -----------------------------------------------------------------------------------


def _never_enough(compiled: CompiledPolicy, product: Product) -> Iterator[PolicyFinding]:
    least = format_yuan(product.limit_min_fen)
    for ready in compiled.limit:
        most = ready.tree.kind.high
        if most < product.limit_min_fen:
            told = f"It is never above {format_yuan(most)}, and the product lends {least} or more: it would decline everybody."
            yield PolicyFinding(True, "never_enough", f"limit.{ready.rule.name}", told)
    if compiled.policy.step_fen > product.limit_max_fen:
        told = f"No limit of this product reaches {format_yuan(compiled.policy.step_fen)}: every one would round down to nothing."
        yield PolicyFinding(True, "never_enough", "round_down_to_yuan", told)


# ---- named numbers nobody reads --------------------------------------------------------------------------------------


def _unused(compiled: CompiledPolicy) -> Iterator[PolicyFinding]:
    read = {name for ready in (*compiled.access, *compiled.limit, *compiled.price) for name in ready.reads} | {RELIABLE_FROM}
    for name in compiled.numbers:
        if name not in read:
            yield PolicyFinding(False, "unused_number", f"numbers.{name}", "No rule reads it.")


# ---- a worse risk must not fare better -------------------------------------------------------------------------------


def _perverse(compiled: CompiledPolicy, product: Product) -> Iterator[PolicyFinding]:
    """Walk the PD from 0 to 1 for many profiles: outcome, every cap and the price may only get worse. One finding of each kind."""
    reported: set[str] = set()
    for profile in _profiles(compiled, product):
        before: _Standing | None = None
        for pd_ppm in np.linspace(0, 1_000_000, PD_STEPS, dtype=np.int64).tolist():
            after = _standing(compiled, product, profile | _score_facts(pd_ppm))
            for code, where, message in _better(before, after):
                if code not in reported:
                    reported.add(code)
                    yield PolicyFinding(True, code, where, f"At PD {pd_ppm / 10_000:.2f} % {message}")
            before = after


@dataclass(frozen=True, slots=True)
class _Standing:
    """How an applicant fares: severity of access, each cap, the sum of the price parts (None: unknown)."""

    severity: int
    caps: Mapping[str, int]
    units: int | None


def _score_facts(pd_ppm: int) -> dict[str, FactValue]:
    return {"pd_12m": pd_ppm, "pd_12m_low": pd_ppm, "pd_12m_high": pd_ppm, "score_points": 1000 - pd_ppm // 1000}


def _standing(compiled: CompiledPolicy, product: Product, values: Mapping[str, FactValue]) -> _Standing:
    caps = {step.name: step.value for step in fold_limit(compiled, product, values).steps if step.value is not None}
    price = fold_price(compiled, product, values)
    units = sum(step.value or 0 for step in price.steps if step.name != "band") if price.rate else None
    return _Standing(_SEVERITY[fold_access(compiled, values).outcome], caps, units)


def _better(before: _Standing | None, after: _Standing) -> Iterator[tuple[str, str, str]]:
    if before is None:
        return
    if after.severity < before.severity:
        yield "access_not_monotone", "access", "a worse risk is treated more kindly than the one before it."
    for name, cap in after.caps.items():
        if cap > before.caps[name]:
            yield "limit_not_monotone", f"limit.{name}", f"the cap rises from {before.caps[name]} to {cap} fen."
            break
    if before.units is not None and after.units is not None and after.units < before.units:
        yield "price_not_monotone", "price", f"the rate falls from {before.units} to {after.units} units."


def _profiles(compiled: CompiledPolicy, product: Product) -> Iterator[dict[str, FactValue]]:
    """Applicants at, just below and just above the numbers the policy itself compares with, drawn with a fixed seed."""
    rng = np.random.default_rng(SEED)
    ready = (*compiled.access, *compiled.limit, *compiled.price)
    read = sorted({name for one in ready for name in named(one.tree) if name in compiled.specs})
    near = sorted({value for one in ready for value in _literals(one.tree)})
    choices = {name: _choices(compiled.specs[name], near) for name in read}
    own: dict[str, FactValue] = {"product_min_fen": product.limit_min_fen, "product_max_fen": product.limit_max_fen}
    for _ in range(PROFILES):
        yield {name: options[int(rng.integers(len(options)))] for name, options in choices.items()} | own


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
