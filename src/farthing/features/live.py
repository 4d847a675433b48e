"""Features of one subject, now: plain numpy over its daily aggregates, in milliseconds.

Written apart from `batch` on purpose: their equality, bit for bit, is a law (tests/laws/test_features.py).
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.domain.feature import Feature
from farthing.features.formulas import FORMULAS
from farthing.features.primitives import ABSENT, CELLS, OLDER, Ints, Primitive, parse
from farthing.features.records import KIND_OF, SUMS
from farthing.features.reducers import Bools, Days, Lows, Partners, most
from farthing.features.seen import COLUMN, ORDER, SIDE, WIDTH, Seen, see


def live(aggregates: Mapping[EvidenceKind, pl.DataFrame | None], as_of: dt.date, features: Sequence[Feature]) -> dict[str, int | None]:
    """Every feature of one subject on `as_of`, from what was known then; None is missing. `aggregates`: its daily rows by kind."""
    plan = _plan(_Same(features))
    seen = see(aggregates, plan.kinds, as_of)
    if seen is None:
        return dict.fromkeys(plan.names)
    found = _reduce(seen, plan)
    values = np.full(len(plan.names), ABSENT)
    for group in plan.groups:
        values[group.features] = FORMULAS[group.post](group.scale, *found[group.places])
    silent = [place for place, kind in enumerate(plan.kinds) if not seen.knows(kind)]
    if silent:
        values[plan.needs[:, silent].any(axis=1)] = ABSENT
    vector: dict[str, int | None] = dict(zip(plan.names, values.tolist(), strict=True))
    for place in (values == ABSENT).nonzero()[0].tolist():
        vector[plan.names[place]] = None
    return vector


@dataclass(frozen=True, slots=True)
class _Group:
    """Features that share a formula, a scale and a number of primitives: evaluated in one call, each in its own place."""

    post: str
    scale: int
    features: Ints
    places: Ints  # [primitives, features]


@dataclass(frozen=True, slots=True)
class _Ask:
    """One reducer asked of several sides and windows at once; the answers go to `places`."""

    reducer: str
    places: Ints
    sides: Ints
    windows: Ints


@dataclass(frozen=True, slots=True)
class _Newest:
    """What the newest rows of one side say in several columns."""

    reducer: str
    side: str
    columns: tuple[str, ...]
    places: Ints


@dataclass(frozen=True, slots=True)
class _Plan:
    """What to compute for a sequence of features: sums all at once, then the largest, then what is asked of days, balances and partners.

    `sums`: for the first primitives, where their upper and lower months lie in the running sums. `windows`: the months, lower and upper,
    that are asked of, `largest`: of `Seen.largest` places, begin and end. `needs` [features, kinds]: without which a feature is missing.
    """

    names: tuple[str, ...]
    kinds: tuple[EvidenceKind, ...]
    width: int
    sums: tuple[Ints, Ints]
    largest: tuple[Ints, Ints, Ints]
    asks: tuple[_Ask, ...]
    newest: tuple[_Newest, ...]
    windows: tuple[Ints, Ints]
    wanted: Bools
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
    kinds = tuple(sorted({kind for feature in features for kind in feature.sources}, key=str))
    order = sorted(every.values(), key=lambda p: (p.reducer != "sum", p.text))
    by_reducer: dict[str, list[int]] = {}
    for index, p in enumerate(order):
        by_reducer.setdefault(p.reducer, []).append(index)
    windows = sorted({_months(p) for p in order if p.reducer in _SHELF})
    place = {primitive.text: index for index, primitive in enumerate(order)}
    alike: dict[tuple[str, int, int], list[int]] = {}
    for index, feature in enumerate(features):
        alike.setdefault((feature.post, feature.scale, len(feature.primitives)), []).append(index)
    return _Plan(
        names=tuple(feature.name for feature in features),
        kinds=kinds,
        width=len(order),
        sums=_sums([order[index] for index in by_reducer.get("sum", ())]),
        largest=_largest(order, by_reducer.get("max", ())),
        asks=tuple(_ask(reducer, order, chosen, windows) for reducer, chosen in by_reducer.items() if reducer in _SHELF),
        newest=tuple(one for reducer in ("latest", "report", "worst") for one in _newest(reducer, order, by_reducer.get(reducer, ()))),
        windows=(np.array([low for low, _ in windows], np.int64), np.array([high for _, high in windows], np.int64)),
        wanted=np.isin(ORDER, [p.side for p in order if _SHELF.get(p.reducer) == "partners"]),
        groups=tuple(
            _Group(post, scale, np.array(chosen), np.array([[place[text] for text in features[one].primitives] for one in chosen]).T.copy())
            for (post, scale, _), chosen in alike.items()
        ),
        needs=np.array([[kind in feature.sources for kind in kinds] for feature in features], np.bool_).reshape(len(features), len(kinds)),
    )


def _months(primitive: Primitive) -> tuple[int, int]:
    """The window of a primitive, `all` as the last month kept apart."""
    return primitive.low, min(primitive.high, CELLS)


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def _sums(sums: Sequence[Primitive]) -> tuple[Ints, Ints]:
    column = _ints(COLUMN[SIDE[p.side]] + SUMS[KIND_OF[p.side]].index(p.column) for p in sums)
    low, high = (_ints(_months(p)[end] for p in sums) for end in (0, 1))
    return high * WIDTH + column, low * WIDTH + column


def _largest(order: Sequence[Primitive], chosen: Sequence[int]) -> tuple[Ints, Ints, Ints]:
    begin, end = (_ints(SIDE[order[index].side] * CELLS + _months(order[index])[which] for index in chosen) for which in (0, 1))
    return _ints(chosen), begin, end


def _ask(reducer: str, order: Sequence[Primitive], chosen: Sequence[int], windows: Sequence[tuple[int, int]]) -> _Ask:
    asked = [order[index] for index in chosen]
    for p in asked:
        assert reducer not in ("repeat", "steady") or p.high <= OLDER, f"{p.text}: months older than {OLDER} are one"
        assert (p.side == "any") is (_SHELF[reducer] == "lows"), f"{p.text}: balances are of any side, all else is of one"
    return _Ask(reducer, _ints(chosen), _ints(SIDE[p.side] for p in asked), _ints(windows.index(_months(p)) for p in asked))


def _newest(reducer: str, order: Sequence[Primitive], chosen: Sequence[int]) -> Iterator[_Newest]:
    for side, mine in itertools.groupby(sorted(chosen, key=lambda index: order[index].side), key=lambda index: order[index].side):
        places = list(mine)
        yield _Newest(reducer, side, tuple(order[index].column for index in places), _ints(places))


def _reduce(seen: Seen, plan: _Plan) -> Ints:
    """Every primitive of the plan."""
    found = np.zeros(plan.width, np.int64)
    high, low = plan.sums
    found[: len(high)] = seen.sums[high] - seen.sums[low]
    places, begin, end = plan.largest
    if len(places):
        found[places] = most(seen.largest, begin, end, ABSENT)
    for newest in plan.newest:
        found[newest.places] = seen.newest(newest.side, newest.reducer, newest.columns)
    shelves: dict[str, Days | Lows | Partners] = {}
    for ask in plan.asks:
        name = _SHELF[ask.reducer]
        if name not in shelves:
            shelves[name] = _shelf(name, seen, plan)
        found[ask.places] = getattr(shelves[name], ask.reducer)[ask.windows, ask.sides]
    return found


def _shelf(name: str, seen: Seen, plan: _Plan) -> Days | Lows | Partners:
    if name == "partners":
        return seen.partners(plan.wanted, *plan.windows)
    return seen.days(*plan.windows) if name == "days" else seen.lows(*plan.windows)


_SHELF: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("days", "gap", "months", "first", "last"), "days")
    | dict.fromkeys(("low_min", "low_days", "low_negative", "low_sum", "low_last"), "lows")
    | dict.fromkeys(
        ("partners", "top1", "top5", "base", "hhi", "new", "lost", "kept", "kept_amount", "repeat", "steady", "tenure", "oldest"),
        "partners",
    )
)
