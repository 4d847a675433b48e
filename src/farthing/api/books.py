"""The books: the trial balance down to the lines under a posting, months, and statements."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field

from farthing import wiring
from farthing.api.fields import MOST_FEN, Answer, Day, LinePath, Listed, position, told
from farthing.api.fields import cursor as place_of
from farthing.api.security import By
from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.flows.closing import month_end as closing
from farthing.flows.closing import report as reports
from farthing.flows.queries import statement as stating
from farthing.flows.queries import trial_balance as reading
from farthing.flows.queries.trial_balance import Asked

routes = APIRouter(tags=["books"])

From = Annotated[Day | None, Query(alias="from", description="the first day; `on` alone if not said")]
On = Annotated[Day, Query(description="a closed day", alias="day")]
Code = Annotated[str, Query(pattern=r"^[0-9]{4}(_[a-z_]+)?$", description="the account's four digits", examples=["1301"])]
ProductCode = Annotated[str, Query(max_length=64, examples=["revolving"])]
MonthPath = Annotated[str, Path(pattern=r"^(199|20[0-9]|21[0-9])[0-9]-(0[1-9]|1[0-2])$", examples=["2025-06"])]
Cursor = Annotated[str | None, Query(max_length=200, pattern=r"^[A-Za-z0-9_=-]*$", description="`next` of the page before")]


class AccountAnswer(Answer):
    """An account over some days; balances carry their sign, debits positive, what was posted does not."""

    account: str = Field(examples=["1301_loans"])
    name_zh: str
    name_en: str
    opening_fen: int
    debits_fen: int
    credits_fen: int
    closing_fen: int


class TrialBalanceAnswer(Answer):
    """Every account of the chart; opening and closing sum to zero, debits equal credits."""

    first: dt.date
    last: dt.date
    balanced: bool
    rows: list[AccountAnswer]
    opening_fen: int
    debits_fen: int
    credits_fen: int
    closing_fen: int


class PostingAnswer(Answer):
    """What was posted to an account on a day for a product."""

    day: dt.date
    product: str
    account: str
    amount_fen: int


class PartAnswer(Answer):
    """A line's part in a posting: by time (principal x rate x days) and by the events that became known."""

    line: str
    before_fen: int
    after_fen: int
    part_fen: int
    by_time_fen: int
    by_events_fen: int
    principal_fen: int
    daily_percent: str
    days: int
    events: list[str]
    synthetic: bool


class BreakdownAnswer(Answer):
    """The lines under a posting."""

    day: dt.date
    product: str
    account: str
    since: dt.date | None = Field(description="the close before")
    posted_fen: int
    summed_fen: int | None = Field(description="all parts together; null where there are too many lines: ask with `whole`")
    candidates: int = Field(description="lines that may have a part")
    items: list[PartAnswer]
    next: str | None = None


class MonthAnswer(Answer):
    """A month's report, reckoned anew: `kept` says whether it still comes to the digest that was signed when it was closed."""

    month: dt.date
    first: dt.date
    last: dt.date
    days: int
    lines: int
    whole: bool
    checks: dict[str, bool]
    required_fen: int = Field(description="what the classes ask to be set aside")
    posted_fen: int = Field(description="what is set aside in the books")
    status_lines: int
    status_file: str = Field(description="SHA-256 of the 24-month status file (CR-07)")
    digest: str
    closed_by: str | None
    event: str | None
    kept: bool
    synthetic: bool


class StatementAnswer(Answer):
    """A line over some days, with the digest that its paper carries at the foot; `statement` is what the digest is over, as canonical
    JSON."""

    model_config = ConfigDict(json_schema_extra={"description": "The statement of a line."})

    line: str
    first: dt.date
    last: dt.date
    opening_fen: int = Field(description="owed before", le=MOST_FEN)
    closing_fen: int = Field(description="owed after", le=MOST_FEN)
    interest_earned_fen: int
    digest: str
    statement: str
    synthetic: bool


@routes.get("/trial-balance", response_model=TrialBalanceAnswer)
def read_trial_balance(by: By, on: On, first: From = None) -> Response:
    """Every account at the close of a day, or over the days up to it; past days included (staff)."""
    return told(TrialBalanceAnswer.model_validate(reading.trial_balance(by.house, by.actor, first or on, on)))


@routes.get("/trial-balance/postings", response_model=Listed[PostingAnswer])
def list_postings(by: By, on: On, account: Code, first: From = None, product: ProductCode | None = None) -> Response:
    """What was posted to an account, a row a day and product, the newest first; a year at most (staff)."""
    days = (first or on, on)
    if days[1] - days[0] > dt.timedelta(days=366):
        raise Invalid("bad_period", "That is more than a year.", "Ask year by year.", field="from")
    found = reading.daily(by.house, by.actor, reading.account_of(account), days, product)
    items = [PostingAnswer(day=row.booked_on, product=row.product, account=row.account.value, amount_fen=row.amount_fen) for row in found]
    return told(Listed[PostingAnswer](items=items))


@routes.get("/trial-balance/lines", response_model=BreakdownAnswer)
def list_parts(
    by: By,
    on: On,
    account: Code,
    product: ProductCode,
    cursor: Cursor = None,
    whole: Annotated[bool, Query(description="add up all parts, however many lines there are")] = False,
) -> Response:
    """The lines that one day's posting is made of, and the events under each (staff)."""
    after = position("parts", cursor) or ""
    found = reading.breakdown(by.house, by.actor, Asked(on, product, reading.account_of(account)), after=str(after), whole=whole)
    items = [
        PartAnswer(
            line=one.line, before_fen=one.before_fen, after_fen=one.after_fen, part_fen=one.part_fen, by_time_fen=one.by_time_fen,
            by_events_fen=one.by_events_fen, principal_fen=one.principal_fen, daily_percent=f"{one.rate.daily_percent():.4f}",
            days=one.days,
            events=[event.id for event in one.events], synthetic=one.synthetic,
        )
        for one in found.parts
    ]  # fmt: skip
    return told(
        BreakdownAnswer(
            day=on, product=product, account=found.asked.account.value, since=found.since, posted_fen=found.posted_fen,
            summed_fen=found.summed_fen, candidates=found.candidates, items=items, next=place_of("parts",
            found.more) if found.more else None,
        )
    )  # fmt: skip


@routes.get("/months/{month}", response_model=MonthAnswer)
def read_month(by: By, month: MonthPath) -> Response:
    """A month whose last day is closed: its checks, what is set aside, who closed it (risk managers, auditors)."""
    view = closing.month(by.house, by.actor, dt.date.fromisoformat(f"{month}-01"))
    report, done = view.report, view.closed
    return told(
        MonthAnswer(
            month=report.month, first=report.first, last=report.last, days=report.days, lines=report.lines, whole=report.whole,
            checks={check.name: check.holds for check in report.checks}, required_fen=sum(row.required_fen for row in report.provisions),
            posted_fen=sum(row.posted_fen for row in report.provisions), status_lines=report.status_lines, status_file=report.status_file,
            digest=view.digest, closed_by=done.by if done else None, event=done.event if done else None, kept=view.kept,
            synthetic=report.synthetic,
        )
    )  # fmt: skip


@routes.post("/months/{month}/closure", response_model=MonthAnswer)
def close_month(by: By, month: MonthPath) -> Response:
    """Close a month under your name; again is told again (risk managers). It needs no Idempotency-Key: a month is closed once."""
    closing.month_end(by.house, by.actor, closing.MonthEndRequest(dt.date.fromisoformat(f"{month}-01")))
    return read_month(by, month)


@routes.get("/months/{month}/status-file", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def read_status_file(by: By, month: MonthPath) -> Response:
    """The 24-month repayment status of every line with a balance or a history (CR-07), as CSV (risk managers, auditors)."""
    content = reports.status_file(by.house, by.actor, dt.date.fromisoformat(f"{month}-01"))
    return Response(content, media_type="text/csv")


@routes.get("/lines/{line}/statement", response_model=StatementAnswer)
def read_statement(by: By, line: LinePath, on: On, first: From = None) -> Response:
    """A line over the days up to `day` (its borrower, staff)."""
    view = stating.statement(by.house, by.actor, stating.Asked(line, first or on, on))
    of = view.statement
    return told(
        StatementAnswer(
            line=line, first=of.first, last=of.last, opening_fen=of.opening.owed_fen, closing_fen=of.closing.owed_fen,
            interest_earned_fen=of.sums.interest_earned_fen, digest=view.digest, statement=canon.encode(of).decode(),
            synthetic=of.synthetic,
        )
    )  # fmt: skip


@routes.get("/lines/{line}/statement.pdf", response_class=Response, responses={200: {"content": {"application/pdf": {}}}})
def print_statement(
    by: By, line: LinePath, on: On, first: From = None, language: Annotated[Literal["zh", "en"], Query(description="of the paper")] = "zh"
) -> Response:
    """The same as a PDF: the same bytes as long as no event is dated back into these days."""
    view = stating.statement(by.house, by.actor, stating.Asked(line, first or on, on))
    return Response(wiring.statement_paper(view, language), media_type="application/pdf")
