"""The book at one moment, read by parts (`flows.ports.Nights`).

A part is a range of the table's pages, so that the table is read once and in the order it lies on the disk. That no line is read twice or
not at all, though it moves from page to page while it is paid on, is the snapshot's doing: all threads read by the same one. It holds no
lock, and nobody waits for it.

Which lines were written since the last close is told by the transaction number that every row carries: a close keeps the moment its night
read, and below the oldest transaction then under way all was decided. A row below it is the very row that night read.
"""

from __future__ import annotations

import datetime as dt
import queue
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np
import polars as pl
import psycopg
from psycopg import sql
from sqlalchemy import Engine

from farthing.domain import canon
from farthing.domain.bill.bill import BillState
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.flows.needs.night import Night, Part
from farthing.ledger.form import FORM, ROW, VERSION
from farthing.store.engine import driver, explained, writing
from farthing.store.night.standings import RELEASE, tell
from farthing.store.unit import arrays

PAGES = 4_096
"""Pages a part: some ten thousand lines."""
ROWS = 2_000
"""Rows a transaction writes: a payment that waits for the disk waits for what was written before it."""
_BLOCK = 8_192
_TRY = """INSERT INTO bank_day AS now (day, nights) VALUES (%s, 1)
ON CONFLICT (day) DO UPDATE SET nights = now.nights + 1 RETURNING nights"""
_MOMENT = "SELECT pg_export_snapshot(), pg_current_snapshot()::text, pg_relation_size('line_state')"
# After a night by another release, or at a moment ahead of this server's count (it was read in from another's dump), what was told
# then cannot be computed again: every line is compared with its last row.
_SINCE = """SELECT day, pg_snapshot_xmin(seen)::text::bigint FROM bank_day
WHERE day = (SELECT max(day) FROM bank_day WHERE night IS NOT NULL)
  AND release = %s AND pg_snapshot_xmin(seen) <= pg_snapshot_xmin(pg_current_snapshot())"""
# One value a part: a row would cost a turn of Python each.
_PART = """SELECT
  string_agg(substring(convert_to(line, 'UTF8') || %(pad)b FROM 1 FOR %(line)s)
    || substring(convert_to(product, 'UTF8') || %(pad)b FROM 1 FOR %(product)s) || form
    || CASE WHEN age(xmin) <= age(%(since)s::text::xid8::xid) THEN '\\x01'::bytea ELSE '\\x00' END, ''::bytea) FILTER (WHERE narrow),
  array_agg(line) FILTER (WHERE NOT narrow)
FROM (SELECT line, product, form, xmin, octet_length(form) = %(form)s AND substring(form FROM 1 FOR 1) = %(version)b
    AND octet_length(line) <= %(line)s AND octet_length(product) <= %(product)s AS narrow
  FROM line_state WHERE ctid >= %(from)s::tid AND ctid < %(to)s::tid) AS part"""
# A payment's lock is not waited for: its line gets its form with the payment.
_RENEW = """WITH new AS (SELECT * FROM unnest(%s::text[], %s::text[], %s::bytea[]) AS new (line, state, form)),
free AS (SELECT line_state.line, new.form FROM line_state JOIN new USING (line) WHERE line_state.state = new.state
  ORDER BY line_state.line FOR UPDATE OF line_state SKIP LOCKED)
UPDATE line_state SET form = free.form FROM free WHERE line_state.line = free.line"""
_STATES = "SELECT state FROM line_state WHERE line = ANY(%s)"
_BILLS = "SELECT state FROM bill_state WHERE seller IS NOT NULL ORDER BY bill"
_WIDTHS = {
    "pad": bytes(max(ROW["line"].itemsize, ROW["product"].itemsize)), "line": ROW["line"].itemsize, "product": ROW["product"].itemsize,
    "form": FORM.itemsize, "version": bytes([VERSION]),
}  # fmt: skip


class Nights:
    """Where nights read and write. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._moments = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def begin(self, day: dt.date, threads: int) -> Iterator[Reading]:
        """A try to close `day`; the moment that is read is now. Each of so many threads has a connection."""
        with writing(self._engine) as connection:
            (tries,) = _only(driver(connection).execute(_TRY, (day,)))
        with explained(), ExitStack() as stack:
            first, *others = (driver(stack.enter_context(self._moments.connect())) for _ in range(threads))
            moment, seen, size = _only(first.execute(_MOMENT))
            for reader in others:
                reader.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(moment))
            last, since = first.execute(_SINCE, (RELEASE,)).fetchone() or (None, None)
            yield Reading([first, *others], Night(day, tries, seen), (last, since), -(-size // _BLOCK))

    def tell(self, night: Night, told: pl.DataFrame) -> int:
        """See `flows.needs.night.Nights.tell`."""
        written = 0
        for rows in told.iter_slices(ROWS) if told.height else ():
            with writing(self._engine) as connection:
                written += tell(connection, night, rows)
        return written

    def renew(self, states: Sequence[LineState], forms: Mapping[Id, bytes]) -> int:
        """See `flows.needs.night.Nights.renew`."""
        lines, written = [state for state in states if state.terms.line in forms], 0
        for start in range(0, len(lines), ROWS):
            some = [(state.terms.line, canon.text(state), forms[state.terms.line]) for state in lines[start : start + ROWS]]
            with writing(self._engine) as connection:
                written += driver(connection).execute(_RENEW, arrays(some)).rowcount
        return written


class Reading:
    """The book at one moment (`flows.needs.night.Reading`)."""

    def __init__(
        self, readers: Sequence[psycopg.Connection[Any]], night: Night, since: tuple[dt.date | None, int | None], pages: int
    ) -> None:
        self.night = night
        self.last, self._since = since
        self.parts = max(-(-pages // PAGES), 1)
        self._free: queue.SimpleQueue[psycopg.Connection[Any]] = queue.SimpleQueue()
        for reader in readers:
            self._free.put(reader)

    def part(self, number: int) -> Part:
        """The lines on some pages of the table."""
        bounds = {"from": f"({number * PAGES},0)", "to": f"({(number + 1) * PAGES},0)", "since": self._since}
        with self._reader() as reader:
            data, others = _only(reader.execute(_PART, {**_WIDTHS, **bounds}, binary=True))
        return Part(np.frombuffer(data or b"", dtype=ROW), others or ())

    def states(self, lines: Sequence[Id]) -> Sequence[LineState]:
        """These lines as they stood at the moment."""
        if not lines:
            return []
        with self._reader() as reader:
            return [canon.decode(LineState, state.encode()) for (state,) in reader.execute(_STATES, (list(lines),))]

    def bills(self) -> Iterator[BillState]:
        """Every bill the bank ever bought, as it stood at the moment."""
        with self._reader() as reader, reader.cursor("bills") as cursor:
            cursor.itersize = ROWS
            for (state,) in cursor.execute(_BILLS):
                yield canon.decode(BillState, state.encode())

    @contextmanager
    def _reader(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection that no other thread uses now."""
        reader = self._free.get()
        try:
            yield reader
        finally:
            self._free.put(reader)


def _only(found: psycopg.Cursor[Any]) -> Any:
    """The one row of a statement that always has one."""
    row = found.fetchone()
    assert row is not None
    return row
