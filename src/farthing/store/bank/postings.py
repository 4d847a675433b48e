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
_CLOSES = "SELECT day, seen::text FROM bank_day WHERE closed_at IS NOT NULL ORDER BY day"
# The bounds on xid follow from the rest; they are there for the index.
_TOUCHED = """SELECT DISTINCT stream
FROM event, (SELECT %(before)s::text::pg_snapshot AS before, %(close)s::text::pg_snapshot AS close) AS moment
WHERE xid >= pg_snapshot_xmin(before) AND xid < pg_snapshot_xmax(close)
  AND pg_visible_in_snapshot(xid, close) AND NOT pg_visible_in_snapshot(xid, before) AND starts_with(stream, %(prefix)s)"""
_NOTHING = "1:1:"
"""The moment before the first transaction."""
_HISTORIES = """SELECT stream, data FROM event
WHERE stream = ANY(%b::text[]) AND pg_visible_in_snapshot(xid, %b::text::pg_snapshot) ORDER BY stream, sequence"""
_WRITTEN_OFF = """SELECT stream, day FROM event, LATERAL (SELECT day FROM bank_day
  WHERE day >= effective_on AND closed_at IS NOT NULL AND pg_visible_in_snapshot(xid, seen) ORDER BY day LIMIT 1) AS known
WHERE kind = 'WrittenOff'"""


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
        """Every closed day."""
        with reading(self._engine) as connection:
            return [Close(*row) for row in driver(connection).execute(_CLOSES).fetchall()]

    def touched(self, before: Close | None, close: Close) -> frozenset[Id]:
        """The lines of which events became known between two closes, or by the second."""
        between = {"before": before.seen if before else _NOTHING, "close": close.seen, "prefix": f"{Prefix.LINE}_"}
        with reading(self._engine) as connection:
            return frozenset(stream for (stream,) in driver(connection).execute(_TOUCHED, between))

    def histories(self, streams: Sequence[Id], close: Close) -> Mapping[Id, tuple[Event, ...]]:
        """The events of these lines, or bills, that a close knew."""
        found: dict[Id, list[Event]] = {stream: [] for stream in streams}
        with reading(self._engine) as connection:
            for stream, data in driver(connection).execute(_HISTORIES, (list(streams), close.seen), binary=True):
                found[stream].append(decode_event(data))
        return {stream: tuple(events) for stream, events in found.items()}

    def written_off(self) -> Mapping[Id, dt.date]:
        """Every line whose claim was written off, and the first closed day that knew of it."""
        with reading(self._engine) as connection:
            return dict(driver(connection).execute(_WRITTEN_OFF).fetchall())
