"""The acts on a line, as data: who may, when it makes sense, what is asked, which flow it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from farthing.domain.arrears import Concession, Difficulty, LoanClass
from farthing.domain.facility import LineStatus
from farthing.domain.ids import Id
from farthing.domain.line_event import Restructured, Sold, Waived, WrittenOff
from farthing.domain.rate import Basis, Rate
from farthing.domain.staff import Role
from farthing.flows.line.agree import RULES, AssessRequest, CouponRequest, ExtendRequest, VaryRequest, assess, extend, grant_coupon, vary
from farthing.flows.line.correct import MoveRequest, RefundRequest, ReverseRequest, move, refund, reverse
from farthing.flows.line.end import CloseRequest, close_line
from farthing.flows.line.freeze import FreezeRequest, freeze, unfreeze
from farthing.flows.line.propose import propose
from farthing.flows.queries.lines import LineView
from farthing.web.line import fields
from farthing.web.line.fields import Field, Filled
from farthing.web.text import Words

OFFICER, RISK = Role.CREDIT_OFFICER, Role.RISK_MANAGER
Group: TypeAlias = Literal["correct", "agree", "end", "propose"]
REVERSED = ("returned_by_bank", "booked_twice", "wrong_amount", "never_paid_out")
VARIED = ("regular_review", "asked_by_borrower", "good_conduct", "higher_risk")
EXTENDED = ("late_sales", "late_harvest", "asked_by_borrower")
WAIVED = ("mistake_of_bank", "complaint_upheld", "goodwill")
WRITTEN_OFF = ("no_recovery", "bankrupt", "deceased")
FROZEN = ("suspected_fraud", "higher_risk", "asked_by_borrower")
UNFROZEN = ("cleared", "asked_by_borrower")


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of the menu; its words are `act.<name>` and `act.<name>.told`.

    `request` makes of the line and what was filled in what `flow` is asked; a proposal's is the body that a second person agrees to.
    What is `dated` may have taken effect before today; a correction takes its day from what it corrects.
    """

    name: str
    group: Group
    roles: tuple[Role, ...]
    when: Callable[[LineView], bool]
    asks: Callable[[Words, LineView], tuple[Field, ...]]
    flow: Callable[..., Any]
    request: Callable[[LineView, Filled], Any]

    @property
    def dated(self) -> bool:
        """May it be dated back?"""
        return self.flow not in (reverse, move)

    def lines(self, view: LineView, request: Any) -> tuple[Id, ...]:
        """The lines it changes, the one on the page first."""
        return (view.terms.line, request.to) if isinstance(request, MoveRequest) else (view.terms.line,)


def open_to(role: Role, view: LineView) -> tuple[Act, ...]:
    """What this role may do with the line as it stands."""
    return tuple(act for act in ACTS if role in act.roles and act.when(view))


def _moves(view: LineView) -> bool:
    return any(one.kind in ("Drawn", "Repaid") and not one.taken_back for one in view.timeline)


def _paid(view: LineView) -> bool:
    return any(one.kind == "Repaid" and not one.taken_back for one in view.timeline)


def _matures(view: LineView) -> bool:
    return fields.running(view) and any(draw.matures_on > view.state.as_of for draw in view.state.draws)


def _owes(view: LineView) -> bool:
    return fields.running(view) and view.state.owed_fen > 0


def _sellable(view: LineView) -> bool:
    return view.state.status not in (LineStatus.CLOSED, LineStatus.SOLD) and view.state.owed_fen > 0


def _vary_asks(words: Words, view: LineView) -> tuple[Field, ...]:
    daily = view.terms.rate.basis is Basis.DAY
    return (
        Field("rate", "percent", word="field.rate.day" if daily else "field.rate.year"), Field("limit", "money"),
        Field("expires", "day"), fields.grounds(words, *VARIED),
    )  # fmt: skip


def _vary(view: LineView, told: Filled) -> VaryRequest:
    units = told.some_units("rate", view.terms.rate.basis)
    return VaryRequest(view.terms.line, told.text("ground"), units, told.some_fen("limit"), told.some_day("expires"))


def _coupon_asks(_: Words, view: LineView) -> tuple[Field, ...]:
    today = view.state.as_of
    return (
        Field("from", "day", str(today)), Field("until", "day", str(today + dt.timedelta(days=30))),
        Field("up_to", "money", fields.typed(view.state.principal_fen)), Field("coupon", "text", f"C{today:%Y%m%d}"),
    )  # fmt: skip


def _coupon(view: LineView, told: Filled) -> CouponRequest:
    return CouponRequest(view.terms.line, told.text("coupon"), told.day("from"), told.day("until"), told.fen("up_to"))


def _assess_asks(words: Words, view: LineView) -> tuple[Field, ...]:
    return (
        Field("floor", "choice", view.state.conduct.floor.value, {one.value: words(f"class.{one.value}") for one in LoanClass}),
        Field("rule", "choice", choices={rule: words(f"rule.{rule}") for rule in RULES}),
    )


def _restructure_asks(words: Words, view: LineView) -> tuple[Field, ...]:
    daily = view.terms.rate.basis is Basis.DAY
    return (
        Field("difficulty", "choice", choices={one.value: words(f"difficulty.{one.value}") for one in Difficulty}),
        Field("matures", "day", word="field.matures.all"), Field("holiday", "day"),
        Field("lower_rate", "percent", word="field.lower_rate.day" if daily else "field.lower_rate.year"),
        Field("waived_principal", "money"), Field("waived_interest", "money"), Field("waived_penalty", "money"),
    )  # fmt: skip


def _restructure(view: LineView, told: Filled) -> Restructured:
    """The concessions follow from what is given, so that nobody names them wrong."""
    units, holiday, matures_on = told.some_units("lower_rate", view.terms.rate.basis), told.some_day("holiday"), told.day("matures")
    waived = (told.fen("waived_principal"), told.fen("waived_interest"), told.fen("waived_penalty"))
    later = matures_on > max((draw.matures_on for draw in view.state.draws), default=view.state.as_of)
    given = {
        Concession.EXTENSION: later, Concession.EASIER_SCHEDULE: not later, Concession.GRACE: holiday is not None,
        Concession.LOWER_RATE: units is not None, Concession.FORGIVENESS: sum(waived) > 0,
    }  # fmt: skip
    return Restructured(
        view.terms.line, Difficulty(told.text("difficulty")), tuple(one for one, really in given.items() if really), matures_on, holiday,
        None if units is None else Rate(units, view.terms.rate.basis), *waived,
    )  # fmt: skip


ACTS: tuple[Act, ...] = (
    Act("reverse", "correct", (RISK,), _moves, lambda w, v: (fields.events(w, v, "Drawn", "Repaid"), fields.grounds(w, *REVERSED)), reverse,
        lambda v, told: ReverseRequest(v.terms.line, told.text("event"), told.text("ground"))),
    Act("move", "correct", (OFFICER, RISK), _paid, lambda w, v: (fields.events(w, v, "Repaid"), Field("to", "text")), move,
        lambda v, told: MoveRequest(v.terms.line, told.text("event"), told.text("to"))),
    Act("refund", "correct", (OFFICER, RISK), lambda v: v.state.surplus_fen > 0,
        lambda _, v: (Field("amount", "money", fields.typed(v.state.surplus_fen)),), refund,
        lambda v, told: RefundRequest(v.terms.line, told.fen("amount"))),
    Act("vary", "agree", (RISK,), fields.running, _vary_asks, vary, _vary),
    Act("extend", "agree", (OFFICER, RISK), _matures, lambda w, v: (fields.draws(w, v), Field("matures", "day"),
        fields.grounds(w, *EXTENDED)), extend,
        lambda v, told: ExtendRequest(v.terms.line, int(told.text("number")), told.day("matures"), told.text("ground"))),
    Act("coupon", "agree", (RISK,), fields.running, _coupon_asks, grant_coupon, _coupon),
    Act("assess", "agree", (RISK,), fields.running, _assess_asks, assess,
        lambda v, told: AssessRequest(v.terms.line, LoanClass(told.text("floor")), told.text("rule"))),
    Act("freeze", "end", (OFFICER, RISK), lambda v: v.state.status is LineStatus.ACTIVE,
        lambda w, _: (fields.grounds(w, *FROZEN),), freeze, lambda v, told: FreezeRequest(v.terms.line, told.text("ground"))),
    Act("unfreeze", "end", (RISK,), lambda v: v.state.status is LineStatus.FROZEN,
        lambda w, _: (fields.grounds(w, *UNFROZEN),), unfreeze, lambda v, told: FreezeRequest(v.terms.line, told.text("ground"))),
    Act("close", "end", (OFFICER,), fields.running, lambda _w, _v: (), close_line, lambda v, _: CloseRequest(v.terms.line)),
    Act("restructure", "propose", (OFFICER, RISK), _owes, _restructure_asks, propose, _restructure),
    Act("waive", "propose", (OFFICER, RISK), _owes, lambda w, _: (Field("waived_interest", "money"), Field("waived_penalty", "money"),
        fields.grounds(w, *WAIVED)), propose,
        lambda v, told: Waived(v.terms.line, told.fen("waived_interest"), told.fen("waived_penalty"), told.text("ground"))),
    Act("write_off", "propose", (OFFICER, RISK), _owes, lambda w, _: (fields.grounds(w, *WRITTEN_OFF),), propose,
        lambda v, told: WrittenOff(v.terms.line, told.text("ground"))),
    Act("sell", "propose", (OFFICER, RISK), _sellable, lambda _w, _v: (Field("buyer", "text"), Field("price", "money")), propose,
        lambda v, told: Sold(v.terms.line, told.text("buyer"), told.fen("price"))),
)  # fmt: skip
