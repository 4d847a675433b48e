"""The book: balances, quality, vintages, and the lines under each figure."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from farthing.api.fields import Answer, Cursor, Day, Limit, Listed, offset, onward, told
from farthing.api.security import By, Call
from farthing.domain.errors import NotFound
from farthing.flows.queries import book as reading

routes = APIRouter(tags=["portfolio"])

OnDay = Annotated[Day | None, Query(description="a closed day; the last one if not said")]


class FiguresAnswer(Answer):
    """A slice of the book. Ratios in parts per million, null where there is nothing to divide by."""

    lines: int
    owing: int
    bills: int = Field(description="bills the bank bears, which are no lines")
    principal_fen: int
    interest_owed_fen: int
    overdue_fen: int
    special_mention_fen: int
    non_performing_fen: int
    npl_ppm: int | None
    special_mention_ppm: int | None
    scissors_ppm: int | None = Field(description="overdue more than 90 days over non-performing")
    synthetic_lines: int


class DayFigures(FiguresAnswer):
    """The book at the close of a day."""

    day: dt.date


class RollAnswer(Answer):
    """Principal that went from one bucket to another between two months' ends."""

    from_bucket: str
    to_bucket: str
    lines: int
    principal_fen: int
    share_ppm: int


class ProvisionsAnswer(Answer):
    """Set aside for losses, and what the law asks for: the higher of 2.5 % of loans and 150 % of non-performing ones."""

    held_fen: int
    required_fen: int
    short_fen: int
    coverage_ppm: int | None
    loans_ppm: int | None


class BookAnswer(Answer):
    """The book at the close of a day."""

    day: dt.date
    days_closed: int
    total: FiguresAnswer
    by_class: dict[str, FiguresAnswer]
    by_product: dict[str, FiguresAnswer]
    by_bucket: dict[str, FiguresAnswer]
    series: list[DayFigures]
    rolls: list[RollAnswer]
    rolls_between: list[dt.date] | None
    accounts: dict[str, int] = Field(description="the bank's own accounts in fen, debits positive: they sum to zero")
    provisions: ProvisionsAnswer
    npl_yardstick_ppm: int
    synthetic: bool = Field(description="some line is scripted by the world: simulated repayment")


class VintageAnswer(Answer):
    """Lines opened in one month, at an age in months."""

    cohort: dt.date
    months_on_book: int
    day: dt.date
    lines: int
    principal_fen: int
    npl_fen: int
    ever_90_ppm: int


class StandingAnswer(Answer):
    """A line, or a bill, under a figure."""

    line: str = Field(description="a line, or a bill where the product is `bill`")
    product: str
    opened_on: dt.date
    dpd: int
    loan_class: str
    bucket: str
    overdue_fen: int
    principal_fen: int
    interest_owed_fen: int
    synthetic: bool


@routes.get("/portfolio", response_model=BookAnswer)
def read_portfolio(by: By, day: OnDay = None) -> Response:
    """The book at the close of a day (staff)."""
    view = _book(by, day)
    between = list(view.rolls_between) if view.rolls_between else None
    return told(
        BookAnswer(
            day=view.day, days_closed=view.days_closed, total=_figures(view.total), by_class=_slices(view.by_class),
            by_product=_slices(view.by_product), by_bucket=_slices(view.by_bucket),
            series=[DayFigures(day=at, **_figures(of).model_dump()) for at, of in view.series],
            rolls=[RollAnswer.model_validate(row) for row in view.rolls], rolls_between=between,
            accounts=view.accounts, provisions=ProvisionsAnswer.model_validate(view.provisions),
            npl_yardstick_ppm=view.npl_yardstick_ppm, synthetic=view.synthetic,
        )
    )  # fmt: skip


@routes.get("/portfolio/vintages", response_model=Listed[VintageAnswer])
def list_vintages(by: By, day: OnDay = None) -> Response:
    """How each month's lines fared with age, all at once (staff)."""
    return told(Listed[VintageAnswer](items=[VintageAnswer.model_validate(row) for row in _book(by, day).vintages]))


@routes.get("/portfolio/lines", response_model=Listed[StandingAnswer])
def list_standings(
    by: By,
    day: Annotated[Day, Query(description="a closed day")],
    loan_class: Annotated[str | None, Query(max_length=40)] = None,
    bucket: Annotated[str | None, Query(max_length=40)] = None,
    product: Annotated[str | None, Query(max_length=64)] = None,
    cohort: Annotated[Day | None, Query(description="the first of an opening month")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """The lines under a figure, the largest principal first (staff)."""
    start = offset("standings", cursor)
    rows = reading.lines_under(by.house, by.actor, day, reading.Slice(loan_class, product, bucket, cohort))[start : start + limit]
    items = [StandingAnswer.model_validate(row) for row in rows]
    return told(Listed[StandingAnswer](items=items, next=onward("standings", start, len(items), limit)))


def _book(by: Call, day: dt.date | None) -> reading.BookView:
    view = reading.book(by.house, by.actor, day)
    if view is None:
        raise NotFound("no_day_closed", "No day has been closed yet.", "Close one: farthing day end.")
    return view


def _figures(of: reading.Figures) -> FiguresAnswer:
    return FiguresAnswer.model_validate(of)


def _slices(slices: dict[str, reading.Figures]) -> dict[str, FiguresAnswer]:
    return {name: _figures(of) for name, of in slices.items()}
