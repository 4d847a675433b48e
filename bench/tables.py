"""Real tables: the scorecard against optbinning with logistic regression, in the same folds, with bootstrap intervals.

Sba_loans is split by time instead, and without `term`, which knows the outcome. Both sides see the same columns and no weights, and neither
is tuned to a table. A difference is paired: both are measured on the same drawn cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.figure import Context, Figure
from bench.models import catalogue_sample
from bench.scorecard import AS_SEEN, quiet
from farthing.models.fit import fit, freeze, settings_for
from farthing.models.reasons import CANDIDATES
from farthing.models.scorecard import Scorer
from farthing.models.table import Column, Kind, Unseen, sample_of_table
from farthing.models.validate import stratified
from farthing.quant.calibration import brier
from farthing.quant.discrimination import auc, bootstrap, ks

PREFIXES = ("models.tables",)
LEAST = -0.005
SEED, DRAWS = 20200221, 400
Floats = npt.NDArray[np.float64]
Part = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class Case:
    """A table with its outcome in `bad`, and where training ends and testing begins (None: folds)."""

    name: str
    frame: pl.DataFrame
    columns: Sequence[Column]
    split: Part | None = None


def figures(context: Context) -> Iterable[Figure]:
    """AUC, KS and Brier score of the card on each table, and by how much its AUC exceeds the other's."""
    for load in (cumcm2020c, german, hmeq, polish, lending_club, give_me_some_credit, taiwan, sba_loans):
        try:
            case = load(context.data)
        except FileNotFoundError as missing:
            context.say(f"tables: {load.__name__}: no {missing.filename}")
            continue
        context.say(f"tables: {case.name}, {case.frame.height:,} rows")
        yield from compared(case, 5 if context.full else 3)


def compared(case: Case, folds: int) -> Iterator[Figure]:
    """Both sides on the same parts."""
    bad = case.frame["bad"].to_numpy()
    fold = stratified(bad, folds, np.random.default_rng(SEED))
    parts = [case.split] if case.split else [(np.flatnonzero(fold != part), np.flatnonzero(fold == part)) for part in range(folds)]
    mine, theirs = np.full(len(bad), np.nan), np.full(len(bad), np.nan)
    for train, test in parts:
        mine[test] = ours(case, train, test)
        theirs[test] = peer(case, train, test)
    told = np.flatnonzero(~np.isnan(mine))
    one, other, outcome = mine[told], theirs[told], bad[told]
    how = "out of time" if case.split else f"{folds} folds"
    for name, measure in (("auc", auc), ("ks", ks), ("brier", brier)):
        found = bootstrap(measure, one, outcome, SEED, DRAWS)
        yield Figure(
            f"models.tables_{case.name}_{name}", found.value, name, better="lower" if name == "brier" else "higher", peer="optbinning",
            peer_value=measure(other, outcome), note=f"{len(told):,} rows, {how}, 95 % interval {found.low:.3f}-{found.high:.3f}",
        )  # fmt: skip
    rows = np.arange(len(told), dtype=np.float64)
    gain = bootstrap(lambda drawn, b: auc(one[drawn.astype(int)], b) - auc(other[drawn.astype(int)], b), rows, outcome, SEED, DRAWS)
    yield Figure(
        f"models.tables_{case.name}_gain_low", gain.low, "auc", goal=LEAST,
        note=f"lower bound of the paired difference {gain.value:+.4f}, to {gain.high:+.4f}",
    )  # fmt: skip


def ours(case: Case, train: npt.NDArray[np.int64], test: npt.NDArray[np.int64]) -> Floats:
    """PDs of a frozen card."""
    sample = sample_of_table(case.frame[train], case.columns, "bad")
    fitted = fit(sample, case.columns, settings_for(sample))
    found: Floats = Scorer(freeze(fitted)).many(case.frame[test])["pd_ppm"].to_numpy() / 1e6
    return found


def peer(case: Case, train: npt.NDArray[np.int64], test: npt.NDArray[np.int64]) -> Floats:
    """Probabilities of optbinning's BinningProcess and scikit-learn's LogisticRegression."""
    import optbinning
    import pandas as pd
    from sklearn.linear_model import LogisticRegression

    names = [column.name for column in case.columns]
    x = pd.DataFrame({name: case.frame[name].to_numpy() for name in names})
    texts = [column.name for column in case.columns if column.kind is Kind.CATEGORY]
    process = optbinning.BinningProcess(names, categorical_variables=texts, binning_transform_params=dict.fromkeys(names, AS_SEEN))
    made = optbinning.Scorecard(process, LogisticRegression(max_iter=1000))
    with quiet():
        made.fit(x.iloc[train].reset_index(drop=True), case.frame["bad"].to_numpy()[train].astype(int))
        found: Floats = np.asarray(made.predict_proba(x.iloc[test].reset_index(drop=True))[:, 1])
    return found


# ---- the tables ------------------------------------------------------------------------------------------------------


def declared(frame: pl.DataFrame) -> list[Column]:
    """Every column but the outcome: strings are categories, floats keep four decimals."""
    return [
        Column(name, Kind.CATEGORY, unseen=Unseen.RARE) if kind == pl.String else Column(name, scale=4 if kind.is_float() else 0)
        for name, kind in frame.schema.items()
        if name != "bad"
    ]


def told(name: str, frame: pl.DataFrame, bad: pl.Expr, drop: Sequence[str]) -> Case:
    """A table with these columns left out."""
    made = frame.with_columns(bad=bad.cast(pl.Boolean)).drop(drop)
    return Case(name, made, declared(made))


def classic(data: Path, file: str) -> pl.DataFrame:
    """One of the classic tables; what is all numbers, however it is padded, is read as numbers."""
    frame = pl.read_csv(data / "scorecard_classics" / file, infer_schema_length=None, null_values=["", "NA"])
    for name in [name for name, kind in frame.schema.items() if kind == pl.String]:
        text = frame[name].str.strip_chars().replace(".", None)
        number = text.cast(pl.Float64, strict=False)
        frame = frame.with_columns(number if number.null_count() == text.null_count() else text)
    return frame


def cumcm2020c(data: Path) -> Case:
    sample = catalogue_sample(data)
    columns = [Column(one.feature, trend=one.trend) for one in CANDIDATES if one.feature in sample.columns]
    frame = pl.DataFrame(
        {
            column.name: pl.Series(sample.columns[column.name][0]).set(pl.Series(sample.columns[column.name][1]), None)
            for column in columns
            if not sample.columns[column.name][1].all()
        }
    ).with_columns(bad=pl.Series(sample.bad))
    return Case("cumcm2020c", frame, [column for column in columns if column.name in frame.columns])


def german(data: Path) -> Case:
    return told("german", classic(data, "uci_german_credit.csv"), pl.col("creditability") == "bad", ["creditability"])


def hmeq(data: Path) -> Case:
    return told("hmeq", classic(data, "hmeq.csv.gz"), pl.col("BAD") == 1, ["BAD"])


def lending_club(data: Path) -> Case:
    return told("lending_club", classic(data, "lending_club.csv.gz"), pl.col("Class") == "bad", ["Class", "rownames"])


def give_me_some_credit(data: Path) -> Case:
    return told("give_me_some_credit", classic(data, "gmsc_subset.csv.gz"), pl.col("default") == 1, ["default"])


def taiwan(data: Path) -> Case:
    frame = pl.read_parquet(data / "scorecard_classics" / "uci_taiwan_credit_card.parquet")
    return told("taiwan", frame, pl.col("default.payment.next.month") == 1, ["default.payment.next.month", "ID"])


def polish(data: Path) -> Case:
    frame = pl.read_parquet(data / "bankruptcy_polish" / "polish_5year.parquet")
    return told("polish", frame, pl.col("bankrupt") == 1, ["bankrupt"])


def sba_loans(data: Path) -> Case:
    """Approved to 2002 against later; nothing that is known only after approval."""
    frame = pl.read_parquet(data / "sba_loans" / "sba_national_to_fy2005.parquet")
    numbers = ("no_emp", "new_exist", "create_job", "retained_job", "franchise_code", "urban_rural", "gr_appv", "sba_appv")
    made = frame.select(
        *numbers, "rev_line_cr", "low_doc", "state", "bank_state",
        naics=(pl.col("naics") // 10_000).cast(pl.String), bad=pl.col("default") == 1, early=pl.col("approval_fy") <= 2002,
    )  # fmt: skip
    early = made["early"].to_numpy()
    made = made.drop("early")
    return Case("sba_loans", made, declared(made), (np.flatnonzero(early), np.flatnonzero(~early)))
