"""Features of one subject, now: plain numpy over its daily aggregates, in milliseconds.

Written apart from `batch` on purpose: their equality, bit for bit, is a law (tests/laws/test_features.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.domain.feature import Feature
from farthing.features.formulas import FORMULAS
from farthing.features.primitives import ABSENT, CELLS, OLDER, Ints, Primitive, parse
from farthing.features.records import KIND_OF, SIDES, SUMS
from farthing.features.reducers import Days, Lows, Partners
from farthing.features.seen import View, Windows, see

Bools = npt.NDArray[np.bool_]


def live(aggregates: Mapping[EvidenceKind, pl.DataFrame | None], as_of: dt.date, features: Sequence[Feature]) -> dict[str, int | None]:
    """Every feature of one subject on `as_of`, from what was known then; None is missing. `aggregates`: its daily rows by kind."""
    plan = _plan(_Same(features))
    found = np.zeros(plan.width, np.int64)
    there = np.zeros(len(plan.parts), np.bool_)
    for place, part in enumerate(plan.parts):
        frame = aggregates.get(part.kind)
        view = None if frame is None else see(part.kind, part.windows, frame, as_of)
        if view is not None:
            there[place] = True
            found[part.start : part.stop] = _reduce(view, part)
    values = np.full(len(plan.names), ABSENT)
    for group in plan.groups:
        values[group.features] = FORMULAS[group.post](group.scale, *found[group.places])
    values[(plan.needs & ~there).any(axis=1)] = ABSENT
    return {name: None if value == ABSENT else value for name, value in zip(plan.names, values.tolist(), strict=True)}


@dataclass(frozen=True, slots=True)
class _Group:
    """Features that share a formula, a scale and a number of primitives: evaluated in one call, each in its own place."""

    post: str
    scale: int
    features: Ints
    places: Ints  # [primitives, features]


@dataclass(frozen=True, slots=True)
class _Ask:
    """One reducer of one side, asked of several windows or columns at once; answers go to `places` of their part."""

    how: str
    side: str
    reducer: str
    asked: tuple[Primitive, ...]
    windows: Ints
    places: Ints


@dataclass(frozen=True, slots=True)
class _Part:
    """What to reduce of one kind, kept from `start` to `stop`: sums all at once (side, low, high, column), then the others.

    `windows`: for each side the months, lower and upper, that its days and partners are asked of.
    """

    kind: EvidenceKind
    start: int
    stop: int
    sums: tuple[Ints, Ints, Ints, Ints]
    others: tuple[_Ask, ...]
    windows: Windows


@dataclass(frozen=True, slots=True)
class _Plan:
    """What to compute for a sequence of features. `needs` [features, parts]: without which kinds a feature is missing."""

    names: tuple[str, ...]
    width: int
    parts: tuple[_Part, ...]
    groups: tuple[_Group, ...]
    needs: Bools


class _Same:
    """A sequence of features as itself, so that its plan is found without hashing every definition."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self.features = features

    def __hash__(self) -> int:
        return id(self.features)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.features is other.features


@lru_cache(maxsize=16)
def _plan(same: _Same) -> _Plan:
    features = same.features
    every = {text: parse(text) for feature in features for text in feature.primitives}
    kinds = sorted({kind for feature in features for kind in feature.sources}, key=str)
    order: list[Primitive] = []
    parts: list[_Part] = []
    for kind in kinds:
        mine = sorted((p for p in every.values() if KIND_OF[p.side] is kind), key=lambda p: (p.reducer != "sum", p.text))
        parts.append(_part(kind, mine, len(order)))
        order += mine
    place = {primitive.text: index for index, primitive in enumerate(order)}
    alike: dict[tuple[str, int, int], list[int]] = {}
    for index, feature in enumerate(features):
        alike.setdefault((feature.post, feature.scale, len(feature.primitives)), []).append(index)
    groups = tuple(
        _Group(post, scale, np.array(chosen), np.array([[place[text] for text in features[one].primitives] for one in chosen]).T.copy())
        for (post, scale, _), chosen in alike.items()
    )
    needs = np.array([[kind in feature.sources for kind in kinds] for feature in features], np.bool_).reshape(len(features), len(kinds))
    return _Plan(tuple(feature.name for feature in features), len(order), tuple(parts), groups, needs)


def _part(kind: EvidenceKind, mine: Sequence[Primitive], start: int) -> _Part:
    sums = [p for p in mine if p.reducer == "sum"]
    others = mine[len(sums) :]
    sides = np.array([SIDES[kind].index(p.side) for p in sums], dtype=np.int64)
    low, high = (
        np.array([min(month, CELLS) for month in ends], dtype=np.int64) for ends in ([p.low for p in sums], [p.high for p in sums])
    )
    columns = np.array([SUMS[kind].index(p.column) for p in sums], dtype=np.int64)
    asked = {side: sorted({(p.low, min(p.high, CELLS)) for p in others if p.side == side}) for side in {p.side for p in others}}
    windows = {side: (np.array([low for low, _ in ends]), np.array([high for _, high in ends])) for side, ends in asked.items()}
    for p in others:
        assert p.reducer not in ("repeat", "steady") or p.high <= OLDER, f"{p.text}: months older than {OLDER} are one"
    alike: dict[tuple[str, str], list[int]] = {}
    for index, p in enumerate(others):
        alike.setdefault((p.side, p.reducer), []).append(index)
    asks = tuple(
        _Ask(
            _SHELF[reducer], side, reducer, tuple(others[one] for one in chosen),
            np.array([asked[side].index((others[one].low, min(others[one].high, CELLS))) for one in chosen]),
            np.array(chosen) + len(sums),
        )
        for (side, reducer), chosen in alike.items()
    )  # fmt: skip
    return _Part(kind, start, start + len(mine), (sides, low, high, columns), asks, windows)


def _reduce(view: View, part: _Part) -> Ints:
    side, low, high, column = part.sums
    running = view.cells[0]
    found = np.empty(part.stop - part.start, np.int64)
    found[: len(side)] = running[side, high, column] - running[side, low, column]
    for ask in part.others:
        found[ask.places] = _answer(view, ask)
    return found


def _answer(view: View, ask: _Ask) -> Ints | Sequence[int]:
    if ask.how == "largest":
        most = view.cells[1][view.sides.index(ask.side)]
        return [int(most[p.low : min(p.high, CELLS)].max()) for p in ask.asked]
    if ask.how == "newest":
        return view.newest(ask.side, ask.reducer, [p.column for p in ask.asked])
    shelf: Days | Partners | Lows = (
        view.days(ask.side) if ask.how == "days" else view.partners(ask.side) if ask.how == "partners" else view.lows
    )
    answers: Ints = getattr(shelf, ask.reducer)[ask.windows]
    return answers


_SHELF: Mapping[str, str] = MappingProxyType(
    {"max": "largest", **dict.fromkeys(("latest", "report", "worst"), "newest")}
    | dict.fromkeys(("days", "gap", "months", "first", "last"), "days")
    | dict.fromkeys(("low_min", "low_days", "low_negative", "low_sum", "low_last"), "lows")
    | dict.fromkeys(
        ("partners", "top1", "top5", "base", "hhi", "new", "lost", "kept", "kept_amount", "repeat", "steady", "tenure", "oldest"),
        "partners",
    )
)
