"""Rows of the world's tables by the thousand: the months in which merchants are open, events spread over them, and their days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain.calendar import add_months, month_end
from farthing.world.economy import Economy, FloatArray
from farthing.world.people import Fate, Merchant
from farthing.world.trade import sold_inside

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
EPOCH = dt.date(1970, 1, 1).toordinal()
INFLATED = 1.9  # how far the inventors of sales overstate them
FALSE_MONTHS = 5
CIRCLE_MONTHS = 8


@dataclass(frozen=True, slots=True)
class Rows:
    """Events of a table: whose (`who`, a merchant's index) and in which month of the world."""

    who: IntArray
    month: IntArray

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.who)

    def repeat(self, times: IntArray) -> Rows:
        """Each row as many times as said."""
        return Rows(np.repeat(self.who, times), np.repeat(self.month, times))

    def where(self, wanted: BoolArray) -> Rows:
        """The rows wanted."""
        return Rows(self.who[wanted], self.month[wanted])


def open_months(economy: Economy, wanted: Callable[[Merchant], bool] = lambda _: True) -> Rows:
    """Every month in which each merchant that is wanted is open, in their order."""
    months = economy.plan.months
    opened = np.array([m.opened_month if wanted(m) else months for m in economy.merchants], dtype=np.int64)
    who, month = np.nonzero(np.arange(months)[None, :] >= opened[:, None])
    return Rows(who.astype(np.int64), month.astype(np.int64))


def of_each(economy: Economy, value: Callable[[Merchant], float]) -> FloatArray:
    """One number a merchant."""
    return np.array([value(merchant) for merchant in economy.merchants], dtype=np.float64)


def strikes(economy: Economy) -> IntArray:
    """The month in which each merchant's trouble strikes; beyond any month for the sound."""
    return np.array([merchant.strikes if merchant.defaults else 10**6 for merchant in economy.merchants], dtype=np.int64)


def invented_months(economy: Economy) -> BoolArray:
    """Where merchant and month show sales that were invented to borrow."""
    month, struck = np.arange(economy.plan.months)[None, :], strikes(economy)[:, None]
    fakes = np.array([merchant.fate is Fate.FAKE_SALES for merchant in economy.merchants])[:, None]
    return np.asarray(fakes & (month >= struck - FALSE_MONTHS) & (month < struck), dtype=np.bool_)


def false_months(economy: Economy) -> BoolArray:
    """Where merchant and month show sales that never were: invented, or the same goods sold in a circle."""
    circle = np.zeros((len(economy.merchants), economy.plan.months), dtype=np.bool_)
    circle[list(economy.ring), economy.plan.months - CIRCLE_MONTHS :] = True
    return invented_months(economy) | circle


def real_sales(economy: Economy) -> FloatArray:
    """Sales in yuan of goods that existed: what carriers carry and meters count. The circle's turnover is left out."""
    shown = np.maximum(economy.demand, sold_inside(economy))
    return np.asarray(np.where(invented_months(economy), shown / INFLATED, shown), dtype=np.float64)


def keys(economy: Economy, who: IntArray) -> pl.Series:
    """The merchants' external keys."""
    return pl.Series("party", np.array([merchant.key for merchant in economy.merchants])[who], dtype=pl.String)


def firsts(economy: Economy) -> IntArray:
    """The first day of each month of the world, as ordinals."""
    return np.array([add_months(economy.plan.start, month).toordinal() for month in range(economy.plan.months)], dtype=np.int64)


def lasts(economy: Economy) -> IntArray:
    """The last day of each month."""
    return np.array([month_end(add_months(economy.plan.start, m)).toordinal() for m in range(economy.plan.months)], dtype=np.int64)


def some_day(rng: np.random.Generator, economy: Economy, month: IntArray) -> IntArray:
    """A day of each month, as ordinals."""
    first, last = firsts(economy)[month], lasts(economy)[month]
    return np.asarray(first + rng.integers(0, last - first + 1), dtype=np.int64)


def dates(ordinals: IntArray) -> pl.Series:
    """Ordinals as days."""
    return pl.Series((ordinals - EPOCH).astype(np.int32)).cast(pl.Date)


def fen(yuan: FloatArray) -> IntArray:
    """Whole fen, none below zero."""
    return np.maximum(np.rint(yuan * 100.0), 0.0).astype(np.int64)


def parts(rng: np.random.Generator, whole: FloatArray, times: IntArray) -> FloatArray:
    """Each whole in as many uneven parts as said."""
    of = np.repeat(np.arange(len(times)), times)
    weight = rng.gamma(2.0, 1.0, len(of))
    total = np.bincount(of, weights=weight, minlength=len(times))
    return np.asarray(whole[of] * weight / total[of], dtype=np.float64)


def pick(rng: np.random.Generator, choices: Sequence[str], weights: Sequence[float], count: int) -> pl.Series:
    """Words drawn by weight."""
    share = np.array(weights, dtype=np.float64)
    return pl.Series(np.array(choices)[rng.choice(len(choices), count, p=share / share.sum())], dtype=pl.String)


def likely(rng: np.random.Generator, logit: FloatArray) -> BoolArray:
    """Yes with the chance of a logit."""
    return np.asarray(rng.random(len(logit)) < 1.0 / (1.0 + np.exp(-logit)), dtype=np.bool_)
