"""What a house is worth, as an interval from sales of houses like it: weighted comparables, and how far they were off before.

The middle is the weighted median of the prices a square metre of the nearest sales (use, district, area, age, floor, months since the
sale), times the area. The ends are split-conformal (Vovk et al. 2005; Lei et al. 2018): the same estimate is made of sales that are
known by now, each from what was sold before it, and the interval reaches as far as those were off, the district's own where it has
enough. So a rising market moves the interval, and an uncertain district widens it. All of it is whole numbers: the same rows give the
same fen on every machine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain.collateral.house import Premises

Ints = npt.NDArray[np.int64]
PPM = 1_000_000
CONFIDENCE_PPM = 900_000
"""How often the interval is meant to hold the price."""
NEAREST, LEAST_COMPARABLES = 25, 8
LOOK_BACK_DAYS = 3 * 365
LEAST_CALIBRATION, OWN_CALIBRATION, MOST_CALIBRATION = 60, 120, 400
"""Fewer known errors make no interval; from so many on a district is measured by its own; so many of the newest are looked at."""
_ONE = 1_000  # a difference of one unit: a quarter of the area, eight years of age, six floors, half a year
_AREA, _YEARS, _FLOORS, _DAYS = 4, 8, 6, 183
_MILLI = 1_000  # of a fen a hundredth of a square metre


@dataclass(frozen=True, slots=True)
class HouseEstimate:
    """An interval in fen, how many sales were weighed, how many errors it was drawn from and whether those were of the district alone."""

    low_fen: int
    mid_fen: int
    high_fen: int
    comparables: int
    calibrated: int
    own_district: bool


@dataclass(frozen=True, slots=True)
class NoEstimate:
    """Why no interval can be drawn: an appraiser values this house."""

    reason: str
    found: int
    needed: int


@dataclass(frozen=True, slots=True)
class _Town:
    """Sales of one use as columns, oldest first; `unit` is the price in milli-fen a hundredth of a square metre."""

    district: npt.NDArray[np.str_]
    area: Ints
    built: Ints
    floor: Ints
    day: Ints
    unit: Ints


def estimate(sales: pl.DataFrame, premises: Premises, as_of: dt.date) -> HouseEstimate | NoEstimate:
    """What `premises` are worth on `as_of`, from sales before it.

    `sales` has the columns kind, district, area_dm2, built, floor, sold_on, price_fen (`evidence.house_sale`), in any order.
    """
    town = _town(sales, premises.kind.value, as_of)
    today = as_of.toordinal()
    here = town.district == premises.district
    guess = _guess(town, here, _Target(premises.area_dm2, premises.built, premises.floor, today))
    if guess is None:
        return NoEstimate("comparables", int((here & (town.day >= today - LOOK_BACK_DAYS)).sum()), LEAST_COMPARABLES)
    unit, comparables = guess
    own = _errors(town, np.flatnonzero(here))
    errors = own if len(own) >= OWN_CALIBRATION else _errors(town, np.arange(len(town.day)))
    if len(errors) < LEAST_CALIBRATION:
        return NoEstimate("calibration", len(errors), LEAST_CALIBRATION)
    low, mid, high = (unit * ppm * premises.area_dm2 // (PPM * _MILLI) for ppm in conformal_ppm(errors, CONFIDENCE_PPM))
    return HouseEstimate(low, mid, high, comparables, len(errors), errors is own)


def conformal_ppm(ratios: Sequence[int], confidence_ppm: int) -> tuple[int, int, int]:
    """The lower end, the middle and the upper end that known ratios of price to estimate (parts per million) leave for the next one."""
    ordered, count = sorted(ratios), len(ratios)
    tail = (PPM - confidence_ppm) * (count + 1) // (2 * PPM)  # rounded down at both ends: rather too wide
    low, high = ordered[max(tail - 1, 0)], ordered[min(count - tail, count - 1)]
    return low, (ordered[(count - 1) // 2] + ordered[count // 2]) // 2, high


@dataclass(frozen=True, slots=True)
class _Target:
    area: int
    built: int
    floor: int
    day: int


def _town(sales: pl.DataFrame, kind: str, as_of: dt.date) -> _Town:
    known = sales.filter((pl.col("kind") == kind) & (pl.col("sold_on") < as_of)).sort(
        "sold_on", "district", "area_dm2", "built", "floor", "price_fen"
    )

    def ints(name: str) -> Ints:
        return known.get_column(name).cast(pl.Int64).to_numpy()

    area = ints("area_dm2")
    day = ints("sold_on") + dt.date(1970, 1, 1).toordinal()
    district = np.array(known.get_column("district").to_list(), dtype=np.str_)
    return _Town(district, area, ints("built"), ints("floor"), day, ints("price_fen") * _MILLI // area)


def _guess(town: _Town, among: npt.NDArray[np.bool_], target: _Target) -> tuple[int, int] | None:
    """The weighted median unit price of the nearest sales before the target's day, and how many they were; None if too few."""
    rows = np.flatnonzero(among & (town.day < target.day) & (town.day >= target.day - LOOK_BACK_DAYS))
    if len(rows) < LEAST_COMPARABLES:
        return None
    apart = (
        np.abs(town.area[rows] - target.area) * _ONE * _AREA // target.area
        + np.abs(town.built[rows] - target.built) * _ONE // _YEARS
        + np.abs(town.floor[rows] - target.floor) * _ONE // _FLOORS
        + (target.day - town.day[rows]) * _ONE // _DAYS
    )
    nearest = np.argsort(apart, kind="stable")[:NEAREST]
    weight = PPM * _ONE**2 // (_ONE + apart[nearest]) ** 2
    return _weighted_median(town.unit[rows[nearest]], weight), len(nearest)


def _weighted_median(values: Ints, weight: Ints) -> int:
    """The value up to which half of the weight lies."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order])
    return int(values[order][np.searchsorted(2 * reached, reached[-1])])


def _errors(town: _Town, rows: npt.NDArray[np.intp]) -> list[int]:
    """Price over estimate, in parts per million, of the newest of these sales that could have been estimated from earlier ones."""
    found: list[int] = []
    for row in rows[::-1]:
        target = _Target(int(town.area[row]), int(town.built[row]), int(town.floor[row]), int(town.day[row]))
        guess = _guess(town, town.district == town.district[row], target)
        if guess is not None:
            found.append(int(town.unit[row]) * PPM // guess[0])
            if len(found) == MOST_CALIBRATION:
                break
    return found
