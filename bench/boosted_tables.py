"""Boosted trees on public tables: ours as it comes, beside LightGBM tuned with the same directions, and tuned without any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bench.boosted import SEED, lightgbm_of
from bench.figure import Context, Figure
from bench.models import catalogue_sample
from farthing.models.boosted.challenge import forest_of
from farthing.models.boosted.fit import WAYS, hold_out, matrix_for
from farthing.models.boosted.trees import eta_many, log_odds, matrix_of
from farthing.models.reasons import CANDIDATES, Candidate
from farthing.models.sample import Column, Sample
from farthing.models.validate import auc_difference, stratified
from farthing.quant.binning import Bools, Floats, Trend
from farthing.quant.discrimination import auc, bootstrap
from farthing.sources import cumcm2020c

PREFIXES = ("models.boosted_tables",)
FOLDS, DRAWS = 5, 300
UP, DOWN, FREE = Trend.RISING, Trend.FALLING, Trend.FREE


def figures(context: Context) -> Iterable[Figure]:
    """One table after the other: German takes seconds, Taiwan a minute or two."""
    for table in tables(context.data):
        yield from _judged(context, table)


@dataclass(frozen=True, eq=False)
class Table:
    """A public table as a sample; `train` marks the older part where it is judged out of time instead of in folds."""

    name: str
    sample: Sample
    candidates: tuple[Candidate, ...]
    train: Bools | None = None


def _judged(context: Context, table: Table) -> Iterable[Figure]:
    """Ours, as it comes, beside LightGBM with the same directions tuned inside each fold, and LightGBM tuned without directions."""
    sample, names = table.sample, [one.feature for one in table.candidates]
    etas = {way: np.full(len(sample.bad), np.nan) for way in ("ours", "tuned", "free")}
    if table.train is not None:
        parts = [(table.train, ~table.train)]
    else:
        fold = stratified(sample.bad, FOLDS, np.random.default_rng(SEED))
        parts = [(fold != part, fold == part) for part in range(FOLDS)]
    for number, (fitted, tested) in enumerate(parts):
        context.say(f"boosted: {table.name} {number + 1} of {len(parts)}")
        train, test = sample.take(np.flatnonzero(fitted)), sample.take(np.flatnonzero(tested))
        etas["ours"][tested] = _ours(train, test, table.candidates)
        directions = [{UP: 1, DOWN: -1}.get(one.trend, 0) for one in table.candidates]
        for way, kept in (("tuned", directions), ("free", [0] * len(directions))):
            etas[way][tested] = _tuned(matrix_for(train, names), train.bad, matrix_for(test, names), kept)
    cases = np.flatnonzero(~np.isnan(etas["ours"]))
    bad, ranks = sample.bad[cases], np.arange(len(cases), dtype=np.float64)
    scores = {way: auc(eta[cases], bad) for way, eta in etas.items()}
    for way, goal in (("tuned", -0.005), ("free", None)):
        less = bootstrap(auc_difference(etas["ours"][cases][None], etas[way][cases][None]), ranks, bad, SEED, DRAWS)
        against = "tuned monotone LightGBM" if way == "tuned" else "tuned unconstrained LightGBM"
        yield Figure(
            f"models.boosted_tables_{table.name}_{way}", less.low, "auc", goal=goal,
            note=f"lower bound of ours {scores['ours']:.4f} less {against} {scores[way]:.4f}: {less.value:+.4f} ({less.low:+.4f} to "
            f"{less.high:+.4f}), {len(cases):,} cases, {'out of time' if table.train is not None else f'{FOLDS} folds'}",
        )  # fmt: skip


def _ours(train: Sample, test: Sample, candidates: Sequence[Candidate]) -> Floats:
    forest = forest_of(train, candidates, WAYS, SEED)
    return log_odds(eta_many(forest, *matrix_of(forest, test.columns, len(test.bad))))


def _tuned(matrix: Floats, bad: Bools, fresh: Floats, directions: list[int]) -> Floats:
    """LightGBM with the best of eight settings by log-loss on a fifth held out, then fitted on all with that many trees."""
    held = hold_out(Sample((), {}, bad, np.ones(len(bad))), 0.2, SEED + 1)
    best: tuple[float, dict[str, Any], int] | None = None
    for leaves, least, ridge in product((7, 31), (10, 50), (0.0, 10.0)):
        options: dict[str, Any] = {"num_leaves": leaves, "min_data_in_leaf": least, "lambda_l2": ridge, "feature_fraction": 0.8}
        if any(directions):
            options |= {"monotone_constraints": directions, "monotone_constraints_method": "intermediate"}
        booster = lightgbm_of(matrix[~held], bad[~held].astype(float), options, 1000, (matrix[held], bad[held].astype(float)))
        loss = booster.best_score["valid_0"]["binary_logloss"]
        if best is None or loss < best[0]:
            best = (loss, options, max(1, booster.best_iteration))
    assert best is not None
    found: Floats = lightgbm_of(matrix, bad.astype(float), best[1], best[2]).predict(fresh, raw_score=True, num_threads=1)
    return found


# ---- reading them ----------------------------------------------------------------------------------------------------


def tables(data: Path) -> Iterator[Table]:
    """Each table that is there, with the directions a credit officer would defend before seeing it. Others are free, or indicators."""
    classics = data / "scorecard_classics"
    yield from _table(classics / "uci_german_credit.csv", "german", "creditability", "bad", {"duration_in_month": UP})
    yield from _table(classics / "hmeq.csv.gz", "hmeq", "BAD", "1", {
        "YOJ": DOWN, "DEROG": UP, "DELINQ": UP, "CLAGE": DOWN, "NINQ": UP, "VALUE": FREE,
    })  # fmt: skip
    pay = {f"PAY_{month}": UP for month in (0, 2, 3, 4, 5, 6)} | {f"PAY_AMT{month}": DOWN for month in range(1, 7)}
    yield from _table(classics / "uci_taiwan_credit_card.parquet", "taiwan", "default.payment.next.month", "1", {"LIMIT_BAL": DOWN, **pay})
    late = [f"NumberOfTime{days}DaysPastDueNotWorse" for days in ("30-59", "60-89")]
    yield from _table(classics / "gmsc_subset.csv.gz", "gmsc", "default", "1", {
        "RevolvingUtilizationOfUnsecuredLines": UP, "age": DOWN, "NumberOfTimes90DaysLate": UP, **dict.fromkeys(late, UP),
    })  # fmt: skip
    yield from _table(classics / "lending_club.csv.gz", "lending_club", "Class", "bad", {
        "int_rate": UP, "annual_inc": DOWN, "delinq_2yrs": UP, "inq_last_6mths": UP, "inq_last_12m": UP, "inq_fi": UP, "revol_util": UP,
    })  # fmt: skip
    polish = {"X1": DOWN, "X2": UP, "X3": DOWN, "X6": DOWN, "X7": DOWN, "X8": DOWN, "X10": DOWN, "X22": DOWN, "X48": DOWN}
    yield from _table(data / "bankruptcy_polish" / "polish_5year.parquet", "polish", None, "1", polish)
    yield from _sba(data / "sba_loans" / "sba_national_to_fy2005.parquet")
    yield from _catalogue(data)


def _catalogue(data: Path) -> Iterator[Table]:
    """The enterprises of cumcm2020c by the catalogue's candidates: so few that an interval is wide and says little."""
    if not (data / cumcm2020c.NAME).is_dir():
        return
    sample = catalogue_sample(data)
    there = [one for one in CANDIDATES if one.feature in sample.columns and not sample.columns[one.feature][1].all()]
    yield Table("cumcm2020c", sample, tuple(there))


def _table(path: Path, name: str, outcome: str | None, bad: str, directions: Mapping[str, Trend]) -> Iterator[Table]:
    if not path.exists():
        return
    frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema_length=None, null_values=["", "NA", "."])
    outcome = outcome or frame.columns[-1]
    frame = frame.drop([one for one in ("rownames", "ID") if one in frame.columns])
    flag = (frame[outcome].cast(pl.String) == bad).to_numpy()
    columns, candidates = _columns(frame.drop(outcome), directions)
    yield Table(name, Sample(tuple(map(str, range(len(flag)))), columns, flag, np.ones(len(flag))), candidates)


def _sba(path: Path) -> Iterator[Table]:
    """Out of time: fitted on loans approved before fiscal year 2003, tested after. `term` leaks the outcome and is left out."""
    if not path.exists():
        return
    frame = pl.read_parquet(path)
    kept = ["approval_fy", "naics", "no_emp", "new_exist", "create_job", "retained_job", "urban_rural", "rev_line_cr", "low_doc"]
    money = ["disbursement_gross", "gr_appv", "sba_appv"]
    inputs = frame.select(*kept[1:], *money).with_columns(
        naics=(pl.col("naics") // 10_000).cast(pl.Int64), share=pl.col("sba_appv") / pl.col("gr_appv")
    )
    columns, candidates = _columns(inputs, {"no_emp": DOWN})
    flag = frame["default"].to_numpy() == 1
    sample = Sample(tuple(map(str, range(len(flag)))), columns, flag, np.ones(len(flag)))
    yield Table("sba_out_of_time", sample, candidates, (frame["approval_fy"] < 2003).to_numpy())


def _columns(frame: pl.DataFrame, directions: Mapping[str, Trend]) -> tuple[dict[str, Column], tuple[Candidate, ...]]:
    """Numbers as whole numbers of a millionth or of one, words as an indicator a level: the same for every side, outcomes unseen."""
    columns: dict[str, Column] = {}
    for name in frame.columns:
        column = _words(frame[name])
        if column.dtype == pl.String and (numbers := column.cast(pl.Float64, strict=False)).null_count() == column.null_count():
            column = numbers
        missing = column.is_null().to_numpy()
        if column.dtype == pl.String:
            levels = column.value_counts(sort=True).drop_nulls()[name].to_list()[:12]
            columns |= {f"{name}={level}": ((column == level).fill_null(False).to_numpy().astype(np.int64), missing) for level in levels}
            continue
        value = column.cast(pl.Float64).fill_null(0.0).fill_nan(0.0).to_numpy()
        scale = 1.0 if column.dtype.is_integer() else 1e6
        columns[name] = (np.rint(np.clip(value * scale, -(2.0**52), 2.0**52)).astype(np.int64), missing)
    return columns, tuple(Candidate(name, directions.get(name, FREE), name.upper(), name, name) for name in columns)


def _words(column: pl.Series) -> pl.Series:
    """Words without the spaces around them; a lone point, as one table has it, is missing."""
    if column.dtype != pl.String:
        return column
    told = column.str.strip_chars()
    return told.set(told.is_in(["", "."]).fill_null(True), None)
