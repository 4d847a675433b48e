"""The portfolio home: is it getting worse, where, and which lines stand under each figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import polars as pl

from farthing.domain.errors import NotFound
from farthing.domain.ids import Id
from farthing.domain.posting import Account
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import House
from farthing.flows.queries.bill_book import bill_books
from farthing.portfolio.balance import Balance, balance, by, on_the_books, with_bucket
from farthing.portfolio.ratios import NPL_YARDSTICK, ProvisionStandard, coverage_ratio, ppm, provision_ratio
from farthing.portfolio.roll import rolls
from farthing.portfolio.vintage import vintages

STAFF = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
RECENT_DAYS = 31


@dataclass(frozen=True, slots=True)
class Figures:
    """A slice of the book, lines and bills. Ratios in parts per million, None where there is nothing to divide by."""

    lines: int
    owing: int
    bills: int
    principal_fen: int
    interest_owed_fen: int
    overdue_fen: int
    special_mention_fen: int
    non_performing_fen: int
    npl_ppm: int | None
    special_mention_ppm: int | None
    scissors_ppm: int | None
    synthetic_lines: int


@dataclass(frozen=True, slots=True)
class Provisions:
    """What is set aside for losses, and what the law asks for at the stricter standard: the higher of its two amounts (PV-01, PV-02)."""

    held_fen: int
    required_fen: int
    coverage_ppm: int | None
    loans_ppm: int | None

    @property
    def short_fen(self) -> int:
        """What is missing."""
        return max(self.required_fen - self.held_fen, 0)


@dataclass(frozen=True, slots=True)
class VintageRow:
    """A cohort (lines opened in a month) at an age. `ever_90_ppm` is the share of its lines ever more than 90 days past due."""

    cohort: dt.date
    months_on_book: int
    day: dt.date
    lines: int
    principal_fen: int
    npl_fen: int
    ever_90_ppm: int


@dataclass(frozen=True, slots=True)
class RollRow:
    """Principal that went from one bucket to another, or was paid, from one month's end to the next."""

    from_bucket: str
    to_bucket: str
    lines: int
    principal_fen: int
    share_ppm: int


@dataclass(frozen=True, slots=True)
class BookView:
    """The book at the close of `day`. `synthetic` is true when any line in it is scripted by the world: label every chart.

    Bills the bank bears are loans like what is drawn on lines; vintages and roll rates are of lines alone. What was written off is no
    loan any more; only those two remember it. `series` holds each month's last closed day and the
    last month day by day; `rolls` compares the last two month's ends.
    """

    day: dt.date
    days_closed: int
    total: Figures
    by_class: dict[str, Figures]
    by_product: dict[str, Figures]
    by_bucket: dict[str, Figures]
    series: tuple[tuple[dt.date, Figures], ...]
    vintages: tuple[VintageRow, ...]
    rolls: tuple[RollRow, ...]
    rolls_between: tuple[dt.date, dt.date] | None
    accounts: dict[str, int]
    provisions: Provisions
    npl_yardstick_ppm: int
    synthetic: bool


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A line, or a bill of product `bill`, under a figure."""

    line: Id
    product: str
    opened_on: dt.date
    dpd: int
    loan_class: str
    bucket: str
    overdue_fen: int
    principal_fen: int
    interest_owed_fen: int
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """Which lines to list: those that match every field that is set. `cohort` is the first of an opening month."""

    loan_class: str | None = None
    product: str | None = None
    bucket: str | None = None
    cohort: dt.date | None = None


def book(house: House, actor: Actor, day: dt.date | None = None) -> BookView | None:
    """The book at the close of `day`, or of the last closed day; None before the first day is closed, `NotFound` for a day that was not."""
    require(actor, *STAFF)
    closed_days = list(house.lines.days())
    if day is not None and day not in closed_days:
        raise NotFound("day_not_closed", f"{day} has not been closed.", "Choose a closed day.", field="day")
    if not closed_days:
        return None
    days = [each for each in closed_days if day is None or each <= day]
    shown = _shown(days)
    closed = {day: with_bucket(house.lines.standings(day)) for day in shown}
    gone = _written_off(house)
    bills = bill_books(house, shown)
    loans = {day: pl.concat([on_the_books(frame, gone(day)), with_bucket(bills[day])]) for day, frame in closed.items()}
    last = loans[days[-1]]
    total = balance(last)
    ends = [day for day in _month_ends(days) if day in closed]
    between = (ends[-2], ends[-1]) if len(ends) > 1 else None
    history = pl.concat([frame.with_columns(day=pl.lit(day)) for day, frame in closed.items()])
    accounts = dict(house.lines.balances(days[-1]))
    return BookView(
        day=days[-1], days_closed=len(days), total=_figures(total),
        by_class=_slices(last, "loan_class"), by_product=_slices(last, "product"), by_bucket=_slices(last, "bucket"),
        series=tuple((day, _figures(balance(frame))) for day, frame in loans.items()),
        vintages=_vintages(history),
        rolls=_rolls(closed[between[0]], closed[between[1]]) if between else (), rolls_between=between,
        accounts=accounts, provisions=_provisions(accounts, total),
        npl_yardstick_ppm=ppm(NPL_YARDSTICK) or 0, synthetic=total.synthetic_lines > 0,
    )  # fmt: skip


def lines_under(house: House, actor: Actor, day: dt.date, which: Slice) -> tuple[StandingRow, ...]:
    """The lines and bills under a figure of a closed day, largest principal first. `NotFound` if the day was not closed."""
    require(actor, *STAFF)
    if day not in house.lines.days():
        raise NotFound("day_not_closed", f"{day} has not been closed.", "Choose a closed day.")
    frame = with_bucket(house.lines.standings(day))
    if which.cohort is None:
        bills = with_bucket(bill_books(house, [day])[day])
        frame = pl.concat([on_the_books(frame, _written_off(house)(day)), bills])
    for column in ("loan_class", "product", "bucket"):
        if (value := getattr(which, column)) is not None:
            frame = frame.filter(pl.col(column) == value)
    if which.cohort is not None:
        frame = frame.filter(pl.col("opened_on").dt.truncate("1mo") == which.cohort)
    names = list(StandingRow.__dataclass_fields__)
    ordered = frame.sort(["principal_fen", "line"], descending=[True, False]).select(names)
    return tuple(StandingRow(**row) for row in ordered.iter_rows(named=True))


def _written_off(house: House) -> Callable[[dt.date], list[Id]]:
    """The lines whose claim was written off, as far as the close of a day knew."""
    since = house.postings.written_off()
    return lambda day: [line for line, known_on in since.items() if known_on <= day]


def _month_ends(days: list[dt.date]) -> list[dt.date]:
    """The last closed day of each month."""
    return [day for day, following in pairwise(days) if (day.year, day.month) != (following.year, following.month)] + days[-1:]


def _shown(days: list[dt.date]) -> list[dt.date]:
    return sorted({*_month_ends(days), *days[-RECENT_DAYS:]})


def _provisions(accounts: dict[str, int], total: Balance) -> Provisions:
    """Held against required, both for what is on the balance sheet. The allowance is a credit: it stands below zero in its account."""
    held, loans, bad = -accounts.get(Account.LOSS_ALLOWANCE, 0), total.principal_fen, total.non_performing_fen
    return Provisions(
        held_fen=held, required_fen=ProvisionStandard().required_fen(loans, bad),
        coverage_ppm=ppm(coverage_ratio(held, bad)), loans_ppm=ppm(provision_ratio(held, loans)),
    )  # fmt: skip


def _figures(of: Balance) -> Figures:
    return Figures(
        lines=of.lines, owing=of.owing, bills=of.bills, principal_fen=of.principal_fen, interest_owed_fen=of.interest_owed_fen,
        overdue_fen=of.overdue_fen, special_mention_fen=of.special_mention_fen, non_performing_fen=of.non_performing_fen,
        npl_ppm=ppm(of.npl_ratio), special_mention_ppm=ppm(of.special_mention_ratio), scissors_ppm=ppm(of.scissors_ratio),
        synthetic_lines=of.synthetic_lines,
    )  # fmt: skip


def _slices(frame: pl.DataFrame, column: str) -> dict[str, Figures]:
    return {key: _figures(of) for key, of in by(frame, column).items()}


def _vintages(history: pl.DataFrame) -> tuple[VintageRow, ...]:
    rows = vintages(history).iter_rows(named=True)
    return tuple(
        VintageRow(
            cohort=row["cohort"], months_on_book=row["months_on_book"], day=row["day"], lines=row["lines"],
            principal_fen=row["principal_fen"], npl_fen=row["npl_fen"], ever_90_ppm=ppm(Fraction(row["ever_90_lines"], row["lines"])) or 0,
        )
        for row in rows
    )  # fmt: skip


def _rolls(before: pl.DataFrame, after: pl.DataFrame) -> tuple[RollRow, ...]:
    rows = list(rolls(before, after).iter_rows(named=True))
    whole: dict[str, int] = {}
    for row in rows:
        whole[row["from_bucket"]] = whole.get(row["from_bucket"], 0) + row["principal_fen"]
    return tuple(
        RollRow(
            from_bucket=row["from_bucket"], to_bucket=row["to_bucket"], lines=row["lines"], principal_fen=row["principal_fen"],
            share_ppm=ppm(Fraction(row["principal_fen"], whole[row["from_bucket"]])) or 0,
        )
        for row in rows
    )  # fmt: skip
