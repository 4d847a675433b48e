"""What a month came to, line by line, as its last close knew it: the checks, the classes, what is set aside, where the classes went.

It follows from events and closes alone, so it comes to the same bytes whenever it is made: before the month is closed, after, or after a
death in the middle; late news is posted later and leaves it as it is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import polars as pl

from farthing.domain import canon
from farthing.domain.arrears import LoanClass
from farthing.domain.bill.bill import BillState
from farthing.domain.calendar import month_end, month_start
from farthing.domain.errors import NotFound
from farthing.domain.ids import Id
from farthing.domain.posting import Account
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.needs.bank import Close
from farthing.flows.ports import House
from farthing.flows.queries.trial_balance import AccountRow, TrialBalance, trial_balance
from farthing.ledger.bill.machine import fold
from farthing.ledger.bill.posting import balances, required_fen
from farthing.ledger.bill.recourse import bill_class
from farthing.ledger.breakdown import Known
from farthing.ledger.month import STATUS_HEAD, LineMonth, line_month, status_rows
from farthing.ledger.posting import Key, entries
from farthing.portfolio.migration import migrations

READERS = (Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
LINES_AT_ONCE = 500
ONE_DAY = dt.timedelta(days=1)
Watch: TypeAlias = Callable[[int, int], None]
"""Told how many lines are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must hold at a month's end, and what was found where it does not; `name` is its word in the catalogue."""

    name: str
    holds: bool
    found: str = ""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """The lines and bills of a class at the month's end, counted together: their principal, the bank's own part of it, and what they ask
    to be set aside."""

    loan_class: LoanClass
    lines: int
    principal_fen: int
    required_fen: int


@dataclass(frozen=True, slots=True)
class ProvisionRow:
    """What a product's lines ask to be set aside, and what was posted."""

    product: str
    required_fen: int
    posted_fen: int


@dataclass(frozen=True, slots=True)
class MigrationRow:
    """Lines that went from one class to another (`new`, `gone`), with their principal before and after."""

    from_class: str
    to_class: str
    lines: int
    was_fen: int
    is_fen: int


@dataclass(frozen=True, slots=True)
class MonthReport:
    """A month as its last close knew it. `since` is the close that the migrations count from, None in the bank's first month."""

    month: dt.date
    first: dt.date
    last: dt.date
    since: dt.date | None
    days: int
    lines: int
    checks: tuple[Check, ...]
    accounts: tuple[AccountRow, ...]
    classes: tuple[ClassRow, ...]
    provisions: tuple[ProvisionRow, ...]
    migrations: tuple[MigrationRow, ...]
    status_lines: int
    status_file: str
    synthetic: bool

    @property
    def whole(self) -> bool:
        """Does every check hold?"""
        return all(check.holds for check in self.checks)


def silent(done: int, of: int) -> None:
    """Nobody watches."""


def digest_of(report: MonthReport) -> str:
    """SHA-256 of a report's canonical bytes."""
    return hashlib.sha256(canon.encode(report)).hexdigest()


def status_file(house: House, actor: Actor, of: dt.date, progress: Watch = silent) -> bytes:
    """The 24-month repayment status of every line with a balance or a history (CR-07), as CSV: the bytes whose digest the month carries."""
    require(actor, *READERS)
    _, last = _days(house, month_start(of))
    close = _close(house, last)
    rows = map(status_rows, _line_months(house, close, _lines(house.lines.standings(close.day)), progress))
    return "".join((STATUS_HEAD, *rows)).encode("utf-8")


@dataclass(slots=True)
class _Sums:
    """What all lines come to, and the digest of the status file."""

    lines: int = 0
    reported: int = 0
    synthetic: bool = False
    balances: dict[Key, int] = field(default_factory=dict)
    classes: dict[LoanClass, ClassRow] = field(default_factory=dict)
    file: str = ""


def report(house: House, actor: Actor, first: dt.date, progress: Watch = silent) -> MonthReport:
    """The report of the month that begins on `first`. `NotFound` before its last day, or the bank's first, is closed."""
    require(actor, *READERS)
    begun, last = _days(house, first)
    books = trial_balance(house, actor, begun, last)
    close = _close(house, last)
    standings = house.lines.standings(last)
    sums = _sums(_line_months(house, close, _lines(standings), progress))
    bills = _bills(house, close)
    sums.balances |= balances(bills, last)
    sums.synthetic |= any(state.bill.synthetic for state in bills)
    since = max((day for day in house.lines.days() if day < begun), default=None)
    provisions = _provisions(sums, books)
    return MonthReport(
        month=first, first=begun, last=last, since=since, days=(last - begun).days + 1, lines=sums.lines,
        checks=_checks((_missing(house, begun, last), standings), books, sums), accounts=books.rows,
        classes=_classes(sums, bills, last), provisions=provisions,
        migrations=tuple(MigrationRow(**row) for row in migrations(_standings(house, since), standings).iter_rows(named=True)),
        status_lines=sums.reported, status_file=sums.file, synthetic=sums.synthetic,
    )  # fmt: skip


def _standings(house: House, day: dt.date | None) -> pl.DataFrame:
    """Of a closed day; none before the first."""
    return house.lines.standings(day or dt.date.min)


def _days(house: House, first: dt.date) -> tuple[dt.date, dt.date]:
    """The month's first day of business and its last day. `NotFound` where the bank has closed no day of it."""
    inside = [day for day in house.lines.days() if month_start(day) == first]
    if not inside or inside[-1] != month_end(first):
        raise NotFound(
            "month_not_over",
            f"The last day of {first:%Y-%m} has not been closed.",
            "Close its days first: farthing day end.",
            field="month",
        )
    began = not any(day < first for day in house.lines.days())
    return (inside[0] if began else first), inside[-1]


def _lines(standings: pl.DataFrame) -> list[Id]:
    return sorted(standings["line"].to_list())


def _close(house: House, day: dt.date) -> Close:
    return next(close for close in house.postings.closes() if close.day == day)


def _line_months(house: House, close: Close, lines: Sequence[Id], progress: Watch) -> Iterator[tuple[LineMonth, ...]]:
    """Every line as the close saw it, in order of their ids, some at a time."""
    for place in range(0, len(lines), LINES_AT_ONCE):
        chunk = lines[place : place + LINES_AT_ONCE]
        known = house.postings.histories(chunk, close)
        found = (line_month(Known(close.day, known[line])) for line in chunk)
        yield tuple(one for one in found if one is not None)
        progress(min(place + LINES_AT_ONCE, len(lines)), len(lines))


def _bills(house: House, close: Close) -> list[BillState]:
    """The bills, folded from what the close knew."""
    known = house.postings.histories([state.bill.bill for state in house.bills.bought()], close)
    return [fold(events) for events in known.values() if events]


def _classes(sums: _Sums, bills: Iterable[BillState], day: dt.date) -> tuple[ClassRow, ...]:
    """Lines and the bills on the balance sheet by class."""
    rows = dict(sums.classes)
    for state in bills:
        if state.balance_fen:
            _add(rows, bill_class(state, day), state.balance_fen, required_fen(state, day))
    return tuple(rows[kind] for kind in LoanClass if kind in rows)


def _add(rows: dict[LoanClass, ClassRow], kind: LoanClass, principal_fen: int, required_fen: int) -> None:
    was = rows.get(kind, ClassRow(kind, 0, 0, 0))
    rows[kind] = ClassRow(kind, was.lines + 1, was.principal_fen + principal_fen, was.required_fen + required_fen)


def _sums(batches: Iterable[tuple[LineMonth, ...]]) -> _Sums:
    sums, file = _Sums(), hashlib.sha256(STATUS_HEAD.encode())
    for batch in batches:
        file.update(status_rows(batch).encode())
        for one in batch:
            sums.lines += 1
            sums.reported += one.reported
            sums.synthetic |= one.synthetic
            for key, fen in entries(one.product, one.totals).items():
                sums.balances[key] = sums.balances.get(key, 0) + fen
            _add(sums.classes, one.loan_class, one.principal_fen, one.totals.required_fen)
    sums.file = file.hexdigest()
    return sums


def _posted(sums: _Sums, books: TrialBalance) -> dict[Key, int]:
    """What stands in the books of the products that lines are of."""
    products = {product for product, _ in sums.balances}
    closing = {(one.product, one.account): one.opening_fen + one.debits_fen - one.credits_fen for one in books.by_product}
    return {key: fen for key, fen in closing.items() if key[0] in products}


def _provisions(sums: _Sums, books: TrialBalance) -> tuple[ProvisionRow, ...]:
    """By product: what is required by class, line by line, beside what stands in the books."""
    posted = _posted(sums, books)
    products = sorted({product for product, _ in {**sums.balances, **posted}})
    account = Account.LOSS_ALLOWANCE
    return tuple(ProvisionRow(code, -sums.balances.get((code, account), 0), -posted.get((code, account), 0)) for code in products)


def _missing(house: House, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days that were not closed."""
    closed = set(house.lines.days())
    return [day for day in _each_day(first, last) if day not in closed]


def _checks(closes: tuple[list[dt.date], pl.DataFrame], books: TrialBalance, sums: _Sums) -> tuple[Check, ...]:
    """By the days that were not closed, and how the last close saw the lines stand."""
    missing, standings = closes
    apart = _apart(sums.balances, _posted(sums, books))
    allowance = [found for found in apart if found[0][1] is Account.LOSS_ALLOWANCE]
    classes = {row[0]: row[1:] for row in standings.group_by("loan_class").agg(pl.len(), pl.col("principal_fen").sum()).iter_rows()}
    by_fold = {kind.value: (row.lines, row.principal_fen) for kind, row in sums.classes.items()}
    return (
        Check("days_closed", not missing, ", ".join(map(str, missing[:5]))),
        Check("trial_balance", books.balanced, "" if books.balanced else f"{books.closing_fen} fen"),
        Check("lines_are_books", not apart, _told(apart)),
        Check("provisions", not allowance, _told(allowance)),
        Check("classes", classes == by_fold, "" if classes == by_fold else f"{by_fold} by events, {classes} at the close"),
    )


def _each_day(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    return (first + ONE_DAY * number for number in range((last - first).days + 1))


def _apart(lines: Mapping[Key, int], posted: Mapping[Key, int]) -> list[tuple[Key, int, int]]:
    """Where the sum over lines is not what was posted."""
    pairs = ((key, lines.get(key, 0), posted.get(key, 0)) for key in sorted({*lines, *posted}))
    return [(key, one, other) for key, one, other in pairs if one != other]


def _told(apart: list[tuple[Key, int, int]]) -> str:
    return ", ".join(f"{product} {account}: {one} fen by lines, {other} posted" for (product, account), one, other in apart[:3])
