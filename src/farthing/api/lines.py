"""Lines: what may be drawn, what is owed, draw, repay, and what it would cost."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import ConfigDict, Field

from farthing.api.fields import (
    MOST_FEN,
    Answer,
    Ask,
    Cursor,
    Day,
    Fen,
    IfMatch,
    Key,
    Limit,
    LinePath,
    Listed,
    RateAnswer,
    offset,
    onward,
    percent,
    rate_answer,
    told,
)  # fmt: skip
from farthing.api.security import By
from farthing.domain.errors import Conflict
from farthing.domain.facility import LineStatus
from farthing.domain.product import RepaymentMethod
from farthing.domain.staff import Role
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.line.seen import Seen, seen
from farthing.flows.queries import lines as reading
from farthing.flows.quote import quote_draw, quote_payoff

routes = APIRouter(tags=["lines"])


class NewDraw(Ask):
    """How much to pay out, and whether for consumption; `on` only when it was paid out before, by staff."""

    amount_fen: Fen
    consumption: bool = Field(False, strict=True)
    on: Day | None = None


class NewRepayment(Ask):
    """How much came back; `on` only when it was found late, by staff."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount_fen": 1_000}]})

    amount_fen: Fen
    on: Day | None = None


class LineRow(Answer):
    """A line in a list, as it stands on the open business day."""

    line: str
    party: str
    product: str
    status: LineStatus
    opened_on: dt.date
    expires_on: dt.date
    limit_fen: int
    headroom_fen: int
    principal_fen: int
    owed_fen: int
    overdue_fen: int
    dpd: int = Field(description="days past due")
    loan_class: str
    synthetic: bool = Field(description="scripted by the world: simulated repayment")


class DueAnswer(Answer):
    """What falls due on a day, and the principal left after it."""

    due_on: dt.date
    interest_fen: int
    principal_fen: int
    penalty_fen: int
    left_fen: int


class LineAnswer(LineRow):
    """One line with its rate and what is coming."""

    decision: str
    as_of: dt.date
    rate: RateAnswer
    interest_owed_fen: int
    penalty_owed_fen: int
    payoff_fen: int = Field(description="settles the line today")
    surplus_fen: int
    repayment: RepaymentMethod
    penalty_units: int = Field(description="on top of the rate's units, on overdue principal")
    grace_days: int
    business_days: bool = Field(description="what falls due on a day off falls due on the next business day")
    bucket: str
    status_24m: str = Field(
        description="a letter a month, the last one that is over at the end (CR-07)", examples=["///////////////////*NNM1N"]
    )
    stage: int = Field(description="of the expected loss: 1, 2 or 3")
    required_fen: int = Field(description="set aside for it")
    schedule: list[DueAnswer]


class DrawAnswer(Answer):
    """A draw that was made, and the line after it."""

    event: str
    line: str
    number: int
    amount_fen: int
    drawn_on: dt.date
    matures_on: dt.date
    owed_fen: int
    headroom_fen: int


class RepaymentAnswer(Answer):
    """A repayment and how it split."""

    event: str
    line: str
    amount_fen: int
    repaid_on: dt.date
    penalty_fen: int
    interest_fen: int
    principal_fen: int
    surplus_fen: int
    owed_fen: int
    headroom_fen: int


class RefusalAnswer(Answer):
    """Why a draw would be refused."""

    code: str
    message: str
    remedy: str


class DrawQuoteAnswer(Answer):
    """What a draw made today would cost over its life, each amount paid on its day."""

    line: str
    drawn_on: dt.date
    received_fen: int
    interest_fen: int
    simple_percent: str = Field(description="a year, without compounding")
    effective_percent: str = Field(description="a year, internal rate of return of the dated amounts")
    schedule: list[DueAnswer]
    refusal: RefusalAnswer | None = Field(description="why it would be refused today; null when it would not")


class PayoffAnswer(Answer):
    """What settles the line on a day, if nothing else happens until then."""

    day: dt.date
    principal_fen: int
    interest_fen: int
    penalty_fen: int
    surplus_fen: int = Field(description="the borrower's money that the bank holds, which counts towards it")
    total_fen: int


class EntryAnswer(Answer):
    """One thing that happened on a line, and how it stood afterwards."""

    on: dt.date
    kind: str
    event: str | None = Field(description="the journal's event; null for what time brought about")
    amount_fen: int
    interest_fen: int
    principal_fen: int
    surplus_fen: int
    principal_after_fen: int
    interest_after_fen: int
    headroom_after_fen: int
    known_on: dt.date
    ground: str
    penalty_fen: int
    penalty_after_fen: int
    taken_back: bool = Field(description="the bank took it back: it moves nothing")


@routes.get("/lines", response_model=Listed[LineRow])
def list_lines(by: By, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Lines, the newest first; a borrower sees their own."""
    start = offset("lines", cursor)
    if by.actor.role is Role.BORROWER:
        rows = reading.lines_of(by.house, by.actor, str(by.actor.party))[start : start + limit]
    else:
        rows = reading.lines(by.house, by.actor, limit=limit, offset=start)
    items = [LineRow.model_validate(row) for row in rows]
    return told(Listed[LineRow](items=items, next=onward("lines", start, len(items), limit)))


@routes.get("/lines/{line}", response_model=LineAnswer)
def read_line(by: By, line: LinePath, request: Request) -> Response:
    """One line as it stands today. Its ETag is for `If-Match` on a draw or a repayment."""
    view = reading.line(by.house, by.actor, line)
    if request.headers.get("if-none-match") == etag(seen(view.state)):
        return Response(status_code=304, headers={"etag": etag(seen(view.state))})
    return line_answer(view)


@routes.post("/lines/{line}/draws", status_code=201, response_model=DrawAnswer)
def draw_on(by: By, line: LinePath, asked: NewDraw, key: Key, if_match: IfMatch = None) -> Response:
    """Draw up to the headroom."""
    request = DrawRequest(line, asked.amount_fen, _seen(if_match), asked.consumption, asked.on)
    return told(DrawAnswer.model_validate(draw(by.house, by.actor, request, by.key(key))), 201)


@routes.post("/lines/{line}/repayments", status_code=201, response_model=RepaymentAnswer)
def repay_line(by: By, line: LinePath, asked: NewRepayment, key: Key, if_match: IfMatch = None) -> Response:
    """Repay any day, any part, without a fee."""
    request = RepayRequest(line, asked.amount_fen, asked.on, _seen(if_match))
    return told(RepaymentAnswer.model_validate(repay(by.house, by.actor, request, by.key(key))), 201)


@routes.get("/lines/{line}/draw-quote", response_model=DrawQuoteAnswer)
def quote_a_draw(by: By, line: LinePath, amount_fen: Annotated[int, Query(ge=1, le=MOST_FEN, examples=[1_000_000])]) -> Response:
    """What drawing this much today would cost, and whether it would be allowed."""
    quote = quote_draw(by.house, by.actor, line, amount_fen)
    cost = quote.cost
    return told(
        DrawQuoteAnswer(
            line=line, drawn_on=cost.drawn_on, received_fen=cost.received_fen, interest_fen=cost.interest_fen,
            simple_percent=percent(cost.simple_ppm), effective_percent=percent(cost.effective_ppm),
            schedule=[DueAnswer.model_validate(due) for due in cost.schedule],
            refusal=RefusalAnswer.model_validate(quote.refusal) if quote.refusal else None,
        )
    )  # fmt: skip


@routes.get("/lines/{line}/payoff", response_model=PayoffAnswer)
def quote_a_payoff(by: By, line: LinePath, on: Annotated[Day | None, Query(description="today if not said")] = None) -> Response:
    """What settles the line on a day."""
    return told(PayoffAnswer.model_validate(quote_payoff(by.house, by.actor, line, on or by.house.clock.today())))


@routes.get("/lines/{line}/events", response_model=Listed[EntryAnswer])
def list_events(by: By, line: LinePath, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """What happened on a line, the oldest first."""
    start = offset("events", cursor)
    shown = reading.line(by.house, by.actor, line).timeline[start : start + limit]
    items = [EntryAnswer.model_validate(entry) for entry in shown]
    return told(Listed[EntryAnswer](items=items, next=onward("events", start, len(items), limit)))


def line_answer(view: reading.LineView, status: int = 200, **headers: str) -> Response:
    """A line as the API tells it, with its ETag."""
    state, terms, stands = view.state, view.terms, view.standing
    answer = LineAnswer(
        line=terms.line, party=terms.party, product=terms.product, decision=terms.decision, status=state.status, as_of=state.as_of,
        opened_on=terms.opened_on, expires_on=terms.expires_on, limit_fen=terms.limit_fen, headroom_fen=state.headroom_fen,
        principal_fen=state.principal_fen, interest_owed_fen=state.interest_owed_fen, owed_fen=state.owed_fen,
        penalty_owed_fen=state.penalty_owed_fen, repayment=terms.repayment, penalty_units=terms.penalty_units,
        grace_days=terms.grace_days, business_days=terms.business_days,
        payoff_fen=view.payoff.total_fen, surplus_fen=state.surplus_fen, overdue_fen=stands.overdue_fen, dpd=stands.dpd,
        loan_class=stands.loan_class.value, bucket=view.bucket.value,
        status_24m=view.status_24m, stage=view.stage, required_fen=view.required_fen, rate=rate_answer(view.rate),
        schedule=[DueAnswer.model_validate(due) for due in view.schedule], synthetic=view.synthetic,
    )  # fmt: skip
    return told(answer, status, etag=etag(seen(state)), **headers)


def etag(of: Seen) -> str:
    """The day and how many events: anything else that is shown follows from them."""
    return f'"{of.on:%Y%m%d}.{of.events}"'


def _seen(if_match: str | None) -> Seen | None:
    """What the caller saw, from the ETag they send back."""
    if if_match is None:
        return None
    day, _, events = if_match.strip('"').partition(".")
    try:
        return Seen(dt.datetime.strptime(day, "%Y%m%d").replace(tzinfo=dt.UTC).date(), int(events))
    except ValueError:
        raise Conflict("line_changed", "That is no ETag of a line.", "Send back the ETag of GET /lines/{line}.", field="If-Match") from None
