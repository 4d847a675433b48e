"""Models of counties: partial pooling against one model for all and one model each, on cases later than any that was fitted on.

The world's farms are synthetic and their counties differ on purpose. The SBA's loans are real: each state is a county, approved to 2002
against later. Every difference is paired: drawn cases are the same for both sides, and each county is drawn within itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.figure import Context, Figure
from farthing.flows.imagine import imagine_farms
from farthing.models.segment.fit import Cases, cases_of, fit_segments
from farthing.models.segment.model import Segments, etas, start_segment
from farthing.quant.discrimination import Interval
from farthing.quant.logistic import fit_logistic
from farthing.world.farms import VECTOR, FarmPlan

PREFIXES = ("models.county",)
LEAST = -0.005
TEST_ROWS, TOO_FEW = 20_000, 100
SIZES, FULL_SIZES = (200, 10_000), (200, 1_000, 10_000)
GOVERNMENT = ("titled_area_m2", "rented_share_ppm", "insured_share_ppm", "claims_24m")
SEED, DRAWS = 20200221, 100
LOCAL_RIDGE = 1.0
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Split:
    """Cases to fit on and later ones to test on."""

    train: Cases
    test: Cases


def figures(context: Context) -> Iterable[Figure]:
    """On the world by labels a county, with fields closed, and for counties never seen; then on the SBA's loans."""
    world = imagine_farms(FarmPlan(farms=TEST_ROWS + max(SIZES))).rows
    for labels in FULL_SIZES if context.full else SIZES:
        yield from by_labels(context, farms_split(world, labels), labels)
    closed = without(world, GOVERNMENT)
    split = farms_split(closed, 1_000)
    found = by_partial(fit_segments(split.train), split.test)
    yield from compared("world_closed", split, found, "1,000 labels, land and insurance closed in every third county")
    yield from newcomers(farms_split(world, 1_000))
    path = context.data / "sba_loans" / "sba_national_to_fy2005.parquet"
    if path.exists():
        split = sba_split(pl.read_parquet(path))
        yield from compared("sba", split, by_partial(fit_segments(split.train), split.test), "US states, loans approved from 2003 on", None)


def by_labels(context: Context, split: Split, labels: int) -> Iterator[Figure]:
    """All three on so many labels a county, and how long fitting took."""
    with context.measured() as spent:
        model = fit_segments(split.train)
    yield from compared(f"world_{labels}", split, by_partial(model, split.test), f"{labels:,} labels a county")
    note = f"{len(split.train.bad):,} farms of 25 counties"
    yield Figure(f"models.county_fit_{labels}_s", spent.wall_s, "s", better="lower", cpu_s=spent.cpu_s, note=note)


def compared(name: str, split: Split, partial: Floats, note: str, goal: float | None = LEAST) -> Iterator[Figure]:
    """Macro-averaged AUC of the three, and by how much partial pooling exceeds the better of the others."""
    sides = {"pooled": by_pooled(split), "local": by_local(split), "partial": partial}
    drawn = {side: macro(split.test, eta) for side, eta in sides.items()}
    for side, values in drawn.items():
        one = interval(values)
        yield Figure(f"models.county_{name}_{side}", one.value, "macro auc", note=f"{note}; 95 % interval {one.low:.4f}-{one.high:.4f}")
    better = max(("pooled", "local"), key=lambda side: drawn[side][0])
    gain = interval(drawn["partial"] - drawn[better])
    told = f"lower bound; {gain.value:+.4f} over {better}, to {gain.high:+.4f}; {counted(split.test)}"
    yield Figure(f"models.county_{name}_gain_low", gain.low, "macro auc", goal=goal, note=told)


def newcomers(split: Split) -> Iterator[Figure]:
    """Leave one county out: what a county gets that has no label, beside one model pooled over the others."""
    partial, pooled = np.empty(len(split.test.bad)), np.empty(len(split.test.bad))
    for code in np.unique(split.test.segment):
        others = split.train.take(np.flatnonzero(split.train.segment != code))
        here = np.flatnonzero(split.test.segment == code)
        model = fit_segments(others)
        one = start_segment(model, str(code), [field.name for field in model.fields])
        case = split.test.take(here)
        partial[here] = etas(model, one, case.columns, case.missing)
        pooled[here] = by_pooled(Split(others, case))
    drawn = {"partial": macro(split.test, partial), "pooled": macro(split.test, pooled)}
    value, gain = interval(drawn["partial"]), interval(drawn["partial"] - drawn["pooled"])
    note = f"leave one county out, 1,000 labels in each other; 95 % interval {value.low:.4f}-{value.high:.4f}"
    yield Figure("models.county_newcomer_partial", value.value, "macro auc", note=note)
    yield Figure(
        "models.county_newcomer_gain_low", gain.low, "macro auc", goal=LEAST, note=f"over pooled {gain.value:+.4f}, to {gain.high:+.4f}"
    )


# ---- the sides -------------------------------------------------------------------------------------------------------


def by_partial(model: Segments, test: Cases) -> Floats:
    found = np.empty(len(test.bad))
    for code in np.unique(test.segment):
        here = np.flatnonzero(test.segment == code)
        case = test.take(here)
        found[here] = etas(model, model.segment(str(code)), case.columns, case.missing)
    return found


def by_pooled(split: Split) -> Floats:
    """One logistic regression for all, missing scores at the usual and flagged."""
    train, test = designs(split)
    return fit_logistic(train, split.train.bad, ridge=LOCAL_RIDGE).predict(test)


def by_local(split: Split) -> Floats:
    """A logistic regression each, on the county's own cases only; no order at all where they hold one outcome."""
    train, test = designs(split)
    found = np.zeros(len(test))
    for code in np.unique(split.test.segment):
        mine, here = split.train.segment == code, split.test.segment == code
        bad = split.train.bad[mine]
        if 0 < bad.sum() < len(bad):
            found[here] = fit_logistic(train[mine], bad, ridge=LOCAL_RIDGE).predict(test[here])
    return found


def designs(split: Split) -> tuple[Floats, Floats]:
    """Normal scores by rank among the cases that are fitted on, the same for both."""
    from scipy.stats import norm

    train: list[Floats] = []
    test: list[Floats] = []
    for name, column in split.train.columns.items():
        gone, gone_later = split.train.missing[name], split.test.missing[name]
        known = np.sort(column[~gone])
        for part, values, away in ((train, column, gone), (test, split.test.columns[name], gone_later)):
            place = (np.searchsorted(known, values, "left") + np.searchsorted(known, values, "right")) / 2.0
            part.append(np.where(away, 0.0, norm.ppf(np.clip(place / len(known), 0.5 / len(known), 1 - 0.5 / len(known)))))
            if gone.any():
                part.append(away.astype(np.float64))
    return np.column_stack(train), np.column_stack(test)


# ---- the measure -----------------------------------------------------------------------------------------------------


def macro(test: Cases, eta: Floats) -> Floats:
    """The mean of counties' AUCs: as it is, and then on `DRAWS` samples, the same for every `eta` of the same test."""
    codes = [code for code in np.unique(test.segment) if min(*np.bincount(test.bad[test.segment == code], minlength=2)) > 0]
    each = [drawn_aucs(eta[test.segment == code], test.bad[test.segment == code], place) for place, code in enumerate(codes)]
    return np.asarray(np.mean(each, axis=0))


def drawn_aucs(eta: Floats, bad: Bools, seed: int) -> Floats:
    """AUC of all cases and then of samples drawn within goods and within bads; ties count half."""
    rng = np.random.default_rng([SEED, seed])
    order = np.argsort(eta, kind="stable")
    firsts = np.flatnonzero(np.concatenate(([True], np.diff(eta[order]) > 0)))
    found = np.empty(DRAWS + 1)
    for draw in range(DRAWS + 1):
        weight = np.ones(len(bad)) if draw == 0 else np.empty(len(bad))
        if draw:
            for group in (bad, ~bad):
                size = int(group.sum())
                weight[group] = np.bincount(rng.integers(0, size, size), minlength=size)
        bads = np.add.reduceat(np.where(bad, weight, 0.0)[order], firsts)
        goods = np.add.reduceat(np.where(bad, 0.0, weight)[order], firsts)
        found[draw] = (bads * (np.cumsum(goods) - goods / 2.0)).sum() / (bads.sum() * goods.sum())
    return found


def interval(drawn: Floats) -> Interval:
    low, high = np.quantile(drawn[1:], [0.025, 0.975])
    return Interval(float(drawn[0]), float(low), float(high))


def counted(test: Cases) -> str:
    codes, rows = np.unique(test.segment, return_counts=True)
    return f"{len(codes)} counties, {rows.min():,} test rows or more in each"


# ---- the tables ------------------------------------------------------------------------------------------------------


def farms_split(world: pl.DataFrame, labels: int) -> Split:
    """The last farms of each county are tested; `labels` are drawn from those before them."""
    last = world.with_row_index("row").group_by("county", maintain_order=True).tail(TEST_ROWS)["row"].to_numpy()
    before = np.setdiff1d(np.arange(world.height), last)
    cases = cases_of(world, [name for name, _ in VECTOR], "county", "defaulted")
    rng = np.random.default_rng(SEED)
    county = cases.segment[before]
    chosen = [rng.permutation(before[county == code])[:labels] for code in np.unique(county)]
    return Split(cases.take(np.concatenate(chosen)), cases.take(last))


def without(world: pl.DataFrame, fields: Iterable[str]) -> pl.DataFrame:
    """The fields closed in every third county."""
    third = pl.col("county").str.tail(3).cast(pl.Int64) % 3 == 0
    return world.with_columns(pl.when(third).then(None).otherwise(pl.col(name)).alias(name) for name in fields)


def sba_split(frame: pl.DataFrame) -> Split:
    """Nothing that is known only after approval; `term` knows the outcome. States with at least a hundred loans on either side."""
    numbers: Mapping[str, pl.Expr] = {
        "no_emp": pl.col("no_emp"), "new": (pl.col("new_exist") == 2).cast(pl.Int64), "create_job": pl.col("create_job"),
        "retained_job": pl.col("retained_job"), "franchise": (pl.col("franchise_code") > 1).cast(pl.Int64),
        "urban_rural": pl.col("urban_rural"),
        "gross_usd": pl.col("gr_appv"), "guaranteed_ppm": pl.col("sba_appv") / pl.col("gr_appv") * 1e6,
        "revolving": (pl.col("rev_line_cr") == "Y").cast(pl.Int64), "low_doc": (pl.col("low_doc") == "Y").cast(pl.Int64),
        "own_bank": (pl.col("bank_state") == pl.col("state")).cast(pl.Int64),
    }  # fmt: skip
    table = frame.select(
        *(one.cast(pl.Float64).round().cast(pl.Int64, strict=False).alias(name) for name, one in numbers.items()),
        county="state", bad=pl.col("default") == 1, early=pl.col("approval_fy") <= 2002,
    )  # fmt: skip
    enough = (
        table.group_by("county")
        .agg(least=pl.min_horizontal(pl.col("early").sum(), (~pl.col("early")).sum()))
        .filter(pl.col("least") >= TOO_FEW)
    )
    kept = table.join(enough, on="county", how="semi").drop_nulls("county")
    cases = cases_of(kept, list(numbers), "county", "bad")
    early = kept.drop_nulls(["county", "bad"])["early"].to_numpy()
    return Split(cases.take(np.flatnonzero(early)), cases.take(np.flatnonzero(~early)))
