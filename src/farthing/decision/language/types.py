"""What may be combined with what: scales, units and bounds, checked once so that evaluation cannot go wrong.

Numbers of different scales are brought to the finer one exactly; anything that could leave 64 bits within the bounds of its
facts is refused here, before a policy is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from farthing.decision.language.tree import (
    BOOL,
    INT64,
    Arithmetic,
    Case,
    Coalesce,
    Compare,
    Divide,
    Extreme,
    IsNull,
    Junction,
    Kind,
    Literal,
    Not,
    Rescale,
    Tree,
)
from farthing.domain.errors import Invalid
from farthing.domain.facts import FactSpec, FactType

MONEY = "fen"
MAX_SCALE = 15
_PLAIN = frozenset({"", "share", "ratio", "change", "ppm", "count", "rate"})


def kind_of(spec: FactSpec) -> Kind:
    """The kind of a fact."""
    return Kind(spec.type, spec.scale, spec.low, spec.high, spec.unit, spec.values)


def fits(low: int, high: int, doing: str) -> None:
    """`Invalid` unless both bounds and their negatives stand in 64 bits."""
    if max(abs(low), abs(high)) > INT64:
        raise Invalid(
            "could_overflow",
            f"{doing} could leave 64 bits (bounds {low}..{high}).",
            "Bound it with least() and greatest(), or divide first.",
        )


def rescaled(node: Tree, scale: int) -> Tree:
    """The same quantity with `scale` decimals, which must not be fewer than it has."""
    kind = node.kind
    if kind.scale == scale:
        return node
    if scale < kind.scale:
        raise Invalid("finer_than_asked", f"It has {kind.scale} decimals where {scale} are wanted.", f"Round it with div(..., 1, {scale}).")
    factor = 10 ** (scale - kind.scale)
    fits(kind.low * factor, kind.high * factor, f"Bringing a number to {scale} decimals")
    return Rescale(node, factor, replace(kind, type=FactType.NUMBER, scale=scale, low=kind.low * factor, high=kind.high * factor))


def _numbers(nodes: Iterable[Tree], doing: str) -> None:
    for node in nodes:
        if not node.kind.numeric:
            raise Invalid("not_a_number", f"{doing} needs numbers, not a {node.kind.type.value}.", "Use a number here.")


def _one_unit(nodes: Sequence[Tree], doing: str) -> str | None:
    units = sorted({node.kind.unit for node in nodes if node.kind.unit is not None})
    if len(units) > 1:
        raise Invalid("wrong_units", f"{doing} mixes {units[0] or 'a plain number'} with {units[1]}.", "Compare like with like.")
    return units[0] if units else None


def _aligned(nodes: Sequence[Tree], doing: str) -> tuple[Tree, ...]:
    """Nodes of one type brought to one scale, their units checked."""
    if any(node.kind.numeric for node in nodes):
        _numbers(nodes, doing)
        _one_unit(nodes, doing)
        scale = max(node.kind.scale for node in nodes)
        return tuple(rescaled(node, scale) for node in nodes)
    types = {node.kind.type for node in nodes}
    if len(types) > 1:
        raise Invalid("mixed_types", f"{doing} mixes {' and '.join(sorted(types))}.", "Use one type on both sides.")
    return tuple(nodes)


def _union(nodes: Sequence[Tree], doing: str) -> Kind:
    """The kind that holds the value of any of the aligned nodes."""
    first = nodes[0].kind
    if first.type is FactType.ENUM:
        return replace(first, values=tuple(sorted({value for node in nodes for value in node.kind.values})))
    if not first.numeric:
        return first
    low, high = min(node.kind.low for node in nodes), max(node.kind.high for node in nodes)
    kind = FactType.NUMBER if any(node.kind.type is FactType.NUMBER for node in nodes) else FactType.INT
    return Kind(kind, first.scale, low, high, _one_unit(nodes, doing))


def compare(operator: str, left: Tree, right: Tree) -> Tree:
    """A comparison; enums and yes/no values know only `=` and `<>`."""
    ordered = operator not in ("=", "<>")
    left, right = _aligned((left, right), f"'{operator}'")
    if ordered and left.kind.type in (FactType.ENUM, FactType.BOOL):
        raise Invalid("no_order", f"A {left.kind.type.value} has no '{operator}'.", "Use = or <>, or IN.")
    if left.kind.type is FactType.ENUM and not set(left.kind.values) & set(right.kind.values):
        wanted, known = sorted((right.kind.values, left.kind.values), key=len)
        raise Invalid("unknown_value", f"{', '.join(wanted)!r} is never a value here.", f"It is one of {', '.join(known)}.")
    return Compare(operator, left, right)


def junction(both: bool, items: Sequence[Tree]) -> Tree:
    """AND / OR of conditions; nested ones of the same kind are flattened."""
    flat: list[Tree] = []
    for item in items:
        _condition(item, "AND" if both else "OR")
        flat.extend(item.items if isinstance(item, Junction) and item.both is both else (item,))
    return Junction(both, tuple(flat))


def negation(of: Tree) -> Tree:
    """NOT of a condition."""
    _condition(of, "NOT")
    return Not(of)


def _condition(node: Tree, doing: str) -> None:
    if node.kind != BOOL and node.kind.type is not FactType.BOOL:
        raise Invalid("not_a_condition", f"{doing} needs a condition, not a {node.kind.type.value}.", "Compare it with something.")


def is_null(of: Tree) -> Tree:
    """IS NULL of anything."""
    return IsNull(of)


def case(whens: Sequence[tuple[Tree, Tree]], otherwise: Tree | None) -> Tree:
    """CASE: conditions are conditions, results have one type."""
    for condition, _ in whens:
        _condition(condition, "WHEN")
    results = [result for _, result in whens] + ([] if otherwise is None else [otherwise])
    aligned = _aligned(results, "CASE")
    pairs = tuple((condition, result) for (condition, _), result in zip(whens, aligned, strict=False))
    return Case(pairs, None if otherwise is None else aligned[-1], _union(aligned, "CASE"))


def coalesce(items: Sequence[Tree]) -> Tree:
    """COALESCE over one type."""
    aligned = _aligned(items, "COALESCE")
    return Coalesce(aligned, _union(aligned, "COALESCE"))


def extreme(least: bool, items: Sequence[Tree]) -> Tree:
    """LEAST / GREATEST over numbers; it narrows bounds, so it is how a policy tames a wide fact."""
    name = "LEAST" if least else "GREATEST"
    _numbers(items, name)
    aligned = _aligned(items, name)
    pick = min if least else max
    bounds = pick(node.kind.low for node in aligned), pick(node.kind.high for node in aligned)
    return Extreme(least, aligned, replace(_union(aligned, name), low=bounds[0], high=bounds[1]))


def negative(of: Tree) -> Tree:
    """Unary minus."""
    return arithmetic("-", Literal(0, Kind(FactType.INT)), of)


def arithmetic(operator: str, left: Tree, right: Tree) -> Tree:
    """`+ - *` on numbers with the exact bounds of the result."""
    _numbers((left, right), f"'{operator}'")
    if operator == "*":
        return _product(left, right)
    left, right = _aligned((left, right), f"'{operator}'")
    a, b = left.kind, right.kind
    low, high = (a.low + b.low, a.high + b.high) if operator == "+" else (a.low - b.high, a.high - b.low)
    fits(low, high, f"'{operator}'")
    return Arithmetic(operator, left, right, replace(_union((left, right), f"'{operator}'"), low=low, high=high))


def _product(left: Tree, right: Tree) -> Tree:
    a, b = left.kind, right.kind
    unit = _product_unit(a.unit, b.unit)
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    fits(min(corners), max(corners), "'*'")
    scale = a.scale + b.scale
    if scale > MAX_SCALE:
        raise Invalid(
            "too_fine", f"The product carries {scale} decimals; {MAX_SCALE} is the most.", "Round a factor with div(..., 1, scale) first."
        )
    kind = FactType.NUMBER if FactType.NUMBER in (a.type, b.type) else FactType.INT
    return Arithmetic("*", left, right, Kind(kind, scale, min(corners), max(corners), unit))


def _product_unit(left: str | None, right: str | None) -> str | None:
    if left == MONEY and right == MONEY:
        raise Invalid("wrong_units", "Money times money has no meaning.", "Multiply money by a number or a share.")
    if MONEY in (left, right):
        return MONEY
    if left is None or left in _PLAIN:
        return right if right is not None and (left is None or right not in _PLAIN) else left
    return left if right is None or right in _PLAIN else None


def divide(numerator: Tree, denominator: Tree, scale: int) -> Tree:
    """div(numerator, denominator, scale): bounds from the least possible size of the denominator."""
    _numbers((numerator, denominator), "div")
    if not 0 <= scale <= MAX_SCALE:
        raise Invalid("bad_scale", f"div cannot give {scale} decimals.", f"Ask for 0 to {MAX_SCALE}.")
    a, b = numerator.kind, denominator.kind
    if b.low == b.high == 0:
        raise Invalid("bad_div", "div by what is always 0 is never known.", "Divide by something that can be other than 0.")
    shift = scale - a.scale + b.scale
    if shift < 0:  # fewer decimals than the parts carry: a larger denominator instead of a factor
        denominator = _scaled(denominator, 10**-shift)
        b, shift = denominator.kind, 0
    fits(a.low * 10**shift, a.high * 10**shift, "div")
    fits(2 * b.low, 2 * b.high, "div")  # the remainder is doubled to find a tie
    nearest = b.low if b.low > 0 else -b.high if b.high < 0 else 1
    size = max(abs(a.low), abs(a.high)) * 10**shift // nearest + 1
    fits(-size, size, "div")
    low = 0 if a.low >= 0 and b.low >= 0 else -size
    kind = FactType.NUMBER if scale else FactType.INT
    return Divide(numerator, denominator, 10**shift, Kind(kind, scale, low, size, _quotient_unit(a.unit, b.unit)))


def _scaled(node: Tree, factor: int) -> Tree:
    kind = node.kind
    fits(kind.low * factor, kind.high * factor, "div")
    return Rescale(node, factor, replace(kind, low=kind.low * factor, high=kind.high * factor))


def _quotient_unit(numerator: str | None, denominator: str | None) -> str | None:
    if numerator == denominator:
        return None if numerator is None else ""
    if numerator == MONEY or denominator is None or denominator in _PLAIN:
        return numerator
    return None
