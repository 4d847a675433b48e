"""Repayment capacity: whether nine in ten come to what was said, who fails within a year, and how many parties a second.

The world is synthetic: corrections are measured on three seeds and judged on three others, a year ahead. Berka's accounts are real:
levels are learnt month by month from what was known by then, and judged on the loans of the later half; cash is judged over the
half-year before the grant, since nothing is told after it; who fails is ranked at the grant with the loan's own payment, by paths as
they are. Beside it stands what a clerk would do: the mean of the months known less 1.28 standard errors, and last year's spending and
debts over its income.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.figure import Context, Figure
from farthing.domain.calendar import add_months, month_end
from farthing.domain.evidence import EvidenceKind
from farthing.evidence.intake import take_in
from farthing.features.batch import batch
from farthing.features.daily import daily
from farthing.features.monthly import CASH, DUE, FIRST, INFLOW, OUTFLOW
from farthing.models.capacity.adapt import Step, learnt
from farthing.models.capacity.estimate import MONTHS, Histories, capacities, measure
from farthing.models.capacity.history import histories, realised
from farthing.models.capacity.levels import CERTAINTIES_PPM, UNCORRECTED, WORLD, Levels
from farthing.models.capacity.paths import PathPlan
from farthing.quant.discrimination import auc, bootstrap
from farthing.sources import berka
from farthing.world.cash import transactions
from farthing.world.economy import Plan, build
from farthing.world.report import bureau_accounts
from farthing.world.trade import invoices

PREFIXES = ("models.capacity",)
TRAIN_SEEDS, TEST_SEEDS, DRAWS = (20_260_201, 20_260_202, 20_260_203), (20_260_211, 20_260_212, 20_260_213), 1000
"""Several worlds: merchants of one share its flood and its slump, and one world's luck is no measure."""
MERCHANTS, FULL_MERCHANTS = 150, 400
AHEAD, AHEAD_OF_BERKA = 12, 6
MILLION, HALF_AN_HOUR_S = 1_000_000, 1_800.0
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Judged:
    """Histories, the free cash of the months that followed, and who failed in them."""

    before: Histories
    later_fen: Ints
    failed: Bools


def figures(context: Context) -> Iterable[Figure]:
    """Speed first, then the world, then Berka."""
    yield from speed(context)
    merchants = FULL_MERCHANTS if context.full else MERCHANTS
    context.say(f"capacity: six worlds of {merchants} merchants")
    train, test = (together([world_cases(Plan(seed, merchants, 36)) for seed in seeds]) for seeds in (TRAIN_SEEDS, TEST_SEEDS))
    plan = PathPlan(AHEAD)
    levels = measure(train.before, train.later_fen, WORLD.told, plan, synthetic=True)
    context.say(f"capacity: measured {levels}")
    if context.full:
        moved = sum(a != b for a, b in zip(moves(levels), moves(WORLD), strict=True))
        yield Figure(
            "models.capacity_levels_moved", moved, "corrections", goal=0, better="lower", note="from those that come with the house"
        )
    yield from covered("world", test, levels, plan, goals=True)
    yield from ranked("world", test, levels, plan)
    folder = context.data / "berka_pkdd99"
    if folder.is_dir():
        yield from berka_figures(folder)


def moves(levels: Levels) -> list[int]:
    """All of them in a row."""
    return [one for row in (*levels.mean_ppm, *levels.month_ppm) for one in row]


def speed(context: Context) -> Iterator[Figure]:
    """The daily update of a million merchants: their months are at hand, as sums that each day is added to."""
    parties = MILLION if context.full else MILLION // 10
    rng = np.random.default_rng(TRAIN_SEEDS)
    flows = rng.integers(0, 10**8, (2, parties, MONTHS))
    nothing = np.zeros(parties, np.int64)
    case = Histories(flows[0], flows[1], rng.integers(3, MONTHS + 1, parties), rng.integers(0, 10**7, parties), nothing)
    with context.measured() as spent:
        made = capacities(case, UNCORRECTED)
    assert len(made.capacity_monthly_fen) == parties, "everybody was updated"
    rate = parties / spent.cpu_s
    yield Figure(
        "models.capacity_million_s", MILLION / rate, "cpu-s", goal=HALF_AN_HOUR_S, better="lower", cpu_s=spent.cpu_s,
        note=f"{rate:,.0f} parties a second and core, from monthly sums; measured on {parties:,}",
    )  # fmt: skip


# ---- judging ---------------------------------------------------------------------------------------------------------


def covered(name: str, test: Judged, levels: Levels, plan: PathPlan, *, goals: bool) -> Iterator[Figure]:
    """How many came to less than each level, and what the levels cost (pinball loss), beside the clerk's."""
    sides = {
        "": capacities(test.before, levels, plan).free_fen,
        "_raw": capacities(test.before, UNCORRECTED, plan).free_fen,
        "_clerk": clerk(test.before),
    }
    for side, found in sides.items():
        yield from held(f"{name}{side}", test, found, plan, goal=goals and not side)


def held(name: str, test: Judged, found: Ints, plan: PathPlan, *, goal: bool) -> Iterator[Figure]:
    """How many came to less than the first of these levels, and what they cost."""
    actual = test.later_fen[:, : plan.horizon].sum(axis=1) // plan.horizon
    value, low, high = share(actual < found[:, 0])
    yield Figure(
        f"models.capacity_{name}_under_10", value, "share", goal=0.1 + half_width(len(actual)) if goal else None, better="lower",
        note=f"came to less than the 90 % level; {len(actual)} cases, interval {low:.3f}-{high:.3f}",
    )  # fmt: skip
    inside = ((actual >= found[:, 0]) & (actual <= found[:, -1])).mean()
    loss = pinball(actual, found, test.before.spending_fen())
    yield Figure(f"models.capacity_{name}_pinball", loss, "of spending", better="lower", note=f"{inside:.1%} between the outer levels")


def ranked(name: str, test: Judged, levels: Levels, plan: PathPlan) -> Iterator[Figure]:
    """Who fails: capacity after debts, over spending, beside last year's spending over its income."""
    made = capacities(test.before, levels, plan)
    spending = np.maximum(test.before.spending_fen(), 1)
    risk = -(made.free_fen[:, 0] - made.due_fen) / spending
    plain = (test.before.outflow_fen[:, :12].sum(axis=1) + 12 * made.due_fen) / np.maximum(test.before.inflow_fen[:, :12].sum(axis=1), 1)
    for side, score in (("", risk), ("_clerk", plain)):
        found = bootstrap(auc, score, test.failed, TEST_SEEDS[0], DRAWS)
        yield Figure(
            f"models.capacity_{name}{side}_auc", found.value, "auc", note=f"{int(test.failed.sum())} of {len(test.failed)} failed, "
            f"95 % interval {found.low:.3f}-{found.high:.3f}",
        )  # fmt: skip


def clerk(case: Histories) -> Ints:
    """Mean of the months known, and normal levels by its standard error, as if months were independent and next year were like them."""
    known = np.arange(MONTHS) < case.months[:, None]
    free = np.where(known, case.free_fen(), 0)
    mean = free.sum(axis=1) / np.maximum(case.months, 1)
    spread = np.sqrt(np.where(known, (free - mean[:, None]) ** 2, 0).sum(axis=1) / np.maximum(case.months - 1, 1) / AHEAD)
    normal = np.array([-1.2816, -0.6745, 0.0, 0.6745, 1.2816])
    return np.asarray(np.floor(mean[:, None] + normal * spread[:, None]).astype(np.int64))


def pinball(actual: Ints, found: Ints, spending: Ints) -> float:
    """The mean quantile loss over levels, over mean spending (R. Koenker, G. Bassett, Econometrica 46, 1978)."""
    level = np.array(CERTAINTIES_PPM) / 1e6
    off = actual[:, None] - found
    return float(np.maximum(level * off, (level - 1) * off).mean() / spending.mean())


def share(under: Bools) -> tuple[float, float, float]:
    value, half = float(under.mean()), half_width(len(under))
    return value, max(0.0, value - half), value + half


def half_width(cases: int) -> float:
    """Of a 95 % interval of a share of one in ten."""
    return 1.96 * float(np.sqrt(0.09 / cases))


# ---- the cases -------------------------------------------------------------------------------------------------------


def together(worlds: Sequence[Judged]) -> Judged:
    """Cases of several worlds as one."""
    parts = [(one.before.inflow_fen, one.before.outflow_fen, one.before.months, one.before.due_fen, one.before.shown_fen) for one in worlds]
    before = Histories(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    return Judged(before, np.concatenate([one.later_fen for one in worlds]), np.concatenate([one.failed for one in worlds]))


def world_cases(plan: Plan) -> Judged:
    """Merchants not struck by the end of the second year: what was known then, and the third year."""
    economy = build(plan)
    flows = transactions(economy, invoices(economy)).with_columns(known_on=pl.col("booked_on") + pl.duration(days=1))
    reports = bureau_accounts(economy).with_columns(known_on=pl.col("reported_on"))
    then, after = month_end(add_months(plan.start, 23)), month_end(add_months(plan.start, 35))
    debts = daily(EvidenceKind.BUREAU_ACCOUNT, reports)
    due = batch({EvidenceKind.BUREAU_ACCOUNT: debts}, then, (DUE,)).rename({DUE.name: "due"})
    before, later = (cash_table(flows, day) for day in (then, after))
    both = before.join(later, on="subject", suffix="_later").join(due, on="subject", how="left")
    truth = pl.DataFrame(
        {"subject": [one.key for one in economy.merchants], "strikes": [one.strikes if one.defaults else 99 for one in economy.merchants]}
    )
    kept = both.join(truth, on="subject").filter((pl.col("strikes") > 23) & (pl.col("first") >= 95))
    owed = kept["due"].fill_null(0).to_numpy()
    past = cases(kept, "", then, owed)
    return Judged(past, realised(cases(kept, "_later", after, owed), AHEAD), (kept["strikes"] < 36).to_numpy())


def cash_table(flows: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    found = batch({EvidenceKind.TRANSACTION: daily(EvidenceKind.TRANSACTION, flows)}, as_of, CASH)
    return found.with_columns(first=pl.max_horizontal(one.name for one in FIRST)).fill_null(0)


def cases(table: pl.DataFrame, suffix: str, as_of: dt.date, due: Ints) -> Histories:
    inflow, outflow = (
        table.select(f"{one.name}{suffix}" for one in side).to_numpy().astype(np.int64) for side in (INFLOW, OUTFLOW)
    )  # fmt: skip
    return histories(inflow, outflow, table[f"first{suffix}"].to_numpy().astype(np.int64), due, as_of)


def berka_figures(folder: Path) -> Iterator[Figure]:
    """Real accounts and loans: every month each account is forecast by levels learnt from what was known by then.

    Who is half a year before a grant of the later half is judged apart: by levels of those who asked where they are enough, by levels of
    all accounts, and by the earlier half at one stroke. Last, all forecasts of all accounts by levels of all.
    """
    tables = {one.kind: one for one in berka.read(folder)}
    flows = take_in(tables[EvidenceKind.TRANSACTION], berka.ENDS_ON).accepted
    loans = pl.read_csv(folder / "loan.csv", infer_schema_length=None).select(
        party=pl.format("berka-{}", "account_id"), on=pl.col("date").cast(pl.String).str.to_date("%y%m%d"),
        due=(pl.col("payments") * 100).round().cast(pl.Int64), bad=pl.col("status").is_in(["B", "D"]),
    )  # fmt: skip
    told = loans.join(flows.select("party").unique(), on="party", how="semi").sort("on", "party")
    plan = PathPlan(AHEAD_OF_BERKA)
    months = berka_months(flows, told, plan)
    every, last = learnt([one.step for one in months], "berka", plan, synthetic=False)
    asking, _ = learnt([replace(one.step, asked=one.later_half | one.earlier_half) for one in months], "berka", plan, synthetic=False)
    assert last is not None, "enough accounts"
    early = measure_early(months, told, plan)
    judged = [place for place, one in enumerate(months) if one.later_half.any() and every[place]]
    actual = together([months[place].judged() for place in judged])
    for side, given in (("", asking), ("_of_all", every), ("_at_once", [early] * len(months))):
        found = [capacities(months[place].judged().before, levels, plan).free_fen for place in judged if (levels := given[place])]
        yield from held(f"berka{side}", actual, np.concatenate(found), plan, goal=not side)
    yield from held("berka_raw", actual, capacities(actual.before, UNCORRECTED, plan).free_fen, plan, goal=False)
    yield from held("berka_clerk", actual, clerk(actual.before), plan, goal=False)
    assert last.under_ppm is not None, "forecasts came true"
    yield Figure(
        "models.capacity_berka_all_under_10", last.under_ppm / 1e6, "share", goal=0.1 + half_width(len(told)), better="lower",
        note=f"all {last.foretold:,} forecasts of every month; those of one account overlap",
    )  # fmt: skip
    yield from ranked("berka", berka_at_grant(flows, told), UNCORRECTED, plan)


@dataclass(frozen=True, eq=False)
class Month:
    """A step of Berka's months; which of its accounts are half a year before a grant of the later half, and of the earlier."""

    step: Step
    later_half: Bools
    earlier_half: Bools

    def judged(self) -> Judged:
        return Judged(self.step.before.rows(np.flatnonzero(self.later_half)), self.step.later_fen[self.later_half], self.later_half[:0])


def berka_months(flows: pl.DataFrame, loans: pl.DataFrame, plan: PathPlan) -> list[Month]:
    """Each account at every month that ends half a year or more before its grant, as of its own day of the month. What came is taken to
    be known a month after the half-year ends: days within a month are not told apart."""
    middle = loans["on"].sort()[loans.height // 2]
    stacks = [stacked(flows, loans, back) for back in range(MONTHS + 1)]
    grant = np.array([day.year * 12 + day.month for day in loans["on"].to_list()])
    late = (loans["on"] > middle).to_numpy()
    cases: dict[int, list[tuple[int, int]]] = {}
    for back in range(plan.horizon, MONTHS + 1):
        for one in np.flatnonzero(stacks[back].months >= 3).tolist():
            cases.setdefault(int(grant[one]) - back, []).append((back, one))
    found = []
    for month, here in sorted(cases.items()):
        before = [stacks[back].rows(np.array([one])) for back, one in here]
        later = [realised(stacks[back - plan.horizon].rows(np.array([one])), plan.horizon) for back, one in here]
        nobody = np.zeros(len(here), np.bool_)
        case = together([Judged(one, came, nobody[:1]) for one, came in zip(before, later, strict=True)])
        at = np.array([back == plan.horizon for back, _ in here])
        half = late[[one for _, one in here]]
        found.append(Month(Step(month, month + plan.horizon + 1, case.before, case.later_fen), at & half, at & ~half))
    return found


def measure_early(months: Sequence[Month], told: pl.DataFrame, plan: PathPlan) -> Levels:
    """Levels at one stroke from the earlier half, as before a bank keeps measuring."""
    early = [(one, np.flatnonzero(one.earlier_half)) for one in months if one.earlier_half.any()]
    case = together([Judged(one.step.before.rows(rows), one.step.later_fen[rows], one.later_half[:0]) for one, rows in early])
    return measure(case.before, case.later_fen, f"the earlier half of {told.height} loans", plan, synthetic=False)


def berka_at_grant(flows: pl.DataFrame, loans: pl.DataFrame) -> Judged:
    at = stacked(flows, loans, 0)
    able = np.flatnonzero(at.months >= 3)
    return Judged(at.rows(able), np.zeros((len(able), AHEAD_OF_BERKA), np.int64), loans["bad"].to_numpy()[able])


def stacked(flows: pl.DataFrame, loans: pl.DataFrame, back: int) -> Histories:
    """Each account as of its own day, `back` months before its grant: days are moved so that all grants fall on one."""
    day = dt.date(2000, 12, 31)
    moved = flows.join(loans.select("party", "on"), on="party")
    shifted = moved.with_columns(booked_on=(pl.lit(day) + (pl.col("booked_on") - pl.col("on"))).cast(pl.Date))
    as_of = add_months(day, -back)
    table = loans.select(subject="party").join(
        cash_table(shifted.with_columns(known_on="booked_on").drop("on"), as_of), on="subject", how="left", maintain_order="left"
    )
    return cases(table.with_columns(pl.col("first").fill_null(-1)).fill_null(0), "", as_of, loans["due"].to_numpy())
