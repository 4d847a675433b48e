"""What was posted, and the events under it (`flows.needs.bank.Postings`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import Engine

from farthing.domain.event import Event, decode_event
from farthing.domain.ids import Id, Prefix
from farthing.domain.posting import Account, Posting
from farthing.flows.needs.bank import Close, Turnover
from farthing.store.engine import driver, reading

# A row a day, product and account, however many partitions made it.
_TURNOVER = """SELECT product, account, coalesce(sum(fen) FILTER (WHERE booked_on < %(first)s), 0),
  coalesce(sum(fen) FILTER (WHERE booked_on >= %(first)s AND fen > 0), 0),
  coalesce(-sum(fen) FILTER (WHERE booked_on >= %(first)s AND fen < 0), 0)
FROM (SELECT booked_on, product, account, sum(amount_fen) AS fen FROM posting WHERE booked_on <= %(last)s
  GROUP BY booked_on, product, account) AS daily
GROUP BY product, account ORDER BY product, account"""
_DAILY = """SELECT booked_on, product, account, sum(amount_fen) FROM posting
WHERE account = %s AND product = coalesce(%s, product) AND booked_on BETWEEN %s AND %s
GROUP BY booked_on, product, account ORDER BY booked_on DESC, product"""
_CLOSES = """SELECT effective_on, leaf_index FROM event JOIN seal ON event_id = event.id WHERE kind = 'DayClosed' ORDER BY effective_on"""
_TOUCHED = """SELECT DISTINCT stream FROM seal JOIN event ON event.id = event_id
WHERE leaf_index >= %s AND leaf_index < %s AND starts_with(stream, %s)"""
_HISTORIES = """SELECT stream, data FROM event JOIN seal ON event_id = event.id
WHERE stream = ANY(%b::text[]) AND leaf_index < %s ORDER BY stream, sequence"""


class Postings:
    """Reads; never writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def turnover(self, first: dt.date, last: dt.date) -> Sequence[Turnover]:
        """Every product and account that anything was posted to by the end of `last`."""
        with reading(self._engine) as connection:
            rows = driver(connection).execute(_TURNOVER, {"first": first, "last": last}).fetchall()
        return [Turnover(product, Account(account), *map(int, fen)) for product, account, *fen in rows]

    def daily(self, account: Account, product: str | None, first: dt.date, last: dt.date) -> Sequence[Posting]:
        """The postings to an account, a row a day and product, the newest first."""
        with reading(self._engine) as connection:
            rows = driver(connection).execute(_DAILY, (account.value, product, first, last)).fetchall()
        return [Posting(day, code, Account(name), int(fen)) for day, code, name, fen in rows]

    def closes(self) -> Sequence[Close]:
        """Every closed day whose event is sealed."""
        with reading(self._engine) as connection:
            return [Close(*row) for row in driver(connection).execute(_CLOSES).fetchall()]

    def touched(self, first: int, beyond: int) -> frozenset[Id]:
        """The lines of which events stand in this stretch of the log."""
        with reading(self._engine) as connection:
            rows = driver(connection).execute(_TOUCHED, (first, beyond, f"{Prefix.LINE}_")).fetchall()
        return frozenset(stream for (stream,) in rows)

    def histories(self, lines: Sequence[Id], beyond: int) -> Mapping[Id, tuple[Event, ...]]:
        """The events of these lines that stand in the log before a place."""
        found: dict[Id, list[Event]] = {line: [] for line in lines}
        with reading(self._engine) as connection:
            for stream, data in driver(connection).execute(_HISTORIES, (list(lines), beyond), binary=True):
                found[stream].append(decode_event(data))
        return {line: tuple(events) for line, events in found.items()}
