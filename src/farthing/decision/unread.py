"""What a decision may not rest on: sources of the bank's own that cannot be relied on now. A broken feed declines nobody.

Facts that rest on an unread source are missing, and each rule says what missing means to it, as ever. One outcome is not left to that: a
decline stands only if it would have come whatever the source had said. Otherwise a person decides.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from farthing.decision.access import Values, stop_of
from farthing.decision.compiled import CompiledPolicy, Ready
from farthing.decision.price import fold_price
from farthing.decision.reasons import decimal
from farthing.domain.decision import SourceRead, Step, StepKind
from farthing.domain.policy import LimitCap, Outcome
from farthing.domain.product import Product

COUNTED = "sources_unread"
"""How many sources are left out: where one is, a fact of theirs and not of the applicant's."""


def declined_anyway(compiled: CompiledPolicy, product: Product, values: Values, lost: Collection[str]) -> bool:
    """Whether the case is declined whatever the facts in `lost` were: by a rule before which nothing read them, or by a cap that reads
    none of them where they could neither stop the case nor its price."""
    for ready in compiled.access:
        if _touched(ready, lost):
            return False
        stop = stop_of(ready, ready.run(values))
        if stop is not None:
            return stop is Outcome.DECLINE
    if any(_touched(ready, lost) for ready in compiled.price):
        return False
    stop = fold_price(compiled, product, values).stops
    if stop is not None:
        return stop is Outcome.DECLINE
    step_fen, kept = compiled.policy.step_fen, [ready for ready in compiled.limit if not _touched(ready, lost)]
    return any(_cap_fen(ready, values) // step_fen * step_fen < product.limit_min_fen for ready in kept)


def reads_lost(compiled: CompiledPolicy, lost: Collection[str]) -> bool:
    """Whether any rule, cap or part reads what is lost."""
    return any(_touched(ready, lost) for ready in (*compiled.access, *compiled.limit, *compiled.price))


def untouched(compiled: CompiledPolicy, lost: Collection[str]) -> CompiledPolicy:
    """The policy without the rules, caps and parts that read what is lost."""
    access, limit, price = (
        tuple(ready for ready in many if not _touched(ready, lost)) for many in (compiled.access, compiled.limit, compiled.price)
    )
    return replace(compiled, access=access, limit=limit, price=price)


def sources_step(sources: Sequence[SourceRead], threshold_ppm: int) -> Step:
    """The step that sends a case to a person instead of declining it: which sources were not read."""
    told = ", ".join(f"{one.kind} {decimal(one.reliability_ppm, 6)}" for one in sources)
    return Step(StepKind.ACCESS, "sources", f"{told} < {decimal(threshold_ppm, 6)}", 1, True, Outcome.REFER, ())


def _touched(ready: Ready, lost: Collection[str]) -> bool:
    return any(name in lost for name in ready.reads)


def _cap_fen(ready: Ready, values: Values) -> int:
    assert isinstance(ready.rule, LimitCap)
    fen: int | None = ready.run(values)
    return ready.rule.missing if fen is None else fen
