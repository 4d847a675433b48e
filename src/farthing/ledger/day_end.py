"""The night over a partition of the book, in columns: how every line stands on a day, and what the accounts come to.

Between events a line moves in closed form: principal stands still, interest grows by the day, bills fall on known dates. So a
line that was last touched months ago needs no walk through its bills: the last due date before the day says what is
overdue, the first unpaid one says since when. The few lines without so simple a form (numbers near the end of an int64, a first
bill of nothing because a fen rounds away, a bullet line past its last maturity, a surplus that meets bills, a coupon, a holiday, an
instalment that falls due, a past that the classes remember) take the one-by-one path of `ledger.facility.advance`; that both paths
agree on every line is a law.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain.calendar import business_day
from farthing.domain.facility import Conduct, LineState, LineStatus
from farthing.domain.product import Claim
from farthing.ledger.accrual import Column, fits, interest_exact_columns, posted_columns, total
from farthing.ledger.classify import BOUNDS, NON_PERFORMING_AFTER, classify
from farthing.ledger.conduct import standing
from farthing.ledger.due import left_fen, next_due
from farthing.ledger.facility import advance
from farthing.ledger.posting import Totals, totals
from farthing.ledger.provision import required_columns

Mask = npt.NDArray[np.bool_]
NEVER = np.int64(2**40)
"""A day number after every date."""
_EPOCH = dt.date(1970, 1, 1)
_SPOTLESS = Conduct()
_BOUNDS = np.array([bound for bound, _ in reversed(BOUNDS)], dtype=np.int64)
_CLASSES = np.array([classify(0).value, *(name.value for _, name in reversed(BOUNDS))], dtype=object)
_STORED = {
    "drawn_fen": "drawn_fen", "principal_paid_fen": "principal_paid_fen", "interest_paid_fen": "interest_paid_fen",
    "penalty_paid_fen": "penalty_paid_fen", "surplus_fen": "surplus_fen", "principal_waived_fen": "waived_principal_fen",
    "interest_waived_fen": "waived_interest_fen", "penalty_waived_fen": "waived_penalty_fen",
}  # fmt: skip
"""Totals that a state holds and time does not move, and what `Totals` calls them."""
_ENDED = (LineStatus.WRITTEN_OFF, LineStatus.SOLD)

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

    `unpaid_*` is what is billed and unmet, `today_*` the part of it due on `as_of` itself. `penal` is principal that bears penalty
    since `as_of` or before, `penal_soon` marks rows where more will. Draws with principal not billed yet stand in
    ragged columns: `draw_row` says whose, in rising order.
    """

    units: Column
    denominator: Column
    as_of: Column
    due_day: Column
    monthly: Mask
    business: Mask
    principal: Column
    exact: Column
    paid: Column
    oldest: Column
    unpaid_interest: Column
    unpaid_principal: Column
    today_interest: Column
    today_principal: Column
    penalty_units: Column
    penalty_exact: Column
    penal: Column
    penal_soon: Mask
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
    penalty: Column


def close(states: Sequence[LineState], day: dt.date) -> Close:
    """Standings and totals of these lines at the close of `day`. No state may stand after it."""
    narrow = [state for state in states if not _by_steps(state, day)]
    stand = stand_on(columns(narrow), day)
    exact_path = [state for state in states if _by_steps(state, day)]
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
    draws = [(row, draw.matures_on, left_fen(state, draw)) for row, state in enumerate(states) for draw in state.draws]
    draws = [(row, matures_on, left) for row, matures_on, left in draws if left]
    return Book(
        units=_ints([state.terms.rate.units for state in states]),
        denominator=_ints([state.terms.rate.denominator for state in states]),
        as_of=_days([state.as_of for state in states]),
        due_day=_ints([state.terms.due_day for state in states]),
        monthly=np.array([state.terms.repayment.monthly for state in states], dtype=np.bool_),
        business=np.array([state.terms.business_days for state in states], dtype=np.bool_),
        principal=_ints([state.principal_fen for state in states]),
        exact=_ints([state.interest_exact for state in states]),
        paid=_ints([state.interest_paid_fen + state.interest_waived_fen for state in states]),
        oldest=_ints([_number(min(item.due_on for item in state.obligations)) if state.obligations else int(NEVER) for state in states]),
        unpaid_interest=_ints([_unpaid(state, Claim.INTEREST) for state in states]),
        unpaid_principal=_ints([_unpaid(state, Claim.PRINCIPAL) for state in states]),
        today_interest=_ints([_unpaid(state, Claim.INTEREST, today=True) for state in states]),
        today_principal=_ints([_unpaid(state, Claim.PRINCIPAL, today=True) for state in states]),
        penalty_units=_ints([state.terms.penalty_units for state in states]),
        penalty_exact=_ints([state.penalty_exact for state in states]),
        penal=_ints([_penal(state, now=True) for state in states]),
        penal_soon=np.array([_penal(state, now=False) > 0 for state in states], dtype=np.bool_),
        draw_row=_ints([row for row, _, _ in draws]),
        draw_matures=_days([matures_on for _, matures_on, _ in draws]),
        draw_principal=_ints([left for _, _, left in draws]),
    )


def stand_on(book: Book, day: dt.date) -> Stand:
    """Days past due, overdue amount and interest to date on `day`, row by row, in closed form."""
    today = np.int64(_number(day))
    days = today - book.as_of
    assert bool(np.all(days >= 0)), "a state stands after the day to close"
    simple = fits(book.exact, book.principal, book.units, days) & fits(book.penalty_exact, book.penal, book.penalty_units, days)
    principal, penal = np.where(simple, book.principal, 0), np.where(simple, book.penal, 0)
    matured, first_maturity, last_maturity, last = _maturities(book, today)
    interest = _interest_on(book, principal, today)

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
    return Stand(simple, dpd, overdue_interest + overdue_principal, interest, penalty)


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
    days, place = np.unique(nominal, return_inverse=True)
    moved = _ints([_number(business_day(_EPOCH + dt.timedelta(days=day))) for day in days.tolist()])
    return np.where(book.business, moved[place], nominal)


def _fast(states: Sequence[LineState], stand: Stand) -> Close:
    """Standings and totals of the rows that are simple, from columns."""
    dpd, overdue, interest, penalty = (column[stand.simple] for column in (stand.dpd, stand.overdue, stand.interest, stand.penalty))
    of = {name: _ints([getattr(state, name) for state in states]) for name in _STORED}
    principal = of["drawn_fen"] - of["principal_paid_fen"] - of["principal_waived_fen"]
    owed = interest - of["interest_paid_fen"] - of["interest_waived_fen"]
    owed_penalty = penalty - of["penalty_paid_fen"] - of["penalty_waived_fen"]
    order, suspended = np.searchsorted(_BOUNDS, dpd, side="left"), dpd > NON_PERFORMING_AFTER
    sums = {
        **{_STORED[name]: column for name, column in of.items()}, "interest_fen": interest, "penalty_fen": penalty,
        "off_interest_fen": np.where(suspended, owed, 0), "off_penalty_fen": np.where(suspended, owed_penalty, 0),
        "required_fen": required_columns(principal, order),
    }  # fmt: skip
    product = np.array([state.terms.product for state in states], dtype=object)
    by_product = {
        str(code): Totals(**{name: total(column[product == code]) for name, column in sums.items()})
        for code in sorted(set(product.tolist()))
    }
    frame = pl.DataFrame(
        {
            "line": [state.terms.line for state in states],
            "product": product.tolist(),
            "opened_on": [state.terms.opened_on for state in states],
            "dpd": dpd,
            "loan_class": _CLASSES[order].tolist(),
            "overdue_fen": overdue,
            "principal_fen": principal,
            "interest_owed_fen": owed,
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


def _by_steps(state: LineState, day: dt.date) -> bool:
    """Has the line no closed form up to `day`, or does an amount pass 2^62, so that columns cannot hold it?"""
    if state.terms.shares or state.surplus_fen or state.coupons or state.conduct != _SPOTLESS or state.status in _ENDED:
        return True
    if state.holiday_until is not None and state.holiday_until > state.as_of:
        return True
    if (state.interest_exact | state.penalty_exact | state.drawn_fen) >> 62 > 0 or state.drawn_fen >> 56 > 0:
        return True
    return state.terms.repayment.instalments and (due := next_due(state)) is not None and due <= day


def _penal(state: LineState, *, now: bool) -> int:
    """Unpaid principal that bears penalty on `as_of`, or that will from a later day."""
    grace = dt.timedelta(days=state.terms.grace_days)
    principal = [item for item in state.obligations if item.kind is Claim.PRINCIPAL]
    return sum(item.unpaid_fen for item in principal if (item.due_on + grace <= state.as_of) is now)


def _ints(values: Sequence[int]) -> Column:
    return np.array(values, dtype=np.int64)


def _days(values: Sequence[dt.date]) -> Column:
    return np.array(values, dtype="datetime64[D]").astype(np.int64)


def _number(day: dt.date) -> int:
    return (day - _EPOCH).days


def _unpaid(state: LineState, kind: Claim, *, today: bool = False) -> int:
    return sum(item.unpaid_fen for item in state.obligations if item.kind is kind and (not today or item.due_on == state.as_of))
