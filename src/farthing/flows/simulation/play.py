"""The bank's side of a simulation: a day of messages carried out through the real flows while things go wrong around them.

What comes in crowds is asked for at once and shares commits; the rest follows one by one. Whoever gets no answer asks again under the
same key, as a client does, until there is one.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TypeVar

from farthing.domain.errors import Broken, FarthingError, NotFound, Unavailable
from farthing.domain.ids import Id
from farthing.flows.ports import Command, Commands, House, Ticket, Transaction
from farthing.flows.simulation.message import CROWD, Answer, Ask, Message, Orders, carried_out
from farthing.flows.simulation.ports import Hands, Struck
from farthing.world.misfortune import Fault, Moment, Strike

R = TypeVar("R")
AT_ONCE = 100
PATIENCE = 100
"""How often one message is repeated before the bank counts as gone for good."""
A_WHILE_S = 0.05
MORNING = dt.time(1, tzinfo=dt.UTC)


class Shift:
    """One working day."""

    def __init__(self, house: House, hands: Hands, tell: Callable[[Answer | Struck], None]) -> None:
        self.house = house
        self.hands = hands
        self.tell = tell
        self.strikes: dict[str, Strike] = {}

    def work(self, orders: Orders) -> None:
        """All messages of the day, its night, and the seal over it. After a death in a night that was closed, only what is left of it."""
        self.hands.mend()
        self.hands.tick(dt.datetime.combine(orders.day, MORNING))
        self.strikes = {strike.key: strike for strike in orders.strikes}
        closed = self.house.clock.today() > orders.day
        wanted = [message for message in orders.messages if message.ask is Ask.NIGHT or not closed]
        for number, lump in enumerate(_lumps(wanted)):
            self.hands.tick(dt.datetime.combine(orders.day, MORNING) + dt.timedelta(seconds=number))
            self._carry_out(lump)

    def _carry_out(self, lump: Sequence[Message]) -> None:
        if lump[0].ask in CROWD:
            waiting = [(message, self._sent(message)) for message in lump]
            for message, tickets in waiting:
                for ticket in tickets:
                    self._answered(message, ticket.result)
        else:
            for message in lump:
                for _ in range(self._copies(message)):
                    self._answered(message, partial(self._alone, message))
        if lump[0].ask is Ask.NIGHT:
            self._persist(self._seal_the_day, self._seal_the_day)

    def _seal_the_day(self) -> None:
        """A seal over all of it. Whatever else is being written on the same server holds back how far can be sealed: wait for it."""
        journal = self.house.journal
        newest = journal.events(limit=1, newest_first=True)[0]
        for _ in range(PATIENCE):
            journal.seal()
            with suppress(NotFound):
                journal.inclusion(newest.id)
                return
            time.sleep(A_WHILE_S)

    def _sent(self, message: Message) -> list[Ticket[Answer]]:
        """On its way, twice where it comes twice."""
        act = partial(self._inside, message=message)
        copies = range(self._copies(message))
        return [self.house.commands.submit(self.house, act, message.key, (message.line,)) for _ in copies]

    def _copies(self, message: Message) -> int:
        """What strikes before a message is carried out does so now; how often the message comes."""
        strike = self._strike(message, Moment.BEFORE)
        return 2 if strike is not None and strike.fault is Fault.DOUBLE else 1

    def _alone(self, message: Message) -> Answer:
        return self._inside(self.house, message)

    def _inside(self, house: House, message: Message) -> Answer:
        edge = Edge(house.commands, partial(self._strike, message, Moment.INSIDE))
        return carried_out(replace(house, commands=edge), message)

    def _answered(self, message: Message, first: Callable[[], Answer]) -> None:
        """Tell the answer, asking again while there is none; and once more where the first was lost on the way."""
        again = partial(self._alone, message)
        answer = self._answer(message, first, again)
        if self._strike(message, Moment.AFTER) is not None:
            self.tell(answer)  # to whoever compares the two; the borrower never had it
            answer = self._answer(message, again, again)
        self.tell(answer)

    def _answer(self, message: Message, first: Callable[[], Answer], again: Callable[[], Answer]) -> Answer:
        """A refusal is an answer, unless a law is broken."""
        try:
            return self._persist(first, again)
        except (Broken, Unavailable):
            raise
        except FarthingError as refused:
            return Answer(message.key, refused=refused.code)

    def _persist(self, first: Callable[[], R], again: Callable[[], R]) -> R:
        """What comes of asking until the bank can answer."""
        ask = first
        for _ in range(PATIENCE):
            try:
                return ask()
            except Unavailable as gone:
                if gone.code == "busy":
                    time.sleep(A_WHILE_S)
                self.hands.mend()
                ask = again
        return ask()

    def _strike(self, message: Message, moment: Moment) -> Strike | None:
        """Let what is due at this moment of a message strike, once; what it was."""
        strike = self.strikes.get(message.key)
        if strike is None or strike.moment is not moment:
            return None
        self.strikes.pop(message.key, None)
        self.tell(Struck(strike))
        match strike.fault:
            case Fault.KILL:
                self.hands.kill()
            case Fault.DATABASE:
                self.hands.kill_database()
            case Fault.SLOW:
                self.hands.slow(strike.size)
            case Fault.FULL:
                self.hands.fill()
            case Fault.CLOCK:
                self.hands.step(strike.size)
        return strike


class Edge:
    """Commands at whose edge something may happen: after the thinking, before the commit (`flows.ports.Commands`)."""

    def __init__(self, commands: Commands, happen: Callable[[], object]) -> None:
        self._commands = commands
        self._happen = happen
        self.done = commands.done
        self.receipt = commands.receipt

    def run(self, command: Command, think: Callable[[Transaction], R], result: type[R]) -> R:
        """As the commands behind it."""

        def to_the_edge(transaction: Transaction) -> R:
            value = think(transaction)
            self._happen()
            return value

        return self._commands.run(command, to_the_edge, result)

    @contextmanager
    def batch(self) -> Iterator[Commands]:
        """One commit, with the same edge."""
        with self._commands.batch() as commands:
            yield Edge(commands, self._happen)

    def submit(self, house: House, act: Callable[[House], R], key: str, lines: tuple[Id, ...]) -> Ticket[R]:
        """As the commands behind it; what is submitted has no edge."""
        return self._commands.submit(house, act, key, lines)


def _lumps(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """Messages in order, the crowd in lumps of which each speaks of a line at most once."""
    for crowd, group in groupby(messages, key=lambda message: message.ask in CROWD):
        if not crowd:
            yield from ([message] for message in group)
            continue
        lump: list[Message] = []
        for message in group:
            if len(lump) == AT_ONCE or any(message.line == other.line for other in lump):
                yield lump
                lump = []
            lump.append(message)
        yield lump
