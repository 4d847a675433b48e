"""What a caller last saw of a line, so that they do not act on what is no longer so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.errors import Conflict
from farthing.domain.facility import LineState


@dataclass(frozen=True, slots=True)
class Seen:
    """A line as of a day, after so many events."""

    on: dt.date
    events: int

    def still(self, state: LineState, today: dt.date) -> None:
        """`Conflict` (`line_changed`) when the line or the day has moved on."""
        if (self.on, self.events) != (today, state.events):
            line = state.terms.line
            raise Conflict("line_changed", f"Line {line} is not as it was when you looked.", "Look at the line, then decide again.")


def seen(state: LineState) -> Seen:
    """What somebody sees who looks at this state."""
    return Seen(state.as_of, state.events)
