"""Limit: the smallest of the named caps, rounded down; the name of the one that binds answers 'why not more?'."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from farthing.decision.access import Values, read_of
from farthing.decision.compiled import CompiledPolicy, Ready
from farthing.decision.reasons import missing, reason
from farthing.domain.decision import Reason, Step, StepKind
from farthing.domain.money import format_yuan
from farthing.domain.policy import LimitCap, Outcome
from farthing.domain.product import Product


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit (0 if it would be below the product's minimum), its steps, and why it is not more."""

    limit_fen: int
    enough: bool
    steps: tuple[Step, ...]
    binding: Reason


def fold_limit(compiled: CompiledPolicy, product: Product, values: Values, lost: Collection[str] = ()) -> Limit:
    """min(caps) floored to the policy's step; the first of equal caps binds, the product's own maximum always holds. `lost` as in
    `fold_access`."""
    step_fen = compiled.policy.step_fen
    steps = [_cap(ready, values) for ready in compiled.limit]
    amounts = [step.value for step in steps if step.value is not None]
    smallest = min(*amounts, product.limit_max_fen) if amounts else 0
    at = next((index for index, step in enumerate(steps) if step.value == smallest), None)
    if at is not None:
        steps[at] = replace(steps[at], decided=True)
    limit_fen = max(smallest, 0) // step_fen * step_fen
    enough = limit_fen >= product.limit_min_fen
    rounding = Step(StepKind.LIMIT, "rounding", f"floor to {format_yuan(step_fen)}", limit_fen, False, None, ())
    stop = None if enough else Outcome.DECLINE
    minimum = Step(
        StepKind.LIMIT, "product_minimum", f"at least {format_yuan(product.limit_min_fen)}", product.limit_min_fen, not enough, stop, ()
    )
    return Limit(limit_fen if enough else 0, enough, (*steps, rounding, minimum), _binding(compiled, at, values, lost))


def _cap(ready: Ready, values: Values) -> Step:
    assert isinstance(ready.rule, LimitCap)
    amount = ready.run(values)
    fen = ready.rule.missing if amount is None else amount
    return Step(StepKind.LIMIT, ready.rule.name, ready.rule.cap, fen, False, None, read_of(ready, values))


def _binding(compiled: CompiledPolicy, at: int | None, values: Values, lost: Collection[str]) -> Reason:
    if at is None:
        return reason("CAP_PRODUCT", values, (), compiled.specs)
    ready = compiled.limit[at]
    assert isinstance(ready.rule, LimitCap)
    if ready.run(values) is None:
        return missing(values, ready.reads, compiled.specs, lost)
    return reason(ready.rule.reason, values, ready.reads, compiled.specs)
