"""The night: every line's standing, the day's postings, the day closed, the next one open.

The book is read at one moment, in parts and by two threads, and thought about in columns; standings are written part by part, each by a
transaction of its own, and only where they changed. Nobody sees them until one last short transaction writes the postings and the event
`DayClosed`, and opens the next day. What is posted is the difference of totals to date, so a payment that slips in meanwhile, or is
dated back, is posted on the next open day and never lost. A night killed at any point is run again with the same result.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeAlias

import polars as pl

from farthing.domain import canon
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.event import DayClosed
from farthing.domain.ids import Id
from farthing.domain.posting import Posting
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.needs.night import Night, Reading
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.bill.posting import balances
from farthing.ledger.day_end import STANDINGS, Close, close_by_steps, close_rows, joined
from farthing.ledger.posting import Key, entries, postings, sums

BANK: Id = "bank"
"""The stream of what happens to the bank as a whole."""
THREADS = 2
"""One thinks while the other reads or writes."""
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


def silent(day: dt.date, done: int, of: int) -> None:
    """Nobody watches."""


def day_end(house: House, actor: Actor, request: DayEndRequest, key: str, progress: Progress = silent) -> Closed:
    """Close the open day and open the next. A day closed before under this key is told again; a day that is not open is a `Conflict`."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    day = request.day
    told = _night(house, day, progress) if day == house.clock.today() else None

    def think(transaction: Transaction) -> Closed:
        if told is None:
            raise Conflict(
                "day_not_open", f"{day} is not the open business day, {house.clock.today()} is.", "Close the open day.", field="day"
            )
        transaction.close_day(told.night, told.postings)
        transaction.append(BANK, day, DayClosed(lines=told.lines, snapshot=told.snapshot))
        return Closed(day=day, lines=told.lines, postings=len(told.postings), snapshot=told.snapshot)

    return house.commands.run(Command(key, "day_end", actor, request), think, Closed)


def run_to(house: House, actor: Actor, day: dt.date, key_prefix: str, progress: Progress = silent) -> tuple[Closed, ...]:
    """Close day after day until `day` is the open one; each under the key `<prefix>:<day>`, so that a broken run is simply run again."""
    return tuple(each_night(house, actor, day, key_prefix, progress))


def each_night(house: House, actor: Actor, day: dt.date, key_prefix: str, progress: Progress = silent) -> Iterator[Closed]:
    """The same, told after each night."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    today = house.clock.today()
    if not today <= day <= today + LONGEST_RUN:
        raise Invalid(
            "bad_day", f"The open day is {today}; it cannot be run to {day}.", "Choose a later day, within ten years.", field="day"
        )
    days = [today + ONE_DAY * number for number in range((day - today).days)]
    yield from (day_end(house, actor, DayEndRequest(each), f"{key_prefix}:{each}", progress) for each in days)


def snapshot_of(day: dt.date, standings: pl.DataFrame, rows: Sequence[Posting]) -> str:
    """The digest that `DayClosed` carries: SHA-256 over the standings as CSV in order of line, and the postings."""
    table = standings.select(list(STANDINGS)).sort("line").write_csv().encode("utf-8")
    return hashlib.sha256(canon.encode({"day": day, "standings": hashlib.sha256(table).digest(), "postings": list(rows)})).hexdigest()


@dataclass(frozen=True, slots=True)
class _Told:
    """What a night found and wrote: it only waits to be made to count."""

    night: Night
    lines: int
    postings: tuple[Posting, ...]
    snapshot: str


def _night(house: House, day: dt.date, progress: Progress) -> _Told:
    """Think about every line at the close of `day`, and write how those stand that do not stand as they stood."""
    with house.nights.begin(day, THREADS) as reading, ThreadPoolExecutor(THREADS) as hands:
        working = [hands.submit(_part, house, reading, number) for number in range(reading.parts)]
        try:
            closes = list[Close]()
            for work in working:
                closes.append(work.result())
                progress(day, len(closes), reading.parts)
            bills = balances(reading.bills(), day)
        except BaseException:
            hands.shutdown(cancel_futures=True)
            raise
    whole = joined(closes)
    now: dict[Key, int] = {}
    for product, of in whole.totals.items():
        now |= entries(product, of)
    rows = postings(day, now | bills, sums(house.lines.posted(day)))
    return _Told(reading.night, whole.standings.height, rows, snapshot_of(day, whole.standings, rows))


def _part(house: House, reading: Reading, number: int) -> Close:
    """The night over one part of the book."""
    part, day = reading.part(number), reading.night.day
    narrow = close_rows(part.rows, day, reading.last)
    states = reading.states([*part.others, *narrow.steps])
    slow = close_by_steps(states, day)
    whole = joined([narrow, slow])
    house.nights.tell(reading.night, whole.told)
    house.nights.renew(states, slow.forms)
    return replace(whole, told=whole.told.clear())
