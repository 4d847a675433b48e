"""A unit of work: one database transaction, however many commands share it.

What commands record is gathered here and written at the end, each table in one statement, all of them and the COMMIT in one
round trip. One signature covers the commit: it is the receipt of every command in it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from types import NoneType, TracebackType
from typing import Any, NamedTuple, Self, TypeAlias

from sqlalchemy import Connection, Engine

from farthing.audit.merkle import leaf_hash
from farthing.audit.signed import commands_digest, receipt_text
from farthing.domain import canon
from farthing.domain.event import Event, decode_event, encode_event
from farthing.domain.facility import Conduct, LineState, LineTerms
from farthing.domain.ids import Id
from farthing.domain.journal import Receipt
from farthing.flows.ports import Clock
from farthing.ledger.form import packed
from farthing.store.engine import driver, lost
from farthing.store.journal_tables import PARTITIONS, line_state
from farthing.store.keys import Signer
from farthing.store.recent import Recent

_FLUSH = 5_000  # events held in memory before they go to the server, still uncommitted
_AT_ONCE = 16_384  # bytes
_LEAF = 32
_BEFORE = dt.datetime.min.replace(tzinfo=dt.UTC)
_KEYS, _BUCKETS = 0x6661, 512  # lock space of command keys; few enough locks for a batch of any size

_EVENTS = """INSERT INTO event (id, stream, sequence, kind, effective_on, known_at, actor, command, synthetic, data, leaf_hash)
SELECT id, stream, sequence, kind, effective_on, known_at, actor, command, synthetic, convert_to(data, 'UTF8'), leaf_hash
FROM unnest(%s::text[], %s::text[], %s::int[], %s::text[], %s::date[], %s::timestamptz[], %s::text[], %s::text[], %s::bool[],
  string_to_array(%s, E'\\x1e'), %s::bytea[])
  AS made (id, stream, sequence, kind, effective_on, known_at, actor, command, synthetic, data, leaf_hash)"""
_LAST = "SELECT sequence, known_at FROM event WHERE stream = %s ORDER BY sequence DESC LIMIT 1"
_LOCK = """SELECT line_state.line, CASE WHEN line_state.xmin::text IS DISTINCT FROM known THEN state END
FROM unnest(%b::text[], %b::text[]) AS asked (line, known) JOIN line_state USING (line)
ORDER BY line_state.line FOR UPDATE OF line_state"""
_LASTS = """SELECT stream, last.sequence, last.known_at FROM unnest(%b::text[]) AS asked (stream), LATERAL (
  SELECT sequence, known_at FROM event WHERE event.stream = asked.stream ORDER BY sequence DESC LIMIT 1) AS last"""
_DONE = """SELECT day, key, digest, result FROM (SELECT max(day) AS day FROM bank_day WHERE opened_at IS NOT NULL) AS open
LEFT JOIN command ON key = ANY(%b::text[])"""
_RECEIPT = """INSERT INTO receipt (signature, key_id, at, leaves) VALUES (%b, %s, %s, %b)
RETURNING pg_current_xact_id()::xid::text"""
RECEIPTS = """SELECT signature, key_id, receipt.at, leaves, done.* FROM receipt, LATERAL (
  SELECT array_agg(key), array_agg(name), array_agg(digest), array_agg(sha256(result)), array_agg(command.at)
  FROM command WHERE command.receipt = signature) AS done"""
_COMMANDS = """INSERT INTO command (key, name, digest, result, receipt, at)
SELECT key, name, digest, convert_to(result, 'UTF8'), %b, at
FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::timestamptz[], string_to_array(%s, E'\\x1e'))
  AS made (key, name, digest, at, result)"""
_LINES = """INSERT INTO line_state AS now (line, party, product, status, partition, opened_on, as_of, oldest_unpaid_on, limit_fen,
  principal_fen, interest_exact, interest_paid_fen, rate_units, rate_denominator, synthetic, form, state)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::smallint[], %s::date[], %s::date[], %s::date[], %s::bigint[],
  %s::bigint[], %s::numeric[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bool[], %s::bytea[], string_to_array(%s, E'\\x1e'))
ON CONFLICT (line) DO UPDATE SET (status, as_of, oldest_unpaid_on, limit_fen, principal_fen, interest_exact, interest_paid_fen,
  rate_units, rate_denominator, state, form) = (excluded.status, excluded.as_of, excluded.oldest_unpaid_on, excluded.limit_fen,
  excluded.principal_fen, excluded.interest_exact, excluded.interest_paid_fen, excluded.rate_units, excluded.rate_denominator,
  excluded.state, excluded.form)"""


_STATE = line_state.columns.keys().index("state")

canon.remember(LineTerms)
canon.remember(Conduct)

Statement: TypeAlias = tuple[str, list[Any]]
"""SQL and its values."""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that was carried out: what is remembered of it."""

    key: str
    name: str
    digest: bytes
    result: bytes
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Last:
    """The last event of a stream: its sequence (0 before the first) and when it was learned of.

    The next is learned of no earlier, whatever the clocks of several machines say: folding by time is folding by sequence.
    """

    sequence: int = 0
    known_at: dt.datetime = _BEFORE


class Known(NamedTuple):
    """A line as it was last committed here, and where its stream stood. `version` is that of its row: the transaction that wrote it."""

    version: str
    state: LineState
    last: Last


Lately: TypeAlias = Recent[Id, Known]
"""What is told again by the server only where its version is another."""


@dataclass(slots=True)
class Work:
    """What one command recorded so far. Taken over by the unit when the command succeeds, else dropped."""

    events: list[Event] = field(default_factory=list)
    lines: dict[Id, LineState] = field(default_factory=dict)
    last: dict[Id, Last] = field(default_factory=dict)
    """Where each stream written to stands."""


class Unit:
    """One transaction on one connection; `commit` or lose it. Not for two threads at once."""

    def __init__(self, engine: Engine, clock: Clock, signer: Signer, lately: Lately | None = None) -> None:
        self.clock = clock
        self._signer = signer
        self._lately = lately
        self.connection: Connection = engine.connect()
        self.connection.begin()
        self._raw = driver(self.connection)
        self.done: dict[str, Done] = {}
        self._work = Work()
        self._seen: dict[Id, LineState] = {}
        self._claimed: dict[str, tuple[bytes, bytes] | None] = {}
        self._leaves: list[bytes] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None:
            if lost(error) or self._raw.closed:
                self.connection.invalidate()
            else:
                self._raw.rollback()  # SQLAlchemy does not know of a COMMIT that failed at the end of its pipeline
        self.connection.close()  # rolls back what was not committed

    # ---- reading -----------------------------------------------------------------------------------------------------

    def claim(self, key: str) -> tuple[bytes, bytes] | None:
        """Make this transaction the only one that works on `key`, waiting for another; digest and result if it was done."""
        if (done := self.done.get(key)) is not None:
            return done.digest, done.result
        if key in self._claimed:
            return self._claimed[key]
        with self._raw.pipeline():
            self._raw.execute("SELECT pg_advisory_xact_lock(%s, %s)", (_KEYS, _bucket(key)))
            found = self._raw.execute("SELECT digest, result FROM command WHERE key = %s", (key,), binary=True)
        return found.fetchone()

    def foresee(self, keys: Sequence[str], lines: Sequence[Id]) -> dt.date | None:
        """Lock and read lines, look for keys, and give the open business day, all at once and in one order.

        Whoever else claims such a key fails at its commit.

        The rest is read after the locks are held, so that it is no older than the lines.
        """
        assert self._lately is not None
        known = {line: self._lately.get(line) for line in lines}
        versions = [found.version if found else None for found in known.values()]
        with self._raw.pipeline():
            locked = self._raw.execute(_LOCK, (array(known), array(versions)))
            done = self._raw.execute(_DONE, (array(keys),), binary=True)
        strange = list[Id]()
        for line, state in locked:
            if state is None and (found := known[line]) is not None:
                self._seen[line], self._work.last[line] = found.state, found.last
            else:
                self._seen[line] = canon.decode(LineState, state.encode())
                strange.append(line)
        if strange:
            lasts = self._raw.execute(_LASTS, (strange,))
            self._work.last |= {stream: Last(sequence, known_at) for stream, sequence, known_at in lasts}
        found_keys = done.fetchall()
        self._claimed = dict.fromkeys(keys) | {key: (digest, result) for _, key, digest, result in found_keys if key is not None}
        day: dt.date | None = found_keys[0][0]
        return day

    def last(self, stream: Id) -> Last:
        """Where a stream stands."""
        if stream not in self._work.last:
            found = self._raw.execute(_LAST, (stream,)).fetchone()
            self._work.last[stream] = Last(*found) if found else Last()
        return self._work.last[stream]

    def events(self, stream: Id) -> list[Event]:
        """The stored events of a stream in sequence, then those of this unit."""
        rows = self._raw.execute("SELECT data FROM event WHERE stream = %s ORDER BY sequence", (stream,), binary=True).fetchall()
        return [decode_event(data) for (data,) in rows] + [event for event in self._work.events if event.stream == stream]

    def line(self, line: Id) -> LineState | None:
        """A line's state, its row locked until the end of the transaction."""
        if line in self._work.lines:
            return self._work.lines[line]
        if line not in self._seen:
            with self._raw.pipeline():
                row = self._raw.execute("SELECT state FROM line_state WHERE line = %s FOR UPDATE", (line,))
                last = self._raw.execute(_LAST, (line,))
            found, stands = row.fetchone(), last.fetchone()
            if found is None:
                return None
            if stands is not None:
                self._work.last.setdefault(line, Last(*stands))
            self._seen[line] = canon.decode(LineState, found[0].encode())
        return self._seen[line]

    # ---- writing -----------------------------------------------------------------------------------------------------

    def take(self, work: Work, done: Done) -> None:
        """Keep what a command that succeeded recorded."""
        self._work.events += work.events
        self._work.lines |= work.lines
        self._work.last |= work.last
        self.done[done.key] = done
        if len(self._work.events) >= _FLUSH:
            for statement, values in self._gathered():
                self._raw.execute(statement, values)

    def commit(self) -> None:
        """Write everything and make it last; afterwards the unit is spent."""
        if not self.done:
            self.connection.commit()
            return
        written, last = self._work.lines, self._work.last
        statement, values = _joined([*self._gathered(), *self._closing()])
        with self._raw.pipeline() if _small(values) else nullcontext():
            told = self._raw.execute(statement, values)
            self.connection.commit()
        if self._lately is not None:
            ((version,),) = told
            for line in written.keys() & last.keys():
                self._lately.keep(line, Known(version, written[line], last[line]))

    def _gathered(self) -> list[Statement]:
        """What writes the gathered events and the lines as they now stand."""
        events, lines, statements = self._work.events, self._work.lines, list[Statement]()
        if events:
            written = [encode_event(event) for event in events]
            leaves = [leaf_hash(data) for data in written]
            statements.append((_EVENTS, [*arrays(map(_event_row, events)), texts(written), array(leaves)]))
            self._leaves += leaves
        if lines:
            columns = list(zip(*map(line_row, lines.values()), strict=True))
            states = columns.pop(_STATE)
            statements.append((_LINES, [*map(array, columns), "\x1e".join(states)]))
        self._seen |= lines
        self._work = Work(last=self._work.last)
        return statements

    def _closing(self) -> list[Statement]:
        """What writes the commands that were done, and at last their receipt, which gives back the number of the transaction."""
        done = list(self.done.values())
        at, key = self.clock.now(), self._signer.key_id
        commands = commands_digest((row.key, row.name, row.digest, hashlib.sha256(row.result).digest(), row.at) for row in done)
        signature = self._signer.sign(receipt_text(self._leaves, commands, at, key))
        columns = arrays((row.key, row.name, row.digest, row.at) for row in done)
        return [
            (_COMMANDS, [signature, *columns, texts([row.result for row in done])]),
            (_RECEIPT, [signature, key, at, b"".join(self._leaves)]),
        ]


def line_row(state: LineState) -> tuple[object, ...]:
    """The row of `line_state` that shows this state."""
    terms = state.terms
    unpaid = [item.due_on for item in state.obligations if item.unpaid_fen]
    return (
        terms.line, terms.party, terms.product, state.status.value, partition(terms.line), terms.opened_on, state.as_of,
        min(unpaid, default=None), terms.limit_fen, state.principal_fen, state.interest_exact, state.interest_paid_fen,
        terms.rate.units, terms.rate.denominator, terms.synthetic, canon.text(state), packed(state),
    )  # fmt: skip


def read_receipt(row: Sequence[Any], command: str = "") -> Receipt:
    """The receipt behind a row of `RECEIPTS`, with its commands as they stand now: what was changed no longer fits the signature."""
    signature, key_id, at, leaves, *done = row
    commands = commands_digest(zip(*(column or () for column in done), strict=True))
    split = tuple(leaves[start : start + _LEAF] for start in range(0, len(leaves), _LEAF))
    return Receipt(command, split, commands, at, key_id, signature)


@lru_cache(maxsize=16_384)
def partition(line: Id) -> int:
    """The partition a line belongs to, for ever."""
    return hashlib.sha256(line.encode()).digest()[0] % PARTITIONS


_event_row = attrgetter("id", "stream", "sequence", "kind", "effective_on", "known_at", "actor", "command", "synthetic")


def _joined(statements: Sequence[Statement]) -> Statement:
    """One statement that does what all of these do and answers as the last: a round trip and a plan instead of one each."""
    *before, (last, _) = statements
    named = ",\n".join(f"part_{number} AS ({statement})" for number, (statement, _) in enumerate(before))
    return f"WITH {named}\n{last}" if before else last, [value for _, values in statements for value in values]


def _small(values: Sequence[object]) -> bool:
    """Does all of it fit the socket at once?

    psycopg's pipeline stops sending when its last command is handed over, so what the socket could not take by then would
    never leave, and both sides would wait for each other (seen with psycopg 3.3 at some hundred kilobytes).
    """
    return sum(len(value) if isinstance(value, bytes | str) else 8 for value in values) <= _AT_ONCE


def _bucket(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % _BUCKETS


# ---- columns as array texts: what `unnest` takes, a column at once, in a fraction of what handing each value to the driver takes ------


def array(values: Iterable[object]) -> str:
    """The text of a one-dimensional array, to be cast to its type by the statement. KeyError for a type that no column has."""
    column = list(values)
    kinds = set(map(type, column))
    if len(kinds) == 1:
        return f"{{{_COLUMN[kinds.pop()](column)}}}"
    return f"{{{','.join([_COLUMN[type(value)]([value]) for value in column])}}}"


def texts(canonical: Iterable[bytes]) -> str:
    """Canonical JSON, which holds no control character, one after another: nothing in it needs a quote before it."""
    return b"\x1e".join(canonical).decode()


def arrays(rows: Iterable[tuple[object, ...]]) -> list[str]:
    """The columns of some rows."""
    return [array(column) for column in zip(*rows, strict=True)]


def _texts(column: list[str]) -> str:
    """Quoted texts. The separator is a character that no text of PostgreSQL may hold."""
    joined = "\0".join(column)
    if joined.count("\0") != len(column) - 1:
        raise ValueError("a text with a zero character cannot be stored")
    return '"' + joined.replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","') + '"'


_COLUMN: Mapping[type, Callable[[list[Any]], str]] = {
    str: _texts,
    int: lambda column: ",".join(map(str, column)),
    bool: lambda column: ",".join(["t" if value else "f" for value in column]),
    bytes: lambda column: '"\\\\x' + '","\\\\x'.join(map(bytes.hex, column)) + '"',
    dt.date: lambda column: ",".join(map(str, column)),
    dt.datetime: lambda column: '"' + '","'.join(map(canon.instant, column)) + '"',
    NoneType: lambda column: ",".join(["NULL"] * len(column)),
}
