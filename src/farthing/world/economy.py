"""A small seeded economy with known truth: merchants, supply links, seasons, shocks, and the demand that follows.

`build(seed)` draws the people and the links; `farthing.world.trade` turns demand into invoices, `farthing.world.cash` into
account flows, `farthing.world.kin` into declared relations. Same seed, same bytes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from farthing.domain.calendar import add_months, month_end
from farthing.world.industries import COUNTIES, INDUSTRIES
from farthing.world.people import INVENTED_PPM, Fate, Merchant, make_merchant

FloatArray = npt.NDArray[np.float64]
RING_SIZE = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a world, from which seed, beginning when; `invented_ppm` of a million failures are invented sales."""

    seed: int = 20_260_101
    merchants: int = 400
    months: int = 24
    start: dt.date = dt.date(2024, 1, 1)
    invented_ppm: int = INVENTED_PPM

    @property
    def end(self) -> dt.date:
        """The last day of the last month."""
        return month_end(add_months(self.start, self.months - 1))

    @property
    def origination(self) -> dt.date:
        """The day labelled merchants took their earlier loan: twelve months before the end, so that outcomes had time to show."""
        return month_end(add_months(self.start, self.months - 13))


@dataclass(frozen=True, slots=True)
class Economy:
    """The world's state: `demand[m, t]` is merchant m's intended sales in yuan in month t; `links` are (buyer, supplier)."""

    plan: Plan
    merchants: tuple[Merchant, ...]
    links: tuple[tuple[int, int], ...]
    ring: tuple[int, ...]
    demand: FloatArray
    flood: tuple[str, int]
    slump: tuple[str, int]


def stream(plan: Plan, name: str) -> np.random.Generator:
    """An independent generator for one part of the world, so that changing one part leaves the others' bytes alone."""
    return np.random.default_rng([plan.seed, *name.encode("utf-8")])


def build(plan: Plan) -> Economy:
    """The economy of a plan."""
    rng = stream(plan, "people")
    merchants = [make_merchant(rng, number, plan.start, plan.months, plan.invented_ppm) for number in range(1, plan.merchants + 1)]
    shocks = stream(plan, "shocks")
    flood = (COUNTIES[int(shocks.integers(0, len(COUNTIES)))], int(shocks.integers(14, plan.months - 3)))
    slump = (INDUSTRIES[int(shocks.integers(2, len(INDUSTRIES)))].code, int(shocks.integers(12, plan.months - 4)))
    merchants = [_struck(merchant, flood, slump) for merchant in merchants]
    ring = tuple(int(index) for index in shocks.choice(plan.merchants, RING_SIZE, replace=False))
    for index in ring:
        since = min(merchants[index].registered_on, plan.start)
        merchants[index] = replace(merchants[index], fate=Fate.RING, strikes=plan.months - 8, opened_month=0, registered_on=since)
    people = tuple(merchants)
    return Economy(plan, people, _links(plan, people), ring, _demand(plan, people, flood, slump), flood, slump)


def _struck(merchant: Merchant, flood: tuple[str, int], slump: tuple[str, int]) -> Merchant:
    """A merchant whose fate is a shared shock is struck where and when it happened; elsewhere the same weakness shows as debt."""
    if merchant.fate is Fate.FLOOD:
        return replace(merchant, strikes=flood[1]) if merchant.county == flood[0] else replace(merchant, fate=Fate.OVERTRADED)
    if merchant.fate is Fate.SLUMP:
        return replace(merchant, strikes=slump[1]) if merchant.industry.code == slump[0] else replace(merchant, fate=Fate.LOST_BUYER)
    return merchant


def _links(plan: Plan, merchants: tuple[Merchant, ...]) -> tuple[tuple[int, int], ...]:
    """Each buyer picks one to four suppliers of the trades its own trade buys from: the near and the large more often."""
    rng = stream(plan, "links")
    links: set[tuple[int, int]] = set()
    for buyer, merchant in enumerate(merchants):
        pool = [i for i, other in enumerate(merchants) if other.industry.code in merchant.industry.suppliers and i != buyer]
        if not pool:
            continue
        pull = np.array([merchants[i].scale * (3.0 if merchants[i].county == merchant.county else 1.0) for i in pool])
        count = min(len(pool), int(rng.integers(1, 5)))
        links.update((buyer, int(pool[pick])) for pick in rng.choice(len(pool), count, replace=False, p=pull / pull.sum()))
    return tuple(sorted(links))


def _demand(plan: Plan, merchants: tuple[Merchant, ...], flood: tuple[str, int], slump: tuple[str, int]) -> FloatArray:
    rng = stream(plan, "demand")
    month = np.arange(plan.months)
    season_month = (plan.start.month - 1 + month) % 12
    demand = np.zeros((len(merchants), plan.months))
    for row, merchant in enumerate(merchants):
        season = np.array(merchant.industry.season, dtype=np.float64)[season_month] / 100.0
        trend = np.exp((0.004 + 0.012 * merchant.quality) * month)
        noise = np.exp(rng.normal(0.0, 0.20 - 0.11 * np.tanh(merchant.quality), plan.months))
        path = merchant.industry.monthly_yuan * merchant.scale * season * trend * noise
        if merchant.county == flood[0]:
            path[flood[1] : flood[1] + 3] *= 0.55
        if merchant.industry.code == slump[0]:
            path[slump[1] :] *= 0.75
        demand[row] = np.where(month < merchant.opened_month, 0.0, path * _own_trouble(merchant, month))
    return demand


def _own_trouble(merchant: Merchant, month: npt.NDArray[np.int64]) -> FloatArray:
    """How far the merchant's fate bends the demand for their goods: slowly before it strikes, hard after."""
    since = month - merchant.strikes
    slide = np.where(
        since < -5, 1.0, np.where(since < 0, 1.0 + 0.045 * (-5 - since), np.maximum(0.75 * 0.82 ** np.maximum(since, 0), 0.05))
    )
    inflate = np.where((since >= -5) & (since < 0), 1.9, np.where(since >= 0, 0.1, 1.0))
    match merchant.fate:
        case Fate.LOST_BUYER | Fate.FLOOD | Fate.SLUMP:
            return np.asarray(slide, dtype=np.float64)
        case Fate.OVERTRADED:
            return np.asarray(np.where(since < 0, 1.0 + 0.02 * np.clip(since + 8, 0, 8), slide), dtype=np.float64)
        case Fate.FAKE_SALES:
            return np.asarray(inflate, dtype=np.float64)
        case _:
            return np.ones(len(month))
