"""The night: every line's standing, the day's postings, the day closed, the next one open.

States are read in partitions and thought about outside the transaction; one transaction then writes standings, postings and
the event `DayClosed`, and opens the next day. What is posted is the difference of totals to date, so a payment that slips in
between, or is dated back, is posted on the next open day and never lost. A night killed at any point is run again with the
same result.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import polars as pl

from farthing.domain import canon
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.event import DayClosed
from farthing.domain.ids import Id
from farthing.domain.posting import Posting
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.bill.posting import balances
from farthing.ledger.day_end import STANDINGS, Close, close
from farthing.ledger.posting import Key, entries, postings, sums

BANK: Id = "bank"
"""The stream of what happens to the bank as a whole."""
LINES_A_PARTITION = 50_000
ONE_DAY = dt.timedelta(days=1)
LONGEST_RUN = dt.timedelta(days=3660)

Progress: TypeAlias = Callable[[dt.date, int, int], None]
"""Told the day, the partitions done, and how many there are."""


@dataclass(frozen=True, slots=True)
class DayEndRequest:
    """Which day to close: the open one."""

    day: dt.date


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed day: how many lines stood, how many postings were made, and the digest of both."""

    day: dt.date
    lines: int
    postings: int
    snapshot: str


def _silent(day: dt.date, done: int, of: int) -> None:
    """Nobody watches."""


def day_end(house: House, actor: Actor, request: DayEndRequest, key: str, progress: Progress = _silent) -> Closed:
    """Close the open day and open the next. A day closed before under this key is told again; a day that is not open is a `Conflict`."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    day = request.day
    night = _night(house, day, progress) if day == house.clock.today() else None

    def think(transaction: Transaction) -> Closed:
        if night is None:
            raise Conflict(
                "day_not_open", f"{day} is not the open business day, {house.clock.today()} is.", "Close the open day.", field="day"
            )
        standings, rows = night
        snapshot = snapshot_of(day, standings, rows)
        transaction.close_day(day, standings, rows)
        transaction.append(BANK, day, DayClosed(lines=standings.height, snapshot=snapshot))
        return Closed(day=day, lines=standings.height, postings=len(rows), snapshot=snapshot)

    return house.commands.run(Command(key, "day_end", actor, request), think, Closed)


def run_to(house: House, actor: Actor, day: dt.date, key_prefix: str, progress: Progress = _silent) -> tuple[Closed, ...]:
    """Close day after day until `day` is the open one; each under the key `<prefix>:<day>`, so that a broken run is simply run again."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    today = house.clock.today()
    if not today <= day <= today + LONGEST_RUN:
        raise Invalid(
            "bad_day", f"The open day is {today}; it cannot be run to {day}.", "Choose a later day, within ten years.", field="day"
        )
    days = [today + ONE_DAY * number for number in range((day - today).days)]
    return tuple(day_end(house, actor, DayEndRequest(each), f"{key_prefix}:{each}", progress) for each in days)


def snapshot_of(day: dt.date, standings: pl.DataFrame, rows: Sequence[Posting]) -> str:
    """The digest that `DayClosed` carries: SHA-256 over the standings as CSV in order of line, and the postings."""
    table = standings.select(list(STANDINGS)).sort("line").write_csv().encode("utf-8")
    return hashlib.sha256(canon.encode({"day": day, "standings": hashlib.sha256(table).digest(), "postings": list(rows)})).hexdigest()


def _night(house: House, day: dt.date, progress: Progress) -> tuple[pl.DataFrame, tuple[Posting, ...]]:
    """The standings of all lines at the close of `day`, and what is to be posted."""
    partitions = len(house.lines.ids()) // LINES_A_PARTITION + 1
    parts: list[Close] = []
    for partition in range(partitions):
        parts.append(close(tuple(house.lines.states(partition, partitions)), day))
        progress(day, partition + 1, partitions)
    now: dict[Key, int] = {}
    for part in parts:
        for product, of in part.totals.items():
            for entry, fen in entries(product, of).items():
                now[entry] = now.get(entry, 0) + fen
    rows = postings(day, now | balances(house.bills.bought(), day), sums(house.lines.posted(day)))
    return pl.concat([part.standings for part in parts]).sort("line"), rows
