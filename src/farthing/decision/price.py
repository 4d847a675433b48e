"""Price: named parts add up to the rate; a last step says what the product's band added or took away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from farthing.decision.access import Values, read_of
from farthing.decision.compiled import RATE_SCALE, CompiledPolicy, Ready
from farthing.decision.reasons import decimal, missing
from farthing.domain.decision import Reason, Step, StepKind
from farthing.domain.policy import Outcome, PricePart
from farthing.domain.product import Product
from farthing.domain.rate import Rate


@dataclass(frozen=True, slots=True)
class Price:
    """The rate, or the outcome that a part without its facts asks for; the values of the steps always add up to the rate."""

    rate: Rate | None
    stops: Outcome | None
    steps: tuple[Step, ...]
    reasons: tuple[Reason, ...]


def fold_price(compiled: CompiledPolicy, product: Product, values: Values, lost: Collection[str] = ()) -> Price:
    """Sum of parts in units of the product's rate basis, clamped to its band. `lost` as in `fold_access`."""
    steps = tuple(_part(ready, values) for ready in compiled.price)
    unknown = [(ready, step) for ready, step in zip(compiled.price, steps, strict=True) if step.value is None]
    if unknown:
        stops = Outcome.DECLINE if any(step.outcome is Outcome.DECLINE for _, step in unknown) else Outcome.REFER
        read = [name for ready, _ in unknown for name in ready.reads]
        return Price(None, stops, steps, (missing(values, read, compiled.specs, lost),))
    total = sum(step.value for step in steps if step.value is not None)
    rate = product.clamp(total)
    low, high = (decimal(units, RATE_SCALE[product.rate_basis]) for units in (product.rate_min_units, product.rate_max_units))
    band = Step(StepKind.PRICE, "band", f"between {low} and {high}", rate.units - total, rate.units != total, None, ())
    return Price(rate, None, (*steps, band), ())


def _part(ready: Ready, values: Values) -> Step:
    assert isinstance(ready.rule, PricePart)
    units, missing = ready.run(values), ready.rule.missing
    stops = missing if units is None and isinstance(missing, Outcome) else None
    if units is None and not isinstance(missing, Outcome):
        units = missing
    return Step(StepKind.PRICE, ready.rule.name, ready.rule.part, units, stops is not None, stops, read_of(ready, values))
