"""Capacity from a history of months: free cash before debts, what debts take of it, and what more could be served.

Everything is whole fen and rounds down. More income in any month never lowers capacity, more debt never raises it: a path is a sum of
months that happened (`paths`), a correction is a share of spending (`levels`), and debts are taken off last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from farthing.models.capacity.levels import CERTAINTIES_PPM, LEAST_OF_A_CLASS, LENGTHS, MIDDLE, PPM, Levels, class_of, correction
from farthing.models.capacity.paths import PathPlan, how_often, past_months

Ints = npt.NDArray[np.int64]

MONTHS = 24
A_BLOCK = 4_096
"""Parties taken together: their paths stay in the cache."""
MOST_DSCR = 1_000 * PPM
PLAN = PathPlan()


@dataclass(frozen=True, eq=False)
class Histories:
    """Parties by months in fen, the newest month first [parties, 24]; of each only the first `months` are known.

    `shown_fen` of the monthly debt service stands among the outflows already, `due_fen` is all of it. Where it is not known which
    outflows served debts, `shown_fen` is nothing: they are then counted twice, which errs toward too little.
    """

    inflow_fen: Ints
    outflow_fen: Ints
    months: Ints
    due_fen: Ints
    shown_fen: Ints

    def rows(self, places: npt.NDArray[np.intp]) -> Histories:
        """Some of the parties."""
        return Histories(
            self.inflow_fen[places], self.outflow_fen[places], self.months[places], self.due_fen[places], self.shown_fen[places]
        )

    def spending_fen(self) -> Ints:
        """What a known month's outflow was on average, debts apart: the measure of a party's size that no income moves."""
        known = np.arange(self.outflow_fen.shape[1]) < self.months[:, None]
        total = np.where(known, self.outflow_fen, 0).sum(axis=1)
        return np.asarray(np.maximum(total // np.maximum(self.months, 1) - self.shown_fen, 0))

    def free_fen(self) -> Ints:
        """Cash of each month before debts [parties, 24]."""
        return self.inflow_fen - self.outflow_fen + self.shown_fen[:, None]


@dataclass(frozen=True, eq=False)
class Capacities:
    """Of each party: the class of its history (-1: too short, and then all else is nothing), the levels of its mean monthly free cash
    over the horizon [parties, levels], and what it could serve a month beyond its debts with 90 % certainty."""

    lengths: Ints
    free_fen: Ints
    due_fen: Ints
    capacity_monthly_fen: Ints

    def dscr_ppm(self) -> Ints:
        """Debt service cover at each level [parties, levels], in millionths, bounded at a thousand; -1 where nothing is due or known."""
        due = np.maximum(self.due_fen, 1)[:, None]
        whole, rest = np.divmod(self.free_fen, due)
        found = np.clip(whole, -1_000, 1_000) * PPM + rest * PPM // due
        told = (self.due_fen > 0) & (self.lengths >= 0)
        return np.where(told[:, None], np.clip(found, 0, MOST_DSCR), -1)


@dataclass(frozen=True, slots=True)
class Capacity:
    """One party's: months known, free cash a month at each level of `CERTAINTIES_PPM`, the same month by month ahead, what is due a month,
    what more it could serve with 90 % certainty, and the cover of its debts at each level (None: it has none)."""

    months: int
    free_fen: tuple[int, ...]
    fan_fen: tuple[tuple[int, ...], ...]
    due_fen: int
    capacity_monthly_fen: int
    dscr_ppm: tuple[int, ...] | None

    @property
    def dscr_12m_ppm(self) -> int | None:
        """The middle of the cover's distribution."""
        return None if self.dscr_ppm is None else self.dscr_ppm[MIDDLE]


def capacities(histories: Histories, levels: Levels, plan: PathPlan = PLAN) -> Capacities:
    """All parties at once."""
    lengths = class_of(histories.months)
    free = np.zeros((len(lengths), len(CERTAINTIES_PPM)), np.int64)
    for places, raw in _raw(histories, plan):
        moved = np.array(levels.mean_ppm, np.int64)[lengths[places]]
        free[places] = _moved(raw, moved, histories.rows(places).spending_fen())
    capacity = np.where(lengths >= 0, np.maximum(free[:, 0] - histories.due_fen, 0), 0)
    return Capacities(lengths, free, histories.due_fen, capacity)


def capacity(histories: Histories, levels: Levels, plan: PathPlan = PLAN) -> Capacity | None:
    """The one party of these histories with its fan; None where its history is shorter than three months."""
    assert len(histories.months) == 1, "one party"
    made = capacities(histories, levels, plan)
    if made.lengths[0] < 0:
        return None
    dscr = made.dscr_ppm()[0].tolist()
    free, months = histories.free_fen()[0], int(histories.months[0])
    moved = np.array([levels.month_ppm[made.lengths[0]]], np.int64)
    fan = [
        tuple(_moved(_ranked(np.sort(free[drawn])[None, :]), moved, histories.spending_fen())[0].tolist())
        for drawn in past_months(months, plan).T
    ]
    return Capacity(
        months, tuple(made.free_fen[0].tolist()), tuple(fan), int(histories.due_fen[0]), int(made.capacity_monthly_fen[0]),
        None if dscr[0] < 0 else tuple(dscr),
    )  # fmt: skip


CUT, OWN, ASKED = 0, 1, 2
"""How near a case is to those that levels are for: its history was longer, and cut; was that long; and its party asked for a loan."""


@dataclass(frozen=True, eq=False)
class Misses:
    """How far what came lay from the levels foretold to one class of history, in millionths of spending: of the mean over the horizon
    [cases, levels] and of single months [cases, horizon, levels]; and how near each case is to those that levels are for."""

    mean_ppm: Ints
    month_ppm: Ints
    near: Ints

    def nearest(self, least: int) -> Misses:
        """Only those near enough, as near as leaves so many cases."""
        bound = next((one for one in (ASKED, OWN) if int((self.near >= one).sum()) >= least), CUT)
        rows = self.near >= bound
        return Misses(self.mean_ppm[rows], self.month_ppm[rows], self.near[rows])


def measure(histories: Histories, later_fen: Ints, told: str, plan: PathPlan = PLAN, *, synthetic: bool) -> Levels:
    """Corrections from what came of others: `later_fen` [parties, horizon] is their free cash before debts in the months that followed."""
    found = [corrections(one) for one in misses(histories, later_fen, plan)]
    return Levels(told, synthetic, len(later_fen), tuple(mean for mean, _ in found), tuple(month for _, month in found))


def corrections(found: Misses, asked_ppm: tuple[int, ...] = CERTAINTIES_PPM) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Of the mean and of a single month. The nearest speak: who asks is not everybody, and who begins is not who went on. Only where they
    are too few do others stand in."""
    kept = found.nearest(LEAST_OF_A_CLASS)
    return correction(kept.mean_ppm, asked_ppm), correction(kept.month_ppm.reshape(-1, len(CERTAINTIES_PPM)))


def misses(histories: Histories, later_fen: Ints, plan: PathPlan = PLAN, asked: npt.NDArray[np.bool_] | None = None) -> tuple[Misses, ...]:
    """Of every class of history: each party in its own, and cut to the middle of each that is shorter. `asked`: who asked for a loan."""
    found = []
    for place, (least, most) in enumerate(zip(LENGTHS, (*LENGTHS[1:], MONTHS), strict=True)):
        able = np.flatnonzero(histories.months >= least)
        cut = histories.rows(able)
        own = class_of(cut.months) == place
        shown = np.where(own, cut.months, (least + most) // 2)
        cut = Histories(cut.inflow_fen, cut.outflow_fen, shown, cut.due_fen, cut.shown_fen)
        later, spending = later_fen[able], np.maximum(cut.spending_fen(), 1)
        raw = np.zeros((len(able), len(CERTAINTIES_PPM)), np.int64)
        for places, levels in _raw(cut, plan):
            raw[places] = levels
        mean = _missed(later.sum(axis=1) // plan.horizon, raw, spending)
        each = [_missed(later[:, ahead], _of_month(cut, ahead, plan), spending) for ahead in range(plan.horizon)]
        near = own.astype(np.int64) if asked is None else np.where(own, np.where(asked[able], ASKED, OWN), CUT)
        found.append(Misses(mean, np.stack(each, axis=1), near))
    return tuple(found)


def _missed(actual: Ints, raw: Ints, spending: Ints) -> Ints:
    """How far what came lies from each level, in millionths of spending, bounded where it is beyond a hundred times."""
    return np.asarray(np.clip((actual[:, None] - raw) * 1_000 // spending[:, None], -100_000, 100_000) * 1_000)


def _of_month(histories: Histories, ahead: int, plan: PathPlan) -> Ints:
    """Raw levels of a single month ahead."""
    free = histories.free_fen()
    found = np.zeros((len(free), len(CERTAINTIES_PPM)), np.int64)
    for months in np.unique(histories.months).tolist():
        here = np.flatnonzero(histories.months == months)
        found[here] = _ranked(np.sort(free[np.ix_(here, past_months(months, plan)[:, ahead])], axis=1))
    return found


def _raw(histories: Histories, plan: PathPlan) -> Iterator[tuple[npt.NDArray[np.intp], Ints]]:
    """Blocks of parties with histories of one length that is enough, and the levels of their mean over the horizon as the paths have it."""
    for months in np.unique(histories.months[histories.months >= LENGTHS[0]]).tolist():
        often = how_often(months, plan).T
        same = np.flatnonzero(histories.months == months)
        for begin in range(0, len(same), A_BLOCK):
            places = same[begin : begin + A_BLOCK]
            some = histories.rows(places)
            sums = some.free_fen()[:, :months] @ often
            yield places, _ranked(np.sort(sums, axis=1)) // plan.horizon


def _ranked(ordered: Ints) -> Ints:
    """The levels among ordered paths: of two paths the lower."""
    paths = ordered.shape[1]
    return ordered[:, [max(level * (paths + 1) // PPM - 1, 0) for level in CERTAINTIES_PPM]]


def _moved(raw: Ints, moved_ppm: Ints, spending: Ints) -> Ints:
    """Levels after their corrections, rounded down and in order."""
    return np.asarray(np.maximum.accumulate(raw + moved_ppm * spending[:, None] // PPM, axis=1))
