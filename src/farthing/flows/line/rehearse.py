"""An act on a line, rehearsed: carried out in full, looked at, undone. What a person is shown before consent is what will happen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from farthing.domain.arrears import LoanClass
from farthing.domain.facility import LineState, LineStatus
from farthing.domain.ids import Id
from farthing.domain.journal import Receipt
from farthing.domain.rate import Rate
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.line.propose import Act, effect_of, sides
from farthing.flows.ports import Command, Commands, House, Ticket, Transaction
from farthing.ledger.conduct import standing
from farthing.ledger.facility import advance
from farthing.ledger.schedule import Due, upcoming

R = TypeVar("R")
T = TypeVar("T")
KEY = "rehearsal"
"""Never recorded, since nothing of a rehearsal is."""


@dataclass(frozen=True, slots=True)
class Side:
    """A line on one side of an act. `to_come_fen` is the interest it will still bear if each amount is paid on its due day."""

    status: LineStatus
    loan_class: LoanClass
    rate: Rate
    limit_fen: int
    expires_on: dt.date
    headroom_fen: int
    owed_fen: int
    overdue_fen: int
    surplus_fen: int
    to_come_fen: int
    next_due: Due | None
    last_due_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A line before and after an act. `cost_fen` is what the bank would let go of for good; None where the act lets go of nothing."""

    line: Id
    before: Side
    after: Side
    cost_fen: int | None = None


def rehearse(house: House, actor: Actor, flow: Callable[..., object], request: Any, lines: Sequence[Id]) -> tuple[Rehearsed, ...]:
    """What `flow(house, actor, request, key)` would make of these lines today; raises whatever the flow would refuse with."""
    today, in_order = house.clock.today(), sorted(lines)

    def look(transaction: Transaction) -> dict[Id, LineState]:
        return {line: transaction.line(line) for line in in_order}  # locked in one order, as a flow of two lines does

    before, after = staged(house, actor, flow, request, look)
    return tuple(Rehearsed(line, side(before[line], today), side(after[line], today)) for line in lines)


def staged(house: House, actor: Actor, flow: Callable[..., object], request: Any, look: Callable[[Transaction], T]) -> tuple[T, T]:
    """What `look` sees before and after `flow(house, actor, request, key)`, of which nothing stays; raises whatever the flow raises."""
    stage = _Stage(house.commands, look)
    try:
        flow(replace(house, commands=stage), actor, request, KEY)
    except _Seen as seen:
        return seen.before, seen.after
    raise AssertionError("a flow writes by a command")


def foresee(house: House, actor: Actor, body: Act, on: dt.date | None = None) -> Rehearsed:
    """What an act that a second person must agree to would make of its line today, had it taken effect on a day (today if not said).

    Raises whatever its check refuses with.
    """
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    today, stored = house.clock.today(), house.lines.get(body.line)
    acted = (stored, lambda: house.journal.events(body.line, limit=stored.events), body, today, on)
    before, after = sides(*acted)
    return Rehearsed(body.line, side(before, today), side(after, today), effect_of(*acted).cost_fen)


def side(state: LineState, today: dt.date) -> Side:
    """A line as it stands today."""
    state = advance(state, max(state.as_of, today))
    stands, dues = standing(state), upcoming(state)
    return Side(
        status=state.status, loan_class=stands.loan_class, rate=state.terms.rate, limit_fen=state.terms.limit_fen,
        expires_on=state.terms.expires_on, headroom_fen=state.headroom_fen, owed_fen=state.owed_fen, overdue_fen=stands.overdue_fen,
        surplus_fen=state.surplus_fen, to_come_fen=sum(due.interest_fen for due in dues) - state.interest_owed_fen if dues else 0,
        next_due=dues[0] if dues else None, last_due_on=dues[-1].due_on if dues else None,
    )  # fmt: skip


class _Seen(Exception):  # noqa: N818 - not an error: it ends a rehearsal, so that its transaction is undone
    def __init__(self, before: Any, after: Any) -> None:
        super().__init__()
        self.before, self.after = before, after


@dataclass(frozen=True, slots=True)
class _Stage:
    """Commands of which nothing stays (`flows.ports.Commands`)."""

    commands: Commands
    look: Callable[[Transaction], Any]

    def run(self, command: Command, think: Callable[[Transaction], R], result: type[R]) -> R:
        """Think, look before and after, and leave by the way that undoes it."""

        def once(transaction: Transaction) -> R:
            before = self.look(transaction)
            think(transaction)
            raise _Seen(before, self.look(transaction))

        return self.commands.run(replace(command, key=f"{KEY}:{command.actor.id}:{id(once)}"), once, result)

    def done(self, _command: Command, _result: type[R]) -> R | None:
        """Nothing was ever done on this stage."""
        return None

    @contextmanager
    def batch(self) -> Iterator[Commands]:
        """One command after another, each undone."""
        yield self

    def submit(self, house: House, act: Callable[[House], R], key: str, lines: tuple[Id, ...]) -> Ticket[R]:  # noqa: ARG002
        """Nothing may leave the stage for another thread, where it would be done in earnest."""
        raise AssertionError(f"a flow waits for its command: {key}, {lines}")

    def receipt(self, key: str) -> Receipt:
        """Of commands that were carried out in earnest."""
        return self.commands.receipt(key)
