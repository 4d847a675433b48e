"""Lines as they stand now and as they stood at the close of each day, for pages (`flows.needs.lines.Lines`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import polars as pl
from sqlalchemy import Engine, Select, func, select

from farthing.domain import canon
from farthing.domain.errors import Invalid, NotFound
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.party import PartyKind
from farthing.domain.posting import Account, Posting
from farthing.ledger.form import follows
from farthing.store.engine import driver, reading, ready, single
from farthing.store.journal_tables import bank_day, line_state, posting
from farthing.store.night.standings import shown
from farthing.store.unit import line_row

_SORTS = ("opened_on", "as_of", "product", "status", "limit_fen", "principal_fen", "oldest_unpaid_on")
_STREAM = 2_000

_BY_COUNTY = """SELECT state, county FROM line_state JOIN party ON party.id = party
WHERE county <> '' AND county = ANY(coalesce(%(counties)s::text[], ARRAY[county])) ORDER BY line"""
_DEBTORS = """SELECT id FROM party
WHERE kind = %s AND id IN (SELECT party FROM line_state WHERE line = ANY(%s::text[])) ORDER BY id"""
_OF_PARTY = "SELECT state FROM line_state WHERE party = %s ORDER BY opened_on, line"


class Lines:
    """Reads the projections; never writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = single(engine)
        self._ready = ready(engine)

    def get(self, line: Id) -> LineState:
        """`NotFound` if there is none."""
        states = self._states(select(line_state.c.state).where(line_state.c.line == line))
        if not states:
            raise NotFound("no_line", f"There is no line {line}.", "Copy the id from the decision or the list of lines.")
        return states[0]

    def repeats(self, line: Id) -> bool:
        """Every column, the JSON's own spelling included; the closed form may be that of a later day."""
        with reading(self._reader) as connection:
            row = connection.execute(select(line_state).where(line_state.c.line == line)).one()
        state = canon.decode(LineState, row.state.encode())
        return tuple(row)[:-1] == line_row(state)[:-1] and follows(row.form, state)

    def of_party(self, party: Id) -> Sequence[LineState]:
        """A party's lines, oldest first."""
        return [canon.decode(LineState, row.state.encode()) for row in self._ready.fetch(_OF_PARTY, party)]

    def list(self, *, limit: int = 50, offset: int = 0, sort: str = "-opened_on") -> Sequence[LineState]:
        """A page of lines; `sort` is a column, with `-` for descending."""
        name = sort.removeprefix("-")
        if name not in _SORTS:
            raise Invalid("bad_sort", f"Lines cannot be sorted by {name[:40]!r}.", f"Sort by one of {', '.join(_SORTS)}.", field="sort")
        column = line_state.c[name]
        order = column.desc().nulls_last() if sort.startswith("-") else column.asc().nulls_last()
        return self._states(select(line_state.c.state).order_by(order, line_state.c.line).limit(limit).offset(offset))

    def ids(self) -> Sequence[Id]:
        """Every line."""
        with reading(self._engine) as connection:
            return connection.execute(select(line_state.c.line).order_by(line_state.c.line)).scalars().all()

    def count(self) -> int:
        """How many lines there are."""
        with reading(self._reader) as connection:
            return connection.execute(select(func.count()).select_from(line_state)).scalar_one()

    def states(self, partition: int, partitions: int) -> Iterator[LineState]:
        """Every line of one partition of so many, streamed, by line; a line's partition never changes."""
        wanted = "SELECT state FROM line_state WHERE partition %% %s = %s ORDER BY line"
        with reading(self._engine) as connection, driver(connection).cursor("states") as cursor:
            cursor.itersize = _STREAM
            cursor.execute(wanted, (partitions, partition))
            for (state,) in cursor:
                yield canon.decode(LineState, state.encode())

    def by_county(self, counties: Sequence[str] | None = None) -> Iterator[tuple[LineState, str]]:
        """Every line whose borrower is registered in one of these counties, or in any, streamed, by line."""
        with reading(self._engine) as connection, driver(connection).cursor("by_county") as cursor:
            cursor.itersize = _STREAM
            for state, county in cursor.execute(_BY_COUNTY, {"counties": list(counties) if counties is not None else None}):
                yield canon.decode(LineState, state.encode()), county

    def debtors(self, lines: Sequence[Id], kind: PartyKind) -> Sequence[Id]:
        """The parties of this kind that these lines are of."""
        return [row.id for row in self._ready.fetch(_DEBTORS, kind.value, list(lines))]

    def principal_by_product(self) -> Mapping[str, int]:
        """Principal on the balance sheet, summed per product."""
        wanted = select(line_state.c.product, func.sum(line_state.c.principal_fen)).where(line_state.c.status != "written_off")
        with reading(self._reader) as connection:
            return {product: int(fen) for product, fen in connection.execute(wanted.group_by(line_state.c.product))}

    def standings(self, day: dt.date) -> pl.DataFrame:
        """The standings of a closed day, by line; no rows before the first."""
        with reading(self._engine) as connection:
            return shown(connection, day)

    def days(self) -> Sequence[dt.date]:
        """Closed days, oldest first."""
        with reading(self._engine) as connection:
            return (
                connection.execute(select(bank_day.c.day).where(bank_day.c.closed_at.is_not(None)).order_by(bank_day.c.day)).scalars().all()
            )

    def balances(self, day: dt.date) -> Mapping[str, int]:
        """Account code to balance in fen at the close of `day`: the sum of all postings booked up to then."""
        sums = select(posting.c.account, func.sum(posting.c.amount_fen)).where(posting.c.booked_on <= day).group_by(posting.c.account)
        with reading(self._engine) as connection:
            return {account: int(amount) for account, amount in connection.execute(sums.order_by(posting.c.account))}

    def posted(self, before: dt.date) -> Sequence[Posting]:
        """Everything booked before a day, summed per product and account."""
        wanted = select(posting.c.product, posting.c.account, func.sum(posting.c.amount_fen), func.max(posting.c.booked_on))
        sums = wanted.where(posting.c.booked_on < before).group_by(posting.c.product, posting.c.account)
        with reading(self._engine) as connection:
            return [Posting(last, product, Account(account), int(amount)) for product, account, amount, last in connection.execute(sums)]

    def _states(self, wanted: Select[str]) -> Sequence[LineState]:
        with reading(self._reader) as connection:
            return [canon.decode(LineState, state.encode()) for state in connection.scalars(wanted)]
