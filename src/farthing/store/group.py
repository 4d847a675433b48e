"""Group commit: commands that wait at the same time share one transaction, one receipt and one sync of the disk.

A few writer threads take what waits, lock and read all it speaks of at once, think it through in order, and commit; only then
is anybody answered. While one group is written another is thought. What holds for a command alone holds here: it is undone
alone when it fails, and when a group cannot be committed as it is, each of its commands goes its own way.
"""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar, cast

import psycopg
from sqlalchemy.exc import DBAPIError

from farthing.domain.errors import Unavailable
from farthing.domain.ids import Id
from farthing.flows import ports
from farthing.flows.ports import Clock, House
from farthing.store.engine import explained, explanation_of
from farthing.store.unit import Unit

R = TypeVar("R")

WRITERS = 2
"""One thinks while the other's group is written; more would only wait for each other."""
AT_MOST = 64  # commands a group: an answer waits for all of them
WAITING = 10_000  # commands that may wait
_IDLE_S = 1.0  # a writer with nothing to do ends
_ENOUGH, _LINGER_S = AT_MOST // 2, 0.003
"""While a group is under way the next waits so long for so many: each group costs as much again as a dozen commands in it."""


class HeldClock:
    """A clock that stands still for the short life of a group (`flows.ports.Clock`): all in it happens at one instant of one day."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._now: dt.datetime | None = None
        self.day: dt.date | None = None
        self.open_day = clock.open_day

    def now(self) -> dt.datetime:
        """When the group first asked, its lines locked by then."""
        if self._now is None:
            self._now = self._clock.now()
        return self._now

    def today(self) -> dt.date:
        """The day that was open when the group looked."""
        if self.day is None:
            self.day = self._clock.today()
        return self.day


class Hand:
    """What an act is given: the commands of the group and its clock."""

    def __init__(self, commands: ports.Commands, clock: Clock) -> None:
        self.commands = commands
        self.clock = clock
        self._house: tuple[House, House] | None = None

    def inside(self, house: House) -> House:
        """The house as an act of this group sees it."""
        if self._house is None or self._house[0] is not house:
            self._house = house, replace(house, commands=self.commands, clock=self.clock)
        return self._house[1]


class Ticket(Generic[R]):
    """One act, and what came of it (`flows.ports.Ticket`)."""

    __slots__ = ("_call", "_error", "_pending", "_value", "act", "key", "lines", "names")

    def __init__(self, act: Callable[[Hand], R], key: str, lines: tuple[Id, ...]) -> None:
        self.act = act
        self.key = key
        self.lines = lines
        self.names = key, *lines  # of which only one group at a time may speak
        self._value: R | None = None
        self._error: BaseException | None = None
        self._call: Callable[[], None] | None = None
        self._pending = threading.Lock()
        self._pending.acquire()

    def result(self) -> R:
        """Waits; raises what the act raised."""
        with self._pending:
            if self._error is not None:
                raise self._error
            return cast(R, self._value)

    def tell(self, call: Callable[[], None]) -> None:
        """See `flows.ports.Ticket.tell`. It is kept before it is looked whether it comes too late, so it is never missed."""
        self._call = call
        if not self._pending.locked():
            call()

    def think(self, hand: Hand) -> None:
        """Carry the act out, its answer kept back. What the database refuses is the group's trouble and is raised."""
        self._value = self._error = None
        try:
            self._value = self.act(hand)
        except (DBAPIError, psycopg.Error):
            raise
        except Unavailable as error:  # what a reading of the act's own was refused, or a refusal of the act's
            if explanation_of(error) is not error:
                raise
            self._error = error
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for it
            self._error = error

    def fail(self, error: BaseException) -> None:
        """Nothing came of it."""
        self._value, self._error = None, error

    def settle(self) -> None:
        """Let its answer be known."""
        self._pending.release()
        if self._call is not None:
            self._call()


class Writing(Protocol):
    """What a group needs of `store.commands.Commands`."""

    def shared(self, think: Callable[[Unit, Hand, HeldClock], None]) -> None:
        """Run `think` in one transaction with what it was given and commit."""

    def attempts(self, error: BaseException) -> int: ...
    def lone(self) -> Hand: ...


@dataclass(slots=True)
class _Busy:
    """What the groups under way work on."""

    names: set[str]
    writers: int = 0
    idle: int = 0


class Group:
    """The queue before the writers. Safe to share between threads."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._waiting: list[Ticket[Any]] = []
        self._busy = _Busy(set())
        self._bell = threading.Condition()

    def submit(self, act: Callable[[Hand], R], key: str, lines: tuple[Id, ...]) -> Ticket[R]:
        """Put an act in the queue; `Unavailable` when too much waits there."""
        ticket = Ticket(act, key, lines)
        with self._bell:
            if len(self._waiting) >= WAITING:
                raise Unavailable("busy", "Too many commands at once; nothing of this one was kept.", "Repeat it.")
            self._waiting.append(ticket)
            if self._busy.idle or len(self._waiting) == _ENOUGH:
                self._bell.notify()
            elif self._busy.writers < WRITERS:
                self._busy.writers += 1
                threading.Thread(target=self._write, name="group commit", daemon=True).start()
        return ticket

    def _write(self) -> None:
        while taken := self._next():
            try:
                self._carry_out(taken)
            except BaseException as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
                for ticket in taken:
                    ticket.fail(error)
            with self._bell:
                self._busy.names.difference_update(*(ticket.names for ticket in taken))
                if self._waiting and self._busy.idle:
                    self._bell.notify()
            for ticket in taken:
                ticket.settle()

    def _next(self) -> list[Ticket[Any]]:
        """The next group, as soon as there is one; nothing when a writer is not needed any more."""
        with self._bell:
            if self._busy.names and len(self._waiting) < _ENOUGH:
                self._bell.wait(_LINGER_S)
            while not (taken := self._take()):
                self._busy.idle += 1
                rung = self._bell.wait(_IDLE_S)
                self._busy.idle -= 1
                if not rung and not self._waiting:
                    self._busy.writers -= 1
                    break
            return taken

    def _take(self) -> list[Ticket[Any]]:
        """What may go now, in order: not what speaks of a line or key of a group under way, nor what came after such a one."""
        taken, left, blocked = list[Ticket[Any]](), list[Ticket[Any]](), set(self._busy.names)
        for ticket in self._waiting:
            if len(taken) < AT_MOST and blocked.isdisjoint(ticket.names):
                taken.append(ticket)
            else:
                left.append(ticket)
                blocked.update(ticket.names)
        self._waiting = left
        for ticket in taken:
            self._busy.names.update(ticket.names)
        return taken

    def _carry_out(self, tickets: list[Ticket[Any]]) -> None:
        """All of them in one commit; each alone when that cannot be."""

        def think(unit: Unit, hand: Hand, clock: HeldClock) -> None:
            clock.day = unit.foresee([ticket.key for ticket in tickets], [line for ticket in tickets for line in ticket.lines])
            for ticket in tickets:
                ticket.think(hand)

        for attempt in itertools.count(1):
            try:
                self._writing.shared(think)
            except (DBAPIError, psycopg.Error, Unavailable) as error:
                if attempt >= min(self._writing.attempts(explanation_of(error)), _TOGETHER):
                    break
            else:
                return
        for ticket in tickets:
            self._alone(ticket)

    def _alone(self, ticket: Ticket[Any]) -> None:
        try:
            with explained():
                ticket.think(self._writing.lone())
        except BaseException as error:  # noqa: BLE001 - as in `Ticket.think`
            ticket.fail(error)


_TOGETHER = 5  # attempts as a group
