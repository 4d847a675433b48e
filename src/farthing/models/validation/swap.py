"""Who would be approved in whose place: the safest so many by one model and by another, and what became of them."""

from __future__ import annotations

import numpy as np

from farthing.domain.model_card import Measure
from farthing.quant.binning import Bools, Floats
from farthing.quant.discrimination import wilson

APPROVED = 0.7


def swaps(new: Floats, used: Floats, bad: Bools) -> tuple[Measure, ...]:
    """The rate of bads of those that both would approve, that only the new model would, only the one in use, and neither.

    `new` and `used` are risks of the same cases; each model approves the safest 70 %. An empty set has no rate and is left out.
    """
    safe, was = (risk <= np.quantile(risk, APPROVED) for risk in (new, used))
    sets = {"kept": safe & was, "in": safe & ~was, "out": ~safe & was, "neither": ~safe & ~was}
    return tuple(_measure(name, bad[here]) for name, here in sets.items() if here.any())


def _measure(name: str, bad: Bools) -> Measure:
    bads, cases = int(bad.sum()), len(bad)
    low, high = wilson(bads, cases)
    how = f"{cases} 个案例，{bads} 个坏；Wilson 区间。 {cases} cases, {bads} bad; interval by Wilson."
    return Measure(f"swap_{name}", f"{bads / cases:.3f}", f"{low:.3f}", f"{high:.3f}", how)
