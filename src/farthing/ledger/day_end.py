"""The night over a part of the book, in columns: how every line stands on a day, what the accounts come to, and what changed.

A line that was last touched months ago needs no walk through its bills: the last due date before the day says what is overdue,
the first unpaid one says since when. So the night reads closed forms (`ledger.form`). Lines without one, and the few rows for which the
columns do not hold on the day (`Stand.simple`: a first bill of nothing because a fen rounds away, a bullet line past its last maturity,
a second maturity or an instalment that fell due), take the one-by-one path of `ledger.facility.advance`; that both agree on every line
is a law.

How a line stands is told by a row only where it does not follow from the line's last one. Of a line that nobody touched since
the last close, the form of that night is still this one: so what was told then is computed again, and compared.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain.calendar import business_day
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.ledger.accrual import Column, fits, interest_exact_columns, posted_columns, total
from farthing.ledger.classify import BOUNDS, NON_PERFORMING_AFTER, classify
from farthing.ledger.conduct import standing
from farthing.ledger.facility import advance
from farthing.ledger.form import BUSINESS, MATURES_LATER, MONTHLY, NEVER, PENAL_SOON, SYNTHETIC, Rows, date, number, row, rows
from farthing.ledger.posting import Totals, totals
from farthing.ledger.provision import required_columns

Mask = npt.NDArray[np.bool_]
_BOUNDS = np.array([bound for bound, _ in reversed(BOUNDS)], dtype=np.int64)
_CLASSES = pl.Series([classify(0).value, *(name.value for _, name in reversed(BOUNDS))])
_STORED = {
    "drawn": "drawn_fen", "principal_paid": "principal_paid_fen", "interest_paid": "interest_paid_fen",
    "penalty_paid": "penalty_paid_fen", "principal_waived": "waived_principal_fen",
    "interest_waived": "waived_interest_fen", "penalty_waived": "waived_penalty_fen",
}  # fmt: skip
"""Totals that a form holds and time does not move, and what `Totals` calls them."""

STANDINGS = {
    "line": pl.String, "product": pl.String, "opened_on": pl.Date, "dpd": pl.Int64, "loan_class": pl.String,
    "overdue_fen": pl.Int64, "principal_fen": pl.Int64, "interest_owed_fen": pl.Int64, "synthetic": pl.Boolean,
}  # fmt: skip
"""The columns of a day's standings, as `flows.needs.lines.Lines.standings` gives them back."""
TOLD = {
    "line": pl.String, "product": pl.String, "opened_on": pl.Date, "overdue_since": pl.Date, "loan_class": pl.String,
    "overdue_fen": pl.Int64, "principal_fen": pl.Int64, "interest_owed_fen": pl.Int64, "interest_exact": pl.String,
    "interest_paid_fen": pl.Int64, "rate_units": pl.Int64, "rate_denominator": pl.Int64, "synthetic": pl.Boolean,
}  # fmt: skip
"""A standing and how it goes on by itself: days past due from `overdue_since` (the day before the first), interest from
`interest_exact` (a whole number of any size, as text) at the rate, less what was paid or waived."""


@dataclass(frozen=True, slots=True)
class Close:
    """Lines at the close of a day: a standing each (columns of `STANDINGS`), totals to date by product, and what may have to be told.

    `told` (columns of `TOLD`) holds every line whose standing may not follow from its last row. `steps` are lines without a standing
    here: the columns do not hold for them. `forms` are new closed forms of such lines, which hold from the day after on.
    """

    standings: pl.DataFrame
    totals: Mapping[str, Totals]
    told: pl.DataFrame
    steps: tuple[Id, ...] = ()
    forms: Mapping[Id, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Book:
    """Closed forms as columns, one row a line, wide enough to reckon with: see `ledger.form.FORM`."""

    units: Column
    denominator: Column
    penalty_units: Column
    as_of: Column
    steps_from: Column
    due_day: Column
    monthly: Mask
    business: Mask
    matures_later: Mask
    penal_soon: Mask
    principal: Column
    exact: Column
    paid: Column
    oldest: Column
    unpaid_interest: Column
    unpaid_principal: Column
    today_interest: Column
    today_principal: Column
    penalty_exact: Column
    penal: Column
    matures_on: Column
    maturing: Column


@dataclass(frozen=True, slots=True)
class Stand:
    """What the columns come to on a day; `simple` marks the rows for which they hold."""

    simple: Mask
    dpd: Column
    overdue: Column
    exact: Column
    interest: Column
    penalty: Column


def close_rows(part: Rows, day: dt.date, last: dt.date | None) -> Close:
    """Lines at the close of `day` by their closed forms, none of which may stand after it. `last` is the last closed day, if there is
    one: a line that was not touched since and still stands as it stood need not be told."""
    stand = stand_on(columns(part["form"]), day)
    known = np.zeros(len(part), dtype=np.bool_) if last is None else ~part["touched"]
    if last is not None:
        known[known] = _goes_on(part[known], _rows_of(stand, known), (last, day))
    kept = stand.simple
    frame, sums = _frame(part[kept], _rows_of(stand, kept), day)
    told = frame.filter(~known[kept]).select(pl.col(name).cast(kind) for name, kind in TOLD.items())
    return Close(frame.select(list(STANDINGS)), sums, told, tuple(_texts(part["line"][~kept])))


def close_by_steps(states: Iterable[LineState], day: dt.date) -> Close:
    """The same by their states, one by one, each by a walk through its bills; all of them may have to be told."""
    by_product: dict[str, Totals] = {}
    standings, told = list[tuple[object, ...]](), list[tuple[object, ...]]()
    come_to_be = [advance(state, day) for state in states]
    for state in come_to_be:
        terms, stands = state.terms, standing(state)
        by_product[terms.product] = by_product.get(terms.product, Totals()) + totals(state)
        stood = (stands.loan_class.value, stands.overdue_fen, stands.principal_fen, stands.interest_owed_fen)
        since = day - dt.timedelta(days=stands.dpd) if stands.dpd else None
        paid = state.interest_paid_fen + state.interest_waived_fen
        goes_on = (str(state.interest_exact), paid, terms.rate.units, terms.rate.denominator)
        standings.append((terms.line, terms.product, terms.opened_on, stands.dpd, *stood, terms.synthetic))
        told.append((terms.line, terms.product, terms.opened_on, since, *stood, *goes_on, terms.synthetic))
    frames = pl.DataFrame(standings, schema=STANDINGS, orient="row"), pl.DataFrame(told, schema=TOLD, orient="row")
    return Close(frames[0], by_product, frames[1], forms=_forms(come_to_be, day + dt.timedelta(days=1)))


def joined(closes: Sequence[Close]) -> Close:
    """All of these as one, by line."""
    by_product: dict[str, Totals] = {}
    for one in closes:
        for product, of in one.totals.items():
            by_product[product] = by_product.get(product, Totals()) + of
    standings, told = (pl.concat([getattr(one, name) for one in closes]).sort("line") for name in ("standings", "told"))
    return Close(standings, dict(sorted(by_product.items())), told)


def columns(forms: Rows) -> Book:
    """Forms as columns; their amounts are below 2^62."""
    of: dict[str, Column] = {name: forms[name].astype(np.int64) for name in forms.dtype.names or () if name in Book.__slots__}
    flags = forms["flags"]
    return Book(
        **of,
        monthly=flags & MONTHLY > 0, business=flags & BUSINESS > 0, matures_later=flags & MATURES_LATER > 0,
        penal_soon=flags & PENAL_SOON > 0, principal=forms["drawn"] - forms["principal_paid"] - forms["principal_waived"],
        paid=forms["interest_paid"] + forms["interest_waived"],
    )  # fmt: skip


def stand_on(book: Book, day: dt.date) -> Stand:
    """Days past due, overdue amount and interest to date on `day`, row by row, in closed form."""
    today = np.int64(number(day))
    days = today - book.as_of
    assert bool(np.all(days >= 0)), "a state stands after the day to close"
    simple = today < book.steps_from
    simple &= fits(book.exact, book.principal, book.units, days) & fits(book.penalty_exact, book.penal, book.penalty_units, days)
    principal, penal = np.where(simple, book.principal, 0), np.where(simple, book.penal, 0)
    matured, first_maturity, last_maturity, last = _maturities(book, today)
    exact = interest_exact_columns(book.exact, principal, book.units, days)
    interest = posted_columns(exact, book.denominator)

    due_before = np.where(book.monthly, _monthly_before(book, today), -NEVER)
    last_bill = np.maximum(due_before, last_maturity)
    billed = last_bill > book.as_of
    on_bill = _interest_on(book, principal, np.where(billed, last_bill, book.as_of)) - book.paid
    same = days == 0
    overdue_interest = np.where(billed, on_bill, book.unpaid_interest - np.where(same, book.today_interest, 0))
    overdue_principal = book.unpaid_principal - np.where(same, book.today_principal, 0) + matured

    first_monthly = np.where(book.monthly, _monthly_after(book), NEVER)
    reached = first_monthly < today
    first_bill = _interest_on(book, principal, np.where(reached, first_monthly, book.as_of)) - book.paid - book.unpaid_interest
    rounds_away = (
        (book.oldest >= today) & reached & (first_bill <= 0) & (first_maturity > first_monthly) & (overdue_interest > book.unpaid_interest)
    )
    past_bullet = ~book.monthly & (last < today) & ((principal > 0) | (interest > book.paid))

    more_penal = (book.penalty_units > 0) & (book.penal_soon | (matured > 0))
    penalty = posted_columns(interest_exact_columns(book.penalty_exact, penal, book.penalty_units, days), book.denominator)
    first_new = np.minimum(first_maturity, np.where(reached & (first_bill > 0), first_monthly, NEVER))
    oldest = np.minimum(book.oldest, first_new)
    dpd = np.where(oldest < today, today - oldest, 0)
    simple &= ~rounds_away & ~past_bullet & ~more_penal
    return Stand(simple, dpd, overdue_interest + overdue_principal, exact, interest, penalty)


def _interest_on(book: Book, principal: Column, on: Column | np.int64) -> Column:
    """Fen of interest to date on a day at or after `as_of`."""
    return posted_columns(interest_exact_columns(book.exact, principal, book.units, on - book.as_of), book.denominator)


def _maturities(book: Book, today: np.int64) -> tuple[Column, Column, Column, Column]:
    """Per row: principal that matured before today, the first and the last such maturity, and the last maturity of all."""
    past, none = book.matures_on < today, book.matures_on == NEVER
    last = np.where(book.matures_later, NEVER, np.where(none, -NEVER, book.matures_on))
    return (
        np.where(past, book.maturing, 0), np.where(past, book.matures_on, NEVER), np.where(past, book.matures_on, -NEVER), last,
    )  # fmt: skip


def _monthly_after(book: Book) -> Column:
    """The first monthly due date after each state's day, as `ledger.due.monthly_after`."""
    month = book.as_of.astype("datetime64[D]").astype("datetime64[M]")
    dates = np.stack([_due_in(book, month + later) for later in (-1, 0, 1)])
    first: Column = np.where(dates > book.as_of, dates, NEVER).min(axis=0)
    return first


def _monthly_before(book: Book, today: np.int64) -> Column:
    """The last monthly due date before today."""
    month = np.datetime64(int(today), "D").astype("datetime64[M]")
    dates = np.stack([_due_in(book, np.full(len(book.as_of), month - earlier)) for earlier in (2, 1, 0)])
    last: Column = np.where(dates < today, dates, -NEVER).max(axis=0)
    return last


def _due_in(book: Book, month: npt.NDArray[np.datetime64]) -> Column:
    """The due date of each row in a month, moved to a business day where the terms say so."""
    nominal: Column = month.astype("datetime64[D]").astype(np.int64) + book.due_day - 1
    if not nominal.size:
        return nominal
    first = int(nominal.min())
    moved = np.zeros(int(nominal.max()) - first + 1, dtype=np.int64)
    for day in np.flatnonzero(np.bincount(nominal - first)).tolist():
        moved[day] = number(business_day(date(first + day)))
    return np.where(book.business, moved[nominal - first], nominal)


def _forms(states: Iterable[LineState], day: dt.date) -> dict[Id, bytes]:
    """The closed forms of those states whose forms hold on a day."""
    part = rows([found for state in states if (found := row(state)) is not None])
    held = part[stand_on(columns(part["form"]), day).simple]
    return {line: form.tobytes() for line, form in zip(_texts(held["line"]), held["form"], strict=True)}


def _goes_on(part: Rows, now: Stand, between: tuple[dt.date, dt.date]) -> Mask:
    """Which of these untouched lines stand as they stood at the last close, so that their last row tells today as well?"""
    last, day = between
    then = stand_on(columns(part["form"]), last)
    arrears = np.where(now.dpd > 0, number(day) - now.dpd, NEVER) == np.where(then.dpd > 0, number(last) - then.dpd, NEVER)
    same: Mask = then.simple & now.simple & arrears & (_order(then.dpd) == _order(now.dpd)) & (then.overdue == now.overdue)
    return same


def _frame(part: Rows, stand: Stand, day: dt.date) -> tuple[pl.DataFrame, dict[str, Totals]]:
    """What `STANDINGS` and `TOLD` say of rows that are simple, and their totals."""
    forms, order = part["form"], _order(stand.dpd)
    of = {name: forms[name].astype(np.int64) for name in _STORED}
    principal = of["drawn"] - of["principal_paid"] - of["principal_waived"]
    paid = of["interest_paid"] + of["interest_waived"]
    product = pl.Series(_texts(part["product"]), dtype=pl.String)
    frame = pl.DataFrame({
        "line": pl.Series(_texts(part["line"]), dtype=pl.String), "product": product,
        "opened_on": pl.Series(forms["opened_on"].astype(np.int32)).cast(pl.Date), "dpd": stand.dpd,
        "overdue_since": pl.Series((number(day) - stand.dpd).astype(np.int32)).cast(pl.Date), "loan_class": _CLASSES.gather(order),
        "overdue_fen": stand.overdue, "principal_fen": principal, "interest_owed_fen": stand.interest - paid,
        "interest_exact": stand.exact, "interest_paid_fen": paid, "rate_units": forms["units"].astype(np.int64),
        "rate_denominator": forms["denominator"].astype(np.int64), "synthetic": forms["flags"] & SYNTHETIC > 0,
    })  # fmt: skip
    since = pl.when(pl.col("dpd") > 0).then("overdue_since").alias("overdue_since")
    return frame.with_columns(since), _totals(of, stand, (principal, order), product)


def _totals(of: Mapping[str, Column], stand: Stand, stands: tuple[Column, Column], product: pl.Series) -> dict[str, Totals]:
    """Totals by product; `stands` is each row's principal and its place among the classes."""
    principal, order = stands
    owed = stand.interest - of["interest_paid"] - of["interest_waived"]
    owed_penalty = stand.penalty - of["penalty_paid"] - of["penalty_waived"]
    suspended = stand.dpd > NON_PERFORMING_AFTER
    sums = {
        **{_STORED[name]: column for name, column in of.items()}, "interest_fen": stand.interest, "penalty_fen": stand.penalty,
        "off_interest_fen": np.where(suspended, owed, 0), "off_penalty_fen": np.where(suspended, owed_penalty, 0),
        "required_fen": required_columns(principal, order),
    }  # fmt: skip
    codes = {str(code): (product == code).to_numpy() for code in product.unique()}
    return {code: Totals(**{name: total(column[of_it]) for name, column in sums.items()}) for code, of_it in codes.items()}


def _order(dpd: Column) -> Column:
    """Each row's place among the classes, best first."""
    return np.searchsorted(_BOUNDS, dpd, side="left")


def _rows_of(stand: Stand, which: Mask) -> Stand:
    """Some rows of it."""
    return Stand(*(getattr(stand, name)[which] for name in Stand.__slots__))


def _texts(column: npt.NDArray[np.bytes_]) -> list[str]:
    """A column of padded bytes as texts."""
    return [text.decode() for text in column.tolist()]
