"""Banks that do one thing wrong, each in its own way: commands that lie, forget, repeat themselves or write what they may not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from farthing.domain.errors import Conflict, Invalid
from farthing.domain.event import Body, Event
from farthing.domain.ids import Id
from farthing.domain.line_event import Assessed, CouponGranted, Drawn, Frozen, Varied
from farthing.flows.ports import Command, Commands, House, Transaction
from farthing.flows.simulation.message import STAFF
from farthing.ledger.facility import record

Think = Callable[[Transaction], Any]
Run = Callable[[Commands, Command, Think, type], Any]


@dataclass
class Wrong:
    """Commands that run by a rule of their own (`flows.ports.Commands`)."""

    commands: Commands
    rule: Run

    def run(self, command: Command, think: Think, result: type) -> Any:
        return self.rule(self.commands, command, think, result)

    def done(self, command: Command, result: type) -> Any:
        return self.commands.done(command, result)

    def receipt(self, key: str) -> Any:
        return self.commands.receipt(key)

    @contextmanager
    def batch(self) -> Iterator[Commands]:
        with self.commands.batch() as inside:
            yield Wrong(inside, self.rule)

    def submit(self, house: House, act: Callable[[House], Any], key: str, lines: tuple[Id, ...]) -> Any:
        def wrong(inside: House) -> Any:
            return act(replace(inside, commands=Wrong(inside.commands, self.rule)))

        return self.commands.submit(house, wrong, key, lines)


class _Undo(Exception):  # noqa: N818
    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


def forgetful(commands: Commands, command: Command, think: Think, result: type) -> Any:
    """Answers repayments and keeps nothing of them."""
    if command.name != "repay":
        return commands.run(command, think, result)

    def forget(transaction: Transaction) -> Any:
        raise _Undo(think(transaction))

    try:
        return commands.run(command, forget, result)
    except _Undo as undone:
        return undone.value


def doubling(commands: Commands, command: Command, think: Think, result: type) -> Any:
    """Books each repayment once more."""
    value = commands.run(command, think, result)
    if command.name == "repay":
        commands.run(replace(command, key=f"{command.key}:more"), think, result)
    return value


def twice_under_one_key(commands: Commands, command: Command, think: Think, result: type) -> Any:
    """Thinks a draw twice within one command."""

    def again(transaction: Transaction) -> Any:
        think(transaction)
        return think(transaction)

    return commands.run(command, again if command.name == "draw" else think, result)


def talkative(commands: Commands, command: Command, think: Think, result: type) -> Any:
    """Freezes the line of whoever is refused, under the key of what was refused."""
    try:
        return commands.run(command, think, result)
    except (Conflict, Invalid):
        line = getattr(command.inputs, "line", None)
        if command.name == "draw" and line:
            commands.run(command, lambda transaction: _written(transaction, line), str)
        raise


def _written(transaction: Transaction, line: Id) -> str:
    state = transaction.line(line)
    event = transaction.append(line, state.as_of, Frozen(line, "refused"))
    transaction.save_line(record(state, event, lambda: transaction.events(line)))
    return event.id


def one_person(commands: Commands, command: Command, think: Think, result: type) -> Any:
    """Lets whoever proposed something stand for the second person, too."""
    return commands.run(replace(command, actor=STAFF["risk"]) if command.name == "resolve" else command, think, result)


def forgets_what_it_said(commands: Commands, command: Command, think: Think, result: type) -> Any:
    """Answers a repeated draw with another headroom."""
    before = commands.done(command, result)
    value = commands.run(command, think, result)
    return replace(value, headroom_fen=value.headroom_fen + 1) if before is not None and command.name == "draw" else value


@dataclass
class _Bent:
    """A transaction that appends something else (`flows.ports.Transaction`)."""

    transaction: Transaction
    bend: Callable[[dt.date, Body], tuple[dt.date, Body]]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transaction, name)

    def append(self, stream: Id, effective_on: dt.date, body: Body, *, synthetic: bool = False) -> Event:
        on, bent = self.bend(effective_on, body)
        return self.transaction.append(stream, on, bent, synthetic=synthetic)


def bending(bend: Callable[[dt.date, Body], tuple[dt.date, Body]]) -> Run:
    """Records another event than the flow wants."""

    def run(commands: Commands, command: Command, think: Think, result: type) -> Any:
        return commands.run(command, lambda transaction: think(_Bent(transaction, bend)), result)  # type: ignore[arg-type]

    return run


def more_than_was_asked(on: dt.date, body: Body) -> tuple[dt.date, Body]:
    """A draw of one fen more."""
    return on, replace(body, amount_fen=body.amount_fen + 1) if isinstance(body, Drawn) else body


def yesterday(on: dt.date, body: Body) -> tuple[dt.date, Body]:
    """New terms dated on the day before."""
    return (on - dt.timedelta(days=1), body) if isinstance(body, Varied | CouponGranted | Assessed) else (on, body)
