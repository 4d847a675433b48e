"""Fit the scales of the constructs once, and freeze them.

Counts become answers by their fifths among those who gave them, yes and no stay two. An item that hardly tells of its construct is left
out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from farthing.domain.errors import Invalid
from farthing.models.construct.indicators import CONSTRUCTS, Construct, Indicator
from farthing.models.construct.model import MICRO, Constructs, Measured, Scale
from farthing.models.naming import named
from farthing.quant.graded_response import LOG_PRIOR, NODES, Item, alpha, expected_variance, fit_graded, omega

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Columns = Mapping[str, tuple[Ints, Bools]]
"""Of each feature its values, and where they are missing."""

ANSWERS = 5
LEAST_CASES, LEAST_SHARE, LEAST_ITEMS = 100, 0.02, 2
WEAKEST = 0.3
"""Items below this discrimination (a loading of 0.16) tell too little of the construct to be asked for it."""
PPM, MILLI, TENTHS_A_SD = 1_000_000, 1_000, 100


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An item that is not read, and why: `constant`, `unanswered`, `weak`, or `alone` with too few others."""

    construct: str
    feature: str
    why: str


def fit_constructs(columns: Columns, told: str, *, synthetic: bool) -> tuple[Constructs, tuple[LeftOut, ...]]:
    """Scales of every construct that two items at least tell of, and what was left out. `Invalid` with fewer than a hundred cases."""
    cases = max((len(value) for value, _ in columns.values()), default=0)
    if cases < LEAST_CASES:
        raise Invalid("few_cases", f"{cases} owners cannot carry a scale.", f"Bring {LEAST_CASES} at least.")
    scales: list[Scale] = []
    left: list[LeftOut] = []
    for construct in CONSTRUCTS:
        scale, out = _scale(construct, columns)
        scales += [scale] if scale else []
        left += out
    if not scales:
        raise Invalid("no_scale", "No construct has two items that tell of it.", "Bring owners' answers.")
    nodes, prior = _whole(NODES, MILLI), _whole(LOG_PRIOR, MICRO)
    return named(Constructs("", told, synthetic, nodes, prior, tuple(scales))), tuple(left)


def _scale(construct: Construct, columns: Columns) -> tuple[Scale | None, list[LeftOut]]:
    """One construct's scale, without the items that do not carry it."""
    left, asked = [], []
    for indicator in construct.indicators:
        why = _useless(columns.get(indicator.feature))
        if why:
            left.append(LeftOut(construct.name, indicator.feature, why))
        else:
            asked.append(indicator)
    while len(asked) >= LEAST_ITEMS:
        starts = [_starts(columns[one.feature]) for one in asked]
        answers = np.column_stack([answers_of(one, cut, columns[one.feature]) for one, cut in zip(asked, starts, strict=True)])
        items = fit_graded(answers)
        weakest = min(range(len(items)), key=lambda place: items[place].a)
        if items[weakest].a >= WEAKEST:
            return _frozen(construct, (asked, starts), items, answers), left
        left.append(LeftOut(construct.name, asked.pop(weakest).feature, "weak"))
    return None, [*left, *(LeftOut(construct.name, one.feature, "alone") for one in asked)]


def _useless(column: tuple[Ints, Bools] | None) -> str:
    if column is None or (~column[1]).mean() < LEAST_SHARE:
        return "unanswered"
    return "" if len(_starts(column)) else "constant"


def _starts(column: tuple[Ints, Bools]) -> Ints:
    """Where answers begin: the fifths of what was answered, as far as they differ."""
    known = np.sort(column[0][~column[1]])
    cuts = np.unique(known[[len(known) * part // ANSWERS for part in range(1, ANSWERS)]])
    cuts = cuts[cuts > known[0]]
    return cuts if len(cuts) else np.unique(known)[1:2]


def answers_of(indicator: Indicator, starts: Ints, column: tuple[Ints, Bools]) -> Ints:
    """0, 1, 2 ... for each case, -1 where it is missing; more is more of the construct."""
    step = np.searchsorted(starts, column[0], side="right")
    return np.where(column[1], -1, step if indicator.rising else len(starts) - step).astype(np.int64)


def _frozen(construct: Construct, asked: tuple[list[Indicator], list[Ints]], items: tuple[Item, ...], answers: Ints) -> Scale:
    measured = tuple(map(_measured, *asked, items))
    left = [expected_variance([item for place, item in enumerate(items) if mask >> place & 1]) for mask in range(2 ** len(items))]
    inside = alpha(answers)
    return Scale(
        construct.name, construct.zh, construct.en, measured,
        bars=tuple(int(np.ceil(TENTHS_A_SD * np.sqrt(one) - 1e-9)) for one in left),
        omega_ppm=round(omega(items) * PPM),
        alpha_ppm=None if np.isnan(inside) else round(inside * PPM),
        reliability_ppm=round((1.0 - left[-1] / left[0]) * PPM),
        cases=int((answers >= 0).any(axis=1).sum()),
    )  # fmt: skip


def _measured(indicator: Indicator, starts: Ints, item: Item) -> Measured:
    likely = tuple(_whole(row, MICRO) for row in item.log_probabilities())
    return Measured(indicator.feature, indicator.rising, tuple(starts.tolist()), likely, round(item.a * MILLI))


def _whole(values: npt.NDArray[np.float64], scale: int) -> tuple[int, ...]:
    return tuple(np.rint(values * scale).astype(np.int64).tolist())
