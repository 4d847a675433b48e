"""How far each listener was told, what it did not take, and its key (`flows.needs.bank.Listeners`).

A listener's key is its subject key: drawn for it, wrapped by the bank's master key, rotated with all others, and gone when it is forgotten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields

from sqlalchemy import Engine, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from farthing.domain.bank.listener import Letter, Progress
from farthing.domain.event import Event, decode_event
from farthing.domain.ids import Id
from farthing.store.bank.listener_tables import DELIVERIES, letter, listener_progress
from farthing.store.engine import driver, reading, single, writing
from farthing.store.vault import Vault, destroy_key, insert_keys, key_of

_TELLING = 0x6661_6C69  # "fali(stener)": one teller a listener at a time, among the locks of one word
_SEALED = """SELECT leaf_index, data FROM seal JOIN event ON event.id = event_id
WHERE leaf_index >= %s ORDER BY leaf_index LIMIT %s"""


class Listeners:
    """Keeps what the teller needs to go on after any death of it."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def key(self, listener: Id) -> bytes | None:
        """The listener's key; None once it was forgotten."""
        with reading(self._engine) as connection:
            found = key_of(connection, self._vault, listener)
        return found.key if found is not None else None

    def make_key(self, listener: Id) -> bytes:
        """A key for a listener; the same again until it is forgotten."""
        with writing(self._engine) as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:word, :one)"), {"word": _TELLING, "one": _number(f"key of {listener}")})
            found = key_of(connection, self._vault, listener)
            if found is None:
                found = self._vault.fresh(listener)
                insert_keys(connection, self._vault, [found])
            return found.key

    def forget(self, listener: Id) -> None:
        """Destroy the key, and all that was noted of the deliveries."""
        with writing(self._engine) as connection:
            destroy_key(connection, self._vault, listener)
            for table in DELIVERIES:
                connection.execute(delete(table).where(table.c.listener == listener))

    @contextmanager
    def turn(self, listener: Id) -> Iterator[bool]:
        """A lock of the session: who dies loses it with the connection."""
        place = {"word": _TELLING, "one": _number(listener)}
        with reading(single(self._engine)) as connection:
            mine = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:word, :one)"), place))
            try:
                yield mine
            finally:
                if mine and not connection.invalidated:
                    connection.execute(text("SELECT pg_advisory_unlock(:word, :one)"), place)

    def progress(self, listener: Id) -> Progress | None:
        """None before the first delivery."""
        with reading(self._engine) as connection:
            row = connection.execute(select(listener_progress).where(listener_progress.c.listener == listener)).one_or_none()
        return Progress(*row) if row else None

    def told(self, progress: Progress, kept: Sequence[Letter]) -> None:
        """Note how far the listener was told, and what it did not take."""
        row = {field.name: getattr(progress, field.name) for field in fields(progress)}
        with writing(self._engine) as connection:
            connection.execute(upsert(listener_progress).values(**row).on_conflict_do_update(index_elements=["listener"], set_=row))
            if kept:
                connection.execute(insert(letter), [_row(one) for one in kept])

    def letters(self, listener: Id | None = None, *, dead: bool | None = None, limit: int | None = None) -> Sequence[Letter]:
        """Letters in log order; with a limit, the first of them."""
        wanted = select(letter).order_by(letter.c.listener, letter.c.leaf_index).limit(limit)
        if listener is not None:
            wanted = wanted.where(letter.c.listener == listener)
        if dead is not None:
            wanted = wanted.where(letter.c.dead == dead)
        with reading(self._engine) as connection:
            return [Letter(*row) for row in connection.execute(wanted)]

    def left(self) -> Mapping[Id, tuple[int, int]]:
        """How many letters of each listener wait, and how many are dead."""
        waiting, dead = (func.count().filter(letter.c.dead == state) for state in (False, True))
        with reading(self._engine) as connection:
            rows = connection.execute(select(letter.c.listener, waiting, dead).group_by(letter.c.listener))
            return {listener: (waits, over) for listener, waits, over in rows}

    def keep(self, letter_: Letter) -> None:
        """Note another try."""
        row = _row(letter_)
        with writing(self._engine) as connection:
            connection.execute(upsert(letter).values(**row).on_conflict_do_update(index_elements=["listener", "leaf_index"], set_=row))

    def drop(self, listener: Id, index: int) -> None:
        """It was taken."""
        with writing(self._engine) as connection:
            connection.execute(delete(letter).where(letter.c.listener == listener, letter.c.leaf_index == index))

    def sealed(self, first: int, limit: int) -> Iterator[tuple[int, Event]]:
        """(place in the log, event) of sealed events from a place on."""
        with reading(self._engine) as connection:
            rows = driver(connection).execute(_SEALED, (first, limit), binary=True).fetchall()
        return ((index, decode_event(data)) for index, data in rows)


def _row(one: Letter) -> dict[str, object]:
    return {
        "listener": one.listener, "leaf_index": one.index, "stream": one.stream, "event_id": one.event, "kind": one.kind,
        "tries": one.tries, "next_at": one.next_at, "error": one.error, "dead": one.dead,
    }  # fmt: skip


def _number(name: str) -> int:
    """A lock's number, one of 2^32."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big", signed=True)
