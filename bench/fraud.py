"""Fraud: how many planted frauds are found at one false alarm in a hundred, pattern by pattern, on worlds that took no part in fitting.

Everything here is made up (`world`): the frauds do not learn to hide. Recall is of frauds at one moment each; its interval is Wilson's, as
if members of one gang were apart. A plain logistic regression on the same signs stands beside the trees.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from bench.figure import Context, Figure
from farthing.flows.fraud.imagined import Cases, Worlds, imagined_cases, patterns
from farthing.models.boosted.model import pd_many
from farthing.models.fraud.develop import Judged, Terms, develop, judge, plain
from farthing.models.fraud.model import Assessor, FraudModel
from farthing.models.fraud.rules import holds, induce
from farthing.models.fraud.signs import GROUPS, SIGNS
from farthing.models.reasons import Candidate
from farthing.quant.discrimination import Interval

SEED = 20200221
FITTING, APART = range(1, 7), range(100_000, 100_006)
FULL_FITTING, FULL_APART = range(1, 17), range(100_000, 100_016)
HANDFUL = 6
CALLS = 500


def figures(context: Context) -> Iterable[Figure]:
    """Trees and the plain regression on the same worlds; without the signs that give most away; the rule; and what one score costs."""
    fit, apart = (FULL_FITTING, FULL_APART) if context.full else (FITTING, APART)
    context.say(f"fraud: {len(fit)} worlds to fit, {len(apart)} apart")
    with context.measured() as spent:
        train, test = imagined_cases(Worlds(tuple(fit))), imagined_cases(Worlds(tuple(apart)))
    told = f"{train.told.height:,} cases with {int(train.sample.bad.sum())} frauds in {len(fit)} worlds; {len(apart)} worlds apart"
    yield Figure("fraud.cases_s", spent.wall_s, "s", cpu_s=spent.cpu_s, note=told)
    with context.measured() as spent:
        model = develop(train.sample, train.group, Terms(seed=SEED))
    yield Figure("fraud.refit_s", spent.wall_s, "s", goal=86_400, better="lower", cpu_s=spent.cpu_s, note="row 45: within a day")
    base = _judged(test, plain(train.sample, test.sample))
    yield from _quality(_judged(test, _chance(model, test)), base)
    yield from _without(train, test)
    yield from _rule(train, test)
    yield from _one(model, test)


def _chance(model: FraudModel, cases: Cases) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return pd_many(model.trees, cases.sample).astype(np.float64)


def _judged(cases: Cases, risk: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Judged:
    return judge(risk, cases.sample.bad, patterns(cases.told), SEED)


def _quality(judged: Judged, base: Judged) -> Iterable[Figure]:
    yield Figure(
        "fraud.auc", judged.auc.value, "AUC", peer="plain logistic", peer_value=base.auc.value, note=_interval(judged.auc, "all months")
    )  # fmt: skip
    for name, (share, cases) in judged.by_pattern.items():
        goal = 0.9 if name == "false_sales" else None
        yield Figure(
            f"fraud.recall_{name}", share.value, "at 1 % FPR", goal=goal, peer="plain logistic", peer_value=base.by_pattern[name][0].value,
            note=_interval(share, f"{cases} frauds"),
        )  # fmt: skip


def _interval(one: Interval, told: str) -> str:
    return f"{one.low:.3f}-{one.high:.3f}; {told}"


def _without(train: Cases, test: Cases) -> Iterable[Figure]:
    """False sales where less is told: the void invoices alone give much away, and so does the week of the application."""
    for name, left_out in (("voids", ("voids",)), ("voids_velocity_ring", ("voids", "velocity", "ring"))):
        signs = _less(left_out)
        model = develop(train.sample, train.group, Terms(seed=SEED), signs)
        judged = _judged(test, _chance(model, test))
        for pattern in ("false_sales", "false_sales_third_month", "gang"):
            share, cases = judged.by_pattern[pattern]
            yield Figure(f"fraud.{pattern}_less_{name}", share.value, "at 1 % FPR", note=_interval(share, f"{cases} frauds"))


def _less(groups: Sequence[str]) -> tuple[Candidate, ...]:
    gone = {sign.feature for group in groups for sign in GROUPS[group]}
    return tuple(sign for sign in SIGNS if sign.feature not in gone)


def _rule(train: Cases, test: Cases) -> Iterable[Figure]:
    """A new pattern: the members of one gang are confirmed as they apply, and a rule is made of them that other worlds then judge."""
    gang = patterns(train.told)["gang"]
    first = np.flatnonzero(gang & (train.group == train.group[0]))[:HANDFUL]
    known = np.sort(np.concatenate([first, np.flatnonzero(~train.sample.bad & (train.group == train.group[0]))]))
    start = time.perf_counter()
    rule = induce(train.sample.take(known))[0]
    spent = time.perf_counter() - start
    caught = holds(rule, test.sample)
    gangs = patterns(test.told)["gang"]
    low, high = rule.false_alarms
    yield Figure("fraud.rule_s", spent, "s", goal=1.0, better="lower", note=f"from {len(first)} cases: {rule.expression}")
    yield Figure("fraud.rule_recall_gang", float(caught[gangs].mean()), "recall", note=f"{int(gangs.sum())} gang members apart")
    yield Figure(
        "fraud.rule_false_alarms", float(caught[~test.sample.bad].mean()), "of honest", better="lower",
        note=f"where it was made {low:.4f}-{high:.4f}",
    )  # fmt: skip


def _one(model: FraudModel, test: Cases) -> Iterable[Figure]:
    """One applicant, with reasons, from signs at hand: half of them frauds, since those have reasons to be told."""
    names = model.trees.forest.features
    frauds = test.told.filter(pl.col("fraud")).head(CALLS // 2)
    honest = test.told.filter(~pl.col("fraud")).head(CALLS - frauds.height)
    rows = [row for part in (frauds, honest) for row in part.select(names).iter_rows(named=True)]
    assessor = Assessor(model)
    assessor.assess(rows[0])
    taken = []
    for row in rows:
        start = time.process_time()
        assessor.assess(row)
        taken.append((time.process_time() - start) * 1e3)
    told = f"of processor time; {len(rows)} applicants; {len(model.trees.forest.trees)} trees"
    yield Figure("fraud.score_p99_ms", float(np.quantile(taken, 0.99)), "ms", goal=50, better="lower", note=told)
