"""The only way to write: one command, one transaction, one idempotency key.

A command's key is claimed before anything is thought, so of two that come at once one thinks and the other gets its
result. Everything is committed together or not at all; what was lost on the way to the server is asked for again, not done
again.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import psycopg
from psycopg import errors as pg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from farthing.domain import canon
from farthing.domain.errors import Conflict, NotFound, Unavailable
from farthing.domain.ids import Id
from farthing.domain.journal import Receipt
from farthing.flows import ports
from farthing.flows.ports import Clock, Command, House
from farthing.store.engine import AGAIN, WRITERS, cause, driver, explained, explanation_of, lost, reading, ready
from farthing.store.group import Group, Hand, HeldClock
from farthing.store.keys import Signer
from farthing.store.recent import Recent
from farthing.store.transaction import Transaction
from farthing.store.unit import RECEIPTS, Done, Lately, Unit, read_receipt
from farthing.store.vault import Vault

R = TypeVar("R")
_ATTEMPTS = 5  # when the database went away
_RACED = 50  # when others were faster: each time one of them got something done
_TURN_S = 30.0  # how long a command waits for others to end
_RECEIPT_OF = f"{RECEIPTS} WHERE signature = (SELECT receipt FROM command WHERE key = %s)"  # noqa: S608 - our own words
_LATELY = 10_000  # lines remembered: some kilobytes each
_FOUND = "SELECT digest, result FROM command WHERE key = %s"
# Two that never met in a lock wrote the same next event of a stream: the later one looks again.
_RACES = {"uq_event_stream_sequence", "pk_event", "pk_command"}


class Commands:
    """Commands over PostgreSQL (`flows.ports.Commands`); safe to share between threads."""

    def __init__(self, engine: Engine, clock: Clock, signer: Signer, vault: Vault) -> None:
        self._engine = engine
        self._clock = clock
        self._signer = signer
        self._vault = vault
        self._turns = threading.BoundedSemaphore(WRITERS)
        self._lately: Lately = Recent(_LATELY)
        self._group = Group(self)

    def run(self, command: Command, think: Callable[[ports.Transaction], R], result: type[R]) -> R:
        """Run `think` once for the command's key and remember its result.

        `think` may be run again when others got in the way, so it must act only through its transaction. `Conflict` when the
        key was used for something else; `Unavailable` (retryable) when the database does not answer or stays busy.
        """
        if command.lines:
            return self._group.submit(lambda hand: hand.commands.run(command, think, result), command.key, command.lines).result()
        return self.alone(command, think, result)

    def submit(self, house: House, act: Callable[[House], R], key: str, lines: tuple[Id, ...]) -> ports.Ticket[R]:
        """See `flows.ports.Commands.submit`."""
        return self._group.submit(lambda hand: act(hand.inside(house)), key, lines)

    def alone(self, command: Command, think: Callable[[ports.Transaction], R], result: type[R]) -> R:
        """As `run`, by a transaction of its own."""
        with explained(), self._turn():
            for attempt in itertools.count(1):
                try:
                    with self._unit() as unit:
                        value = carry_out(unit, command, think, result, self._vault)
                        unit.commit()
                        return value
                except (DBAPIError, psycopg.Error, Unavailable) as error:
                    if attempt >= self.attempts(explanation_of(error)):
                        raise
        raise AssertionError("an attempt returns or raises")

    def done(self, command: Command, result: type[R]) -> R | None:
        """The first result of a command that was carried out, else None; `Conflict` when its key was used for something else."""
        rows = ready(self._engine).fetch(_FOUND, command.key)
        return canon.decode(result, first_result(command, _digest(command, self._vault), rows[0])) if rows else None

    @contextmanager
    def batch(self) -> Iterator[ports.Commands]:
        """Commands run inside share one commit, at the end; one that fails is undone alone and raises.

        An error that leaves the block undoes them all. Every command may be repeated: what was committed is not done twice.
        """
        with explained(), self._turn(), self._unit() as unit:
            yield Batch(self, unit, self._vault)
            unit.commit()

    def receipt(self, key: str) -> Receipt:
        """The signed receipt of a committed command. Its leaves are those of the whole commit."""
        with reading(self._engine) as connection:
            row = driver(connection).execute(_RECEIPT_OF, (key,), binary=True).fetchone()
        if row is None:
            raise NotFound("no_command", f"No command with the key {key!r} was carried out.", "Send it, or look for its key.")
        return read_receipt(row, key)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait while as many write as may: each holds a connection while it thinks, and what it reads must find another one free."""
        if not self._turns.acquire(timeout=_TURN_S):
            raise Unavailable("busy", "Too many commands at once; nothing of this one was kept.", "Repeat it.")
        try:
            yield
        finally:
            self._turns.release()

    def _unit(self, clock: Clock | None = None) -> Unit:
        return Unit(self._engine, clock or self._clock, self._signer, self._lately)

    # ---- for groups --------------------------------------------------------------------------------------------------

    def shared(self, think: Callable[[Unit, Hand, HeldClock], None]) -> None:
        """One transaction with the lines of late at hand; committed if anything was done in it."""
        clock = HeldClock(self._clock)
        with self._turn(), self._unit(clock) as unit:
            think(unit, Hand(Batch(self, unit, self._vault), clock), clock)
            if unit.done:
                unit.commit()

    def lone(self) -> Hand:
        """Each command by a transaction of its own."""
        return Hand(Lone(self), self._clock)

    def attempts(self, error: BaseException) -> int:
        """How often a command that fails like this is tried."""
        if lost(error):
            self._lately.clear()  # the server that comes back may stand elsewhere and count anew
            self._engine.dispose()  # its idle connections most likely died with this one
            return _ATTEMPTS
        plain = cause(error)
        if isinstance(plain, pg.UniqueViolation):
            self._lately.clear()  # another wrote to a stream and left its line as it was
        raced = isinstance(plain, AGAIN) or (isinstance(plain, pg.UniqueViolation) and plain.diag.constraint_name in _RACES)
        return _RACED if raced else 1


class Lone:
    """Commands, none of which shares its commit (`flows.ports.Commands`)."""

    def __init__(self, commands: Commands) -> None:
        self.run = commands.alone
        self.done = commands.done
        self.batch = commands.batch
        self.submit = commands.submit
        self.receipt = commands.receipt


class Batch:
    """The commands of one commit (`flows.ports.Commands`). For one thread."""

    def __init__(self, commands: Commands, unit: Unit, vault: Vault) -> None:
        self._commands = commands
        self._unit = unit
        self._vault = vault

    def run(self, command: Command, think: Callable[[ports.Transaction], R], result: type[R]) -> R:
        """As `Commands.run`, to be committed with the batch."""
        if self._unit.connection.invalidated:
            raise Unavailable("database", "The database went away in the middle of a batch; nothing of it was kept.", "Repeat it.")
        return carry_out(self._unit, command, think, result, self._vault, shared=True)

    def done(self, command: Command, result: type[R]) -> R | None:
        """As `Commands.done`, the commands of this batch included."""
        found = self._unit.claim(command.key)
        return None if found is None else canon.decode(result, first_result(command, _digest(command, self._vault), found))

    @contextmanager
    def batch(self) -> Iterator[ports.Commands]:
        """A batch in a batch is the same batch."""
        yield self

    def submit(self, house: House, act: Callable[[House], R], key: str, lines: tuple[Id, ...]) -> ports.Ticket[R]:
        """On its way outside of this batch."""
        return self._commands.submit(house, act, key, lines)

    def receipt(self, key: str) -> Receipt:
        """Of commands committed before; this batch has its receipt when it ends."""
        return self._commands.receipt(key)


def carry_out(  # noqa: PLR0913
    unit: Unit, command: Command, think: Callable[[ports.Transaction], R], result: type[R], vault: Vault, *, shared: bool = False
) -> R:
    """Claim the key; give back the first result, or think and hand what came of it to the unit."""
    digest = _digest(command, vault)
    found = unit.claim(command.key)
    if found is not None:
        return canon.decode(result, first_result(command, digest, found))
    transaction = Transaction(unit, command, vault, shared=shared)
    try:
        value = think(transaction)
        done = Done(command.key, command.name, digest, canon.encode(value), unit.clock.now())
    except BaseException:
        transaction.undo()
        raise
    transaction.finish()
    unit.take(transaction.work, done)
    return value


def _digest(command: Command, vault: Vault) -> bytes:
    """What tells this command from others, under the bank's key: a plain digest of an id number could be guessed after erasure."""
    plain = canon.digest(_Asked(command.actor.id, command.inputs, command.name))
    keyed = vault.blind("command", plain.hex())
    assert keyed is not None
    return keyed


@dataclass(slots=True)
class _Asked:
    """What a command's digest covers."""

    actor: str
    inputs: object
    name: str


def first_result(command: Command, digest: bytes, found: tuple[bytes, bytes]) -> bytes:
    """The remembered result; `Conflict` if the key was used for another command."""
    before, result = found
    if before != digest:
        raise Conflict(
            "key_reused",
            f"The key {command.key!r} was used before, for other inputs.",
            "Send the same inputs again to get the first answer, or a new key for a new command.",
        )
    return result
