"""What may be done with a bill as it stands: who may, what is asked, and what step it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from farthing.domain.arrears import LoanClass
from farthing.domain.bill.bill import BANK, BillGround, BillStatus
from farthing.domain.bill.event import (
    BillAccepted,
    BillDishonoured,
    BillEndorsed,
    BillPaid,
    BillPaidInPart,
    BillPresented,
    BillRedeemed,
    BillRefused,
    BillReturned,
    RecourseMet,
    RecourseTaken,
)
from farthing.domain.ids import Id
from farthing.flows.bill.act import StepBody
from farthing.flows.queries.bills import BillView
from farthing.web.bill import marks
from farthing.web.line import fields
from farthing.web.line.fields import Field, Filled
from farthing.web.text import Words

_G = BillGround
ASKED = (BillStatus.RECOURSE, BillStatus.WRITTEN_OFF)
REFUSED = (_G.DISPUTE, _G.SUSPECTED_FRAUD, _G.FORMAL_DEFECT, _G.NO_ANSWER)
RETURNED = (_G.TRADE_CANCELLED, _G.FORMAL_DEFECT)
DISHONOURED = (_G.NO_FUNDS, _G.NO_ANSWER, _G.FROZEN_ACCOUNT, _G.DISPUTE, _G.SUSPECTED_FRAUD, _G.FORMAL_DEFECT)


@dataclass(frozen=True, slots=True)
class Act:
    """One step that the desk may record; its words are `bill.act.<name>` and `bill.act.<name>.told`. `to` is the party typed in, by id."""

    name: str
    when: Callable[[BillView], bool]
    asks: Callable[[Words, BillView], tuple[Field, ...]]
    body: Callable[[BillView, Filled, Id], StepBody]


def open_now(view: BillView) -> tuple[Act, ...]:
    """What the table lets happen to the bill today."""
    return tuple(act for act in ACTS if act.when(view))


def _is(*statuses: BillStatus) -> Callable[[BillView], bool]:
    return lambda view: view.state.status in statuses


def _unmatured(view: BillView) -> bool:
    return view.on < view.state.bill.matures_on


def _grounds(words: Words, grounds: tuple[BillGround, ...]) -> Field:
    return Field("ground", "choice", choices={ground.value: words(f"bill.ground.{ground.value}") for ground in grounds})


def _parties(words: Words, view: BillView, *, asked: bool) -> Field:
    of = [one.party for one in view.liable if one.asked is asked and not (asked and one.party == BANK)]
    choices = {party: marks.who(words, party, view.names) for party in of}
    return Field("party", "choice", choices=choices, word="field.liable")


def _ground(told: Filled) -> BillGround:
    return BillGround(told.text("ground"))


def _due(view: BillView) -> bool:
    return view.state.status in (BillStatus.ACCEPTED, BillStatus.DISCOUNTED) and view.on >= view.state.falls_due_on


ACTS: tuple[Act, ...] = (
    Act("accept", lambda v: _is(BillStatus.DRAWN)(v) and _unmatured(v), lambda _w, _v: (),
        lambda v, _, __: BillAccepted(v.state.bill.bill)),
    Act("endorse", lambda v: _is(BillStatus.ACCEPTED)(v) and _unmatured(v) and v.state.bill.transferable,
        lambda _w, _v: (Field("to", "text", word="bill.endorse_to"),),
        lambda v, _, to: BillEndorsed(v.state.bill.bill, v.state.holder, to)),
    Act("present", _due, lambda _w, _v: (), lambda v, _, __: BillPresented(v.state.bill.bill, v.state.holder)),
    Act("pay", _is(BillStatus.PRESENTED), lambda _w, _v: (), lambda v, _, __: BillPaid(v.state.bill.bill)),
    Act("pay_part", _is(BillStatus.PRESENTED), lambda w, _: (Field("amount", "money"), _grounds(w, DISHONOURED)),
        lambda v, told, __: BillPaidInPart(v.state.bill.bill, told.fen("amount"), _ground(told))),
    Act("dishonour", _is(BillStatus.PRESENTED), lambda w, _: (_grounds(w, DISHONOURED),),
        lambda v, told, __: BillDishonoured(v.state.bill.bill, _ground(told))),
    Act("recourse", lambda v: any(not one.asked for one in v.liable), lambda w, v: (_parties(w, v, asked=False),),
        lambda v, told, __: RecourseTaken(v.state.bill.bill, told.text("party"))),
    Act("redeem", lambda v: v.state.status is BillStatus.RECOURSE and BANK in v.state.asked,
        lambda _w, v: (Field("amount", "money", fields.typed(v.claimed.total_fen)),),
        lambda v, told, __: BillRedeemed(v.state.bill.bill, told.fen("amount"))),
    Act("recover", lambda v: v.state.status in ASKED and any(one.asked and one.party != BANK for one in v.liable),
        lambda w, v: (_parties(w, v, asked=True), Field("amount", "money", fields.typed(v.claimed.total_fen))),
        lambda v, told, __: RecourseMet(v.state.bill.bill, told.text("party"), told.fen("amount"))),
    Act("refuse", _is(BillStatus.DRAWN), lambda w, _: (_grounds(w, REFUSED),),
        lambda v, told, __: BillRefused(v.state.bill.bill, _ground(told))),
    Act("return", lambda v: _is(BillStatus.DRAWN, BillStatus.ACCEPTED)(v) and not v.state.chain and _unmatured(v),
        lambda w, _: (_grounds(w, RETURNED),), lambda v, told, __: BillReturned(v.state.bill.bill, _ground(told))),
)  # fmt: skip
"""In the order in which the page offers them."""


def sellable(view: BillView) -> bool:
    """May the bank buy it today?"""
    state = view.state
    return state.status is BillStatus.ACCEPTED and _unmatured(view) and state.bill.transferable and state.holder != BANK


def resaleable(view: BillView) -> bool:
    """May the bank sell it on today?"""
    return view.state.status is BillStatus.DISCOUNTED and _unmatured(view)


def lost(view: BillView) -> bool:
    """May it be written off?"""
    state = view.state
    unpaid = state.status in (BillStatus.DISHONOURED, BillStatus.RECOURSE) and state.holder == BANK
    return unpaid and state.discount is not None and view.loan_class is LoanClass.LOSS
