"""What staff may do with a running line: take back, move, refund, agree, assess, freeze, close."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from farthing.api.fields import (
    MOST_FEN,
    Answer,
    Ask,
    Day,
    Fen,
    Ground,
    Key,
    LineId,
    LinePath,
    Since,
    told,
)
from farthing.api.security import By
from farthing.domain.arrears import LoanClass
from farthing.domain.facility import LineStatus
from farthing.flows.line.agree import AssessRequest, CouponRequest, ExtendRequest, VaryRequest, assess, extend, grant_coupon, vary
from farthing.flows.line.change import Changed
from farthing.flows.line.correct import MoveRequest, RefundRequest, ReverseRequest, move, refund, reverse
from farthing.flows.line.end import CloseRequest, close_line
from farthing.flows.line.freeze import FreezeRequest, freeze, unfreeze

routes = APIRouter(tags=["servicing"])

EventId = Annotated[str, StringConstraints(pattern=r"^evt_[a-z0-9]{8,36}$"), Field(examples=["evt_aaaaaaaaaaaaaaaaaaaaaaaa"])]


class NewReversal(Ask):
    """Which draw or repayment never was, and why."""

    event: EventId
    ground: Ground


class NewMove(Ask):
    """Which repayment was meant for which other line."""

    event: EventId
    to: LineId


class NewRefund(Ask):
    """How much of the surplus goes back."""

    amount_fen: Fen
    on: Since = None


class NewVariation(Ask):
    """What changes; what is left out stays."""

    ground: Ground
    rate_units: int | None = Field(None, strict=True, ge=0, le=10**9, description="units of the line's own basis")
    limit_fen: int | None = Field(None, strict=True, ge=0, le=MOST_FEN)
    expires_on: Day | None = None
    on: Since = None


class NewExtension(Ask):
    """Which draw matures when."""

    number: int = Field(strict=True, ge=1, le=10**6)
    matures_on: Day
    ground: Ground
    on: Since = None


class NewCoupon(Ask):
    """Principal up to an amount bears no interest from a day until another."""

    number: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")] = Field(examples=["spring-2026-17"])
    from_on: Day
    until_on: Day
    up_to_fen: Fen
    on: Since = None


class NewFreeze(Ask):
    """Why draws stop, or may go on."""

    ground: Ground
    on: Since = None


class NewAssessment(Ask):
    """The least class, by which rule; normal lifts it."""

    floor: LoanClass
    rule: Literal["RC-05", "RC-07", "RC-08"]
    on: Since = None


class ChangedAnswer(Answer):
    """A line after a change."""

    event: str
    line: str
    on: dt.date
    status: LineStatus
    loan_class: LoanClass
    owed_fen: int
    headroom_fen: int


class StandstillAnswer(Answer):
    """A line that was frozen, or may be drawn on again."""

    event: str
    line: str
    status: LineStatus
    on: dt.date


class MovedAnswer(Answer):
    """Both lines after a payment was moved."""

    from_line: ChangedAnswer
    to_line: ChangedAnswer


@routes.post("/lines/{line}/reversals", status_code=201, response_model=ChangedAnswer)
def reverse_event(by: By, line: LinePath, asked: NewReversal, key: Key) -> Response:
    """Take a draw or a repayment back as of its own day (risk managers)."""
    return _changed(reverse(by.house, by.actor, ReverseRequest(line, asked.event, asked.ground), by.key(key)))


@routes.post("/lines/{line}/moves", status_code=201, response_model=MovedAnswer)
def move_payment(by: By, line: LinePath, asked: NewMove, key: Key) -> Response:
    """Book a repayment on the line it was meant for, as of the day it came (staff)."""
    moved = move(by.house, by.actor, MoveRequest(line, asked.event, asked.to), by.key(key))
    return told(MovedAnswer.model_validate(moved), 201)


@routes.post("/lines/{line}/refunds", status_code=201, response_model=ChangedAnswer)
def refund_surplus(by: By, line: LinePath, asked: NewRefund, key: Key) -> Response:
    """Return money beyond what is owed (staff)."""
    return _changed(refund(by.house, by.actor, RefundRequest(line, asked.amount_fen, asked.on), by.key(key)))


@routes.post("/lines/{line}/variations", status_code=201, response_model=ChangedAnswer)
def vary_terms(by: By, line: LinePath, asked: NewVariation, key: Key) -> Response:
    """Change rate, limit or expiry, within the product (risk managers)."""
    request = VaryRequest(line, asked.ground, asked.rate_units, asked.limit_fen, asked.expires_on, asked.on)
    return _changed(vary(by.house, by.actor, request, by.key(key)))


@routes.post("/lines/{line}/extensions", status_code=201, response_model=ChangedAnswer)
def extend_draw(by: By, line: LinePath, asked: NewExtension, key: Key) -> Response:
    """Let a draw that is not due yet mature later (staff)."""
    request = ExtendRequest(line, asked.number, asked.matures_on, asked.ground, asked.on)
    return _changed(extend(by.house, by.actor, request, by.key(key)))


@routes.post("/lines/{line}/coupons", status_code=201, response_model=ChangedAnswer)
def coupon_for_line(by: By, line: LinePath, asked: NewCoupon, key: Key) -> Response:
    """Grant an interest-free coupon (risk managers)."""
    request = CouponRequest(line, asked.number, asked.from_on, asked.until_on, asked.up_to_fen, asked.on)
    return _changed(grant_coupon(by.house, by.actor, request, by.key(key)))


@routes.post("/lines/{line}/assessments", status_code=201, response_model=ChangedAnswer)
def assess_line(by: By, line: LinePath, asked: NewAssessment, key: Key) -> Response:
    """Hold a line to a class or worse, under the caller's name (risk managers)."""
    return _changed(assess(by.house, by.actor, AssessRequest(line, asked.floor, asked.rule, asked.on), by.key(key)))


@routes.post("/lines/{line}/freezes", status_code=201, response_model=StandstillAnswer)
def freeze_line(by: By, line: LinePath, asked: NewFreeze, key: Key) -> Response:
    """Stop draws; what is owed is owed as before (staff)."""
    done = freeze(by.house, by.actor, FreezeRequest(line, asked.ground, asked.on), by.key(key))
    return told(StandstillAnswer.model_validate(done), 201)


@routes.post("/lines/{line}/unfreezes", status_code=201, response_model=StandstillAnswer)
def unfreeze_line(by: By, line: LinePath, asked: NewFreeze, key: Key) -> Response:
    """Let a frozen line be drawn on again (risk managers)."""
    done = unfreeze(by.house, by.actor, FreezeRequest(line, asked.ground, asked.on), by.key(key))
    return told(StandstillAnswer.model_validate(done), 201)


@routes.post("/lines/{line}/closure", status_code=201, response_model=ChangedAnswer)
def close_a_line(by: By, line: LinePath, key: Key) -> Response:
    """End a line on which nothing is owed."""
    return _changed(close_line(by.house, by.actor, CloseRequest(line), by.key(key)))


def _changed(made: Changed) -> Response:
    return told(ChangedAnswer.model_validate(made), 201)
