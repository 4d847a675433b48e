"""The trial balance of any closed days, down to the postings of a day, the lines under a posting, and the events under a line's part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import polars as pl

from farthing.domain.bill.bill import BILLS
from farthing.domain.errors import Invalid, NotFound
from farthing.domain.ids import Id
from farthing.domain.posting import Account, Posting
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.needs.bank import Close, Turnover
from farthing.flows.ports import House
from farthing.ledger.bill.breakdown import part as bill_part
from farthing.ledger.breakdown import Known, Part, part

STAFF = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
Closes: TypeAlias = tuple[Close | None, Close]
"""A close and the one before it, if there was one."""
SHOWN, SEARCHED, SUMMED = 50, 500, 2_000
"""Parts on a page; lines looked through for one; lines up to which all parts are summed unasked."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account over some days. Debits are positive; `debits_fen` and `credits_fen` are both told without a sign."""

    account: Account
    name_zh: str
    name_en: str
    opening_fen: int
    debits_fen: int
    credits_fen: int
    closing_fen: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account from the opening of `first` to the close of `last`; opening and closing sum to zero, debits equal credits."""

    first: dt.date
    last: dt.date
    rows: tuple[AccountRow, ...]
    by_product: tuple[Turnover, ...]
    opening_fen: int
    debits_fen: int
    credits_fen: int
    closing_fen: int

    @property
    def balanced(self) -> bool:
        """Does it come to zero, before and after?"""
        return self.opening_fen == self.closing_fen == 0 and self.debits_fen == self.credits_fen


@dataclass(frozen=True, slots=True)
class Asked:
    """One day's posting of a product to an account."""

    day: dt.date
    product: str
    account: Account


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The lines that a posting is made of: a page of those that have a part in it, in order of their ids.

    `candidates` may have a part; `looked` of them were looked through for this page; the next one begins behind `more`. `summed_fen`
    are all parts together, None where there are none or too many lines to add up unasked.
    """

    asked: Asked
    since: dt.date | None
    posted_fen: int
    parts: tuple[Part, ...]
    candidates: int
    looked: int
    more: Id | None
    summed_fen: int | None


def trial_balance(house: House, actor: Actor, first: dt.date, last: dt.date) -> TrialBalance:
    """Over closed days, past ones included. `NotFound` where `last` is not closed, `Invalid` for days in no order."""
    require(actor, *STAFF)
    if first > last:
        raise Invalid("bad_period", f"{first} comes after {last}.", "Name the earlier day first.", field="first")
    _closed(house, last)
    found = tuple(house.postings.turnover(first, last))
    rows = tuple(_row(account, [one for one in found if one.account is account]) for account in sorted(Account))
    return TrialBalance(
        first, last, rows, found, sum(row.opening_fen for row in rows), sum(row.debits_fen for row in rows),
        sum(row.credits_fen for row in rows), sum(row.closing_fen for row in rows),
    )  # fmt: skip


def last_closed(house: House, actor: Actor) -> dt.date:
    """The last closed day; `NotFound` before the first."""
    require(actor, *STAFF)
    days = house.lines.days()
    if not days:
        raise NotFound("no_day_closed", "No day has been closed yet.", "Close one: farthing day end.")
    return days[-1]


def account_of(text: str) -> Account:
    """An account by its code, the four digits or the whole of it. `Invalid` for one the chart does not have."""
    found = [account for account in Account if text and text in (account.value, account.value[:4])]
    if not found:
        raise Invalid("no_account", f"The chart has no account {text[:40]!r}.", "Take the code from the trial balance.", field="account")
    return found[0]


def daily(house: House, actor: Actor, account: Account, days: tuple[dt.date, dt.date], product: str | None = None) -> tuple[Posting, ...]:
    """What was posted to an account, a row a day and product, the newest first."""
    require(actor, *STAFF)
    _closed(house, days[1])
    return tuple(house.postings.daily(account, product, *days))


def breakdown(house: House, actor: Actor, asked: Asked, *, after: Id = "", whole: bool = False) -> Breakdown:
    """The lines under a posting, from behind the line `after`; `whole` adds all parts up however many lines there are."""
    require(actor, *STAFF)
    closes = _between(house, asked.day)
    if asked.product == BILLS:
        return _bills(house, asked, closes, after)
    candidates = _candidates(house, asked.product, closes)
    ahead = [line for line in candidates if line > after]
    parts, looked = _page(house, asked.account, closes, ahead)
    more = ahead[looked - 1] if looked < len(ahead) else None
    posted = sum(row.amount_fen for row in house.postings.daily(asked.account, asked.product, asked.day, asked.day))
    few = whole or 0 < len(candidates) <= SUMMED
    summed = _summed(house, asked.account, closes, candidates) if few else None
    return Breakdown(asked, _since(closes), posted, parts, len(candidates), looked, more, summed)


def _bills(house: House, asked: Asked, closes: Closes, after: Id) -> Breakdown:
    """The same for bills: so few that all are looked through."""
    bought = sorted(state.bill.bill for state in house.bills.bought())
    found = [bill_part((then.day, then.events), (now.day, now.events), asked.account) for then, now in _known(house, bought, closes)]
    parts = [one for one in found if one is not None and one.part_fen]
    ahead = [one for one in parts if one.line > after]
    posted = sum(row.amount_fen for row in house.postings.daily(asked.account, asked.product, asked.day, asked.day))
    more = ahead[SHOWN - 1].line if len(ahead) > SHOWN else None
    summed = sum(one.part_fen for one in parts)
    return Breakdown(asked, _since(closes), posted, tuple(ahead[:SHOWN]), len(bought), len(bought), more, summed)


def _closed(house: House, day: dt.date) -> None:
    if day not in house.lines.days():
        raise NotFound("day_not_closed", f"{day} has not been closed.", "Choose a closed day.", field="day")


def _row(account: Account, of: Sequence[Turnover]) -> AccountRow:
    opening, debit, credit = (sum(getattr(one, name) for one in of) for name in ("opening_fen", "debits_fen", "credits_fen"))
    return AccountRow(account, *account.names, opening, debit, credit, opening + debit - credit)


def _between(house: House, day: dt.date) -> Closes:
    """The close of a day, and the one before it unless it is the first."""
    closes = [close for close in house.postings.closes() if close.day <= day]
    if not closes or closes[-1].day != day:
        raise NotFound("day_not_closed", f"{day} has not been closed.", "Choose a closed day.", field="day")
    return (closes[-2] if len(closes) > 1 else None), closes[-1]


def _since(closes: Closes) -> dt.date | None:
    return closes[0].day if closes[0] is not None else None


def _candidates(house: House, product: str, closes: Closes) -> list[Id]:
    """The lines that may have a part: those that owed something at the first close, and those of which events became known since."""
    before, close = closes
    now = house.lines.standings(close.day).filter(pl.col("product") == product)["line"].to_list()
    moved = house.postings.touched(before, close)
    if before is not None:
        then = house.lines.standings(before.day)
        moved |= {*then.filter((pl.col("principal_fen") != 0) | (pl.col("interest_owed_fen") != 0))["line"]}
    return sorted(moved.intersection(now))


def _page(house: House, account: Account, closes: Closes, ahead: Sequence[Id]) -> tuple[tuple[Part, ...], int]:
    """The first parts that are not zero, and how many lines were looked through for them."""
    parts: list[Part] = []
    for place in range(0, min(len(ahead), SEARCHED), SHOWN):
        chunk = ahead[place : place + SHOWN]
        for number, one in enumerate(_each(house, account, closes, chunk), 1):
            if one is not None and one.part_fen:
                parts.append(one)
            if len(parts) == SHOWN:
                return tuple(parts), place + number
    return tuple(parts), min(len(ahead), SEARCHED)


def _summed(house: House, account: Account, closes: Closes, lines: Sequence[Id]) -> int:
    chunks = (lines[place : place + SHOWN] for place in range(0, len(lines), SHOWN))
    return sum(one.part_fen for chunk in chunks for one in _each(house, account, closes, chunk) if one is not None)


def _each(house: House, account: Account, closes: Closes, lines: Sequence[Id]) -> list[Part | None]:
    """The part of each of these lines, None where it was not open."""
    return [part(then, now, account) for then, now in _known(house, lines, closes)]


def _known(house: House, streams: Sequence[Id], closes: Closes) -> list[tuple[Known, Known]]:
    """What two closes knew of each of these lines, or bills."""
    before, close = closes
    knows = house.postings.histories(streams, close)
    knew = house.postings.histories(streams, before) if before is not None else dict.fromkeys(streams, ())
    then = before.day if before is not None else close.day
    return [(Known(then, knew[stream]), Known(close.day, knows[stream])) for stream in streams]
