"""The gate and the thin file, on the synthetic world.

The gate is measured on every industry but one, which then comes to it (AUROC), beside the largest single deviation and the distance from
the mean without correlations. The thin file is of farms whose credit report is not there: mostly the young ones. Three scores rank them:
a plain one made where the report is there, a plain one made of everybody with a flag for what is missing, and partial pooling by
segment, in which open fields carry what is missing. Approvals are of the slice, at the bad rate the plain score has at half of it.
Beside them stands the best there is: the world's own truth seen through the fields that are left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.county import Split, by_partial, by_pooled, designs
from bench.figure import Context, Figure
from farthing.domain.evidence import EvidenceKind
from farthing.features.batch import batch
from farthing.features.catalogue import CATALOGUE
from farthing.features.daily import daily
from farthing.flows.imagine import imagine_farms
from farthing.models.novelty.gate import ALARM_PPM, Columns, distances
from farthing.models.novelty.measure import measure_gate
from farthing.models.reasons import CANDIDATES
from farthing.models.segment.fit import Cases, cases_of, fit_segments
from farthing.quant.discrimination import Interval, auc, bootstrap
from farthing.quant.logistic import fit_logistic
from farthing.world.cash import transactions
from farthing.world.economy import Plan, build
from farthing.world.farms import VECTOR, FarmPlan
from farthing.world.trade import invoices

PREFIXES = ("models.novelty", "models.thin_file")
SEED, DRAWS = 20200221, 200
MERCHANTS, FULL_MERCHANTS = 250, 800
REPORT = ("late_days_12m", "debt_share_ppm", "enquiries_6m")
YOUNG, THIN_IF_YOUNG, THIN_IF_OLD = 60, 0.8, 0.15
LABELS, TEST = 12_000, 30_000
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Known:
    """Merchants as features, and what they do for a living."""

    columns: Columns
    industry: npt.NDArray[np.str_]

    def rows(self, mask: Bools) -> Columns:
        return {name: (value[mask], missing[mask]) for name, (value, missing) in self.columns.items()}


def figures(context: Context) -> Iterable[Figure]:
    """The gate, then the thin file."""
    yield from gate_figures(Plan(SEED, FULL_MERCHANTS if context.full else MERCHANTS, 24))
    yield from thin_figures()


def gate_figures(plan: Plan) -> Iterator[Figure]:
    """Each industry held out in turn; the false alarms are of merchants that took no part."""
    known = merchants(plan)
    found: dict[str, list[float]] = {"": [], "_largest": [], "_uncorrelated": []}
    alarms, told = [], []
    for industry in np.unique(known.industry).tolist():
        new = known.industry == industry
        kept = np.flatnonzero(~new)
        held = np.zeros(len(new), np.bool_)
        held[np.random.default_rng(SEED).permutation(kept)[: len(kept) // 4]] = True
        gate = measure_gate(known.rows(~new & ~held), "others", SEED, synthetic=True)
        judged = new | held
        far = distances(gate, known.rows(judged))
        alarms += [(far[held[judged]] > np.quantile(gate.distances, 1 - ALARM_PPM / 1e6)).mean()]
        plain = scores(known, ~new & ~held, judged)
        sides = {"": far.astype(np.float64), "_largest": np.abs(plain).max(axis=1), "_uncorrelated": (plain**2).sum(axis=1)}
        for side, value in sides.items():
            found[side].append(auc(value, new[judged]))
        told.append(f"{industry} {found[''][-1]:.2f}")
    for side, values in found.items():
        note = f"mean of {len(values)} industries held out in turn" + (f": {', '.join(told)}" if not side else "")
        yield Figure(f"models.novelty{side}_auroc", float(np.mean(values)), "auroc", note=note)
    yield Figure(
        "models.novelty_false_alarms",
        float(np.mean(alarms)),
        "share",
        goal=0.03,
        better="lower",
        note="of merchants like those known; one in a hundred is meant",
    )


def scores(known: Known, base: Bools, judged: Bools) -> Floats:
    """Deviations from the mean of the known, in their standard deviations, missing ones at the mean."""
    found = []
    for value, missing in known.columns.values():
        usual = value[base & ~missing].astype(np.float64)
        spread = float(usual.std()) or 1.0
        found.append(np.where(missing[judged], 0.0, (value[judged] - usual.mean()) / spread))
    return np.column_stack(found)


def merchants(plan: Plan) -> Known:
    economy = build(plan)
    issued = invoices(economy)
    tables = {EvidenceKind.INVOICE: (issued, "issued_on"), EvidenceKind.TRANSACTION: (transactions(economy, issued), "booked_on")}
    records = {kind: daily(kind, table.with_columns(known_on=pl.col(day))) for kind, (table, day) in tables.items()}
    found = batch(records, plan.end, [CATALOGUE[one.feature] for one in CANDIDATES])
    trade = {one.key: one.industry.code for one in economy.merchants}
    columns = {one.feature: (found[one.feature].fill_null(0).to_numpy(), found[one.feature].is_null().to_numpy()) for one in CANDIDATES}
    return Known(columns, np.array([trade[subject] for subject in found["subject"].to_list()]))


# ---- the thin file ---------------------------------------------------------------------------------------------------


def thin_figures() -> Iterator[Figure]:
    """AUC and approvals in the slice without a credit report."""
    split, thin, thin_later = thin_farms()
    partial = by_partial(fit_segments(split.train), split.test)
    flagged = by_pooled(split)
    plain = with_report_only(split, thin)
    bad = split.test.bad[thin_later]
    best = best_there_is()[LABELS:]
    sides = {"partial": partial[thin_later], "flagged": flagged[thin_later], "plain": plain[thin_later], "best": best[thin_later]}
    for name, eta in sides.items():
        one = bootstrap(auc, eta, bad, SEED, DRAWS)
        note = f"{len(bad):,} farms without a credit report, {int(bad.sum()):,} bad; interval {one.low:.4f}-{one.high:.4f}"
        yield Figure(f"models.thin_file_auc_{name}", one.value, "auc", note=note)
    rate = bad[np.argsort(sides["plain"], kind="stable")[: len(bad) // 2]].mean()
    for name in ("partial", "flagged", "best"):
        more = more_approved(sides[name], sides["plain"], bad)
        note = f"at the plain score's bad rate of {rate:.2%} at half of the slice; interval {more.low:.3f}-{more.high:.3f}"
        yield Figure(f"models.thin_file_approvals_{name}", more.value, "of plain's", note=note)


def more_approved(eta: Floats, plain: Floats, bad: Bools) -> Interval:
    """Approvals at the bad rate that the plain score has at half of the slice, over the plain score's; both drawn on the same cases."""
    rows = np.arange(len(bad), dtype=np.float64)

    def ratio(drawn: Floats, outcome: Bools) -> float:
        place = drawn.astype(int)
        half = len(place) // 2
        rate = outcome[np.argsort(plain[place], kind="stable")[:half]].mean()
        running = np.cumsum(outcome[np.argsort(eta[place], kind="stable")]) / np.arange(1, len(place) + 1)
        return float((np.flatnonzero(running <= rate).max(initial=-1) + 1) / half)

    return bootstrap(ratio, rows, bad, SEED, DRAWS)


def best_there_is() -> Floats:
    """The order of the same farms by the world's own truth, had it nothing but the fields that are left: what no score can better.

    A hidden field is worth what those that are left say of it; the logit of the expected share then rises with this sum alone.
    """
    world = imagine_farms(FarmPlan(counties=1, farms=LABELS + TEST))
    ranked = world.rows.select((pl.col(name).rank() - 0.5) / pl.len() for name, _ in VECTOR).to_numpy()
    scores = np.vectorize(NormalDist().inv_cdf)(ranked)
    weights = world.truth.select(name for name, _ in VECTOR).to_numpy()[0]
    hidden = np.array([name in REPORT for name, _ in VECTOR])
    alike = np.corrcoef(scores, rowvar=False)
    carried = np.linalg.solve(alike[np.ix_(~hidden, ~hidden)], alike[np.ix_(~hidden, hidden)])
    found: Floats = scores[:, ~hidden] @ (weights[~hidden] + carried @ weights[hidden])
    return found


def with_report_only(split: Split, thin: Bools) -> Floats:
    """The plain score: made where the report is there, and used where it is not with what is missing at the usual."""
    some = split.train.take(np.flatnonzero(~thin))
    train, test = designs(Split(some, split.test))
    return fit_logistic(train, some.bad, ridge=1.0).predict(test)


def thin_farms() -> tuple[Split, Bools, Bools]:
    """Farms of one county's truth whose report is missing, mostly for the young; the segment is who has one, by age."""
    world = imagine_farms(FarmPlan(counties=1, farms=LABELS + TEST)).rows
    young = world["trade_months"].to_numpy() < YOUNG
    thin = np.random.default_rng(SEED).random(world.height) < np.where(young, THIN_IF_YOUNG, THIN_IF_OLD)
    segment = np.char.add(np.where(young, "young", "old"), np.where(thin, "/no_credit", "/credit"))
    hidden = pl.Series(thin)
    made = world.with_columns(pl.when(hidden).then(None).otherwise(pl.col(name)).alias(name) for name in REPORT)
    made = made.with_columns(county=pl.Series(segment.tolist()))
    cases: Cases = cases_of(made, [name for name, _ in VECTOR], "county", "defaulted")
    return Split(cases.take(np.arange(LABELS)), cases.take(np.arange(LABELS, LABELS + TEST))), thin[:LABELS], thin[LABELS:]
