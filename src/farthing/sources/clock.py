"""The computer's clock: the one place where the present enters."""

from __future__ import annotations

import datetime as dt


class SystemClock:
    """The present instant, in UTC."""

    def now(self) -> dt.datetime:
        """Now."""
        return dt.datetime.now(dt.UTC)


class SteppedClock:
    """A clock that stands until somebody puts it elsewhere; steps, forward or back, stay when it goes on. For simulations."""

    def __init__(self, instant: dt.datetime) -> None:
        self._instant = instant
        self._off = dt.timedelta()

    def now(self) -> dt.datetime:
        """Where it stands, steps included."""
        return self._instant + self._off

    def tick(self, instant: dt.datetime) -> None:
        """Go on to this instant."""
        self._instant = instant

    def step(self, seconds: int) -> None:
        """Be so many seconds further from the truth."""
        self._off += dt.timedelta(seconds=seconds)
