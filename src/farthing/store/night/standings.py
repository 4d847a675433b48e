"""How lines stood at the close of each day.

A row is kept only where something happened. A line that is left alone still moves: interest grows, days past due count up. Both follow
from the last row, so a row says how it goes on (`overdue_since`, `interest_exact` and the rate), and the next is written on the day when
what follows from it is no longer what the night says. What `shown` gives back is what the night said, to the fen, for every line and day.

A night writes its rows before it closes the day, many short transactions long. They carry the number of its try, and count once the day
was closed by that try: what a night left behind that was broken off, nobody sees.
"""

from __future__ import annotations

import datetime as dt
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

import polars as pl
from sqlalchemy import Connection

from farthing.domain.errors import Broken, Conflict
from farthing.domain.posting import Posting
from farthing.flows.needs.night import Night
from farthing.ledger.day_end import STANDINGS, TOLD
from farthing.store.engine import driver
from farthing.store.unit import array

RELEASE = f"farthing {version('farthing')}, chinesecalendar {version('chinesecalendar')}"
"""What reckons here. A night by another release may have said otherwise of the same form: a calendar published late moves due dates."""

_COUNTS = "JOIN bank_day ON bank_day.day = standing.from_day AND bank_day.night = standing.night"
# Half to even, on numerics: no amount is too wide.
_ROUNDED = """(div(due.exact, rate_denominator) + CASE WHEN 2 * mod(due.exact, rate_denominator) > rate_denominator
  OR (2 * mod(due.exact, rate_denominator) = rate_denominator AND mod(div(due.exact, rate_denominator), 2) = 1)
  THEN 1 ELSE 0 END)::bigint"""
_SHOWN = f"""COPY (SELECT latest.line, product, opened_on, coalesce(%(day)s::date - overdue_since, 0)::bigint AS dpd, loan_class,
  overdue_fen, principal_fen, {_ROUNDED} - interest_paid_fen AS interest_owed_fen, synthetic
FROM (SELECT line FROM line_state) AS every, LATERAL (
    SELECT standing.* FROM standing {_COUNTS} WHERE standing.line = every.line AND from_day <= %(day)s
    ORDER BY from_day DESC LIMIT 1) AS latest,
  LATERAL (SELECT interest_exact + principal_fen::numeric * rate_units * (%(day)s::date - from_day) AS exact) AS due)
TO STDOUT (FORMAT csv)"""  # noqa: S608 - our own words
_TOLD = """unnest(%(line)s::text[], %(product)s::text[], %(opened_on)s::date[], %(overdue_since)s::date[], %(loan_class)s::text[],
    %(overdue_fen)s::bigint[], %(principal_fen)s::bigint[], %(interest_owed_fen)s::bigint[], %(interest_exact)s::numeric[],
    %(interest_paid_fen)s::bigint[], %(rate_units)s::bigint[], %(rate_denominator)s::bigint[], %(synthetic)s::bool[])
  AS told (line, product, opened_on, overdue_since, loan_class, overdue_fen, principal_fen, interest_owed_fen, interest_exact,
    interest_paid_fen, rate_units, rate_denominator, synthetic)"""
_TELL = f"""INSERT INTO standing (line, from_day, night, product, opened_on, overdue_since, loan_class, overdue_fen, principal_fen,
  interest_owed_fen, interest_exact, interest_paid_fen, rate_units, rate_denominator, synthetic)
SELECT line, %(day)s, %(night)s, told.product, told.opened_on, told.overdue_since, told.loan_class, told.overdue_fen, told.principal_fen,
  told.interest_owed_fen, told.interest_exact, told.interest_paid_fen, told.rate_units, told.rate_denominator, told.synthetic
FROM {_TOLD} LEFT JOIN LATERAL (
  SELECT standing.* FROM standing {_COUNTS} WHERE standing.line = told.line AND from_day < %(day)s ORDER BY from_day DESC LIMIT 1) AS last
  USING (line)
WHERE (last.product, last.opened_on, last.overdue_since, last.loan_class, last.overdue_fen, last.principal_fen,
    last.interest_exact + last.principal_fen::numeric * last.rate_units * (%(day)s::date - last.from_day),
    last.interest_paid_fen, last.rate_units, last.rate_denominator, last.synthetic)
  IS DISTINCT FROM (told.product, told.opened_on, told.overdue_since, told.loan_class, told.overdue_fen, told.principal_fen,
    told.interest_exact, told.interest_paid_fen, told.rate_units, told.rate_denominator, told.synthetic)"""  # noqa: S608
_CLOSE = """INSERT INTO bank_day (day, closed_at, nights, night, seen, release)
VALUES (%(day)s, %(at)s, %(night)s, %(night)s, %(seen)s::text::pg_snapshot, %(release)s)
ON CONFLICT (day) DO UPDATE SET (closed_at, night, seen, release)
  = (excluded.closed_at, excluded.night, excluded.seen, excluded.release)
WHERE bank_day.closed_at IS NULL RETURNING day"""
_NEXT = """INSERT INTO bank_day (day, opened_at) VALUES (%s, %s)
ON CONFLICT (day) DO UPDATE SET opened_at = coalesce(bank_day.opened_at, excluded.opened_at)"""
_POSTINGS = """INSERT INTO posting (closed_on, booked_on, product, account, partition, amount_fen)
SELECT %s, booked_on, product, account, 0, amount_fen
FROM unnest(%b::date[], %b::text[], %b::text[], %b::numeric[]) AS made (booked_on, product, account, amount_fen)"""


@dataclass(frozen=True, slots=True)
class DayClose:
    """What closes a day: the night whose standings count from now on, and the day's postings, which sum to zero."""

    night: Night
    at: dt.datetime
    postings: Sequence[Posting]


def shown(connection: Connection, day: dt.date) -> pl.DataFrame:
    """Every line's standing at the close of `day`, by line; no rows before the first."""
    told = io.BytesIO()
    with driver(connection).cursor() as cursor, cursor.copy(_SHOWN, {"day": day}) as rows:
        for row in rows:
            told.write(row)
    if not told.tell():
        return pl.DataFrame(schema=STANDINGS)
    texts = {name: pl.String if kind == pl.Boolean else kind for name, kind in STANDINGS.items()}
    frame = pl.read_csv(told.getvalue(), has_header=False, schema=texts)
    return frame.with_columns(pl.col("synthetic") == "t").sort("line")


def tell(connection: Connection, night: Night, told: pl.DataFrame) -> int:
    """Write these standings (columns of `TOLD`) except where a line's last row tells the same; how many were written."""
    values = {name: array(told[name].to_list()) for name in TOLD}
    return driver(connection).execute(_TELL, {"day": night.day, "night": night.number, **values}).rowcount


def insert_day(connection: Connection, close: DayClose) -> None:
    """Close a day and open the next, both or neither: nothing is ever dated on a closed day.

    `Conflict` if it, or a later one, is closed; `Broken` if the postings do not sum to zero.
    """
    raw, night = driver(connection), close.night
    last = raw.execute("SELECT max(day) FROM bank_day WHERE closed_at IS NOT NULL").fetchone()
    if last is not None and last[0] is not None and last[0] >= night.day:
        raise Conflict("day_closed", f"{night.day} cannot be closed: {last[0]} is closed already.", "Close the day after it.")
    values = {"day": night.day, "at": close.at, "night": night.number, "seen": night.seen, "release": RELEASE}
    if raw.execute(_CLOSE, values).fetchone() is None:
        raise Conflict("day_closed", f"{night.day} is closed already.", "Close the day after it.")
    raw.execute(_NEXT, (night.day + dt.timedelta(days=1), close.at))
    _insert_postings(connection, close)


def _insert_postings(connection: Connection, close: DayClose) -> None:
    """Store them summed by booking day, product and account: what lies under a sum is in the events."""
    sums: dict[tuple[dt.date, str, str], int] = defaultdict(int)
    for one in close.postings:
        sums[one.booked_on, one.product, one.account.value] += one.amount_fen
    if off := sum(sums.values()):
        raise Broken(
            "postings_unbalanced", f"The postings of {close.night.day} sum to {off} fen, not to zero.", "Stop and look at the ledger."
        )
    columns = [list(column) for column in zip(*sorted(sums), strict=True)] or [[], [], []]
    driver(connection).execute(_POSTINGS, (close.night.day, *columns, [sums[key] for key in sorted(sums)]))
