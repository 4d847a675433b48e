"""Scores of dimensions on the seeded world: fitted on some worlds, judged on others that share nothing with them but the rules.

Quick: two small worlds to fit on and one to judge by, for the shape of things. `FULL=1`: eight worlds of 1,200 merchants to fit on
and eight to judge by. How the score is made was settled by leaving out worlds among the eight it is fitted on, in turn; the others were
looked at by nobody before. All of it is synthetic and says nothing of real
enterprises.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from bench.boosted import lightgbm_of
from bench.figure import Context, Figure
from bench.novelty import more_approved
from farthing.domain.evidence import EvidenceKind
from farthing.features.batch import batch
from farthing.features.catalogue import CATALOGUE, FEATURES
from farthing.features.daily import daily, daily_by_subject
from farthing.features.live import live
from farthing.features.records import RECORDS
from farthing.flows.model.dimensions import GROUPS
from farthing.models.boosted.fit import DIRECTION, matrix_for
from farthing.models.dimension.card import ScoreKind, named, score_dimensions
from farthing.models.dimension.fit import MANY, Total, fit_total
from farthing.models.dimension.freeze import Presentation, freeze_total
from farthing.models.dimension.segments import by_segment, channels
from farthing.models.fit import fit
from farthing.models.sample import Sample
from farthing.models.validate import auc_difference
from farthing.models.validation.stress import without
from farthing.quant.binning import Bools, Floats, Ints
from farthing.quant.calibration import expected_error, platt
from farthing.quant.discrimination import auc, bootstrap, ks
from farthing.quant.logistic import logit, sigmoid
from farthing.world.economy import Plan
from farthing.world.told import tell

PREFIXES = ("dimensions.world",)
SEED, DRAWS = 20200221, 400
ENOUGH = 2_000
"""With fewer cases to judge by, no goal: a difference of a hundredth is far inside the interval."""
ENTERPRISE, PERSONAL = ScoreKind.ENTERPRISE, ScoreKind.PERSONAL
SIGNALS = {column.name: column for kind in GROUPS.values() for group in kind for column in group.columns}
USUAL = [column for group in GROUPS[ENTERPRISE] if not group.dimension.asked for column in group.columns]


@dataclass(frozen=True, eq=False)
class Worlds:
    """Labelled merchants of some worlds: their features, and which world each is of."""

    sample: Sample
    world: Ints


def figures(context: Context) -> Iterable[Figure]:
    """Both scores, the wide scorecard beside boosted trees, segments, and how long one score takes."""
    seeds, merchants = ((*range(11, 19), *range(31, 39)), 1_200) if context.full else (range(11, 14), 400)
    names = [feature.name for feature in FEATURES] if context.full else list(SIGNALS)
    parts = []
    for seed in seeds:
        context.say(f"dimensions: world {seed}")
        parts.append(world(seed, merchants, names))
    cut = len(parts) // 2 if context.full else 2
    known = joined(parts[:cut])
    yield from judged(context, known, joined(parts[cut:]))
    yield from quick_enough(known)


def judged(context: Context, known: Worlds, fresh: Worlds) -> Iterator[Figure]:
    """Everything that rests on outcomes."""
    note = f"fitted on {len(known.sample.bad):,} ({int(known.sample.bad.sum())} bad), judged on {len(fresh.sample.bad):,} of other worlds"
    for kind in ScoreKind:
        context.say(f"dimensions: {kind.value}")
        total = fit_total(known.sample, GROUPS[kind], fold=known.world)
        yield from _score_figures(kind, total, fresh, note)
        if kind is ENTERPRISE:
            yield from _beside_trees("world_enterprise", total.eta(fresh.sample, total.asked), known, fresh, whole=context.full)
            yield from _segment_figures(total, known, fresh)
            yield from _thin_figures(total, known, fresh)
            yield from _source_figures(total, known, fresh)
    context.say("dimensions: scorecard")
    card = fit(known.sample, USUAL, SCORECARD)
    eta = card.eta(fresh.sample)
    line = platt(_out_of_world(known), known.sample.bad)
    slope = platt(line.apply(eta), fresh.sample.bad)
    yield Figure("dimensions.world_scorecard_slope", slope.slope, "slope", note=f"+- {1.96 * slope.covariance[1][1] ** 0.5:.3f}; {note}")
    yield from _beside_trees("world_scorecard", eta, known, fresh, whole=False)


SCORECARD = replace(MANY, gaps_earn=True)


def _out_of_world(known: Worlds) -> Floats:
    """Log-odds of the wide scorecard for each world by the others."""
    eta = np.empty(len(known.world))
    for one in np.unique(known.world):
        train, test = np.flatnonzero(known.world != one), np.flatnonzero(known.world == one)
        eta[test] = fit(known.sample.take(train), USUAL, SCORECARD).eta(known.sample.take(test))
    return eta


def _score_figures(kind: ScoreKind, total: Total, fresh: Worlds, note: str) -> Iterator[Figure]:
    bad, name = fresh.sample.bad, f"dimensions.world_{kind.value}"
    eta = total.eta(fresh.sample, total.asked)
    for what, measure in (("auc", auc), ("ks", ks)):
        found = bootstrap(measure, eta, bad, SEED, DRAWS)
        yield Figure(f"{name}_{what}", found.value, what, note=f"{found.low:.3f}-{found.high:.3f}; {note}")
    line = platt(eta, bad)
    yield Figure(f"{name}_slope", line.slope, "slope", note=f"+- {1.96 * line.covariance[1][1] ** 0.5:.3f} on other worlds")
    middle, order = float(logit(np.array([total.rate]))[0]), np.arange(len(bad), dtype=np.float64)
    whole = sum(part.weight * part.spread for part in total.parts)
    for part in total.parts:
        code = part.group.dimension.code
        alone = part.evidence(fresh.sample, middle)
        off = [one for one in total.asked if one != code] if part.group.dimension.asked else [*total.asked, code]
        changed = total.eta(fresh.sample, off)
        gain = bootstrap(auc_difference(eta[None], changed[None]), order, bad, SEED, DRAWS)
        what = "it on" if part.group.dimension.asked else "it off"
        yield Figure(
            f"{name}_{code}_ks", ks(alone, bad) if alone.std() > 0 else 0.0, "ks",
            note=f"alone; stated share {part.group.dimension.prior_ppm / 1e4:.0f} %, fitted "
            f"{100 * part.weight * part.spread / whole:.0f} %; AUC less {what} {gain.value:+.4f} ({gain.low:+.4f} to {gain.high:+.4f})",
        )  # fmt: skip


def _beside_trees(name: str, eta: Floats, known: Worlds, fresh: Worlds, *, whole: bool) -> Iterator[Figure]:
    """Less LightGBM on the same features, with their directions and without, and on the whole catalogue without the social circle."""
    circle = {one for group in GROUPS[ENTERPRISE] if group.dimension.asked for one in group.names}
    same = [column.name for column in USUAL]
    every = [one for one in known.sample.columns if one not in circle and "contact" not in one]
    ways = {"monotone": (same, True), "unconstrained": (same, False)} | ({"unconstrained_whole": (every, False)} if whole else {})
    order, bad = np.arange(len(eta), dtype=np.float64), fresh.sample.bad
    for way, (names, kept) in ways.items():
        other = _trees(known, fresh.sample, names, kept=kept)
        less = bootstrap(auc_difference(eta[None], other[None]), order, bad, SEED, DRAWS)
        goal = {"monotone": -0.01, "unconstrained": -0.005}.get(way) if len(bad) >= ENOUGH else None
        yield Figure(
            f"dimensions.{name}_less_{way}", less.value, "auc", goal=goal, peer=f"LightGBM, {len(names):,} features",
            peer_value=auc(other, bad), note=f"ours {auc(eta, bad):.4f}; paired {less.low:+.4f} to {less.high:+.4f}",
        )  # fmt: skip


def _trees(known: Worlds, fresh: Sample, names: Sequence[str], *, kept: bool) -> Floats:
    """LightGBM, its size chosen on the last world of those known, then fitted on all of them."""
    x, y, held = matrix_for(known.sample, names), known.sample.bad.astype(float), known.world == known.world.max()
    best: tuple[float, dict[str, object], int] | None = None
    for leaves, least in ((4, 20), (8, 40)):
        options: dict[str, object] = {
            "num_leaves": leaves, "min_data_in_leaf": least, "lambda_l2": 5.0, "feature_fraction": 0.3 if len(names) > 500 else 0.6,
            "learning_rate": 0.03,
        }  # fmt: skip
        if kept:
            options |= {"monotone_constraints": [DIRECTION[SIGNALS[name].trend] for name in names]}
        booster = lightgbm_of(x[~held], y[~held], options, 1500, (x[held], y[held]))
        loss = booster.best_score["valid_0"]["binary_logloss"]
        if best is None or loss < best[0]:
            best = (loss, options, max(1, booster.best_iteration))
    assert best is not None
    found: Floats = lightgbm_of(x, y, best[1], best[2]).predict(matrix_for(fresh, names), raw_score=True, num_threads=1)
    return found


def _source_figures(total: Total, known: Worlds, fresh: Worlds) -> Iterator[Figure]:
    """Each source masked of everybody: what the same score loses, beside one made anew without it, which shows what nobody can get back."""
    bad, order, groups = fresh.sample.bad, np.arange(len(fresh.sample.bad), dtype=np.float64), GROUPS[ENTERPRISE]
    whole, goal = total.eta(fresh.sample, total.asked), 0.01 if len(bad) >= ENOUGH else None
    read = {name for part in total.parts if part.fitted and part.weight > 0.0 for name in part.fitted.features}
    for kind in sorted({kind for name in read for kind in CATALOGUE[name].sources}, key=lambda one: one.value):
        gone = [name for name in SIGNALS if kind in CATALOGUE[name].sources]
        masked = total.eta(replace(fresh.sample, columns=without(fresh.sample.columns, gone)), total.asked)
        left = [replace(one, columns=tuple(each for each in one.columns if each.name not in gone)) for one in groups]
        anew = fit_total(known.sample, left, fold=known.world)
        again = anew.eta(fresh.sample, anew.asked)
        lost, more = (
            bootstrap(auc_difference(one[None], other[None]), order, bad, SEED, DRAWS) for one, other in ((whole, masked), (again, masked))
        )
        off = sigmoid(masked).mean() - bad.mean()
        yield Figure(
            f"dimensions.world_without_{kind.value}", lost.value, "auc lost", goal=goal, better="lower",
            note=f"{lost.low:+.4f} to {lost.high:+.4f}; beside one made without it {more.value:+.4f} ({more.low:+.4f} to {more.high:+.4f}) "
            f"more lost; mean PD off by {off:+.4f}, error in tenths {expected_error(sigmoid(masked), bad, 10):.4f}",
        )  # fmt: skip
    yield Figure(
        "dimensions.world_error", expected_error(sigmoid(whole), bad, 10), "ece", better="lower", note="in tenths, nothing missing"
    )


def _segment_figures(total: Total, known: Worlds, fresh: Worlds) -> Iterator[Figure]:
    """By channel, on all worlds: those fitted on by the evidence of the others, whose weights alone have seen them."""
    weights = np.array([0.0 if part.group.dimension.asked else part.weight for part in total.parts])
    eta = np.concatenate([total.line.apply(total.intercept + total.unseen @ weights), total.eta(fresh.sample, total.asked)])
    every = joined((known, fresh)).sample
    found = by_segment(eta, every.bad, channels(every))
    worst, goal = found[0], 0.02 if len(fresh.sample.bad) >= ENOUGH else None
    for one in found:
        told = "too few to rank" if one.auc is None else f"AUC {one.auc.value:.3f} ({one.auc.low:.3f}-{one.auc.high:.3f})"
        slope = "" if one.slope is None else f", slope {one.slope:.2f}"
        yield Figure(
            f"dimensions.world_segment_{one.name}_ece", one.calibration_error, "ece", goal=goal if one is worst else None, better="lower",
            note=f"{one.cases} cases, {one.bads} bad, {told}{slope}; chance alone {one.by_chance:.4f}{', the worst' * (one is worst)}",
        )  # fmt: skip


def _thin_figures(total: Total, known: Worlds, fresh: Worlds) -> Iterator[Figure]:
    """Nobody has a credit report. Beside the score stands one of what a lender knows who asks for reports and papers only."""
    names = [one for one in SIGNALS if {EvidenceKind.BUREAU_ACCOUNT, EvidenceKind.BUREAU_ENQUIRY} & set(CATALOGUE[one].sources)]
    thin, bad = replace(fresh.sample, columns=without(fresh.sample.columns, names)), fresh.sample.bad
    papers = fit_total(known.sample, [one for one in GROUPS[ENTERPRISE] if one.dimension.code in ("bureau", "traits")], fold=known.world)
    sides = {"": total.eta(thin, total.asked), "_papers": papers.eta(thin)}
    for side, eta in sides.items():
        one = bootstrap(auc, eta, bad, SEED, DRAWS)
        yield Figure(f"dimensions.world_thin_auc{side}", one.value, "auc", note=f"without a credit report; {one.low:.3f}-{one.high:.3f}")
    more, rate = more_approved(sides[""], sides["_papers"], bad), bad[np.argsort(sides["_papers"], kind="stable")[: len(bad) // 2]].mean()
    yield Figure(
        "dimensions.world_thin_approvals", more.value, "of papers'", goal=1.1 if len(bad) >= ENOUGH else None,
        note=f"at the {rate:.1%} bads among the half that papers rank best; {more.low:.2f}-{more.high:.2f}",
    )  # fmt: skip


def quick_enough(known: Worlds) -> Iterator[Figure]:
    """One record with all its points; and from an event to the score: a party's new aggregates, its features, its points."""
    total = fit_total(known.sample, GROUPS[ENTERPRISE])
    card = named(freeze_total(total, Presentation(target_rate_ppm=50_000), CATALOGUE))
    facts = [
        {name: None if known.sample.columns[name][1][row] else int(known.sample.columns[name][0][row]) for name in card.features}
        for row in range(100)
    ]
    start = time.process_time()
    for number in range(2_000):
        score_dimensions(card, facts[number % 100])
    took = (time.process_time() - start) / 2_000
    yield Figure(
        "dimensions.world_one_us", took * 1e6, "us", goal=500.0, better="lower", note=f"{len(card.features)} features, of one processor"
    )
    told = tell(Plan(seed=31, merchants=60), every=True)
    frames = {kind: daily_by_subject(kind, told.tables[kind]) for kind in RECORDS}
    who = sorted(frames[EvidenceKind.TRANSACTION])[0]
    read = tuple(CATALOGUE[name] for name in card.features)
    rows = {kind: frame[who] for kind, frame in frames.items() if who in frame}
    fresh = told.tables[EvidenceKind.TRANSACTION].filter(pl.col("party") == who)

    slowest = 0.0
    for _ in range(100):
        start = time.perf_counter()
        again = {**rows, EvidenceKind.TRANSACTION: daily(EvidenceKind.TRANSACTION, fresh)}
        score_dimensions(card, live(again, told.plan.end, read))
        slowest = max(slowest, time.perf_counter() - start)
    yield Figure("dimensions.world_event_to_score_ms", slowest * 1e3, "ms", goal=1_000.0, better="lower", note="slowest of 100, in memory")


# ---- the worlds ------------------------------------------------------------------------------------------------------


def world(seed: int, merchants: int, names: Sequence[str]) -> Worlds:
    """Labelled merchants on the day they took their loan: features by then, and whether they failed in the year after."""
    told = tell(Plan(seed=seed, merchants=merchants), every=True)
    read = tuple(CATALOGUE[name] for name in names)
    kinds = {kind for feature in read for kind in feature.sources}
    frames = {kind: daily(kind, told.tables[kind]) for kind in RECORDS if kind in kinds}
    table = told.tables[EvidenceKind.OUTCOME].select(pl.col("party").alias("subject"), "defaulted")
    table = table.join(batch(frames, told.plan.origination, read), on="subject", how="left", maintain_order="left")
    return of_table(table, names, seed)


def of_table(table: pl.DataFrame, names: Sequence[str], seed: int) -> Worlds:
    """The cases of one world, from its table of features."""
    columns = {name: (table[name].fill_null(0).to_numpy().astype(np.int64), table[name].is_null().to_numpy()) for name in names}
    bad: Bools = table["defaulted"].to_numpy()
    return Worlds(Sample((), columns, bad, np.ones(len(bad))), np.full(len(bad), seed))


def joined(parts: Sequence[Worlds]) -> Worlds:
    """Worlds one after the other."""
    columns = {
        name: (
            np.concatenate([one.sample.columns[name][0] for one in parts]),
            np.concatenate([one.sample.columns[name][1] for one in parts]),
        )
        for name in parts[0].sample.columns
    }
    bad = np.concatenate([one.sample.bad for one in parts])
    sample = Sample((), columns, bad, np.ones(len(bad)))
    return Worlds(sample, np.concatenate([one.world for one in parts]))
