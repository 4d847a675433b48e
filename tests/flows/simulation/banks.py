"""Simulated banks that work inside of the test's own process, honest ones and others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.store_fixture import Database

from farthing import wiring
from farthing.flows.ports import House
from farthing.flows.simulation.message import Orders
from farthing.flows.simulation.play import Shift
from farthing.flows.simulation.ports import Told
from farthing.flows.simulation.run import SimulationRequest, Stage
from farthing.settings import Settings
from farthing.sources.clock import SteppedClock

GENTLE = ("lost", "double", "late", "clock")
"""What may go wrong without hands on a process."""
SMALL = SimulationRequest(seed=1, borrowers=16, days=40, faults=GENTLE, sample=4)


@dataclass
class Gentle:
    """Hands that only reach the clock (`flows.simulation.ports.Hands`)."""

    clock: SteppedClock
    did: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tick, self.step = self.clock.tick, self.clock.step

    def kill(self) -> None:
        raise AssertionError("nobody asked for this")

    def kill_database(self) -> None:
        self.did.append("kill_database")

    def slow(self, milliseconds: int) -> None:
        self.did.append(f"slow {milliseconds}")

    def fill(self) -> None:
        self.did.append("fill")

    def mend(self) -> None:
        self.did.append("mend")


@dataclass
class AtHome:
    """A bank in this process (`flows.simulation.ports.Bank`); `after` does something to it when a day is over."""

    house: House
    hands: Gentle
    after: Callable[[dt.date], None] = lambda _: None

    def work(self, orders: Orders) -> Iterator[Told]:
        told: list[Told] = []
        Shift(self.house, self.hands, told.append).work(orders)
        self.after(orders.day)
        yield from told


@contextmanager
def stage(database: Database, home: Path) -> Iterator[Stage]:
    """An honest bank over this database, and the judge's way in."""
    of = Settings(home=home, database_url=database.owner_url, host="", port=0)
    clock = SteppedClock(dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    with wiring.open_house(of, instants=clock) as house:
        yield Stage(AtHome(house, Gentle(clock)), partial(wiring.open_house, of))
