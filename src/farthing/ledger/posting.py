"""Double entry, derived: what the bank's accounts say about a line follows from its state.

A line's totals (drawn, repaid, earned, taken off the balance sheet) determine every balance, and each total moves accounts
that sum to zero; so do all sums and differences of them. Past 90 days due, interest leaves receivable and income and is
remembered off the balance sheet; when the arrears are cleared it comes back. What is posted on a day is the total to date
less what was posted before, so a backdated event corrects itself on the open day and no row is ever rewritten.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TypeAlias

from farthing.domain.facility import LineState
from farthing.domain.posting import Account, Posting
from farthing.ledger.arrears import dpd
from farthing.ledger.classify import NON_ACCRUAL_AFTER

Key: TypeAlias = tuple[str, Account]
"""Product and account: what postings are summed by."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Fen to date over one line or many: what the accounts are made of."""

    drawn_fen: int = 0
    principal_paid_fen: int = 0
    interest_paid_fen: int = 0
    surplus_fen: int = 0
    interest_fen: int = 0
    suspended_fen: int = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


def totals(state: LineState) -> Totals:
    """The totals of one line on `state.as_of`."""
    return Totals(
        drawn_fen=state.drawn_fen,
        principal_paid_fen=state.principal_paid_fen,
        interest_paid_fen=state.interest_paid_fen,
        surplus_fen=state.surplus_fen,
        interest_fen=state.interest_fen,
        suspended_fen=state.interest_owed_fen if dpd(state) > NON_ACCRUAL_AFTER else 0,
    )


def entries(product: str, of: Totals) -> dict[Key, int]:
    """Totals as the balance of each account of a product; they sum to zero.

    Money out moves loans and cash; money back moves cash against loans, receivable and surplus; interest earned moves
    receivable and income; suspended interest leaves both again and stands off the balance sheet against its contra.
    """
    received = of.principal_paid_fen + of.interest_paid_fen + of.surplus_fen
    return {
        (product, Account.LOANS): of.drawn_fen - of.principal_paid_fen,
        (product, Account.CASH): received - of.drawn_fen,
        (product, Account.CUSTOMER_SURPLUS): -of.surplus_fen,
        (product, Account.INTEREST_RECEIVABLE): of.interest_fen - of.interest_paid_fen - of.suspended_fen,
        (product, Account.INTEREST_INCOME): of.suspended_fen - of.interest_fen,
        (product, Account.INTEREST_OFF_BALANCE): of.suspended_fen,
        (product, Account.INTEREST_OFF_BALANCE_CONTRA): -of.suspended_fen,
    }


def postings(day: dt.date, now: Mapping[Key, int], before: Mapping[Key, int]) -> tuple[Posting, ...]:
    """What to post on `day` so that sums to date become `now`; ordered, without empty rows."""
    moved = {key: now.get(key, 0) - before.get(key, 0) for key in sorted({*now, *before})}
    return tuple(Posting(day, product, account, fen) for (product, account), fen in moved.items() if fen)


def event_postings(before: LineState, after: LineState) -> tuple[Posting, ...]:
    """The postings of one step of a line's life: an event, or time passing."""
    product = after.terms.product
    return postings(after.as_of, entries(product, totals(after)), entries(product, totals(before)))


def sums(rows: Iterable[Posting]) -> dict[Key, int]:
    """Postings summed to date."""
    to_date: dict[Key, int] = {}
    for row in rows:
        key = (row.product, row.account)
        to_date[key] = to_date.get(key, 0) + row.amount_fen
    return to_date


def balances(rows: Iterable[Posting]) -> dict[Account, int]:
    """The balance of each account after these postings."""
    of: dict[Account, int] = {}
    for row in rows:
        of[row.account] = of.get(row.account, 0) + row.amount_fen
    return of
