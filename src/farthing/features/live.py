"""Features of one subject, now: plain numpy over its daily aggregates, in milliseconds.

Written apart from `batch` on purpose: their equality, bit for bit, is a law (tests/laws/test_features.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.domain.feature import Feature
from farthing.features.daily import SIDES, SUMS
from farthing.features.formulas import FORMULAS
from farthing.features.primitives import ABSENT, OLDER, REPEAT_MONTHS, SHARE_UNITS, Ints, Primitive, parse

_CELLS = OLDER + 1
_EPOCH = dt.date(1970, 1, 1)
_NONE = 2**62  # no balance given
Bools = npt.NDArray[np.bool_]


def live(aggregates: Mapping[EvidenceKind, pl.DataFrame | None], as_of: dt.date, features: Sequence[Feature]) -> dict[str, int | None]:
    """Every feature of one subject on `as_of`, from what was known then; None is missing. `aggregates`: its daily rows by kind."""
    plans = _plan(_Same(features))
    values: dict[str, int | None] = dict.fromkeys(feature.name for feature in features)
    for kind, frame in aggregates.items():
        plan = plans.get(kind)
        view = None if frame is None or plan is None else _see(kind, frame, as_of)
        if plan is not None and view is not None:
            values.update(_evaluate(view, plan))
    return values


@dataclass(frozen=True, slots=True)
class _Group:
    """Features that share a formula, a scale and a number of primitives: evaluated in one call, each in its own place."""

    post: str
    scale: int
    names: tuple[str, ...]
    places: Ints  # [features, primitives]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What to compute for the features of one kind: sums all at once (side, low, high, column), then the other primitives."""

    sums: tuple[Ints, Ints, Ints, Ints]
    others: tuple[Primitive, ...]
    groups: tuple[_Group, ...]


class _Same:
    """A sequence of features as itself, so that its plan is found without hashing every definition."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self.features = features

    def __hash__(self) -> int:
        return id(self.features)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.features is other.features


@lru_cache(maxsize=16)
def _plan(features: _Same) -> Mapping[EvidenceKind, _Plan]:
    kinds = {feature.source for feature in features.features}
    return {kind: _plan_of(kind, [feature for feature in features.features if feature.source is kind]) for kind in kinds}


def _plan_of(kind: EvidenceKind, features: Sequence[Feature]) -> _Plan:
    every = sorted({parse(text) for feature in features for text in feature.primitives}, key=lambda p: (p.reducer != "sum", p.text))
    place = {primitive.text: index for index, primitive in enumerate(every)}
    sums = [p for p in every if p.reducer == "sum"]
    alike: dict[tuple[str, int, int], list[Feature]] = {}
    for feature in features:
        alike.setdefault((feature.post, feature.scale, len(feature.primitives)), []).append(feature)
    groups = tuple(
        _Group(post, scale, tuple(f.name for f in group), np.array([[place[text] for text in f.primitives] for f in group]))
        for (post, scale, _), group in alike.items()
    )
    sides = np.array([SIDES[kind].index(p.side) for p in sums], dtype=np.int64)
    low, high = (
        np.array([min(month, _CELLS) for month in ends], dtype=np.int64) for ends in ([p.low for p in sums], [p.high for p in sums])
    )
    columns = np.array([SUMS[kind].index(p.column) for p in sums], dtype=np.int64)
    return _Plan((sides, low, high, columns), tuple(every[len(sums) :]), groups)


def _evaluate(view: _View, plan: _Plan) -> dict[str, int | None]:
    side, low, high, column = plan.sums
    running = view.cells[0]
    sums = running[side, high, column] - running[side, low, column]
    others = np.array([_REDUCE[primitive.reducer](view, primitive) for primitive in plan.others], dtype=np.int64)
    found = np.concatenate([sums, others])
    values: dict[str, int | None] = {}
    for group in plan.groups:
        result = FORMULAS[group.post](group.scale, *found[group.places].T)
        values.update(zip(group.names, (None if value == ABSENT else value for value in result.tolist()), strict=True))
    return values


def _see(kind: EvidenceKind, frame: pl.DataFrame, as_of: dt.date) -> _View | None:
    """What was known by the date, by side and oldest day first."""
    today = (as_of - _EPOCH).days
    day = frame["day"].to_physical().to_numpy()
    seen = (day <= today) & (frame["known_on"].to_physical().to_numpy() <= today)
    if not seen.all():
        frame, day = frame.filter(pl.Series(seen)), day[seen]
    if not len(day):
        return None
    ago = today - day.astype(np.int64)
    place = (frame["side"] == SIDES[kind][1]).to_numpy().astype(np.int64)
    runs = _starts(place)
    if len(runs) > 2 or ((ago[1:] > ago[:-1]) & (place[1:] == place[:-1])).any():  # daily rows come in order; merged ones may not
        order = np.lexsort((-ago, place))
        frame, ago, place = frame[order], ago[order], place[order]
        runs = _starts(place)
    return _View(kind, frame, ago, _months_back(int(ago.max()), as_of)[ago], place)


@lru_cache(maxsize=64)
def _months_back(oldest: int, as_of: dt.date) -> Ints:
    """The rolling month of each day, by how many days ago it was."""
    day = np.datetime64(as_of, "D") - np.arange(oldest + 1)
    month_of = day.astype("M8[M]")
    day_of_month = (day - month_of.astype("M8[D]")).astype(np.int64) + 1
    back: Ints = (as_of.year - 1970) * 12 + as_of.month - 1 - month_of.astype(np.int64) - (day_of_month > as_of.day)
    return back


def _starts(*keys: npt.NDArray[Any]) -> Ints:
    """Where runs of equal keys begin."""
    change = np.zeros(len(keys[0]), dtype=np.bool_)
    change[:1] = True
    for key in keys:
        change[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(change)


def _at_all(trades: Ints) -> Bools:
    """Which partners traded in any of these months."""
    found: Bools = np.logical_or.reduce(trades > 0, axis=0)
    return found


@dataclass(frozen=True)
class _Partners:
    """Partners of one side by month [25, partners], newest month first; what is older than the last shares it."""

    trades: Ints
    earned: Ints
    span: Ints  # days from a partner's first trade to its last

    @cached_property
    def before_this_year(self) -> Bools:
        """Who traded longer than twelve months ago."""
        return _at_all(self.trades[12:])

    @cached_property
    def this_year(self) -> Bools:
        """Who traded in the last twelve months."""
        return _at_all(self.trades[:12])


class _View:
    """What was known of one subject and kind on a date, reduced once for all primitives that ask."""

    def __init__(self, kind: EvidenceKind, frame: pl.DataFrame, ago: Ints, month: Ints, place: Ints) -> None:
        self.kind, self.frame, self.ago, self.month, self.place = kind, frame, ago, month, place
        self.count = frame["count"].to_numpy()
        self._days: dict[str, tuple[Ints, Ints]] = {}
        self._partners: dict[str, _Partners] = {}
        self._windows: dict[tuple[str, str, int, int], npt.NDArray[Any]] = {}

    def rows(self, side: str) -> slice:
        """Where the rows of a side lie."""
        mine = SIDES[self.kind].index(side)
        found = np.flatnonzero(self.place == mine)
        return slice(int(found[0]), int(found[-1]) + 1) if len(found) else slice(0, 0)

    @cached_property
    def cells(self) -> tuple[Ints, Ints]:
        """Running sums over months [2, 26, columns], newest month first after a zero, and the largest row of each month [2, 25]."""
        cell = self.place * _CELLS + np.minimum(self.month, OLDER)
        starts = _starts(cell)
        names = SUMS[self.kind]
        sums, largest = np.zeros((2 * _CELLS, len(names)), np.int64), np.zeros(2 * _CELLS, np.int64)
        for column, name in enumerate(names):
            sums[cell[starts], column] = np.add.reduceat(self.frame[name].to_numpy(), starts)
        largest[cell[starts]] = np.maximum.reduceat(self.frame["largest"].to_numpy(), starts)
        running = np.zeros((2, _CELLS + 1, len(names)), np.int64)
        running[:, 1:] = sums.reshape(2, _CELLS, -1).cumsum(axis=1)
        return running, largest.reshape(2, _CELLS)

    def days(self, side: str) -> tuple[Ints, Ints]:
        """Distinct active days of a side, newest first as days ago, and the month of each."""
        if side not in self._days:
            mine = self.rows(side)
            active = self.count[mine] > 0
            ago, month = self.ago[mine][active], self.month[mine][active]
            first = _starts(ago)[::-1]
            self._days[side] = (ago[first], month[first])
        return self._days[side]

    @cached_property
    def lows(self) -> tuple[Ints, Ints]:
        """The lowest balance of each day that has one, newest first, and the month of each day."""
        low = self.frame["low"].fill_null(_NONE).to_numpy()
        given = low != _NONE
        order = np.argsort(self.ago[given], kind="stable")
        ago, low = self.ago[given][order], low[given][order]
        if not len(ago):
            return ago, ago
        starts = _starts(ago)
        return np.minimum.reduceat(low, starts), self.month[given][order][starts]

    def partners(self, side: str) -> _Partners:
        """The partners of a side."""
        if side not in self._partners:
            self._partners[side] = self._pair(side)
        return self._partners[side]

    def _pair(self, side: str) -> _Partners:
        mine = self.rows(side)
        named = self.frame["partner"].to_numpy()[mine]
        chosen = np.flatnonzero(named)
        who, ago = named[chosen].astype(np.int64) - 1, self.ago[mine][chosen]
        month, count = self.month[mine][chosen], self.count[mine][chosen]
        partners = int(who.max()) + 1 if len(who) else 0
        cell = np.minimum(month, OLDER) * partners + who
        trades, earned = np.zeros((2, _CELLS * partners), np.int64)
        np.add.at(trades, cell, count)
        np.add.at(earned, cell, self.frame["amount"].to_numpy()[mine][chosen])
        spans = _spans(partners, who[count > 0], ago[count > 0])
        return _Partners(trades.reshape(_CELLS, partners), earned.reshape(_CELLS, partners), spans)

    def traded(self, p: Primitive) -> Bools:
        """Which partners traded in the primitive's window."""
        key = ("traded", p.side, p.low, p.high)
        if key not in self._windows:
            self._windows[key] = _at_all(self.partners(p.side).trades[p.low : p.high])
        found: Bools = self._windows[key]
        return found

    def earned(self, p: Primitive) -> Ints:
        """Amount of each partner in the primitive's window, below zero counted as zero."""
        key = ("earned", p.side, p.low, p.high)
        if key not in self._windows:
            self._windows[key] = np.maximum(self.partners(p.side).earned[p.low : p.high].sum(axis=0), 0)
        return self._windows[key]


def _spans(partners: int, who: Ints, ago: Ints) -> Ints:
    """Days between the first and the last active row of each partner (0 where there is none); rows oldest first."""
    newest, oldest = np.zeros((2, partners), np.int64)
    newest[who] = ago  # of a place named several times the last stays
    oldest[who[::-1]] = ago[::-1]
    return oldest - newest


def _max(view: _View, p: Primitive) -> int:
    return int(view.cells[1][SIDES[view.kind].index(p.side), p.low : min(p.high, _CELLS)].max())


def _inside(p: Primitive, month: Ints) -> tuple[int, int]:
    """Where the window lies in months that never fall."""
    return int(np.searchsorted(month, p.low, "left")), int(np.searchsorted(month, p.high, "left"))


def _days(view: _View, p: Primitive) -> int:
    start, stop = _inside(p, view.days(p.side)[1])
    return stop - start


def _gap(view: _View, p: Primitive) -> int:
    ago, month = view.days(p.side)
    start, stop = _inside(p, month)
    return int(np.diff(ago[start:stop]).max()) if stop - start > 1 else ABSENT


def _months(view: _View, p: Primitive) -> int:
    month = view.days(p.side)[1]
    start, stop = _inside(p, month)
    inside = month[start:stop]
    return int((np.diff(inside) != 0).sum()) + 1 if len(inside) else 0


def _first(view: _View, p: Primitive) -> int:
    ago = view.days(p.side)[0]
    return int(ago[-1]) if len(ago) else ABSENT


def _last(view: _View, p: Primitive) -> int:
    ago = view.days(p.side)[0]
    return int(ago[0]) if len(ago) else ABSENT


def _unit(earned: Ints) -> int:
    return max(int(earned.sum()) // SHARE_UNITS, 1)


def _hhi(view: _View, p: Primitive) -> int:
    shares = view.earned(p) // _unit(view.earned(p))
    return int((shares * shares).sum())


def _repeat(view: _View, p: Primitive) -> Ints:
    assert p.high <= OLDER, f"{p.text}: months older than {OLDER} are one"
    months: Ints = (view.partners(p.side).trades[p.low : p.high] > 0).sum(axis=0)
    return months


def _largest(values: Ints) -> int:
    return int(values.max()) if len(values) else 0


def _oldest(view: _View, p: Primitive) -> Ints:
    return view.partners(p.side).span[view.traded(p)]


def _low(view: _View, p: Primitive) -> Ints:
    lows, month = view.lows
    start, stop = _inside(p, month)
    return lows[start:stop]


_REDUCE: Mapping[str, Callable[[_View, Primitive], int]] = MappingProxyType({
    "max": _max, "days": _days, "gap": _gap, "months": _months, "first": _first, "last": _last,
    "partners": lambda view, p: int(view.traded(p).sum()),
    "top1": lambda view, p: _largest(view.earned(p)),
    "top5": lambda view, p: int(np.sort(view.earned(p))[-5:].sum()),
    "base": lambda view, p: int(view.earned(p).sum()) // _unit(view.earned(p)),
    "hhi": _hhi,
    "new": lambda view, p: int((view.traded(p) & ~view.partners(p.side).before_this_year).sum()),
    "lost": lambda view, p: int((view.traded(p) & ~view.partners(p.side).this_year).sum()),
    "kept": lambda view, p: int((view.traded(p) & view.partners(p.side).before_this_year).sum()),
    "kept_amount": lambda view, p: int(view.earned(p)[view.partners(p.side).before_this_year].sum()),
    "repeat": lambda view, p: int((_repeat(view, p) >= REPEAT_MONTHS).sum()),
    "steady": lambda view, p: _largest(_repeat(view, p)),
    "tenure": lambda view, p: int(_oldest(view, p).sum()),
    "oldest": lambda view, p: _largest(_oldest(view, p)),
    "low_min": lambda view, p: int(_low(view, p).min()) if len(_low(view, p)) else ABSENT,
    "low_days": lambda view, p: len(_low(view, p)),
    "low_negative": lambda view, p: int((_low(view, p) < 0).sum()),
    "low_sum": lambda view, p: int(_low(view, p).sum()),
    "low_last": lambda view, p: int(_low(view, p)[0]) if len(_low(view, p)) else ABSENT,
})  # fmt: skip
