"""Whether an item means the same in every segment: of people alike in all, do those of one segment answer it otherwise?

The common odds ratio over strata of the sum of all items (N. Mantel, W. Haenszel, JNCI 22, 1959; P. W. Holland, D. T. Thayer, 1988), on
whether the answer is in the upper half; graded as ETS does by |2.35 ln ratio|: A below 1, C from 1.5 on and surely above 1, else B
(M. Zieky, 1993).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from farthing.models.construct.fit import Columns, answers_of
from farthing.models.construct.indicators import Indicator
from farthing.models.construct.model import Constructs, Scale

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

DELTA = 2.35
SMALL, LARGE = 1.0, 1.5
LEAST = 50
"""A segment of fewer cases is not judged."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How an item differs in a segment: |delta| in thousandths (above zero: answered higher than by people alike), and A, B or C."""

    construct: str
    feature: str
    segment: str
    cases: int
    delta_milli: int
    grade: str


def differences(made: Constructs, columns: Columns, segment: npt.NDArray[np.str_]) -> tuple[Difference, ...]:
    """Every item in every segment that has fifty cases, the largest difference first."""
    found = [one for scale in made.scales for one in _of_scale(scale, columns, segment)]
    return tuple(sorted(found, key=lambda one: (-abs(one.delta_milli), one.feature, one.segment)))


def _of_scale(scale: Scale, columns: Columns, segment: npt.NDArray[np.str_]) -> Iterator[Difference]:
    answers = np.column_stack([
        answers_of(Indicator(item.feature, item.rising), np.array(item.starts), columns[item.feature]) for item in scale.items
    ])  # fmt: skip
    whole = (answers >= 0).all(axis=1)
    answers, where = answers[whole], segment[whole]
    for place, item in enumerate(scale.items):
        upper = answers[:, place] >= max(int(np.median(answers[:, place])), 1) if len(answers) else np.zeros(0, np.bool_)
        for name in np.unique(where).tolist():
            here = where == name
            if here.sum() >= LEAST:
                delta, error = mantel_haenszel(upper, here, answers.sum(axis=1))
                yield Difference(scale.name, item.feature, str(name), int(here.sum()), round(delta * 1_000), _grade(delta, error))


def mantel_haenszel(upper: Bools, here: Bools, stratum: Ints) -> tuple[float, float]:
    """2.35 ln of the common odds ratio, and its standard error (J. Robins, N. Breslow, S. Greenland, Biometrics 42, 1986); zero and
    infinity where no stratum holds both."""
    codes, place = np.unique(stratum, return_inverse=True)

    def counts(mask: Bools) -> npt.NDArray[np.float64]:
        return np.bincount(place[mask], minlength=len(codes)).astype(np.float64)

    a, b, c, d = counts(here & upper), counts(here & ~upper), counts(~here & upper), counts(~here & ~upper)
    total = np.maximum(a + b + c + d, 1.0)
    r, s, p, q = a * d / total, b * c / total, (a + d) / total, (b + c) / total
    if not r.sum() or not s.sum():
        return 0.0, float("inf")
    variance = (p * r).sum() / (2 * r.sum() ** 2) + (p * s + q * r).sum() / (2 * r.sum() * s.sum()) + (q * s).sum() / (2 * s.sum() ** 2)
    return DELTA * float(np.log(r.sum() / s.sum())), DELTA * float(np.sqrt(variance))


def _grade(delta: float, error: float) -> str:
    if abs(delta) < SMALL or abs(delta) < 1.96 * error:
        return "A"
    return "C" if abs(delta) >= LARGE and abs(delta) - 1.645 * error > SMALL else "B"
