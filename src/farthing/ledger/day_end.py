"""The night over a partition of the book, in columns: how every line stands on a day, and what the accounts come to.

Between events a line moves in closed form: principal stands still, interest grows by the day, bills fall on known dates. So a
line that was last touched months ago needs no walk through its bills: the last due date before the day says what is
overdue, the first unpaid one says since when. The few lines without so simple a form (numbers near the end of an int64, a first
bill of nothing because a fen rounds away, a bullet line past its last maturity, a surplus that meets bills) take the one-by-one path of
`ledger.facility.advance`; that both paths agree on every line is a law.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain.facility import LineState, ObligationKind
from farthing.domain.product import RepaymentMethod
from farthing.ledger.accrual import Column, fits, interest_exact_columns, posted_columns, total
from farthing.ledger.arrears import standing
from farthing.ledger.classify import BOUNDS, NON_ACCRUAL_AFTER, classify
from farthing.ledger.facility import advance
from farthing.ledger.posting import Totals, totals

Mask = npt.NDArray[np.bool_]
NEVER = np.int64(2**40)
"""A day number after every date."""

STANDINGS = {
    "line": pl.String, "product": pl.String, "opened_on": pl.Date, "dpd": pl.Int64, "loan_class": pl.String,
    "overdue_fen": pl.Int64, "principal_fen": pl.Int64, "interest_owed_fen": pl.Int64, "synthetic": pl.Boolean,
}  # fmt: skip
"""The columns of a day's standings, as `flows.ports.Lines.standings` gives them back."""


@dataclass(frozen=True, slots=True)
class Close:
    """A partition at the close of a day: one standing a line (columns of `STANDINGS`), and totals to date by product."""

    standings: pl.DataFrame
    totals: dict[str, Totals]


@dataclass(frozen=True, slots=True)
class Book:
    """Line states as columns, one row a line; days are days since 1970-01-01, `NEVER` where there is none.

    `unpaid_*` is what is billed and unmet, `today_*` the part of it due on `as_of` itself. Draws that have not matured stand in
    ragged columns: `draw_row` says whose, in rising order.
    """

    units: Column
    denominator: Column
    as_of: Column
    due_day: Column
    monthly: Mask
    principal: Column
    exact: Column
    paid: Column
    oldest: Column
    unpaid_interest: Column
    unpaid_principal: Column
    today_interest: Column
    today_principal: Column
    draw_row: Column
    draw_matures: Column
    draw_principal: Column


@dataclass(frozen=True, slots=True)
class Stand:
    """What the columns come to on a day; `simple` marks the rows for which they hold."""

    simple: Mask
    dpd: Column
    overdue: Column
    interest: Column


def close(states: Sequence[LineState], day: dt.date) -> Close:
    """Standings and totals of these lines at the close of `day`. No state may stand after it."""
    narrow = [state for state in states if not _by_steps(state)]
    stand = stand_on(columns(narrow), day)
    exact_path = [state for state in states if _by_steps(state)]
    exact_path += [state for state, simple in zip(narrow, stand.simple.tolist(), strict=True) if not simple]
    kept = [state for state, simple in zip(narrow, stand.simple.tolist(), strict=True) if simple]
    fast = _fast(kept, stand)
    slow = _slow(exact_path, day)
    by_product = {
        product: fast.totals.get(product, Totals()) + slow.totals.get(product, Totals()) for product in sorted({*fast.totals, *slow.totals})
    }
    return Close(pl.concat([fast.standings, slow.standings]).sort("line"), by_product)


def columns(states: Sequence[LineState]) -> Book:
    """The columns of these states; their amounts are below 2^62."""
    draws = [(row, draw) for row, state in enumerate(states) for draw in state.draws if draw.matures_on > state.as_of]
    return Book(
        units=_ints([state.terms.rate.units for state in states]),
        denominator=_ints([state.terms.rate.denominator for state in states]),
        as_of=_days([state.as_of for state in states]),
        due_day=_ints([state.terms.due_day for state in states]),
        monthly=np.array([state.terms.repayment is RepaymentMethod.INTEREST_MONTHLY for state in states], dtype=np.bool_),
        principal=_ints([state.principal_fen for state in states]),
        exact=_ints([state.interest_exact for state in states]),
        paid=_ints([state.interest_paid_fen for state in states]),
        oldest=_ints([_number(min(item.due_on for item in state.obligations)) if state.obligations else int(NEVER) for state in states]),
        unpaid_interest=_ints([_unpaid(state, ObligationKind.INTEREST) for state in states]),
        unpaid_principal=_ints([_unpaid(state, ObligationKind.PRINCIPAL) for state in states]),
        today_interest=_ints([_unpaid(state, ObligationKind.INTEREST, today=True) for state in states]),
        today_principal=_ints([_unpaid(state, ObligationKind.PRINCIPAL, today=True) for state in states]),
        draw_row=_ints([row for row, _ in draws]),
        draw_matures=_days([draw.matures_on for _, draw in draws]),
        draw_principal=_ints([draw.principal_fen for _, draw in draws]),
    )


def stand_on(book: Book, day: dt.date) -> Stand:
    """Days past due, overdue amount and interest to date on `day`, row by row, in closed form."""
    today = np.int64(_number(day))
    days = today - book.as_of
    assert bool(np.all(days >= 0)), "a state stands after the day to close"
    simple = fits(book.exact, book.principal, book.units, days)
    principal = np.where(simple, book.principal, 0)
    matured, first_maturity, last_maturity, last = _maturities(book, today)
    interest = _interest_on(book, principal, today)

    due_before = np.where(book.monthly, _monthly_before(book.due_day, today), -NEVER)
    last_bill = np.maximum(due_before, last_maturity)
    billed = last_bill > book.as_of
    on_bill = _interest_on(book, principal, np.where(billed, last_bill, book.as_of)) - book.paid
    same = days == 0
    overdue_interest = np.where(billed, on_bill, book.unpaid_interest - np.where(same, book.today_interest, 0))
    overdue_principal = book.unpaid_principal - np.where(same, book.today_principal, 0) + matured

    first_monthly = np.where(book.monthly, _monthly_after(book.due_day, book.as_of), NEVER)
    reached = first_monthly < today
    first_bill = _interest_on(book, principal, np.where(reached, first_monthly, book.as_of)) - book.paid - book.unpaid_interest
    rounds_away = (
        (book.oldest >= today) & reached & (first_bill <= 0) & (first_maturity > first_monthly) & (overdue_interest > book.unpaid_interest)
    )
    past_bullet = ~book.monthly & (last < today) & ((principal > 0) | (interest > book.paid))

    first_new = np.minimum(first_maturity, np.where(reached & (first_bill > 0), first_monthly, NEVER))
    oldest = np.minimum(book.oldest, first_new)
    dpd = np.where(oldest < today, today - oldest, 0)
    return Stand(simple=simple & ~rounds_away & ~past_bullet, dpd=dpd, overdue=overdue_interest + overdue_principal, interest=interest)


def _interest_on(book: Book, principal: Column, on: Column | np.int64) -> Column:
    """Fen of interest to date on a day at or after `as_of`."""
    return posted_columns(interest_exact_columns(book.exact, principal, book.units, on - book.as_of), book.denominator)


def _maturities(book: Book, today: np.int64) -> tuple[Column, Column, Column, Column]:
    """Per row: principal that matured before today, the first and the last such maturity, and the last maturity of all."""
    rows = len(book.as_of)
    matured, first = np.zeros(rows, dtype=np.int64), np.full(rows, NEVER)
    last_before, last = np.full(rows, -NEVER), np.full(rows, -NEVER)
    past = book.draw_matures < today
    np.add.at(matured, book.draw_row[past], book.draw_principal[past])
    np.minimum.at(first, book.draw_row[past], book.draw_matures[past])
    np.maximum.at(last_before, book.draw_row[past], book.draw_matures[past])
    np.maximum.at(last, book.draw_row, book.draw_matures)
    return matured, first, last_before, last


def _monthly_after(due_day: Column, day: Column) -> Column:
    """The first monthly due day after each day, as `ledger.due.monthly_after`."""
    month = day.astype("datetime64[D]").astype("datetime64[M]")
    this = month.astype("datetime64[D]").astype(np.int64) + due_day - 1
    following = (month + 1).astype("datetime64[D]").astype(np.int64) + due_day - 1
    return np.where(this > day, this, following)


def _monthly_before(due_day: Column, today: np.int64) -> Column:
    """The last monthly due day before today."""
    month = np.datetime64(int(today), "D").astype("datetime64[M]")
    this = month.astype("datetime64[D]").astype(np.int64) + due_day - 1
    previous = (month - 1).astype("datetime64[D]").astype(np.int64) + due_day - 1
    before: Column = np.where(this < today, this, previous)
    return before


def _fast(states: Sequence[LineState], stand: Stand) -> Close:
    """Standings and totals of the rows that are simple, from columns."""
    dpd, overdue, interest = (column[stand.simple] for column in (stand.dpd, stand.overdue, stand.interest))
    paid = _ints([state.interest_paid_fen for state in states])
    bounds = np.array([bound for bound, _ in reversed(BOUNDS)], dtype=np.int64)
    names = np.array([classify(0).value, *(name.value for _, name in reversed(BOUNDS))], dtype=object)
    columns_of = {
        "drawn_fen": _ints([state.drawn_fen for state in states]),
        "principal_paid_fen": _ints([state.principal_paid_fen for state in states]),
        "interest_paid_fen": paid,
        "surplus_fen": _ints([state.surplus_fen for state in states]),
        "interest_fen": interest,
        "suspended_fen": np.where(dpd > NON_ACCRUAL_AFTER, interest - paid, 0),
    }
    product = np.array([state.terms.product for state in states], dtype=object)
    by_product = {
        str(code): Totals(**{name: total(column[product == code]) for name, column in columns_of.items()})
        for code in sorted(set(product.tolist()))
    }
    frame = pl.DataFrame(
        {
            "line": [state.terms.line for state in states],
            "product": product.tolist(),
            "opened_on": [state.terms.opened_on for state in states],
            "dpd": dpd,
            "loan_class": names[np.searchsorted(bounds, dpd, side="left")].tolist(),
            "overdue_fen": overdue,
            "principal_fen": columns_of["drawn_fen"] - columns_of["principal_paid_fen"],
            "interest_owed_fen": interest - paid,
            "synthetic": [state.terms.synthetic for state in states],
        },
        schema=STANDINGS,
    )
    return Close(frame, by_product)


def _slow(states: Sequence[LineState], day: dt.date) -> Close:
    """The same, line by line."""
    by_product: dict[str, Totals] = {}
    rows: list[tuple[object, ...]] = []
    for state in (advance(state, day) for state in states):
        terms, stands = state.terms, standing(state)
        by_product[terms.product] = by_product.get(terms.product, Totals()) + totals(state)
        rows.append(
            (
                terms.line, terms.product, terms.opened_on, stands.dpd, stands.loan_class.value,
                stands.overdue_fen, stands.principal_fen, stands.interest_owed_fen, terms.synthetic,
            )
        )  # fmt: skip
    return Close(pl.DataFrame(rows, schema=STANDINGS, orient="row"), by_product)


def _by_steps(state: LineState) -> bool:
    """Does a surplus wait for bills, or an amount pass 2^62, so that columns cannot hold it?"""
    return state.surplus_fen > 0 or (state.interest_exact | state.drawn_fen) >> 62 > 0


def _ints(values: Sequence[int]) -> Column:
    return np.array(values, dtype=np.int64)


def _days(values: Sequence[dt.date]) -> Column:
    return np.array(values, dtype="datetime64[D]").astype(np.int64)


def _number(day: dt.date) -> int:
    return day.toordinal() - dt.date(1970, 1, 1).toordinal()


def _unpaid(state: LineState, kind: ObligationKind, *, today: bool = False) -> int:
    return sum(item.unpaid_fen for item in state.obligations if item.kind is kind and (not today or item.due_on == state.as_of))
