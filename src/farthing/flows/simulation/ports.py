"""What a simulation needs of the world: a bank that works a day at a time and may die, and hands that make things go wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from farthing.flows.simulation.message import Answer, Morning, Orders
from farthing.world.misfortune import Strike


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault is about to strike; said before it does."""

    strike: Strike


@dataclass(frozen=True, slots=True)
class Died:
    """The bank's process ended before its day did: how, and its last words."""

    code: int
    words: str


Told: TypeAlias = Answer | Struck | Died


@dataclass(frozen=True, slots=True)
class Begun:
    """Which simulation this is, as canonical JSON."""

    request: str


Noted: TypeAlias = Begun | Morning | Answer


class Notes(Protocol):
    """Where those outside of the bank keep what they asked for and were answered, so that an interrupted simulation goes on."""

    def kept(self) -> Iterator[Noted]:
        """All of it, in order."""

    def keep(self, noted: Noted) -> None: ...


class Forgetful:
    """Keeps nothing (`Notes`)."""

    def kept(self) -> Iterator[Noted]:
        """Nothing."""
        yield from ()

    def keep(self, noted: Noted) -> None:
        """Not kept."""


class Bank(Protocol):
    """A bank at work. It may be another process."""

    def work(self, orders: Orders) -> Iterator[Told]:
        """Everything it tells of a day, as it is told; ends after the night's answer, or with `Died`. The next call finds it alive."""


class Hands(Protocol):
    """Hands inside the bank's process that make things go wrong, and right again."""

    def kill(self) -> None:
        """End this process at once."""

    def kill_database(self) -> None:
        """End every process of the database at once."""

    def slow(self, milliseconds: int) -> None:
        """The database stands still for so long, from now on; does not wait for it."""

    def fill(self) -> None:
        """From now on no event finds room on the disk."""

    def tick(self, instant: dt.datetime) -> None:
        """Put the clock to this instant, which its steps are added to."""

    def step(self, seconds: int) -> None:
        """Put the clock forward, or back."""

    def mend(self) -> None:
        """The database runs, and there is room."""
