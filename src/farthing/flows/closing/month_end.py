"""A month's end: the report is whole, so one event closes the month under a name.

Nothing is written but that event, `MonthClosed`, with the digests of the report and of the status file; whoever died before it begins
again, and comes to the same bytes. The statements of the month are made when they are asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from farthing.domain.bank.month import MonthClosed
from farthing.domain.calendar import month_start
from farthing.domain.errors import Conflict
from farthing.domain.event import Event
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.closing.report import READERS, MonthReport, Watch, digest_of, report, silent
from farthing.flows.ports import Command, House, Transaction

BANK: Id = "bank"


@dataclass(frozen=True, slots=True)
class MonthEndRequest:
    """Which month to close: its first day."""

    month: dt.date


@dataclass(frozen=True, slots=True)
class MonthDone:
    """A closed month: its event, who closed it under what name, and the digest of its report."""

    month: dt.date
    event: Id
    by: str
    name: str
    report: str


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month's report, its digest now, and how it was closed; `kept` is whether it still comes to the digest that was signed."""

    report: MonthReport
    digest: str
    closed: MonthDone | None
    kept: bool


def month_end(house: House, actor: Actor, request: MonthEndRequest, progress: Watch = silent) -> MonthDone:
    """Close a month under the actor's name; a month closed before is told again. `Conflict` where a day is open or a check fails."""
    require(actor, Role.RISK_MANAGER)
    month = month_start(request.month)
    if (done := _done(house, month)) is not None:
        return done
    found = report(house, actor, month, progress)
    failed = [check for check in found.checks if not check.holds]
    if failed:
        told = "; ".join(f"{check.name}: {check.found}" for check in failed)
        raise Conflict(
            "month_not_whole", f"{month:%Y-%m} cannot be closed. {told}", "Close the missing days, or find out what differs.", field="month"
        )
    body = MonthClosed(month, found.days, found.lines, digest_of(found), found.status_file)

    def think(transaction: Transaction) -> MonthDone:
        # Recorded before anybody looks: of two who close it at once both take the same place in the stream, and the later is tried again.
        mine = transaction.append(BANK, house.clock.today(), body)
        closed = (event for event in transaction.events(BANK) if isinstance(event.body, MonthClosed) and event != mine)
        if any(isinstance(event.body, MonthClosed) and event.body.month == month for event in closed):
            raise Conflict("month_closed", f"{month:%Y-%m} was closed a moment ago.", "Look at its report.")
        return _as_done(mine, {actor.id: actor.name})

    return house.commands.run(Command(f"month_end:{month}:{actor.id}", "month_end", actor, MonthEndRequest(month)), think, MonthDone)


def month(house: House, actor: Actor, of: dt.date, progress: Watch = silent) -> MonthView:
    """A month's report, made anew from what its last close knew. `NotFound` before its last day, or the bank's, is closed."""
    require(actor, *READERS)
    first = month_start(of)
    found, done = report(house, actor, first, progress), _done(house, first)
    digest = digest_of(found)
    return MonthView(found, digest, done, done is None or done.report == digest)


def months(house: House, actor: Actor) -> tuple[tuple[dt.date, MonthDone | None], ...]:
    """Every month of which a day was closed, the newest first, and how it was closed."""
    require(actor, *READERS)
    done = {one.month: one for one in _all_done(house)}
    return tuple((first, done.get(first)) for first in sorted({month_start(day) for day in house.lines.days()}, reverse=True))


def _all_done(house: House) -> list[MonthDone]:
    people = {person.id: person.name for person in house.staff.list(everyone=True)}
    return [_as_done(event, people) for event in house.journal.each("MonthClosed")]


def _done(house: House, month: dt.date) -> MonthDone | None:
    return next((done for done in _all_done(house) if done.month == month), None)


def _as_done(event: Event, people: Mapping[Id, str]) -> MonthDone:
    assert isinstance(event.body, MonthClosed)
    return MonthDone(event.body.month, event.id, event.actor, people.get(event.actor, event.actor), event.body.report)
