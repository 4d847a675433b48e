"""A policy made ready to decide: every expression parsed, typed and compiled once, for the product it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from farthing.decision.language.python import Evaluate, compile_one
from farthing.decision.language.tree import Literal, Tree, named
from farthing.decision.language.types import fits
from farthing.decision.reasons import PARTS, TITLES
from farthing.domain.errors import Invalid
from farthing.domain.facts import FactSpec
from farthing.domain.policy import AccessRule, LimitCap, Outcome, Policy, PricePart
from farthing.domain.product import Product
from farthing.domain.rate import Basis

RATE_SCALE = {Basis.DAY: 8, Basis.YEAR_360: 6, Basis.YEAR_365: 6}
"""Decimals that make one unit of a rate basis: a part of 0.0002 a day is 20,000 units."""
RESERVED = frozenset({"rounding", "product_minimum", "band", "sources"})
RELIABLE_FROM = "reliable_from"
"""The number by which a policy says from which reliability on a source is read: a share."""
USUAL_PPM = 500_000
"""Where a policy does not say: sources with an alarm are not read, sources with warnings are (`evidence/monitor/reliability.py`)."""


@dataclass(frozen=True, slots=True)
class Ready:
    """One rule, cap or part with its tree, its function and the names it reads."""

    rule: AccessRule | LimitCap | PricePart
    tree: Tree
    run: Evaluate
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompiledPolicy:
    """A policy with its compiled access, limit and price, the facts it may read, its named numbers, and the reliability from which on a
    source is read, in parts per million."""

    policy: Policy
    specs: Mapping[str, FactSpec]
    numbers: Mapping[str, Literal]
    access: tuple[Ready, ...]
    limit: tuple[Ready, ...]
    price: tuple[Ready, ...]
    reliable_from_ppm: int = USUAL_PPM


def compile_policy(policy: Policy, product: Product, specs: Mapping[str, FactSpec]) -> CompiledPolicy:
    """The policy ready to run; `Invalid` points at the first rule that cannot be right."""
    from farthing.decision.language.parse import Names, parse_condition, parse_number  # slow to import, and few commands compile

    if policy.product != product.code:
        raise Invalid("wrong_product", f"Policy {policy.id} is for {policy.product}, not {product.code}.", "Name the right product.")
    names = Names(specs, _numbers(policy, specs))
    _check_shape(policy)
    scale = RATE_SCALE[product.rate_basis]
    access = tuple(_ready(rule, parse_condition(rule.when, names, f"access.{rule.name}")) for rule in policy.access)
    limit = tuple(_ready(cap, parse_number(cap.cap, names, f"limit.{cap.name}", scale=0, money=True)) for cap in policy.limit)
    price = tuple(_ready(part, parse_number(part.part, names, f"price.{part.name}", scale=scale, money=False)) for part in policy.price)
    fits(sum(part.tree.kind.low for part in price), sum(part.tree.kind.high for part in price), "price: adding the parts up")
    return CompiledPolicy(policy, specs, names.numbers, access, limit, price, _reliable_from_ppm(names.numbers))


def _ready(rule: AccessRule | LimitCap | PricePart, tree: Tree) -> Ready:
    return Ready(rule, tree, compile_one(tree), named(tree))


def _numbers(policy: Policy, specs: Mapping[str, FactSpec]) -> dict[str, Literal]:
    from farthing.decision.language.parse import number

    numbers: dict[str, Literal] = {}
    for one in policy.numbers:
        if one.name in specs or one.name in numbers:
            raise Invalid("repeated_name", f"numbers.{one.name}: the name is taken.", "Choose another name.", field=f"numbers.{one.name}")
        numbers[one.name] = number(one.value, one.unit or None, one.name)
    return numbers


def _reliable_from_ppm(numbers: Mapping[str, Literal]) -> int:
    told = numbers.get(RELIABLE_FROM)
    if told is None:
        return USUAL_PPM
    assert isinstance(told.value, int)
    ppm, rest = divmod(told.value * 1_000_000, int(10**told.kind.scale))
    if rest or not 0 <= ppm <= 1_000_000:
        where = f"numbers.{RELIABLE_FROM}"
        raise Invalid("bad_policy", f"{where} is no share of at most six decimals.", "Write 0.5, or any from 0 to 1.", field=where)
    return ppm


def _check_shape(policy: Policy) -> None:
    """Names once, reasons and parts from the catalogue, and an access rule that only ever stops."""
    for section, rules in (("access", policy.access), ("limit", policy.limit), ("price", policy.price)):
        seen = set(RESERVED)
        if not rules:
            raise Invalid("empty_section", f"{section} is empty.", "A policy states access, limit and price.", field=section)
        for rule in rules:
            if rule.name in seen:
                raise Invalid(
                    "repeated_name", f"{section}.{rule.name}: the name is taken.", "Choose another name.", field=f"{section}.{rule.name}"
                )
            seen.add(rule.name)
            _check_rule(section, rule)


def _check_rule(section: str, rule: AccessRule | LimitCap | PricePart) -> None:
    where = f"{section}.{rule.name}"
    if isinstance(rule, PricePart):
        if rule.name not in PARTS:
            raise Invalid("unknown_part", f"{where}: no such price part.", f"It is one of {', '.join(sorted(PARTS))}.", field=where)
        return
    if rule.reason not in TITLES:
        raise Invalid("unknown_reason", f"{where}: no reason {rule.reason}.", f"It is one of {', '.join(sorted(TITLES))}.", field=where)
    if isinstance(rule, AccessRule) and rule.outcome is Outcome.APPROVE:
        raise Invalid(
            "access_approves", f"{where}: an access rule stops a case; it cannot approve one.", "Use refer or decline.", field=where
        )
