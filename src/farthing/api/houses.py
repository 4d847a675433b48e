"""Houses that secure lines: offered, valued, taken as security by offline tasks, raised on by two people, and given back."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field, StringConstraints

from farthing.api.fields import MOST_FEN, Answer, Ask, Cursor, Day, Fen, Key, Limit, Listed, PartyId, offset, onward, percent, told
from farthing.api.security import By
from farthing.domain.collateral.house import HouseKind, HouseStage, LienTask, Premises, ValuationMethod
from farthing.flows.collateral.lien import (
    AgreeRequest,
    RegisterRequest,
    ReleaseRequest,
    TaskRequest,
    agree_lien,
    complete_task,
    register_lien,
    release_lien,
)
from farthing.flows.collateral.offer import OfferRequest, WithdrawRequest, offer_house, withdraw_house
from farthing.flows.collateral.pledge import Pledged
from farthing.flows.collateral.raise_limit import LowerRequest, RaiseRequest, ResolveRaiseRequest, lower, propose_raise, resolve_raise
from farthing.flows.collateral.value import AppraisalRequest, ValueRequest, appraise_house, value_house
from farthing.flows.queries import houses as reading
from farthing.flows.queries.houses import HouseView

routes = APIRouter(tags=["houses"])

HousePath = Annotated[str, Path(pattern=r"^hse_[a-z0-9]{8,36}$", examples=["hse_aaaaaaaaaaaaaaaaaaaaaaaa"])]
LineId = Annotated[str, StringConstraints(pattern=r"^lin_[a-z0-9]{8,36}$"), Field(examples=["lin_aaaaaaaaaaaaaaaaaaaaaaaa"])]
Ground = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{2,39}$"), Field(examples=["paid_off"])]
Document = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{3,63}$"),
    Field(description="an evidence id, or the number under which the archive keeps it", examples=["A-2026-0012"]),
]


class NewHouse(Ask):
    """Whose house, and what its deed says. The deed's number is kept as a keyed index only."""

    party: PartyId
    kind: HouseKind
    district: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,20}$"), Field(description="a code", examples=["D02"])]
    area_dm2: int = Field(strict=True, ge=1_000, le=500_000, description="hundredths of a square metre", examples=[9_250])
    built: int = Field(strict=True, ge=1900, le=2199, description="the year", examples=[2012])
    floor: int = Field(strict=True, ge=-3, le=150)
    deed: Annotated[str, StringConstraints(min_length=4, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")]


class NewWithdrawal(Ask):
    """Why an offer ends."""

    ground: Ground


class NewAppraisal(Ask):
    """What an appraiser's report says."""

    low_fen: Fen
    mid_fen: Fen
    high_fen: Fen
    report: Document
    valued_on: Day


class NewLien(Ask):
    """For which line, up to how much, of which rank, behind how much of others."""

    line: LineId
    secured_fen: Fen
    rank: int = Field(1, strict=True, ge=1, le=9)
    prior_fen: int = Field(0, strict=True, ge=0, le=MOST_FEN)


class NewTask(Ask):
    """Which offline task was done, on which day, with which document."""

    task: LienTask
    evidence: Document
    done_on: Day


class NewRegistration(Ask):
    """The number of the register's certificate."""

    certificate: Document


class NewRaise(Ask):
    """By how much the line's limit shall rise."""

    by_fen: Fen


class NewRaiseResolution(Ask):
    """Whether the second person agrees."""

    agree: bool = Field(strict=True, examples=[False])


class NewLowering(Ask):
    """By how much less of the limit shall rest on the house, and why."""

    by_fen: Fen
    ground: Ground


class NewRelease(Ask):
    """Why the bank lets go of the house."""

    ground: Ground


class PledgedAnswer(Answer):
    """A house after a change; so much of its line's limit rests on it."""

    event: str
    house: str
    stage: HouseStage
    lending_fen: int
    secured_fen: int


class HouseRowAnswer(Answer):
    """A house in a list."""

    house: str
    party: str
    line: str | None
    stage: HouseStage
    kind: str
    district: str
    area_dm2: int
    lending_fen: int
    secured_fen: int
    valued_on: dt.date | None
    revalue_by: dt.date | None
    overdue: bool = Field(description="the day by which it is to be valued anew has passed")
    asked_fen: int | None = Field(description="a raise that waits for its second person")
    synthetic: bool = Field(description="its value rests on sales that were made up")


class ValuationAnswer(Answer):
    """An interval of value; what may be lent against is its lower end."""

    low_fen: int
    mid_fen: int
    high_fen: int
    method: ValuationMethod
    valued_on: dt.date
    evidence: list[str]
    comparables: int
    confidence_ppm: int
    synthetic: bool


class TaskAnswer(Answer):
    """An offline task: still to do, or done by whom, when, with which document."""

    task: LienTask
    by: str | None
    done_on: dt.date | None
    evidence: str | None


class CapAnswer(Answer):
    """One bound of a raise."""

    name: str
    fen: int = Field(description="whole fen; below zero it is passed already")


class MarginAnswer(Answer):
    """A line against all houses it rests on: what is carried, what passes it, and what is not carried at all."""

    state: str
    carried_fen: int
    secured_fen: int
    unsecured_fen: int
    owed_fen: int
    over_fen: int
    short_fen: int


class HouseAnswer(Answer):
    """A house as it stands today, and what that means for its line."""

    house: str
    party: str
    line: str | None
    stage: HouseStage
    kind: HouseKind
    district: str
    area_dm2: int
    built: int
    floor: int
    valuations: list[ValuationAnswer]
    secured_fen: int
    registered_fen: int = Field(description="the most that the lien secures, 0 without one")
    prior_fen: int
    certificate: str
    carried_fen: int
    ltv_percent: str = Field(description="lent at most, of the lending value, for the line's term", examples=["70.0000"])
    loan_percent: str | None = Field(description="owed, with what comes before it, of the lending value")
    raise_fen: int | None
    caps: list[CapAnswer]
    margin: MarginAnswer | None
    covered_fen: int
    net_fen: int
    required_fen: int = Field(description="set aside for the line, whatever covers it")
    uncovered_fen: int = Field(description="what its class would ask of the part that nothing covers, and of the rest as of a normal loan")
    tasks: list[TaskAnswer]
    moves: list[str]
    revalue_by: dt.date | None
    asked_fen: int | None = Field(description="a raise that waits for its second person")
    synthetic: bool


@routes.get("/houses", response_model=Listed[HouseRowAnswer])
def list_houses(
    by: By, limit: Limit = 50, cursor: Cursor = None, due: Annotated[bool, Query(description="only those to be valued anew soon")] = False
) -> Response:
    """Houses, the newest offers first; with `due` those to be valued anew within 30 days, the most overdue first (staff)."""
    start = offset("houses", cursor)
    rows = (
        reading.due_houses(by.house, by.actor)[start : start + limit]
        if due
        else reading.houses(by.house, by.actor, limit=limit, offset=start)
    )
    items = [HouseRowAnswer.model_validate(row) for row in rows]
    return told(Listed[HouseRowAnswer](items=items, next=onward("houses", start, len(items), limit)))


@routes.get("/houses/{house}", response_model=HouseAnswer)
def read_house(by: By, house: HousePath) -> Response:
    """One house as it stands today (staff)."""
    return told(_house(reading.house_view(by.house, by.actor, house)))


@routes.post("/houses", status_code=201, response_model=PledgedAnswer)
def offer_a_house(by: By, asked: NewHouse, key: Key) -> Response:
    """Record that a customer offers a house (officers)."""
    premises = Premises(asked.kind, asked.district, asked.area_dm2, asked.built, asked.floor)
    return _pledged(offer_house(by.house, by.actor, OfferRequest(asked.party, premises, asked.deed), by.key(key)))


@routes.post("/houses/{house}/withdrawal", status_code=201, response_model=PledgedAnswer)
def withdraw_a_house(by: By, house: HousePath, asked: NewWithdrawal, key: Key) -> Response:
    """End an offer before a lien was agreed (staff)."""
    return _pledged(withdraw_house(by.house, by.actor, WithdrawRequest(house, asked.ground), by.key(key)))


@routes.post("/houses/{house}/valuations", status_code=201, response_model=PledgedAnswer)
def value_a_house(by: By, house: HousePath, key: Key) -> Response:
    """Value a house from the sales brought last (staff)."""
    return _pledged(value_house(by.house, by.actor, ValueRequest(house), by.key(key)))


@routes.post("/houses/{house}/appraisals", status_code=201, response_model=PledgedAnswer)
def appraise_a_house(by: By, house: HousePath, asked: NewAppraisal, key: Key) -> Response:
    """Record what an appraiser's report says (staff)."""
    request = AppraisalRequest(house, asked.low_fen, asked.mid_fen, asked.high_fen, asked.report, asked.valued_on)
    return _pledged(appraise_house(by.house, by.actor, request, by.key(key)))


@routes.post("/houses/{house}/lien", status_code=201, response_model=PledgedAnswer)
def agree_a_lien(by: By, house: HousePath, asked: NewLien, key: Key) -> Response:
    """Agree that a house secures a line of its owner's (officers)."""
    request = AgreeRequest(house, asked.line, asked.secured_fen, asked.rank, asked.prior_fen)
    return _pledged(agree_lien(by.house, by.actor, request, by.key(key)))


@routes.post("/houses/{house}/tasks", status_code=201, response_model=PledgedAnswer)
def complete_a_task(by: By, house: HousePath, asked: NewTask, key: Key) -> Response:
    """Record an offline task under the caller's name (staff)."""
    return _pledged(complete_task(by.house, by.actor, TaskRequest(house, asked.task, asked.evidence, asked.done_on), by.key(key)))


@routes.post("/houses/{house}/registration", status_code=201, response_model=PledgedAnswer)
def register_a_lien(by: By, house: HousePath, asked: NewRegistration, key: Key) -> Response:
    """State that the lien stands in the register, once every task is done (staff)."""
    return _pledged(register_lien(by.house, by.actor, RegisterRequest(house, asked.certificate), by.key(key)))


@routes.post("/houses/{house}/raise", status_code=201, response_model=PledgedAnswer)
def propose_a_raise(by: By, house: HousePath, asked: NewRaise, key: Key) -> Response:
    """Ask that the line's limit rise on the house; a second person decides (staff)."""
    return _pledged(propose_raise(by.house, by.actor, RaiseRequest(house, asked.by_fen), by.key(key)))


@routes.post("/houses/{house}/raise/resolution", status_code=201, response_model=PledgedAnswer)
def resolve_a_raise(by: By, house: HousePath, asked: NewRaiseResolution, key: Key) -> Response:
    """Agree, which raises the limit, or turn it down (risk managers, never who asked)."""
    return _pledged(resolve_raise(by.house, by.actor, ResolveRaiseRequest(house, asked.agree), by.key(key)))


@routes.post("/houses/{house}/lowering", status_code=201, response_model=PledgedAnswer)
def lower_on_a_house(by: By, house: HousePath, asked: NewLowering, key: Key) -> Response:
    """Let less of the limit rest on the house; what is drawn stays drawn (risk managers)."""
    return _pledged(lower(by.house, by.actor, LowerRequest(house, asked.by_fen, asked.ground), by.key(key)))


@routes.post("/houses/{house}/release", status_code=201, response_model=PledgedAnswer)
def release_a_lien(by: By, house: HousePath, asked: NewRelease, key: Key) -> Response:
    """Let go of a house whose line owes nothing (risk managers)."""
    return _pledged(release_lien(by.house, by.actor, ReleaseRequest(house, asked.ground), by.key(key)))


def _pledged(made: Pledged) -> Response:
    return told(PledgedAnswer.model_validate(made), 201)


def _house(view: HouseView) -> HouseAnswer:
    state, lien, part = view.state, view.state.lien, view.covered
    tasks = [
        TaskAnswer(
            task=one.task,
            by=one.by or None,
            done_on=one.done.done_on if one.done else None,
            evidence=one.done.evidence if one.done else None,
        )
        for one in view.tasks
    ]
    return HouseAnswer(
        house=state.house, party=state.party, line=lien.line if lien else None, stage=state.stage, kind=state.premises.kind,
        district=state.premises.district, area_dm2=state.premises.area_dm2, built=state.premises.built, floor=state.premises.floor,
        valuations=[ValuationAnswer.model_validate(one) for one in state.valuations], secured_fen=state.secured_fen,
        registered_fen=lien.secured_fen if lien else 0, prior_fen=lien.prior_fen if lien else 0, certificate=view.certificate,
        carried_fen=view.carried_fen, ltv_percent=percent(view.ltv_ppm),
        loan_percent=percent(view.loan_ppm) if view.loan_ppm is not None else None, raise_fen=view.room.fen if view.room else None,
        caps=[CapAnswer.model_validate(cap) for cap in view.room.caps] if view.room else [],
        margin=MarginAnswer.model_validate(view.margin) if view.margin else None, covered_fen=part.covered_fen if part else 0,
        net_fen=part.net_fen if part else 0, required_fen=view.required_fen, uncovered_fen=view.uncovered_fen,
        tasks=tasks, moves=[move.value for move in view.moves], revalue_by=view.revalue_by,
        asked_fen=state.asked.by_fen if state.asked else None, synthetic=state.synthetic,
    )  # fmt: skip
