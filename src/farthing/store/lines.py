"""Lines as they stand now and as they stood at the close of each day, for pages and the night (`flows.ports.Lines`).

How lines stood is kept only where something happened. A line that is left alone still moves: interest grows, days past due
count up. Both follow from the last row, so a row says how it goes on (`overdue_since`, `interest_exact` and the rate) and the
next one is written only on the day when what follows from it is no longer what the day end says. What `Lines.standings` gives
back is what the day end said, to the fen, for every line and day.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection, Engine, Select, func, select

from farthing.domain import canon
from farthing.domain.errors import Broken, Conflict, Invalid, NotFound
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.posting import Account, Posting
from farthing.store.engine import driver, fetch, reading, single
from farthing.store.journal_tables import bank_day, line_state, posting
from farthing.store.unit import line_row

_SORTS = ("opened_on", "as_of", "product", "status", "limit_fen", "principal_fen", "oldest_unpaid_on")
_STREAM = 2_000


COLUMNS = {
    "line": pl.String, "product": pl.String, "opened_on": pl.Date, "dpd": pl.Int64, "loan_class": pl.String, "overdue_fen": pl.Int64,
    "principal_fen": pl.Int64, "interest_owed_fen": pl.Int64, "synthetic": pl.Boolean,
}  # fmt: skip

# Half to even, on numerics: no amount is too wide.
_ROUNDED = """(div(due.exact, {den}) + CASE WHEN 2 * mod(due.exact, {den}) > {den}
  OR (2 * mod(due.exact, {den}) = {den} AND mod(div(due.exact, {den}), 2) = 1) THEN 1 ELSE 0 END)::bigint"""
_SHOWN = f"""SELECT line, product, opened_on, coalesce(%(day)s - overdue_since, 0)::bigint AS dpd, loan_class, overdue_fen,
  principal_fen, {_ROUNDED.format(den="rate_denominator")} - interest_paid_fen AS interest_owed_fen, synthetic
FROM (SELECT DISTINCT ON (line) * FROM standing WHERE from_day <= %(day)s ORDER BY line, from_day DESC) AS latest,
  LATERAL (SELECT interest_exact + principal_fen::numeric * rate_units * (%(day)s - from_day) AS exact) AS due"""  # noqa: S608
_INSERT = f"""WITH told AS (
  SELECT * FROM unnest(%(line)b::text[], %(product)b::text[], %(opened_on)b::date[], %(dpd)b::bigint[], %(loan_class)b::text[],
    %(overdue_fen)b::bigint[], %(principal_fen)b::bigint[], %(interest_owed_fen)b::bigint[], %(synthetic)b::bool[])
  AS told (line, product, opened_on, dpd, loan_class, overdue_fen, principal_fen, interest_owed_fen, synthetic)),
changed AS (SELECT * FROM told EXCEPT SELECT * FROM ({_SHOWN}) AS shown)
INSERT INTO standing
SELECT line, %(day)s, changed.product, changed.opened_on, CASE WHEN dpd > 0 THEN %(day)s - dpd::int END, loan_class, overdue_fen,
  changed.principal_fen, interest_owed_fen,
  CASE WHEN {_ROUNDED.format(den="now.rate_denominator")} - now.interest_paid_fen = interest_owed_fen THEN due.exact
    ELSE (interest_owed_fen + now.interest_paid_fen)::numeric * now.rate_denominator END,
  now.interest_paid_fen, now.rate_units, now.rate_denominator, changed.synthetic
FROM changed JOIN line_state AS now USING (line),
  LATERAL (SELECT greatest(now.interest_exact + now.principal_fen::numeric * now.rate_units * (%(day)s - now.as_of), 0) AS exact) AS due"""  # noqa: S608
_CLOSE = """INSERT INTO bank_day (day, closed_at) VALUES (%s, %s)
ON CONFLICT (day) DO UPDATE SET closed_at = excluded.closed_at WHERE bank_day.closed_at IS NULL RETURNING day"""
_NEXT = """INSERT INTO bank_day (day, opened_at) VALUES (%s, %s)
ON CONFLICT (day) DO UPDATE SET opened_at = coalesce(bank_day.opened_at, excluded.opened_at)"""
_POSTINGS = """INSERT INTO posting (closed_on, booked_on, product, account, partition, amount_fen)
SELECT %s, booked_on, product, account, 0, amount_fen
FROM unnest(%b::date[], %b::text[], %b::text[], %b::numeric[]) AS made (booked_on, product, account, amount_fen)"""

_OF_PARTY = "SELECT state FROM line_state WHERE party = %s ORDER BY opened_on, line"


class Lines:
    """Reads the projections; never writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = single(engine)

    def get(self, line: Id) -> LineState:
        """`NotFound` if there is none."""
        states = self._states(select(line_state.c.state).where(line_state.c.line == line))
        if not states:
            raise NotFound("no_line", f"There is no line {line}.", "Copy the id from the decision or the list of lines.")
        return states[0]

    def repeats(self, line: Id) -> bool:
        """Every column, the JSON's own spelling included."""
        with reading(self._reader) as connection:
            row = connection.execute(select(line_state).where(line_state.c.line == line)).one()
        return tuple(row) == line_row(canon.decode(LineState, row.state.encode()))

    def of_party(self, party: Id) -> Sequence[LineState]:
        """A party's lines, oldest first."""
        return [canon.decode(LineState, row.state.encode()) for row in fetch(self._reader, _OF_PARTY, party)]

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

    def states(self, partition: int, partitions: int) -> Iterator[LineState]:
        """Every line of one partition of so many, streamed, by line; a line's partition never changes."""
        wanted = "SELECT state FROM line_state WHERE partition %% %s = %s ORDER BY line"
        with reading(self._engine) as connection, driver(connection).cursor("states") as cursor:
            cursor.itersize = _STREAM
            cursor.execute(wanted, (partitions, partition))
            for (state,) in cursor:
                yield canon.decode(LineState, state.encode())

    def principal_by_product(self) -> Mapping[str, int]:
        """Principal on the balance sheet, summed per product."""
        wanted = select(line_state.c.product, func.sum(line_state.c.principal_fen)).where(line_state.c.status != "written_off")
        with reading(self._reader) as connection:
            return {product: int(fen) for product, fen in connection.execute(wanted.group_by(line_state.c.product))}

    def standings(self, day: dt.date) -> pl.DataFrame:
        """The standings of a closed day, by line; no rows before the first."""
        with reading(self._engine) as connection:
            return _shown(connection, day)

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


# ---- closing a day ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayClose:
    """What a day end found: every line's standing (columns of `COLUMNS`) and the day's postings, which sum to zero."""

    day: dt.date
    at: dt.datetime
    standings: pl.DataFrame
    postings: Sequence[Posting]


def insert_day(connection: Connection, close: DayClose) -> None:
    """Close a day and open the next, both or neither: nothing is ever dated on a closed day.

    `Conflict` if it, or a later one, is closed; `Broken` if the postings do not sum to zero.
    """
    raw = driver(connection)
    last = raw.execute("SELECT max(day) FROM bank_day WHERE closed_at IS NOT NULL").fetchone()
    if last is not None and last[0] is not None and last[0] >= close.day:
        raise Conflict("day_closed", f"{close.day} cannot be closed: {last[0]} is closed already.", "Close the day after it.")
    if raw.execute(_CLOSE, (close.day, close.at)).fetchone() is None:
        raise Conflict("day_closed", f"{close.day} is closed already.", "Close the day after it.")
    raw.execute(_NEXT, (close.day + dt.timedelta(days=1), close.at))
    _insert_postings(connection, close)
    frame = close.standings.select(list(COLUMNS))
    raw.execute(_INSERT, {"day": close.day, **{name: frame[name].to_list() for name in COLUMNS}})


def _shown(connection: Connection, day: dt.date) -> pl.DataFrame:
    """Every line's standing at the close of `day`, by line."""
    rows = driver(connection).execute(f"{_SHOWN} ORDER BY line", {"day": day}, binary=True).fetchall()
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def _insert_postings(connection: Connection, close: DayClose) -> None:
    """Store them summed by booking day, product and account: what lies under a sum is in the events."""
    sums: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    for one in close.postings:
        sums[one.booked_on, one.product, one.account.value] += one.amount_fen
    if off := sum(sums.values()):
        raise Broken("postings_unbalanced", f"The postings of {close.day} sum to {off} fen, not to zero.", "Stop and look at the ledger.")
    columns = [list(column) for column in zip(*sorted(sums), strict=True)] or [[], [], []]
    driver(connection).execute(_POSTINGS, (close.day, *columns, [sums[key] for key in sorted(sums)]))
