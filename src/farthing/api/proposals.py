"""What a second person decides: proposals and their resolution, disaster relief, lines to be approved again."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints

from farthing.api.fields import (
    Answer,
    Ask,
    Day,
    Ground,
    Key,
    LineId,
    Listed,
    PartyId,
    ProposalPath,
    Since,
    Text,
    Whole,
    told,
)
from farthing.api.security import By
from farthing.domain.arrears import Concession, Difficulty, LoanClass
from farthing.domain.bank.bank_event import CapitalStated, PartnerDelisted, PartnerListed
from farthing.domain.event import ReliefPlanned
from farthing.domain.ids import Prefix, derived_id
from farthing.domain.line_event import Reapproved, Restructured, Sold, Waived, WrittenOff
from farthing.domain.model_card import HOME_MARKET, ModelAppointed, ModelStatus
from farthing.domain.rate import Basis, Rate
from farthing.domain.relief import ReliefPlan
from farthing.flows.line.propose import BankAct, LineAct, Proposal, ResolveRequest, propose, resolve
from farthing.flows.line.relief import carry_out, preview
from farthing.flows.queries.proposals import plan_of, proposals
from farthing.flows.queries.reapprovals import reapprovals

routes = APIRouter(tags=["servicing"])


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
    buyer: PartyId
    price_fen: Whole
    on: Since = None


class NewReapproval(Ask):
    """A line of more than a year is approved again."""

    act: Literal["reapprove"]
    line: LineId
    ground: Ground


class NewCapital(Ask):
    """The bank's capital on a reporting date."""

    act: Literal["state_capital"]
    reported_on: Day
    net_capital_fen: Whole
    net_tier1_fen: Whole


class NewListing(Ask):
    """A partner comes on the list of joint lending, or leaves it."""

    act: Literal["list_partner", "delist_partner"]
    partner: PartyId
    ground: Ground


class NewAppointment(Ask):
    """A model is to be used, or to challenge the one in use."""

    act: Literal["appoint_model"]
    model: Annotated[str, StringConstraints(pattern=r"^mdl_[a-z0-9_]{1,36}$")]
    challenger: bool = Field(False, strict=True)
    market: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{1,19}$")] = HOME_MARKET
    valid_until: Day
    ground: Ground


class NewRelief(Ask):
    """Whom a disaster relief reaches and what it gives."""

    act: Literal["relieve"]
    name: Ground
    counties: list[Text] = Field(min_length=1, max_length=500)
    products: list[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]] = Field(default_factory=list, max_length=50)
    worst_dpd: int = Field(30, strict=True, ge=0, le=10_000)
    holiday_until: Day | None = None
    later_months: int = Field(0, strict=True, ge=0, le=24)
    coupon_until: Day | None = None
    coupon_up_to_fen: Whole = 0
    from_on: Since = None


NewProposal = Annotated[
    NewRestructuring | NewWaiver | NewWriteOff | NewSale | NewReapproval | NewCapital | NewListing | NewAppointment | NewRelief,
    Field(discriminator="act"),
]


class NewResolution(Ask):
    """Whether the second person agrees."""

    agree: bool = Field(strict=True, examples=[False])


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
    bill: str | None = Field(description="the bill that is to be bought, sold on or written off")


class ReapprovalAnswer(Answer):
    """A line and by when it is to be approved again."""

    line: str
    party: str
    product: str
    limit_fen: int
    owed_fen: int
    due_on: dt.date
    days_late: int
    synthetic: bool


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


@routes.get("/proposals", response_model=Listed[ProposalAnswer])
def list_proposals(by: By, waiting: Annotated[bool, Query(description="only those not resolved")] = False) -> Response:
    """Acts that need a second person, the newest first, with the effect they would have today (staff)."""
    found = proposals(by.house, by.actor, waiting=waiting)
    return told(Listed[ProposalAnswer](items=[ProposalAnswer.model_validate(one) for one in found]))


@routes.post("/proposals", status_code=201, response_model=ProposalAnswer)
def propose_act(by: By, asked: NewProposal, key: Key) -> Response:
    """Ask for an act that a second person must agree to; its effect is told at once (staff)."""
    on = asked.on if isinstance(asked, NewRestructuring | NewWaiver | NewWriteOff | NewSale) else None
    made: Proposal = propose(by.house, by.actor, _body(asked, by.key(key)), by.key(key), on)
    return told(ProposalAnswer.model_validate(made), 201)


@routes.post("/proposals/{proposal}/resolution", status_code=201, response_model=ProposalAnswer)
def resolve_proposal(by: By, proposal: ProposalPath, asked: NewResolution, key: Key) -> Response:
    """Agree, which carries it out, or turn it down (risk managers, never who proposed it)."""
    return told(ProposalAnswer.model_validate(resolve(by.house, by.actor, ResolveRequest(proposal, asked.agree), by.key(key))), 201)


@routes.get("/reapprovals", response_model=Listed[ReapprovalAnswer])
def list_reapprovals(by: By, within_days: Annotated[int, Query(ge=0, le=3660)] = 30) -> Response:
    """Lines of more than a year that are to be approved again, the latest first (staff)."""
    found = reapprovals(by.house, by.actor, within_days=within_days)
    return told(Listed[ReapprovalAnswer](items=[ReapprovalAnswer.model_validate(one) for one in found]))


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


def _body(asked: NewProposal, key: str) -> LineAct | BankAct:
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
        case NewReapproval():
            return Reapproved(asked.line, asked.ground)
        case NewCapital():
            return CapitalStated(asked.reported_on, asked.net_capital_fen, asked.net_tier1_fen)
        case NewListing():
            return (PartnerListed if asked.act == "list_partner" else PartnerDelisted)(asked.partner, asked.ground)
        case NewAppointment():
            status = ModelStatus.CHALLENGER if asked.challenger else ModelStatus.APPROVED
            return ModelAppointed(asked.model, status, asked.market, asked.valid_until, asked.ground)
        case NewRelief():
            return ReliefPlanned(_plan(asked, derived_id(Prefix.RELIEF, key)))


def _plan(asked: NewRelief, relief: str) -> ReliefPlan:
    return ReliefPlan(
        relief, asked.name, tuple(asked.counties), tuple(asked.products), asked.worst_dpd, asked.holiday_until, asked.later_months,
        asked.coupon_until, asked.coupon_up_to_fen, asked.from_on,
    )  # fmt: skip
