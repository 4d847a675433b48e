"""What is asked of a simulated bank, as plain values that can be kept, repeated and sent to another process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from farthing.domain import canon
from farthing.domain.event import BODIES, ReliefPlanned
from farthing.domain.ids import Id
from farthing.domain.line_event import Restructured, Sold, Waived, WrittenOff
from farthing.domain.relief import ReliefPlan
from farthing.domain.staff import Actor, Role
from farthing.flows.bill.act import BillChanged, StepRequest, act
from farthing.flows.bill.discount import DiscountRequest, discount
from farthing.flows.bill.draw import DrawBillRequest, draw_bill
from farthing.flows.bill.part import RediscountRequest
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
from farthing.flows.collateral.offer import OfferRequest, offer_house
from farthing.flows.collateral.raise_limit import LowerRequest, RaiseRequest, ResolveRaiseRequest, lower, propose_raise, resolve_raise
from farthing.flows.collateral.value import AppraisalRequest, appraise_house
from farthing.flows.day_end import DayEndRequest, day_end
from farthing.flows.line.agree import AssessRequest, CouponRequest, ExtendRequest, VaryRequest, assess, extend, grant_coupon, vary
from farthing.flows.line.correct import MoveRequest, RefundRequest, ReverseRequest, move, refund, reverse
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.end import CloseRequest, close_line
from farthing.flows.line.freeze import FreezeRequest, freeze, unfreeze
from farthing.flows.line.propose import ResolveRequest, propose, propose_sale, resolve
from farthing.flows.line.relief import CarriedOut, carry_out
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House
from farthing.flows.simulation.opening import Firm, Opening, know_firm, open_for
from farthing.world.misfortune import Strike

STAFF: Mapping[str, Actor] = MappingProxyType({
    "system": Actor("stf_simulator", "simulator", Role.SYSTEM),
    "officer": Actor("stf_simulated_officer", "模拟甲", Role.CREDIT_OFFICER),
    "risk": Actor("stf_simulated_risk", "模拟乙", Role.RISK_MANAGER),
    "second": Actor("stf_simulated_second", "模拟丙", Role.RISK_MANAGER),
})  # fmt: skip
"""Who acts in a simulation; nobody of them may log in."""


class Ask(StrEnum):
    """What may be asked."""

    OPEN = "open"
    DRAW = "draw"
    REPAY = "repay"
    REVERSE = "reverse"
    MOVE = "move"
    REFUND = "refund"
    VARY = "vary"
    EXTEND = "extend"
    COUPON = "coupon"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    ASSESS = "assess"
    RESTRUCTURE = "restructure"
    WAIVE = "waive"
    WRITE_OFF = "write_off"
    SELL = "sell"
    PLAN_RELIEF = "plan_relief"
    RESOLVE = "resolve"
    RELIEVE = "relieve"
    CLOSE = "close"
    KNOW = "know"
    DRAW_BILL = "draw_bill"
    STEP_BILL = "step_bill"
    DISCOUNT = "discount"
    SELL_ON = "sell_on"
    OFFER = "offer"
    APPRAISE = "appraise"
    AGREE = "agree"
    TASK = "task"
    REGISTER = "register"
    RAISE = "raise"
    RAISE_CONSENT = "raise_consent"
    LOWER = "lower"
    RELEASE = "release"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a bill by its kind, so that it can be read again: its body as canonical JSON."""

    kind: str
    body: str


def _step(house: House, actor: Actor, request: Step, key: str) -> BillChanged:
    return act(house, actor, StepRequest(canon.decode(BODIES[request.kind], request.body.encode())), key)  # type: ignore[arg-type]


def _relieve(house: House, actor: Actor, plan: ReliefPlan, _key: str) -> CarriedOut:
    return carry_out(house, actor, plan)


ACTS: Mapping[Ask, tuple[Callable[[House, Actor, Any, str], object], type]] = MappingProxyType({
    Ask.OPEN: (open_for, Opening), Ask.DRAW: (draw, DrawRequest), Ask.REPAY: (repay, RepayRequest), Ask.REVERSE: (reverse, ReverseRequest),
    Ask.MOVE: (move, MoveRequest), Ask.REFUND: (refund, RefundRequest), Ask.VARY: (vary, VaryRequest), Ask.EXTEND: (extend, ExtendRequest),
    Ask.COUPON: (grant_coupon, CouponRequest), Ask.FREEZE: (freeze, FreezeRequest), Ask.UNFREEZE: (unfreeze, FreezeRequest),
    Ask.ASSESS: (assess, AssessRequest), Ask.RESTRUCTURE: (propose, Restructured), Ask.WAIVE: (propose, Waived),
    Ask.WRITE_OFF: (propose, WrittenOff), Ask.SELL: (propose, Sold), Ask.PLAN_RELIEF: (propose, ReliefPlanned),
    Ask.RESOLVE: (resolve, ResolveRequest), Ask.RELIEVE: (_relieve, ReliefPlan), Ask.CLOSE: (close_line, CloseRequest),
    Ask.KNOW: (know_firm, Firm), Ask.DRAW_BILL: (draw_bill, DrawBillRequest), Ask.STEP_BILL: (_step, Step),
    Ask.DISCOUNT: (discount, DiscountRequest), Ask.SELL_ON: (propose_sale, RediscountRequest), Ask.OFFER: (offer_house, OfferRequest),
    Ask.APPRAISE: (appraise_house, AppraisalRequest), Ask.AGREE: (agree_lien, AgreeRequest), Ask.TASK: (complete_task, TaskRequest),
    Ask.REGISTER: (register_lien, RegisterRequest), Ask.RAISE: (propose_raise, RaiseRequest),
    Ask.RAISE_CONSENT: (resolve_raise, ResolveRaiseRequest), Ask.LOWER: (lower, LowerRequest), Ask.RELEASE: (release_lien, ReleaseRequest),
    Ask.NIGHT: (day_end, DayEndRequest),
})  # fmt: skip
"""The flow that carries each out, and the form of its request."""
CROWD = (Ask.DRAW, Ask.REPAY)
"""What comes in crowds and shares commits."""
MOVES_LIMITS = (Ask.RAISE_CONSENT, Ask.LOWER, Ask.RELEASE)
"""What is asked about a house and may leave an event on the line behind it, too."""
PROPOSALS = (Ask.RESTRUCTURE, Ask.WAIVE, Ask.WRITE_OFF, Ask.SELL, Ask.PLAN_RELIEF, Ask.SELL_ON)


@dataclass(frozen=True, slots=True)
class Message:
    """One thing asked for: under which key, about which line (empty: none), by whom (of `STAFF`), and the request as canonical JSON."""

    key: str
    ask: Ask
    line: Id
    actor: str
    request: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a message: its result as canonical JSON, or the code of a refusal."""

    key: str
    result: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Orders:
    """A day at the bank: its messages in order, the night's last, and what goes wrong at which."""

    day: dt.date
    messages: tuple[Message, ...]
    strikes: tuple[Strike, ...]


@dataclass(frozen=True, slots=True)
class Morning:
    """What is fixed before a day begins: its orders, how many of the messages are late copies, late copies that will come of it, and the
    lines that each relief (by key) will reach."""

    orders: Orders
    copies: int
    late: tuple[Strike, ...]
    reached: tuple[tuple[str, tuple[Id, ...]], ...]


def written(key: str, ask: Ask, line: Id, request: object, actor: str = "system") -> Message:
    """A message with this request."""
    assert isinstance(request, ACTS[ask][1]), f"{ask} is asked for by another form"
    return Message(key, ask, line, actor, canon.encode(request).decode())


def carried_out(house: House, message: Message) -> Answer:
    """The flow's answer; raises what the flow refuses with."""
    flow, _ = ACTS[message.ask]
    return Answer(message.key, canon.encode(flow(house, STAFF[message.actor], request_of(message), message.key)).decode())


def request_of(message: Message) -> Any:
    """The request behind its canonical JSON."""
    return canon.decode(ACTS[message.ask][1], message.request.encode())
