"""Who listens to the bank's events, and how their deliveries stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.ids import Id


@dataclass(frozen=True, slots=True)
class ListenerAdded:
    """Another system is told of events from now on: of these kinds, all of them where none is named, behind the journal's first `after`."""

    listener: Id
    url: str
    kinds: tuple[str, ...]
    after: int


@dataclass(frozen=True, slots=True)
class ListenerRemoved:
    """A listener is told no more; its key was destroyed."""

    listener: Id


@dataclass(frozen=True, slots=True)
class Letter:
    """An event that a listener answered and did not take: how often it was tried, why it failed last, when it is tried again.

    `dead` ones are not tried by themselves any more. What comes after it in its stream lies behind it, untried.
    """

    listener: Id
    index: int
    stream: Id
    event: Id
    kind: str
    tries: int
    next_at: dt.datetime
    error: str
    dead: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a listener was told: every event before `position` was taken by it or lies as a letter.

    One that does not answer is `away`: so many times it was called since it last did, why it failed, and before when it is not called
    again.
    """

    listener: Id
    position: int
    told_at: dt.datetime | None = None
    away: int = 0
    again_at: dt.datetime | None = None
    error: str = ""
