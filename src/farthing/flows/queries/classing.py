"""Was every line classed at least once a quarter (RC-14)? Proved from closed days: a night classes every line it closes over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import polars as pl

from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import House

STAFF = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter: nights in it, the last one, how many lines it classed, and lines there were that it did not (the first few)."""

    begins_on: dt.date
    nights: int
    last_night: dt.date | None
    classed: int
    missing: tuple[Id, ...]

    @property
    def held(self) -> bool:
        """Was every line that there was classed in it?"""
        return self.last_night is not None and not self.missing


def classing(house: House, actor: Actor) -> tuple[Quarter, ...]:
    """Each quarter from the first closed day to the last, the newest first; in one without a night nothing was classed."""
    require(actor, *STAFF)
    days = house.lines.days()
    if not days:
        return ()
    nights = {begins: list(some) for begins, some in groupby(days, key=_begins)}
    lines = house.lines.standings(days[-1]).select("line", "opened_on")
    return tuple(_quarter(house, begins, nights.get(begins, []), lines) for begins in reversed(list(_quarters(days[0], days[-1]))))


def _quarter(house: House, begins: dt.date, nights: list[dt.date], lines: pl.DataFrame) -> Quarter:
    if not nights:
        there = lines.filter(pl.col("opened_on") < begins)["line"]
        return Quarter(begins, 0, None, 0, tuple(there.head(SHOWN)))
    last = nights[-1]
    classed = house.lines.standings(last).filter(pl.col("loan_class").is_not_null())
    missing = lines.filter(pl.col("opened_on") <= last).join(classed, on="line", how="anti")["line"].sort()
    return Quarter(begins, len(nights), last, classed.height, tuple(missing.head(SHOWN)))


def _begins(day: dt.date) -> dt.date:
    """The first day of a day's quarter."""
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


def _quarters(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    begins = _begins(first)
    while begins <= last:
        yield begins
        begins = _begins(begins + dt.timedelta(days=95))
