"""The scorecard engine on a made-up table, beside optbinning: fitting, a million rows, one record, and three ways to one score.

The table has 45 numbers and 5 categories, with missing values, special codes and 2 % of bads; a third of the columns matter, some of
them by a peak or a valley. Both sides bin every column, weigh all evidence by a logistic regression and score rows held out.
Compiled loops are compiled beforehand by a small run, and lightly used once: what a process pays for once is told in a note.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import numpy as np
import polars as pl

from bench.figure import Context, Figure, cpu_seconds
from farthing.models.fit import WIDE, fit_scorecard, freeze
from farthing.models.scorecard import Scorecard, Scorer
from farthing.models.sql import to_sql
from farthing.models.table import Column, Kind, Unseen, whole_frame
from farthing.quant.discrimination import auc

ROWS, TEST, LESS = 1_000_000, 200_000, 100_000
NUMBERS, CATEGORIES = 45, 5
SPECIAL = -999
QUIET_S = 95.0
"""What optbinning 1.0 took for a million rows of fifty columns on two cores of this kind with nothing else to do."""
CALLS = 20_000
SETTINGS = replace(WIDE, least_value=0.0)  # every column stays in, as it does in optbinning's card

COLUMNS = (
    *(Column(f"n{place:02d}", scale=2, specials=((SPECIAL,),) if place % 5 == 0 else ()) for place in range(NUMBERS)),
    *(Column(f"c{place}", Kind.CATEGORY, unseen=Unseen.RARE) for place in range(CATEGORIES)),
)
AS_SEEN = {"metric_special": "empirical", "metric_missing": "empirical"}
"""Not its default, which takes codes and gaps to say nothing: with this they have the evidence of their bins, as ours do."""
NAMES = [column.name for column in COLUMNS]


def figures(context: Context) -> Iterable[Figure]:
    """Speed and quality of the fit, then what the card it led to costs to use."""
    train, test = made_up(ROWS, 1), made_up(TEST, 2)
    compiling = warmed(train.head(LESS))
    rows = ROWS if context.full else LESS
    context.say(f"scorecard: optbinning on {rows:,} rows, which it takes a while")
    theirs = Peer(train.head(rows))
    context.say(f"scorecard: ours on {rows:,} rows, then on {ROWS:,}")
    yield from fits(context, (train, test), rows, theirs)
    card = freeze(fit_scorecard(train, COLUMNS, "bad", settings=SETTINGS))
    context.say("scorecard: scoring")
    yield from speeds(context, card, train, theirs, compiling)
    context.say(f"scorecard: {ROWS:,} rows three ways")
    wrong = mismatches(context, card, edged(whole_frame(train, COLUMNS), card))
    yield Figure(
        "scorecard.parity_mismatches", wrong, "rows", goal=0, better="lower",
        note=f"Python, compiled columns and SQL (duckdb) on {ROWS:,} rows: cuts, ends of int64, codes, gaps, unseen categories",
    )  # fmt: skip


def warmed(table: pl.DataFrame) -> float:
    """Compile every loop that is measured below; returns the seconds of that."""
    start = time.perf_counter()
    card = freeze(fit_scorecard(table, COLUMNS, "bad", settings=SETTINGS))
    Scorer(card).many(table), Scorer(card).many(whole_frame(table, COLUMNS))
    return time.perf_counter() - start


def fits(context: Context, tables: tuple[pl.DataFrame, pl.DataFrame], rows: int, theirs: Peer) -> Iterable[Figure]:
    """Seconds at the size both sides ran at and at a million, and what either card is worth on rows held out."""
    train, test = tables
    same = fitted(context, train.head(rows), test)
    peer_auc = auc(theirs.risk(test), test["bad"].to_numpy())
    yield Figure(
        "scorecard.fit_auc_gain", same.auc - peer_auc, "auc", goal=-0.001,
        note=f"{same.auc:.4f} against optbinning's {peer_auc:.4f}, both fitted on {rows:,} rows, on {TEST:,} others",
    )  # fmt: skip
    told = f"{rows:,} x {len(COLUMNS)}: quantise, bin, weigh, freeze"
    if rows < ROWS:
        yield Figure(
            "scorecard.fit_hundred_thousand", same.wall_s, "s", better="lower", peer="optbinning", peer_value=theirs.wall_s,
            cpu_s=same.cpu_s, note=f"{told}; {against(theirs, same)}",
        )  # fmt: skip
        whole = fitted(context, train, test)
        yield Figure(
            "scorecard.fit_million", whole.wall_s, "s", goal=QUIET_S / 25, better="lower", cpu_s=whole.cpu_s,
            note=f"AUC {whole.auc:.4f}; optbinning took {QUIET_S:.0f} s on two quiet cores, with FULL=1 it runs here",
        )  # fmt: skip
        return
    yield Figure(
        "scorecard.fit_million", same.wall_s, "s", goal=theirs.wall_s / 25, better="lower", peer="optbinning", peer_value=theirs.wall_s,
        cpu_s=same.cpu_s, note=f"{told}; {against(theirs, same)}, both in this run",
    )  # fmt: skip


def against(theirs: Peer, ours: Side) -> str:
    """How many times as fast, by the clock and by the processor."""
    return (
        f"{theirs.wall_s / ours.wall_s:.0f} times as fast by the clock, {theirs.cpu_s / ours.cpu_s:.0f} by processor time "
        f"(optbinning's: {theirs.cpu_s:.0f} cpu-s)"
    )


@dataclass(frozen=True, slots=True)
class Side:
    """What a fit took and reached."""

    wall_s: float
    cpu_s: float
    auc: float


def fitted(context: Context, train: pl.DataFrame, test: pl.DataFrame) -> Side:
    """From raw columns to a frozen card, and what it is worth on the test."""
    with context.measured() as spent:
        card = freeze(fit_scorecard(train, COLUMNS, "bad", settings=SETTINGS))
    points = Scorer(card).many(whole_frame(test, COLUMNS))["points"].to_numpy()
    return Side(spent.wall_s, spent.cpu_s, auc(-points.astype(np.float64), test["bad"].to_numpy()))


def speeds(context: Context, card: Scorecard, train: pl.DataFrame, theirs: Peer, compiling: float) -> Iterable[Figure]:
    """Rows a second of one core, and one record with its four reasons."""
    scorer = Scorer(card)
    spent, wall = [], []
    for _ in range(5):
        with context.measured() as run:
            scorer.many(train)
        spent.append(run.cpu_s)
        wall.append(run.wall_s)
    rate, peer_rate = ROWS / min(spent), theirs.rows_per_cpu_s(train.head(LESS))
    yield Figure(
        "scorecard.batch", rate, "rows/cpu-s", goal=50 * peer_rate, peer="optbinning", peer_value=peer_rate, cpu_s=min(spent),
        note=f"{len(card.attributes)} features from raw columns, {min(wall):.2f} s by the clock, the best of five on either side; "
        f"compiling took {compiling:.1f} s before",
    )  # fmt: skip
    rows = whole_frame(train.head(CALLS), COLUMNS).to_dicts()
    runs = []
    for _ in range(5):
        start = time.perf_counter()
        for row in rows:
            scorer.tell(row)
        runs.append((time.perf_counter() - start) / CALLS * 1e6)
    yield Figure(
        "scorecard.one_us", min(runs), "us", goal=20, better="lower", peer="optbinning, no reasons", peer_value=theirs.one_us(train),
        note=f"{len(card.attributes)} features, four reasons; the best of five runs of {CALLS:,}",
    )  # fmt: skip


def edged(frame: pl.DataFrame, card: Scorecard) -> pl.DataFrame:
    """The rows, with every 20th value at a cut, just below one, at an end of int64, negative, or in a category nobody saw."""
    rng = np.random.default_rng(11)
    columns = {}
    for attribute in card.attributes:
        series = frame[attribute.feature]
        some = pl.Series(rng.random(frame.height) < 0.05)
        edges: list[int] | list[str] = ["", "never seen", "o'brien", "K1"]
        if attribute.other is None:
            edges = [*attribute.cuts, *(cut - 1 for cut in attribute.cuts), -1, 0, 2**63 - 1, -(2**63)]
        drawn = pl.Series(edges, dtype=series.dtype).gather(pl.Series(rng.integers(0, len(edges), frame.height)))
        columns[attribute.feature] = drawn.zip_with(some, series)
    return pl.DataFrame(columns)


def mismatches(context: Context, card: Scorecard, frame: pl.DataFrame) -> int:
    """Rows whose points or PD differ between Python, columns and SQL."""
    many = Scorer(card).many(frame).select("points", "pd_ppm")
    file = context.scratch / "rows.parquet"
    frame.with_row_index("no").write_parquet(file)
    with duckdb.connect() as base:
        base.execute(f"CREATE VIEW applicants AS SELECT * FROM read_parquet('{file}')")
        asked = base.execute(f"SELECT points, pd_ppm FROM ({to_sql(card, 'applicants', keep=['no'])}) ORDER BY no").fetchnumpy()
    wrong = np.zeros(frame.height, dtype=np.bool_)
    for name in many.columns:
        wrong |= np.asarray(asked[name]) != many[name].to_numpy()
    scorer = Scorer(card)
    for begin in range(0, frame.height, 50_000):
        rows = frame.slice(begin, 50_000).to_dicts()
        told = [scorer.tell(row, 0) for row in rows]
        for place, name in enumerate(many.columns):
            wrong[begin : begin + len(rows)] |= many[name][begin : begin + len(rows)].to_numpy() != np.array([one[place] for one in told])
    return int(wrong.sum())


def made_up(rows: int, seed: int) -> pl.DataFrame:
    """`n00`.. are numbers of two decimals, `c0`.. categories, `bad` is the outcome."""
    rng, shape = np.random.default_rng(seed), np.random.default_rng(7)
    columns: dict[str, pl.Series] = {}
    eta = np.full(rows, -4.1)
    common = rng.standard_normal(rows)
    for place in range(NUMBERS):
        hidden = 0.8 * rng.standard_normal(rows) + 0.6 * common * (place % 4 == 0)
        value = (hidden * 10, np.exp(hidden + 4), np.floor(np.abs(hidden) * 3), hidden**3)[place % 4 if place % 3 else 0]
        if place % 3 == 0:
            effect = shape.uniform(0.1, 0.35) * shape.choice([-1, 1])
            eta += effect * (np.abs(hidden) - 0.6 if place % 9 == 0 else hidden)
        column = pl.Series(np.round(value, 2))
        if place % 2:
            absent = rng.random(rows) < 0.08
            eta += 0.2 * absent * (place % 3 == 0)
            column = column.set(pl.Series(absent), None)
        if place % 5 == 0:
            column = column.set(pl.Series(rng.random(rows) < 0.03), SPECIAL)
        columns[f"n{place:02d}"] = column
    for place in range(CATEGORIES):
        levels = 8 * (place + 1)
        share = shape.dirichlet(np.full(levels, 0.7))
        level = rng.choice(levels, rows, p=share)
        eta += shape.normal(0, 0.25, levels)[level]
        names = pl.Series([f"k{one}" for one in range(levels)])
        columns[f"c{place}"] = names.gather(pl.Series(level)).set(pl.Series(rng.random(rows) < 0.02), None)
    columns["bad"] = pl.Series(rng.random(rows) < 1.0 / (1.0 + np.exp(-eta)))
    return pl.DataFrame(columns)


class Peer:
    """optbinning's BinningProcess and Scorecard over scikit-learn's LogisticRegression, as its documentation shows them."""

    def __init__(self, train: pl.DataFrame) -> None:
        import optbinning
        from sklearn.linear_model import LogisticRegression

        texts = [column.name for column in COLUMNS if column.kind is Kind.CATEGORY]
        process = optbinning.BinningProcess(
            NAMES, categorical_variables=texts, special_codes=[SPECIAL], binning_transform_params=dict.fromkeys(NAMES, AS_SEEN)
        )
        scaling = {"scaling_method": "pdo_odds", "scaling_method_params": {"pdo": 20, "odds": 19, "scorecard_points": 600}}
        self.made = optbinning.Scorecard(process, LogisticRegression(max_iter=1000), **scaling)
        x, y = pandas(train), train["bad"].to_numpy().astype(int)
        wall, cpu = time.perf_counter(), cpu_seconds()
        with quiet():
            self.made.fit(x, y)
        self.wall_s, self.cpu_s = time.perf_counter() - wall, cpu_seconds() - cpu

    def risk(self, table: pl.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The probability of bad."""
        with quiet():
            return np.asarray(self.made.predict_proba(pandas(table))[:, 1])

    def rows_per_cpu_s(self, table: pl.DataFrame) -> float:
        """Rows scored a second of processor time."""
        x, spent = pandas(table), []
        for _ in range(5):
            start = time.process_time()
            with quiet():
                self.made.score(x)
            spent.append(time.process_time() - start)
        return table.height / min(spent)

    def one_us(self, table: pl.DataFrame) -> float:
        """Microseconds for one row: the best of ten."""
        x, runs = pandas(table.head(1)), []
        for _ in range(10):
            start = time.perf_counter()
            with quiet():
                self.made.score(x)
            runs.append((time.perf_counter() - start) * 1e6)
        return min(runs)


def pandas(table: pl.DataFrame) -> Any:
    """The features as optbinning takes them."""
    import pandas as pd

    return pd.DataFrame({name: table[name].to_numpy() for name in NAMES})


@contextmanager
def quiet() -> Iterator[None]:
    """Without the other library's warnings about its own libraries."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
