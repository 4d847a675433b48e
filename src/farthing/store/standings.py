"""How lines stand at the close of each day, kept only where something happened.

A line that is left alone still moves: interest grows, days past due count up. Both follow from the last row, so a row says
how it goes on (`overdue_since`, `interest_exact` and the rate) and the next one is written only on the day when what follows
from it is no longer what the day end says. What `shown` gives back is what the day end said, to the fen, for every line and day.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from farthing.domain.errors import Broken, Conflict
from farthing.domain.posting import Posting
from farthing.store.engine import driver

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
_POSTINGS = """INSERT INTO posting (closed_on, booked_on, product, account, partition, amount_fen)
SELECT %s, booked_on, product, account, 0, amount_fen
FROM unnest(%b::date[], %b::text[], %b::text[], %b::numeric[]) AS made (booked_on, product, account, amount_fen)"""


@dataclass(frozen=True, slots=True)
class DayClose:
    """What a day end found: every line's standing (columns of `COLUMNS`) and the day's postings, which sum to zero."""

    day: dt.date
    at: dt.datetime
    standings: pl.DataFrame
    postings: Sequence[Posting]


def insert_day(connection: Connection, close: DayClose) -> None:
    """Close a day. `Conflict` if it, or a later one, is closed; `Broken` if the postings do not sum to zero."""
    raw = driver(connection)
    last = raw.execute("SELECT max(day) FROM bank_day WHERE closed_at IS NOT NULL").fetchone()
    if last is not None and last[0] is not None and last[0] >= close.day:
        raise Conflict("day_closed", f"{close.day} cannot be closed: {last[0]} is closed already.", "Close the day after it.")
    if raw.execute(_CLOSE, (close.day, close.at)).fetchone() is None:
        raise Conflict("day_closed", f"{close.day} is closed already.", "Close the day after it.")
    _insert_postings(connection, close)
    frame = close.standings.select(list(COLUMNS))
    raw.execute(_INSERT, {"day": close.day, **{name: frame[name].to_list() for name in COLUMNS}})


def shown(connection: Connection, day: dt.date) -> pl.DataFrame:
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
