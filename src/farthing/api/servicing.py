"""What staff may do with a running line: take back, move, refund, agree, assess, close; and propose what a second person decides."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints

from farthing.api.fields import MOST_FEN, Answer, Ask, Day, Fen, Key, LinePath, Listed, ProposalPath, Text, told
from farthing.api.security import By
from farthing.domain.arrears import Concession, Difficulty, LoanClass
from farthing.domain.event import ReliefPlanned
from farthing.domain.facility import LineStatus
from farthing.domain.ids import Prefix, derived_id
from farthing.domain.line_event import Restructured, Sold, Waived, WrittenOff
from farthing.domain.rate import Basis, Rate
from farthing.domain.relief import ReliefPlan
from farthing.flows.line.agree import AssessRequest, CouponRequest, ExtendRequest, VaryRequest, assess, extend, grant_coupon, vary
from farthing.flows.line.change import Changed
from farthing.flows.line.correct import MoveRequest, RefundRequest, ReverseRequest, move, refund, reverse
from farthing.flows.line.end import CloseRequest, close_line
from farthing.flows.line.freeze import FreezeRequest, freeze, unfreeze
from farthing.flows.line.propose import Proposal, ResolveRequest, propose, resolve
from farthing.flows.line.relief import carry_out, preview
from farthing.flows.queries.proposals import plan_of, proposals

routes = APIRouter(tags=["servicing"])

Ground = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,39}$"), Field(examples=["returned_by_bank"])]
EventId = Annotated[str, StringConstraints(pattern=r"^evt_[a-z0-9]{8,36}$"), Field(examples=["evt_aaaaaaaaaaaaaaaaaaaaaaaa"])]
LineId = Annotated[str, StringConstraints(pattern=r"^lin_[a-z0-9]{8,36}$"), Field(examples=["lin_aaaaaaaaaaaaaaaaaaaaaaaa"])]
Since = Annotated[Day | None, Field(description="the day it took effect, if it is recorded late; today if left out")]
Whole = Annotated[int, Field(strict=True, ge=0, le=MOST_FEN, description="whole fen, 0 for none")]


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
    rule: Literal["RC-05", "RC-06", "RC-07", "RC-08"]
    on: Since = None


class NewRestructuring(Ask):
    """New terms for a borrower in difficulty."""

    act: Literal["restructure"] = Field(examples=["restructure"])
    line: LineId
    difficulty: Difficulty
    concessions: list[Concession] = Field(min_length=1, max_length=6)
    matures_on: Day
    holiday_until: Day | None = None
    rate_units: int | None = Field(None, strict=True, ge=0, le=10**9)
    rate_basis: Basis | None = None
    waived_principal_fen: Whole = 0
    waived_interest_fen: Whole = 0
    waived_penalty_fen: Whole = 0
    on: Since = None


class NewWaiver(Ask):
    """Interest or penalty let go of."""

    act: Literal["waive"]
    line: LineId
    interest_fen: Whole = 0
    penalty_fen: Whole = 0
    ground: Ground
    on: Since = None


class NewWriteOff(Ask):
    """A loss leaves the balance sheet."""

    act: Literal["write_off"]
    line: LineId
    ground: Ground
    on: Since = None


class NewSale(Ask):
    """A claim becomes another's."""

    act: Literal["sell"]
    line: LineId
    buyer: Text
    price_fen: Whole
    on: Since = None


class NewRelief(Ask):
    """Whom a disaster relief reaches and what it gives."""

    act: Literal["relieve"]
    name: Text
    counties: list[Text] = Field(min_length=1, max_length=500)
    products: list[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]] = Field(default_factory=list, max_length=50)
    worst_dpd: int = Field(30, strict=True, ge=0, le=10_000)
    holiday_until: Day | None = None
    later_months: int = Field(0, strict=True, ge=0, le=24)
    coupon_until: Day | None = None
    coupon_up_to_fen: Whole = 0
    from_on: Since = None


NewProposal = Annotated[NewRestructuring | NewWaiver | NewWriteOff | NewSale | NewRelief, Field(discriminator="act")]


class NewResolution(Ask):
    """Whether the second person agrees."""

    agree: bool = Field(strict=True, examples=[False])


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


class EffectAnswer(Answer):
    """A line before and after an act; the cost is what the bank lets go of for good."""

    line: str
    owed_before_fen: int
    owed_after_fen: int
    class_before: LoanClass
    class_after: LoanClass
    cost_fen: int


class ProposalAnswer(Answer):
    """An act that needs a second person; `agreed` is null while it waits."""

    id: str
    act: str
    line: str | None
    by: str
    on: dt.date
    effect: EffectAnswer | None
    agreed: bool | None
    effective_on: dt.date | None


class ReachedAnswer(Answer):
    """What a relief means for one line."""

    line: str
    party: str
    county: str
    product: str
    principal_fen: int
    dpd: int
    spared_fen: int
    deferred_fen: int


class PreviewAnswer(Answer):
    """Whom a relief would reach today, and what it would cost."""

    reached: list[ReachedAnswer]
    left_out: dict[str, int]
    spared_fen: int
    deferred_fen: int


class CarriedOutAnswer(Answer):
    """How many lines a relief reached, and which refused."""

    relieved: int
    refused: list[tuple[str, str]]


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


@routes.get("/proposals", response_model=Listed[ProposalAnswer])
def list_proposals(by: By, waiting: Annotated[bool, Query(description="only those not resolved")] = False) -> Response:
    """Acts that need a second person, the newest first, with the effect they would have today (staff)."""
    found = proposals(by.house, by.actor, waiting=waiting)
    return told(Listed[ProposalAnswer](items=[ProposalAnswer.model_validate(one) for one in found]))


@routes.post("/proposals", status_code=201, response_model=ProposalAnswer)
def propose_act(by: By, asked: NewProposal, key: Key) -> Response:
    """Ask for an act that a second person must agree to; its effect is told at once (staff)."""
    on = None if isinstance(asked, NewRelief) else asked.on
    made: Proposal = propose(by.house, by.actor, _body(asked, by.key(key)), by.key(key), on)
    return told(ProposalAnswer.model_validate(made), 201)


@routes.post("/proposals/{proposal}/resolution", status_code=201, response_model=ProposalAnswer)
def resolve_proposal(by: By, proposal: ProposalPath, asked: NewResolution, key: Key) -> Response:
    """Agree, which carries it out, or turn it down (risk managers, never who proposed it)."""
    return told(ProposalAnswer.model_validate(resolve(by.house, by.actor, ResolveRequest(proposal, asked.agree), by.key(key))), 201)


@routes.post("/reliefs/preview", response_model=PreviewAnswer)
def preview_relief(by: By, asked: NewRelief) -> Response:
    """Whom a relief would reach today and what it would cost; nothing is recorded (staff)."""
    shown = preview(by.house, by.actor, _plan(asked, "rlf_preview"))
    reached = [ReachedAnswer.model_validate(one) for one in shown.reached]
    answer = PreviewAnswer(reached=reached, left_out=shown.left_out, spared_fen=shown.spared_fen, deferred_fen=shown.deferred_fen)
    return told(answer)


@routes.post("/proposals/{proposal}/run", response_model=CarriedOutAnswer)
def run_relief(by: By, proposal: ProposalPath) -> Response:
    """Relieve every line that an agreed relief reaches; run it again after a break and it goes on (risk managers)."""
    done = carry_out(by.house, by.actor, plan_of(by.house, by.actor, proposal))
    return told(CarriedOutAnswer(relieved=done.relieved, refused=list(done.refused)))


def _changed(made: Changed) -> Response:
    return told(ChangedAnswer.model_validate(made), 201)


def _body(asked: NewProposal, key: str) -> Restructured | Waived | WrittenOff | Sold | ReliefPlanned:
    match asked:
        case NewRestructuring():
            rate = Rate(asked.rate_units, asked.rate_basis) if asked.rate_units is not None and asked.rate_basis else None
            return Restructured(
                asked.line, asked.difficulty, tuple(asked.concessions), asked.matures_on, asked.holiday_until, rate,
                asked.waived_principal_fen, asked.waived_interest_fen, asked.waived_penalty_fen,
            )  # fmt: skip
        case NewWaiver():
            return Waived(asked.line, asked.interest_fen, asked.penalty_fen, asked.ground)
        case NewWriteOff():
            return WrittenOff(asked.line, asked.ground)
        case NewSale():
            return Sold(asked.line, asked.buyer, asked.price_fen)
        case NewRelief():
            return ReliefPlanned(_plan(asked, derived_id(Prefix.RELIEF, key)))


def _plan(asked: NewRelief, relief: str) -> ReliefPlan:
    return ReliefPlan(
        relief, asked.name, tuple(asked.counties), tuple(asked.products), asked.worst_dpd, asked.holiday_until, asked.later_months,
        asked.coupon_until, asked.coupon_up_to_fen, asked.from_on,
    )  # fmt: skip
