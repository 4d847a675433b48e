"""How quickly things happen around an applicant: enquiries, applications, and other parties on its devices and contact points, in the last
1, 7 and 30 days and in the busiest week of the last 90.

`velocity` counts for everybody on columns; `velocity_of` for one party from its own rows and those of the marks it came by. They are
written apart and agree (tests/laws/test_velocity.py). A mark of more than `HUB` parties is a public place and counts for nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import polars as pl

from farthing.graph.rings import HUB

Row = TypeVar("Row")
WINDOWS = (1, 7, 30)
WEEK, LOOK_BACK = 7, 90


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asked the credit bureau about a party."""

    party: str
    day: dt.date
    asker: str


@dataclass(frozen=True, slots=True)
class Came:
    """A party came by a mark, a device or a contact point, and applied there or not."""

    party: str
    day: dt.date
    mark: str
    device: bool
    applied: bool


MEASURES = (
    *(f"asked_{days}d" for days in WINDOWS), "askers_30d", "asked_busiest_week",
    *(f"applied_{days}d" for days in WINDOWS), *(f"devices_{days}d" for days in WINDOWS),
    *(f"device_applicants_{days}d" for days in WINDOWS), *(f"device_parties_{days}d" for days in WINDOWS),
    *(f"contact_parties_{days}d" for days in WINDOWS),
)  # fmt: skip
"""Each a count; `applicants` and `parties` are others than the party itself."""


# ---- one applicant ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Traces:
    """Everything known on a day, by party and by mark; the marks that are `public` places are in no `by_mark`."""

    asked: Mapping[str, Sequence[Asked]]
    came: Mapping[str, Sequence[Came]]
    by_mark: Mapping[str, Sequence[Came]]
    public: frozenset[str]


NO_TRACES = Traces({}, {}, {}, frozenset())


def traces(asked: Iterable[Asked], came: Iterable[Came], as_of: dt.date, beside: Traces = NO_TRACES) -> Traces:
    """Rows by whom and by what they speak of, beside those gathered before; those of later days are left out."""
    by_party: dict[str, list[Asked]] = defaultdict(list)
    ways: dict[str, list[Came]] = defaultdict(list)
    marks: dict[str, list[Came]] = defaultdict(list)
    for one in asked:
        if one.day <= as_of:
            by_party[one.party].append(one)
    for step in came:
        if step.day <= as_of:
            ways[step.party].append(step)
            if step.mark not in beside.public:
                marks[step.mark].append(step)
    by_mark = _added(beside.by_mark, marks)
    public = {mark for mark in marks if len({row.party for row in by_mark[mark]}) > HUB}
    private = {mark: rows for mark, rows in by_mark.items() if mark not in public}
    return Traces(_added(beside.asked, by_party), _added(beside.came, ways), private, beside.public | public)


def _added(before: Mapping[str, Sequence[Row]], fresh: Mapping[str, Sequence[Row]]) -> dict[str, Sequence[Row]]:
    return {**before, **{key: (*before.get(key, ()), *rows) for key, rows in fresh.items()}}


def without(found: Traces, asked: Collection[str], came: Mapping[bool, Collection[str]]) -> Traces:
    """Without what was asked of some, and without the steps of others: on devices (True), on contact points (False)."""
    ways, marks = dict(found.came), dict(found.by_mark)
    for device, parties in came.items():
        for party in parties:
            gone = [row for row in ways.get(party, ()) if row.device == device]
            ways[party] = [row for row in ways.get(party, ()) if row.device != device]
            for mark in {row.mark for row in gone} - found.public:
                marks[mark] = [row for row in marks[mark] if row.party != party]
    kept = {party: rows for party, rows in found.asked.items() if party not in asked}
    return Traces(kept, {party: rows for party, rows in ways.items() if rows}, marks, found.public)


def velocity_of(found: Traces, party: str, as_of: dt.date) -> dict[str, int]:
    """The measures of one party."""
    asked, came = found.asked.get(party, ()), found.came.get(party, ())
    told = {f"asked_{days}d": sum(_within(row.day, as_of, days) for row in asked) for days in WINDOWS}
    told["askers_30d"] = len({row.asker for row in asked if _within(row.day, as_of, 30)})
    told["asked_busiest_week"] = _busiest([row.day for row in asked if _within(row.day, as_of, LOOK_BACK)])
    for days in WINDOWS:
        lately = [row for row in came if _within(row.day, as_of, days)]
        others = [row for row in _others(found, lately, party) if _within(row.day, as_of, days)]
        told[f"applied_{days}d"] = sum(row.applied for row in lately)
        told[f"devices_{days}d"] = len({row.mark for row in lately if row.device})
        told[f"device_applicants_{days}d"] = len({row.party for row in others if row.device and row.applied})
        told[f"device_parties_{days}d"] = len({row.party for row in others if row.device})
        told[f"contact_parties_{days}d"] = len({row.party for row in others if not row.device})
    return {name: told[name] for name in MEASURES}


def _within(day: dt.date, as_of: dt.date, days: int) -> bool:
    return as_of - dt.timedelta(days=days) < day <= as_of


def _others(found: Traces, lately: Sequence[Came], party: str) -> Iterator[Came]:
    for mark in {row.mark for row in lately}:
        yield from (row for row in found.by_mark.get(mark, ()) if row.party != party)


def _busiest(days: Sequence[dt.date]) -> int:
    """The most of these days that lie within a week."""
    return max((sum(0 <= (later - day).days < WEEK for later in days) for day in days), default=0)


# ---- everybody -------------------------------------------------------------------------------------------------------


def velocity(asked: pl.DataFrame, came: pl.DataFrame, as_of: dt.date, public: Collection[str] = ()) -> pl.DataFrame:
    """One row a party that has any trace, one column a measure. Columns as of `Asked` and `Came`; `public` are places that are so by rows
    which are not here."""
    asked, came = (frame.filter(pl.col("day") <= as_of).with_columns(ago=(pl.lit(as_of) - pl.col("day")).dt.total_days())
                   for frame in (asked, came))  # fmt: skip
    crowd = came.group_by("mark").agg(pl.col("party").n_unique().alias("crowd"))
    private = came.join(crowd.filter(pl.col("crowd") <= HUB), on="mark", how="semi").filter(~pl.col("mark").is_in(list(public)))
    parts = [_asked(asked), *(_came(came, days) for days in WINDOWS), *(_beside(private, days) for days in WINDOWS)]
    everybody = pl.concat([asked.select("party"), came.select("party")]).unique().sort("party")
    for part in parts:
        everybody = everybody.join(part, on="party", how="left")
    return everybody.select("party", *(pl.col(name).fill_null(0).cast(pl.Int64) for name in MEASURES))


def _asked(asked: pl.DataFrame) -> pl.DataFrame:
    lately = asked.filter(pl.col("ago") < LOOK_BACK).select("party", "ago")
    pairs = lately.with_row_index("at").join(lately, on="party").filter((pl.col("ago") - pl.col("ago_right")).is_between(0, WEEK - 1))
    busiest = pairs.group_by("party", "at").len().group_by("party").agg(asked_busiest_week=pl.col("len").max())
    counts = asked.group_by("party").agg(
        *((pl.col("ago") < days).sum().alias(f"asked_{days}d") for days in WINDOWS),
        askers_30d=pl.col("asker").filter(pl.col("ago") < 30).n_unique(),
    )
    return counts.join(busiest, on="party", how="left")


def _came(came: pl.DataFrame, days: int) -> pl.DataFrame:
    """Applications and devices of each party's own."""
    return (
        came.filter(pl.col("ago") < days)
        .group_by("party")
        .agg(
            pl.col("applied").sum().alias(f"applied_{days}d"),
            pl.col("mark").filter(pl.col("device")).n_unique().alias(f"devices_{days}d"),
        )
    )


def _beside(private: pl.DataFrame, days: int) -> pl.DataFrame:
    """Others on the same marks in the same days."""
    lately = private.filter(pl.col("ago") < days).select("party", "mark", "device", "applied")
    pairs = lately.select("party", "mark").unique().join(lately, on="mark").filter(pl.col("party") != pl.col("party_right"))
    other, device = pl.col("party_right"), pl.col("device")
    return pairs.group_by("party").agg(
        other.filter(device & pl.col("applied")).n_unique().alias(f"device_applicants_{days}d"),
        other.filter(device).n_unique().alias(f"device_parties_{days}d"),
        other.filter(~device).n_unique().alias(f"contact_parties_{days}d"),
    )
