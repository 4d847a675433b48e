"""The computer's clock: the one place where the present enters."""

from __future__ import annotations

import datetime as dt


class SystemClock:
    """The present instant, in UTC."""

    def now(self) -> dt.datetime:
        """Now."""
        return dt.datetime.now(dt.UTC)
