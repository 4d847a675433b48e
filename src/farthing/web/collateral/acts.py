"""The acts on a house, as data: who may, which move of its life it is, what is asked, which flow it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from farthing.domain.collateral.house import LienTask
from farthing.domain.ids import Id
from farthing.domain.staff import Role
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
from farthing.flows.collateral.offer import WithdrawRequest, withdraw_house
from farthing.flows.collateral.raise_limit import LowerRequest, RaiseRequest, ResolveRaiseRequest, lower, propose_raise, resolve_raise
from farthing.flows.collateral.value import AppraisalRequest, ValueRequest, appraise_house, value_house
from farthing.flows.queries.houses import HouseView
from farthing.web import figures
from farthing.web.line import fields
from farthing.web.line.fields import Field, Filled
from farthing.web.text import Words

OFFICER, RISK = Role.CREDIT_OFFICER, Role.RISK_MANAGER
Where: TypeAlias = Literal["menu", "checklist", "decision"]
"""On which part of the page an act stands."""
WITHDRAWN = ("owner_changed_mind", "title_unclear", "not_worth_it")
LOWERED = ("lower_value", "asked_by_borrower", "higher_risk")
RELEASED = ("paid_off", "line_closed", "replaced_by_other")


@dataclass(frozen=True, slots=True)
class HouseAct:
    """One act; its words are `house.act.<name>` and `house.act.<name>.told`. `move` is the move of a house's life that it is."""

    name: str
    move: str
    roles: tuple[Role, ...]
    asks: Callable[[Words, HouseView], tuple[Field, ...]]
    flow: Callable[..., Any]
    request: Callable[[HouseView, Filled], Any]
    where: Where = "menu"


def open_to(role: Role, actor: Id, view: HouseView, where: Where) -> tuple[HouseAct, ...]:
    """What this reader may do with the house as it stands, on one part of the page."""
    moves = {move.value for move in view.moves}
    if view.state.asked is not None and view.state.asked.by == actor:
        moves -= {"raise", "turn_down"}
    if view.release is not None:
        moves -= {"let_go"}
    return tuple(act for act in ACTS if act.where == where and role in act.roles and act.move in moves)


def _appraise(view: HouseView, told: Filled) -> AppraisalRequest:
    amounts = (told.fen("value_low"), told.fen("value_mid"), told.fen("value_high"))
    return AppraisalRequest(view.state.house, *amounts, told.text("report"), told.day("valued_on"))


def _agree_asks(words: Words, view: HouseView) -> tuple[Field, ...]:
    choices = {one.line: words("house.line.choice", limit=figures.money(one.limit_fen), line=one.line) for one in view.lines}
    valuation = view.state.valuation
    return (
        Field("house_line", "choice", choices=choices), Field("secured", "money", fields.typed(valuation.lending_fen) if valuation else ""),
        Field("rank", "text", "1"), Field("prior", "money"),
    )  # fmt: skip


def _agree(view: HouseView, told: Filled) -> AgreeRequest:
    return AgreeRequest(view.state.house, told.text("house_line"), told.fen("secured"), told.count("rank"), told.fen("prior"))


def _raise_asks(_: Words, view: HouseView) -> tuple[Field, ...]:
    return (Field("raise_by", "money", fields.typed(view.room.fen) if view.room and view.room.fen else ""),)


def _lower_asks(words: Words, view: HouseView) -> tuple[Field, ...]:
    over = min(view.margin.over_fen, view.state.secured_fen) if view.margin else 0
    return Field("lower_by", "money", fields.typed(over) if over else ""), fields.grounds(words, *LOWERED)


def _task(task: LienTask) -> HouseAct:
    return HouseAct(
        task.value, task.value, (OFFICER, RISK),
        lambda _w, view: (Field("document", "text"), Field("done_on", "day", str(view.today))), complete_task,
        lambda view, told: TaskRequest(view.state.house, task, told.text("document"), told.day("done_on")), "checklist",
    )  # fmt: skip


ACTS: tuple[HouseAct, ...] = (
    HouseAct("value", "value", (OFFICER, RISK), lambda _w, _v: (), value_house, lambda v, _: ValueRequest(v.state.house)),
    HouseAct("appraise", "value", (OFFICER, RISK), lambda _w, v: (
        Field("value_low", "money"), Field("value_mid", "money"), Field("value_high", "money"), Field("report", "text"),
        Field("valued_on", "day", str(v.today))), appraise_house, _appraise),
    HouseAct("agree", "agree", (OFFICER,), _agree_asks, agree_lien, _agree),
    *(_task(task) for task in LienTask),
    HouseAct("register", "register", (OFFICER, RISK), lambda _w, _v: (Field("certificate", "text"),), register_lien,
        lambda v, told: RegisterRequest(v.state.house, told.text("certificate"))),
    HouseAct("raise", "ask", (OFFICER, RISK), _raise_asks, propose_raise,
        lambda v, told: RaiseRequest(v.state.house, told.fen("raise_by"))),
    HouseAct("lower", "lower", (RISK,), _lower_asks, lower,
        lambda v, told: LowerRequest(v.state.house, told.fen("lower_by"), told.text("ground"))),
    HouseAct("release_lien", "let_go", (RISK,), lambda w, _: (fields.grounds(w, *RELEASED),), release_lien,
        lambda v, told: ReleaseRequest(v.state.house, told.text("ground"))),
    HouseAct("withdraw", "withdraw", (OFFICER, RISK), lambda w, _: (fields.grounds(w, *WITHDRAWN),), withdraw_house,
        lambda v, told: WithdrawRequest(v.state.house, told.text("ground"))),
    HouseAct("resolve_agree", "raise", (RISK,), lambda _w, _v: (), resolve_raise,
        lambda v, _: ResolveRaiseRequest(v.state.house, agree=True), "decision"),
    HouseAct("resolve_reject", "turn_down", (RISK,), lambda _w, _v: (), resolve_raise,
        lambda v, _: ResolveRaiseRequest(v.state.house, agree=False), "decision"),
)  # fmt: skip
