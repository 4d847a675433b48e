"""Confirmed cases of made-up worlds: signs of every merchant at each month's end, beside what was planted.

A merchant is a case from the month in which its sales become false, or in which it applies everywhere at once, until its fate strikes; what
it shows afterwards is left out, since by then everybody knows. Before it is honest, and so are all whose failure was no fraud.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import polars as pl

from farthing.domain.calendar import add_months, month_end
from farthing.domain.evidence import EvidenceKind
from farthing.features.batch import batch
from farthing.features.catalogue import CATALOGUE
from farthing.features.daily import daily
from farthing.graph.network import measures_of_all, network, without
from farthing.models.fraud.signs import OF_FEATURES, SIGNS
from farthing.models.sample import Sample
from farthing.world.economy import Plan
from farthing.world.told import tell

FEATURES = tuple(CATALOGUE[name] for name in OF_FEATURES)
FIRST_MONTH = 10
"""Before it there is too little to compare with: sales of the last months are held against those of half a year before."""
Unread = Mapping[EvidenceKind, Collection[str]]
CASE = ("world", "party", "month", "fraud", "fate", "gang_size", "since_false", "at_application")


@dataclass(frozen=True, slots=True)
class Worlds:
    """Which worlds, how large, and how many of the failures in them are invented sales: more than usual, so that there are cases to learn
    from. How rare frauds are where the model will be used is assumed apart (`Terms`)."""

    seeds: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    merchants: int = 180
    invented_ppm: int = 500_000
    since: int = FIRST_MONTH


@dataclass(frozen=True, eq=False)
class Cases:
    """`told`: one row a merchant and month, as `CASE` and the signs say; `sample` holds the same rows in the same order."""

    told: pl.DataFrame
    sample: Sample
    group: np.ndarray[tuple[int], np.dtype[np.int64]]


def imagined_cases(worlds: Worlds) -> Cases:
    """The cases of several worlds; a world is a group."""
    plan = Plan(merchants=worlds.merchants, invented_ppm=worlds.invented_ppm)
    told = pl.concat([_of_world(replace(plan, seed=seed), worlds.since) for seed in worlds.seeds])
    return Cases(told, sample_of_signs(told), told["world"].to_numpy().astype(np.int64))


def sample_of_signs(told: pl.DataFrame) -> Sample:
    """Rows of signs and `fraud` as a sample; a sign nobody has is left out."""
    columns = {
        sign.feature: (told[sign.feature].fill_null(0).to_numpy().astype(np.int64), told[sign.feature].is_null().to_numpy())
        for sign in SIGNS
        if sign.feature in told.columns
    }
    return Sample((), columns, told["fraud"].to_numpy().astype(np.bool_), np.ones(told.height))


def _of_world(plan: Plan, since: int) -> pl.DataFrame:
    told = tell(plan, every=True)
    called = {party: party for party in told.truth["party"]}
    days = [month_end(add_months(plan.start, month)) for month in range(since, plan.months)]
    rows = pl.concat([
        signs.with_columns(month=pl.lit(month, pl.Int64))
        for month, signs in enumerate(signs_of_all(told.tables, days, called), start=since)
    ])  # fmt: skip
    return _labelled(rows.join(told.truth, on="party"), plan)


def signs_of_all(
    tables: Mapping[EvidenceKind, pl.DataFrame], days: Iterable[dt.date], called: Mapping[str, str], unread: Unread = MappingProxyType({})
) -> Iterator[pl.DataFrame]:
    """A frame a day: a row a party, a sign a column (null: missing). Tables are by `party`. Who is `unread` in a kind has no row there."""
    read = {kind for feature in FEATURES for kind in feature.sources}
    aggregates = {
        kind: daily(kind, tables[kind].filter(~pl.col("party").is_in(list(unread.get(kind, ()))))) for kind in read if kind in tables
    }
    for day in days:
        features = batch(aggregates, day, FEATURES).rename({"subject": "party"})
        measures = measures_of_all(without(network(tables, day, called), unread))
        both = features.join(measures, on="party", how="full", coalesce=True).sort("party")
        yield both.select("party", *(sign.feature for sign in SIGNS))


def _labelled(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    false, burst, month = pl.col("false_from_month"), pl.col("burst_month"), pl.col("month")
    planted = pl.col("fate").is_in(["fake_sales", "ring"])
    since = pl.min_horizontal(false, burst)
    struck = (pl.col("fate") == "fake_sales") & (month >= pl.col("strikes_month"))
    sizes = rows.unique("party").group_by("gang").agg(gang_size=pl.len()).drop_nulls("gang")
    return rows.join(sizes, on="gang", how="left").filter(~struck.fill_null(value=False)).select(
        pl.lit(plan.seed, pl.Int64).alias("world"), "party", "month",
        (planted & (month >= since)).fill_null(value=False).alias("fraud"), "fate", pl.col("gang_size").cast(pl.Int64),
        (month - false).alias("since_false"), (month == burst).fill_null(value=False).alias("at_application"),
        *(sign.feature for sign in SIGNS),
    )  # fmt: skip


def patterns(told: pl.DataFrame) -> dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Frauds of one kind at one moment each: as they apply, and long before."""
    fake, ring, apply = pl.col("fate") == "fake_sales", pl.col("fate") == "ring", pl.col("at_application")
    chosen = {
        "false_sales": fake & apply,
        "false_sales_third_month": fake & (pl.col("since_false") == 2),
        "alone": fake & apply & (pl.col("gang_size") == 1),
        "gang": apply & (pl.col("gang_size") > 1),
        "circle_third_month": ring & (pl.col("since_false") == 2),
    }
    return {
        name: told.select((pl.col("fraud") & where).fill_null(value=False).alias("at"))["at"].to_numpy() for name, where in chosen.items()
    }
