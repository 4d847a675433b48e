"""The bank's own day (`flows.ports.Clock`): the instant is the computer's, the business day is what the bank opened."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from sqlalchemy import Engine, func, select, text
from sqlalchemy.dialects.postgresql import insert

from farthing.domain.errors import Conflict
from farthing.store.engine import ready, writing
from farthing.store.journal_tables import bank_day

_CHINA = dt.timezone(dt.timedelta(hours=8))
_OPEN = "SELECT max(day) AS day FROM bank_day WHERE opened_at IS NOT NULL"
_OPENING = 0x6661_6461  # "fada(y)": one opening at a time


class Instants(Protocol):
    """Who knows the present: `sources.clock.SystemClock`, or a scripted one in tests."""

    def now(self) -> dt.datetime: ...


class BankClock:
    """Instants from a clock, days from the table `bank_day`."""

    def __init__(self, engine: Engine, instants: Instants) -> None:
        self._engine = engine
        self._ready = ready(engine)
        self._instants = instants

    def now(self) -> dt.datetime:
        """The present instant."""
        return self._instants.now()

    def today(self) -> dt.date:
        """The open business day; before the bank opened its first, the calendar day in China."""
        opened: dt.date | None = self._ready.fetch(_OPEN)[0].day
        return opened or self.now().astimezone(_CHINA).date()

    def open_day(self, day: dt.date) -> None:
        """Make `day` the open business day; again changes nothing. `Conflict` if a later one is open or it is closed."""
        with writing(self._engine) as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _OPENING})
            opened = connection.execute(select(func.max(bank_day.c.day)).where(bank_day.c.opened_at.is_not(None))).scalar_one()
            closed = connection.execute(select(func.max(bank_day.c.day)).where(bank_day.c.closed_at.is_not(None))).scalar_one()
            if opened is not None and opened > day:
                raise Conflict("day_passed", f"{day} cannot be opened: the bank is at {opened}.", "Open that day or a later one.")
            if closed is not None and closed >= day and opened != day:
                raise Conflict("day_closed", f"{day} cannot be opened: {closed} is closed.", "Open a later day.")
            row = insert(bank_day).values(day=day, opened_at=self.now())
            connection.execute(
                row.on_conflict_do_update(
                    index_elements=[bank_day.c.day], set_={"opened_at": func.coalesce(bank_day.c.opened_at, row.excluded.opened_at)}
                )
            )
