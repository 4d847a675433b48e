"""Drift: the population by bin, month and vintage on ten million rows, against polars; and what one more day of rows costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import numpy as np
import polars as pl

from bench.figure import Context, Figure
from farthing.models.drift import Counts, Watched, counted, empty, month_number, movements, watch
from farthing.models.sample import Column
from farthing.quant.stability import Ints

ROWS = 10_000_000
MONTHS, FEATURES, ROUNDS = 36, 9, 3
START = month_number(2021, 1)


def figures(context: Context) -> Iterable[Figure]:
    """Both sides count the same bins of the same rows in this process; the counts must be equal before either is timed."""
    rng = np.random.default_rng(11)
    context.say(f"drift: making {ROWS:,} rows")
    vintage = START + rng.integers(0, MONTHS, ROWS)
    month = START + rng.integers(0, MONTHS, ROWS)
    columns: dict[str, Column] = {}
    for place in range(FEATURES):
        value = (rng.normal(0.002 * place * (month - START), 1.0) * 1_000_000).astype(np.int64)
        columns[f"x{place}"] = (value, rng.random(ROWS) < 0.02 * place)
    watched = watch({name: (value[:200_000], missing[:200_000]) for name, (value, missing) in columns.items()})
    frame = pl.DataFrame(
        {"month": month, "vintage": vintage} | {name: pl.Series(v).set(pl.Series(m), None) for name, (v, m) in columns.items()}
    )

    def ours() -> Counts:
        found = counted(watched, columns, month, vintage)
        movements(found, found)
        movements(found, found, by_vintage=True)
        return found

    def theirs() -> list[pl.DataFrame]:
        return [_polars(frame, one) for one in watched]

    found, peers = ours(), theirs()
    yield Figure(
        "drift.psi_differences", _differences(found, peers), "cells", goal=0, better="lower", note="counts by vintage against polars"
    )
    polars_s, ours_s = _best(theirs), _best(ours)
    yield Figure("drift.psi_ten_million_s", ours_s, "s", peer="polars", peer_value=polars_s)
    yield Figure(
        "drift.psi_ten_million", ours_s / polars_s, "x polars", goal=0.7, better="lower",
        note=f"{MONTHS} months and vintages x {FEATURES} features, best of {ROUNDS} each; polars {polars_s:.2f} s",
    )  # fmt: skip
    plain_s = _best(lambda: counted(watched, columns, month, vintage, plain=True), rounds=1)
    yield Figure("drift.psi_ten_million_plain_s", plain_s, "s", peer="polars", peer_value=polars_s, note="without numba")
    yield from _incremental(found, columns, month, vintage)


def _polars(frame: pl.DataFrame, one: Watched) -> pl.DataFrame:
    """The quickest of six ways tried: comparisons added up to the bin, one small key, one grouping; then both margins."""
    column = pl.col(one.feature)
    place = (column >= one.cuts[0]).cast(pl.UInt8)
    for cut in one.cuts[1:]:
        place = place + (column >= cut).cast(pl.UInt8)
    width = len(one.cuts) + 2
    cell = (pl.col("month") - START).cast(pl.UInt32) * MONTHS + (pl.col("vintage") - START).cast(pl.UInt32)
    cells = frame.lazy().select(key=cell * width + place.fill_null(width - 1)).group_by("key").len().collect()
    keyed = cells.select("len", month=pl.col("key") // width // MONTHS, vintage=pl.col("key") // width % MONTHS, bin=pl.col("key") % width)
    for margin in ("month", "vintage"):
        counts = keyed.group_by(margin, "bin").agg(pl.col("len").sum())
        shares = counts.with_columns(now=(pl.col("len") + 0.5) / (pl.col("len").sum().over(margin) + 0.5 * width))
        base = counts.group_by("bin").agg(before=pl.col("len").sum()).with_columns(pl.col("before") / pl.col("before").sum())
        moved = (pl.col("now") - pl.col("before")) * (pl.col("now") / pl.col("before")).log()
        shares.join(base, on="bin").group_by(margin).agg(psi=moved.sum())
    return keyed


def _differences(found: Counts, peers: list[pl.DataFrame]) -> int:
    differing = 0
    for place, cells in enumerate(peers):
        for tally, margin in ((found.month, "month"), (found.vintage, "vintage")):
            table = np.zeros_like(tally.of(place))
            rows = cells.group_by(margin, "bin").agg(pl.col("len").sum())
            table[rows[margin].to_numpy(), rows["bin"].to_numpy()] = rows["len"].to_numpy()
            differing += int((table != tally.of(place)).sum())
    return differing


def _best(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def _incremental(history: Counts, columns: dict[str, Column], month: Ints, vintage: Ints) -> Iterable[Figure]:
    """Updates of growing size on a long and on no history: the time of a row must be the same."""

    def update(before: Counts, rows: int) -> float:
        part = {name: (value[:rows], missing[:rows]) for name, (value, missing) in columns.items()}
        return _best(lambda: before + counted(before.watched, part, month[:rows], vintage[:rows]), rounds=5)

    small, large = update(history, 100_000), update(history, 1_000_000)
    alone = update(empty(history.watched), 1_000_000)
    yield Figure(
        "drift.incremental_rows",
        900_000 / (large - small),
        "rows/s",
        note=f"100,000 new rows {small * 1e3:.1f} ms, 1,000,000 {large * 1e3:.1f} ms",
    )
    yield Figure(
        "drift.incremental_history",
        large / alone,
        "x",
        goal=1.2,
        better="lower",
        note=f"an update after {ROWS:,} rows against one after none",
    )
