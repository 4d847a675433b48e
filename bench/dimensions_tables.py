"""Scores of dimensions on public tables: the personal one where a table has the columns, the network on a graph of Chinese enterprises.

No table has all five dimensions, and none has a network of persons: each figure names those there are. Sex, age and marriage are never
read; where a table has them they tell groups apart, so that a difference can be seen. Quick: the two smaller tables; `FULL=1`: all four.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from bench.boosted import lightgbm_of
from bench.figure import Context, Figure
from bench.tables import classic
from farthing.models.dimension.enterprise import DIMENSIONS as OF_ENTERPRISE
from farthing.models.dimension.fit import Stacking, fit_total
from farthing.models.dimension.group import Dimension, Group
from farthing.models.dimension.personal import DIMENSIONS as OF_PERSON
from farthing.models.dimension.segments import by_segment
from farthing.models.dimension.validate import validate_total
from farthing.models.fit import WIDE, fit
from farthing.models.sample import Sample
from farthing.models.table import Column, Kind, Unseen, sample_of_table
from farthing.models.validate import Plan, auc_difference, stratified
from farthing.quant.binning import Floats, Trend
from farthing.quant.discrimination import auc, bootstrap, ks

PREFIXES = ("dimensions.tables",)
SEED, DRAWS = 20200221, 400
UP, DOWN, FREE = Trend.RISING, Trend.FALLING, Trend.AUTO
Told = Mapping[str, Mapping[str, Trend | Kind]]


@dataclass(frozen=True, eq=False)
class Person:
    """A table of persons: the columns of each dimension with their directions, and groups that the score does not read."""

    name: str
    frame: pl.DataFrame
    told: Told
    groups: Mapping[str, Sequence[str]]


def figures(context: Context) -> Iterable[Figure]:
    """Each table in the same folds as a plain scorecard of the same columns; the graph by its own split in time."""
    for load in (german, hmeq, give_me_some_credit, taiwan) if context.full else (german, hmeq):
        try:
            person = load(context.data)
        except FileNotFoundError as missing:
            context.say(f"dimensions: {load.__name__}: no {missing.filename}")
            continue
        context.say(f"dimensions: {person.name}, {person.frame.height:,} rows")
        yield from _judged(person, 3, 2 if context.full else 1)
    folder = context.data / "smesd_china_sme_graph"
    if folder.is_dir():
        context.say("dimensions: smesd")
        yield from _graph(folder)


def _judged(person: Person, folds: int, repeats: int) -> Iterator[Figure]:
    groups = _groups(person.told, OF_PERSON)
    columns = [column for group in groups for column in group.columns]
    sample = sample_of_table(person.frame, columns, "bad")
    found = validate_total(sample, groups, Stacking(folds, SEED), Plan(folds, repeats, SEED), lambda *_: None)
    name, total, bad = f"dimensions.tables_{person.name}", found.unseen.total, sample.bad
    lone = f"{len(bad):,} rows, {repeats} x {folds} folds, {', '.join(group.dimension.code for group in groups)}"
    for what in ("auc", "ks"):
        one = found.measures[what]
        yield Figure(f"{name}_{what}", one.value, what, note=f"{one.low:.3f}-{one.high:.3f}; {lone}")
    plain = _plain(sample, columns, Plan(folds, repeats, SEED))
    order = np.arange(len(bad), dtype=np.float64)
    less = bootstrap(auc_difference(total, plain), order, bad, SEED, DRAWS)
    yield Figure(
        f"{name}_less_scorecard", less.value, "auc", note=f"one scorecard, same columns and folds; {less.low:+.4f} to {less.high:+.4f}"
    )
    trees = _trees(sample, columns, Plan(folds, 1, SEED))
    gap = bootstrap(auc_difference(plain[:1], trees[None]), order, bad, SEED, DRAWS)
    yield Figure(
        f"{name}_scorecard_less_monotone", gap.value, "auc", goal=-0.01, peer="LightGBM, same directions", peer_value=auc(trees, bad),
        note=f"{gap.low:+.4f} to {gap.high:+.4f}",
    )  # fmt: skip
    slope, stable = found.measures["calibration_slope"], found.measures["rank_stability"]
    yield Figure(f"{name}_slope", slope.value, "slope", note=f"{slope.low:.3f}-{slope.high:.3f}, out of fold")
    yield Figure(f"{name}_rank_stability", stable.value, "spearman", note="between fits on other cases")
    for group in groups:
        code = group.dimension.code
        if f"dimension_{code}_ks" in found.measures:
            alone, gain = found.measures[f"dimension_{code}_ks"], found.measures[f"dimension_{code}_gain"]
            yield Figure(
                f"{name}_{code}_ks", alone.value, "ks",
                note=f"{alone.low:.3f}-{alone.high:.3f} alone; AUC less it off {gain.value:+.4f} ({gain.low:+.4f} to {gain.high:+.4f})",
            )  # fmt: skip
    yield from _by_group(name, person, total.mean(axis=0), sample)


def _by_group(name: str, person: Person, eta: Floats, sample: Sample) -> Iterator[Figure]:
    """For each group that the score does not read: how it ranks, how wrong its probabilities are, and who would be in the worse half."""
    half = np.median(eta)
    for what, labels in person.groups.items():
        for one in by_segment(eta, sample.bad, labels):
            worse = float((eta[np.array(labels, dtype=object) == one.name] > half).mean())
            told = "too few to rank" if one.auc is None else f"AUC {one.auc.value:.3f} ({one.auc.low:.3f}-{one.auc.high:.3f})"
            yield Figure(
                f"{name}_{what}_{one.name}_ece", one.calibration_error, "ece", better="lower",
                note=f"{one.cases:,} cases, {one.bads / one.cases:.1%} bad, {told}, {worse:.0%} in the worse half",
            )  # fmt: skip


def _plain(sample: Sample, columns: Sequence[Column], plan: Plan) -> Floats:
    """Log-odds [repeats, cases] of one scorecard of all columns in the same folds."""
    rng, eta = np.random.default_rng(plan.seed), np.empty((plan.repeats, len(sample.bad)))
    for repeat in range(plan.repeats):
        fold = stratified(sample.bad, plan.folds, rng)
        for number in range(plan.folds):
            train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
            eta[repeat, test] = fit(sample.take(train), columns, WIDE).eta(sample.take(test))
    return eta


def _trees(sample: Sample, columns: Sequence[Column], plan: Plan) -> Floats:
    """LightGBM of the first repeat's folds, with the same directions and an indicator a word, its size by a fifth held out."""
    fold, eta = stratified(sample.bad, plan.folds, np.random.default_rng(plan.seed)), np.empty(len(sample.bad))
    y, x, directions = sample.bad.astype(float), [], []
    for column in columns:
        value, missing = sample.columns[column.name]
        parts = [value] if column.kind is Kind.NUMERIC else [(value == code).astype(np.int64) for code in np.unique(value)]
        x += [np.where(missing, np.nan, part) for part in parts]
        directions += [{UP: 1, DOWN: -1}.get(column.trend, 0)] * len(parts)
    table, options = np.column_stack(x), {"num_leaves": 8, "min_data_in_leaf": 20, "lambda_l2": 5.0, "monotone_constraints": directions}
    for number in range(plan.folds):
        train, test = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        held = np.random.default_rng(plan.seed + number).random(len(train)) < 0.2
        tried = lightgbm_of(table[train][~held], y[train][~held], options, 800, (table[train][held], y[train][held]))
        grown = lightgbm_of(table[train], y[train], options, max(1, tried.best_iteration))
        eta[test] = grown.predict(table[test], raw_score=True, num_threads=1)
    return eta


def _groups(told: Told, dimensions: Sequence[Dimension]) -> tuple[Group, ...]:
    known = {dimension.code: dimension for dimension in dimensions}
    return tuple(Group(known[code], tuple(_column(name, how) for name, how in columns.items())) for code, columns in told.items())


def _column(name: str, how: Trend | Kind) -> Column:
    return Column(name, Kind.CATEGORY, unseen=Unseen.RARE) if isinstance(how, Kind) else Column(name, scale=4, trend=how)


# ---- persons ---------------------------------------------------------------------------------------------------------


def german(data: Path) -> Person:
    frame = classic(data, "uci_german_credit.csv").with_columns(bad=pl.col("creditability") == "bad")
    words = Kind.CATEGORY
    told: Told = {
        "identity": {"job": words, "housing": words, "present_residence_since": FREE, "telephone": words},
        "ability": {
            "status_of_existing_checking_account": words, "savings_account_and_bonds": words, "present_employment_since": words,
            "property": words, "installment_rate_in_percentage_of_disposable_income": UP,
        },
        "behaviour": {"purpose": words, "credit_amount": FREE, "duration_in_month": UP},
        "history": {"credit_history": words, "other_installment_plans": words, "number_of_existing_credits_at_this_bank": FREE},
    }  # fmt: skip
    sex = ["female" if one.startswith("female") else "male" for one in frame["personal_status_and_sex"]]
    return Person("german", _only(frame, told), told, {"sex": sex, "age": _ages(frame["age_in_years"])})


def hmeq(data: Path) -> Person:
    frame = classic(data, "hmeq.csv.gz").with_columns(bad=pl.col("BAD") == 1)
    told: Told = {
        "identity": {"JOB": Kind.CATEGORY, "YOJ": DOWN},
        "ability": {"DEBTINC": FREE, "VALUE": FREE, "MORTDUE": FREE},
        "behaviour": {"LOAN": FREE, "REASON": Kind.CATEGORY},
        "history": {"DEROG": UP, "DELINQ": UP, "CLAGE": DOWN, "NINQ": UP, "CLNO": FREE},
    }
    return Person("hmeq", _only(frame, told), told, {})


def give_me_some_credit(data: Path) -> Person:
    frame = classic(data, "gmsc_subset.csv.gz").with_columns(bad=pl.col("default") == 1)
    told: Told = {
        "ability": {"MonthlyIncome": DOWN, "DebtRatio": FREE, "NumberRealEstateLoansOrLines": FREE},
        "behaviour": {"RevolvingUtilizationOfUnsecuredLines": UP, "NumberOfOpenCreditLinesAndLoans": FREE},
        "history": {f"NumberOfTime{days}DaysPastDueNotWorse": UP for days in ("30-59", "60-89")} | {"NumberOfTimes90DaysLate": UP},
    }
    return Person("give_me_some_credit", _only(frame, told), told, {"age": _ages(frame["age"])})


def taiwan(data: Path) -> Person:
    frame = pl.read_parquet(data / "scorecard_classics" / "uci_taiwan_credit_card.parquet")
    frame = frame.with_columns(bad=pl.col("default.payment.next.month") == 1)
    told: Told = {
        "ability": {"LIMIT_BAL": DOWN, **{f"BILL_AMT{month}": FREE for month in range(1, 7)}},
        "behaviour": {f"PAY_AMT{month}": DOWN for month in range(1, 7)},
        "history": {f"PAY_{month}": UP for month in (0, 2, 3, 4, 5, 6)},
    }
    sex = ["male" if one == 1 else "female" for one in frame["SEX"]]
    return Person("taiwan", _only(frame, told), told, {"sex": sex, "age": _ages(frame["AGE"])})


def _only(frame: pl.DataFrame, told: Told) -> pl.DataFrame:
    return frame.select("bad", *(name for columns in told.values() for name in columns))


def _ages(age: pl.Series) -> list[str]:
    return ["to_29" if one < 30 else "30_to_49" if one < 50 else "from_50" for one in age.cast(pl.Float64).fill_null(40.0)]


# ---- enterprises on a graph ------------------------------------------------------------------------------------------

DEALING = ("loan", "loaned", "deal", "dealed", "rent", "rented", "creditor", "creditored")
OWNING = ("invest_CC", "invested_CC", "branch", "branched")
KIN = ("stakeholderd", "executed", "supervised", "invested_CP")
LOST = 3


def _graph(folder: Path) -> Iterator[Figure]:
    """Ranking only: half of the firms failed by design, and ages and dates of suits know when a firm was looked at, so none is read."""
    frame = _firms(folder)
    told: Told = {
        "behaviour": {"sued_for_loans": UP, "sued_for_sales": UP, "sued_by_workers": UP, "suits_lost": UP, "suits": FREE},
        "traits": {"registered_capital_wan": FREE, "paid_share": FREE, "qualifications": DOWN},
        "network": {"dealing": FREE, "owning": FREE, "suits_of_firms_tied": UP},
        "circle": {"people": FREE, "people_shared": FREE},
    }
    groups = _groups(told, OF_ENTERPRISE)
    sample = sample_of_table(frame, [column for group in groups for column in group.columns], "bad")
    earlier = (frame["split"] == "train").to_numpy()
    seen = frame["company"].is_in(frame.filter(pl.col("split") == "train")["company"].implode()).to_numpy()
    train, test = sample.take(np.flatnonzero(earlier)), sample.take(np.flatnonzero(~earlier & ~seen))
    total = fit_total(train, groups)
    off, on, order = total.eta(test, total.asked), total.eta(test), np.arange(len(test.bad), dtype=np.float64)
    for what, measure in (("auc", auc), ("ks", ks)):
        one = bootstrap(measure, off, test.bad, SEED, DRAWS)
        yield Figure(
            f"dimensions.tables_smesd_{what}", one.value, what,
            note=f"{one.low:.3f}-{one.high:.3f}; fitted on 2014-2018, {len(test.bad)} firms of 2019 never seen before; social circle off",
        )  # fmt: skip
    gain = bootstrap(auc_difference(on[None], off[None]), order, test.bad, SEED, DRAWS)
    yield Figure("dimensions.tables_smesd_circle_gain", gain.value, "auc", note=f"with it on; {gain.low:+.4f} to {gain.high:+.4f}")
    for part in total.parts:
        code = part.group.dimension.code
        alone = part.evidence(test, 0.0)
        if alone.std() > 0.0 and not part.group.dimension.asked:
            less = bootstrap(auc_difference(off[None], total.eta(test, (*total.asked, code))[None]), order, test.bad, SEED, DRAWS)
            yield Figure(
                f"dimensions.tables_smesd_{code}_ks", ks(alone, test.bad), "ks",
                note=f"alone; AUC less it off {less.value:+.4f} ({less.low:+.4f} to {less.high:+.4f})",
            )  # fmt: skip


def _firms(folder: Path) -> pl.DataFrame:
    """A row a firm: capital, suits by kind, and how many ties of each kind it has; nothing that tells when it was looked at."""
    firms, suits, edges, groups = (pl.read_parquet(folder / f"{name}.parquet") for name in ("companies", "lawsuits", "edges", "groups"))
    key = ["split", "company"]
    cause = {"sued_for_loans": 0, "sued_for_sales": 1, "sued_by_workers": 7}
    sued = pl.col("result") >= 2
    court = suits.group_by(key).agg(
        suits=pl.len(), suits_lost=(pl.col("result") == LOST).sum(),
        **{name: (sued & (pl.col("cause") == number)).sum() for name, number in cause.items()},
    )  # fmt: skip
    ties = edges.rename({"src": "company"})
    mine = ties.group_by(key).agg(
        dealing=pl.col("relation").is_in(DEALING).sum(), owning=pl.col("relation").is_in(OWNING).sum(),
        people=pl.col("relation").is_in(KIN).sum(),
    )  # fmt: skip
    lost = court.select("split", dst="company", theirs="suits_lost")
    tied = ties.join(lost, on=["split", "dst"]).group_by(key).agg(suits_of_firms_tied=pl.col("theirs").sum())
    held = ties.filter(pl.col("relation").is_in(KIN))
    crowd = held.group_by("split", "dst").agg(firms=pl.col("company").n_unique())
    shared = held.join(crowd, on=["split", "dst"]).group_by(key).agg(people_shared=(pl.col("firms") > 1).sum())
    skill = groups.filter(pl.col("group_type") == "qualify").group_by(key).agg(qualifications=pl.len())
    table = firms.unique(key, keep="first", maintain_order=True)
    for more in (court, mine, tied, shared, skill):
        table = table.join(more, on=key, how="left", maintain_order="left")
    counts = [name for name in table.columns if name not in firms.columns]
    paid = pl.col("paid_in_capital_wan") / pl.col("registered_capital_wan")
    return table.with_columns(
        pl.col(counts).fill_null(0), paid_share=pl.when(pl.col("registered_capital_wan") > 0).then(paid.clip(0.0, 10.0)),
        bad=pl.col("bankrupt") == 1,
    )  # fmt: skip
