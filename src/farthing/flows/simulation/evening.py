"""An evening at the bank as a judge sees it: the record, and what those outside know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias, TypeVar

import polars as pl

from farthing.domain.bill.bill import BillState
from farthing.domain.collateral.house import HouseState
from farthing.domain.errors import Broken
from farthing.domain.event import Event
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.journal import SignedHead
from farthing.flows.ports import House
from farthing.flows.simulation.message import Answer, Message
from farthing.flows.simulation.notebook import Notebook
from farthing.ledger.bill.machine import fold as fold_bill
from farthing.ledger.facility import advance, fold
from farthing.ledger.lien import fold_house
from farthing.ledger.status import status_24m

S = TypeVar("S")
Wrong: TypeAlias = tuple[str, str, str]
"""What a check finds: the item, what was expected, what was there."""


@dataclass(slots=True)
class Memory:
    """What the judge remembers of evenings before: the last head, the past of lines it looked at, and their status strings."""

    head: SignedHead | None = None
    pasts: dict[Id, tuple[int, bytes]] = field(default_factory=dict)
    statuses: dict[Id, tuple[dt.date, int, str]] = field(default_factory=dict)
    first: dt.date | None = None


@dataclass
class Evening:
    """A closed day. `looked_at` are the lines touched that day and a seeded sample; `thorough` says that all lines are looked at where a
    check asks for all."""

    house: House
    day: dt.date
    notebook: Notebook
    messages: Mapping[str, Message]
    answers: Mapping[str, Answer]
    looked_at: tuple[Id, ...]
    thorough: bool
    memory: Memory
    _events: dict[Id, list[Event]] = field(default_factory=dict)
    _folded: dict[Id, LineState] = field(default_factory=dict)
    _statuses: dict[Id, str] = field(default_factory=dict)

    def events(self, line: Id) -> list[Event]:
        """The events of a line in sequence."""
        if line not in self._events:
            self._events[line] = list(self.house.journal.events(stream=line))
        return self._events[line]

    def folded(self, line: Id) -> LineState:
        """The line as its events have it, on the day of the last that counts."""
        if line not in self._folded:
            self._folded[line] = fold(self.events(line))
        return self._folded[line]

    def tonight(self, line: Id) -> LineState:
        """The same, at the close of the day."""
        return advance(self.folded(line), self.day)

    def status(self, line: Id) -> str:
        """Its 24-month status at the close of the day."""
        if line not in self._statuses:
            self._statuses[line] = status_24m(self.events(line), self.day)
        return self._statuses[line]

    @cached_property
    def states(self) -> Mapping[Id, LineState]:
        """Lines as the bank has them: all of them on a thorough evening, else those looked at."""
        if self.thorough:
            return {state.terms.line: state for state in self.house.lines.states(0, 1)}
        return {line: self.house.lines.get(line) for line in self.looked_at}

    @cached_property
    def nights(self) -> Mapping[Id, LineState]:
        """The same at the close of the day."""
        return {line: advance(state, self.day) for line, state in self.states.items()}

    @cached_property
    def standings(self) -> pl.DataFrame:
        """The standings that the night recorded."""
        return self.house.lines.standings(self.day)

    @cached_property
    def bills(self) -> Mapping[Id, BillState]:
        """Every bill as its events have it; those whose events come to nothing are left out."""
        return dict(self._folds(self.house.bills.ids(), fold_bill))

    @cached_property
    def houses(self) -> Mapping[Id, HouseState]:
        """Every house, likewise."""
        return dict(self._folds(self.house.collateral.houses.ids(), fold_house))

    def _folds(self, streams: Sequence[Id], fold_of: Callable[[list[Event]], S | None]) -> Iterator[tuple[Id, S]]:
        for stream in streams:
            with suppress(Broken):
                if (state := fold_of(self.events(stream))) is not None:
                    yield stream, state

    def done(self) -> Iterator[tuple[Message, Answer]]:
        """What was carried out today."""
        yield from ((self.messages[key], answer) for key, answer in self.answers.items() if not answer.refused)

    def refusals(self) -> Iterator[tuple[Message, Answer]]:
        """What was refused today."""
        yield from ((self.messages[key], answer) for key, answer in self.answers.items() if answer.refused)

    def fresh(self, line: Id) -> Iterator[Event]:
        """Events of a line that today's messages brought about."""
        yield from (event for event in self.events(line) if event.command in self.messages)
