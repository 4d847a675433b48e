"""Everything that may be asked of a line, each as one call: for the table of what is allowed when, and for the law of illegal moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.flows.bank import OFFICER, RISK, SYSTEM

from farthing.domain.arrears import Concession, Difficulty, LoanClass
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.line_event import Drawn, Reapproved, Repaid, Restructured, Reversed, Sold, Waived, WrittenOff
from farthing.domain.staff import Actor
from farthing.flows.line.agree import AssessRequest, CouponRequest, ExtendRequest, VaryRequest, assess, extend, grant_coupon, vary
from farthing.flows.line.correct import MoveRequest, RefundRequest, ReverseRequest, move, refund, reverse
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.end import CloseRequest, close_line
from farthing.flows.line.freeze import FreezeRequest, freeze, unfreeze
from farthing.flows.line.propose import propose
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House
from farthing.ledger.facility import advance

NO_EVENT = "evt_aaaaaaaaaaaaaaaaaaaaaaaa"


@dataclass(frozen=True, slots=True)
class Scene:
    """A line as it stands today, another one beside it, and who buys claims."""

    house: House
    line: Id
    other: Id
    buyer: Id

    @property
    def state(self) -> LineState:
        today = self.house.clock.today()
        return advance(self.house.lines.get(self.line), today)

    def last(self, *kinds: type) -> Id:
        """The newest event of these kinds that stands, or none that is."""
        events = self.house.journal.events(stream=self.line)
        gone = {event.body.event for event in events if isinstance(event.body, Reversed)}
        return next((event.id for event in reversed(events) if isinstance(event.body, kinds) and event.id not in gone), NO_EVENT)


@dataclass(frozen=True, slots=True)
class Act:
    """Who asks which flow for what; `request` makes of a scene and an amount what is asked. Proposed acts are bodies of events."""

    actor: Actor
    flow: Callable[..., Any]
    request: Callable[[Scene, int], Any]

    def do(self, scene: Scene, fen: int, key: str) -> Any:
        return self.flow(scene.house, self.actor, self.request(scene, fen), key)


def _matures(scene: Scene) -> tuple[int, dt.date]:
    draws = scene.state.draws
    return (draws[0].number, draws[0].matures_on) if draws else (1, scene.state.as_of)


def _extended(scene: Scene, fen: int) -> ExtendRequest:
    number, matures_on = _matures(scene)
    return ExtendRequest(scene.line, number, matures_on + dt.timedelta(days=fen % 90), "late_sales")


def _coupon(scene: Scene, fen: int) -> CouponRequest:
    today = scene.state.as_of
    return CouponRequest(scene.line, "C1", today, today + dt.timedelta(days=10), fen)


def _restructured(scene: Scene, _: int) -> Restructured:
    matures_on = scene.state.as_of + dt.timedelta(days=300)
    return Restructured(scene.line, Difficulty.CASH_FLOW, (Concession.EXTENSION,), matures_on, None, None, 0, 0, 0)


def _cheaper(scene: Scene, _: int) -> VaryRequest:
    return VaryRequest(scene.line, "good_conduct", rate_units=max(scene.state.terms.rate.units - 100, 20_000))


ACTS: dict[str, Act] = {
    "draw": Act(SYSTEM, draw, lambda s, fen: DrawRequest(s.line, fen)),
    "repay": Act(SYSTEM, repay, lambda s, fen: RepayRequest(s.line, fen)),
    "repay, found late": Act(OFFICER, repay, lambda s, fen: RepayRequest(s.line, fen, s.state.terms.opened_on)),
    "take a payment back": Act(RISK, reverse, lambda s, _: ReverseRequest(s.line, s.last(Repaid), "returned_by_bank")),
    "take a draw back": Act(RISK, reverse, lambda s, _: ReverseRequest(s.line, s.last(Drawn), "never_paid_out")),
    "move a payment": Act(OFFICER, move, lambda s, _: MoveRequest(s.line, s.last(Repaid), s.other)),
    "return a surplus": Act(OFFICER, refund, lambda s, fen: RefundRequest(s.line, fen)),
    "lower the rate": Act(RISK, vary, _cheaper),
    "change the limit": Act(RISK, vary, lambda s, fen: VaryRequest(s.line, "higher_risk", limit_fen=fen)),
    "extend a draw": Act(OFFICER, extend, _extended),
    "grant a coupon": Act(RISK, grant_coupon, _coupon),
    "hold to a class": Act(RISK, assess, lambda s, fen: AssessRequest(s.line, list(LoanClass)[fen % 5], "RC-05")),
    "freeze": Act(OFFICER, freeze, lambda s, _: FreezeRequest(s.line, "higher_risk")),
    "unfreeze": Act(RISK, unfreeze, lambda s, _: FreezeRequest(s.line, "cleared")),
    "close": Act(OFFICER, close_line, lambda s, _: CloseRequest(s.line)),
    "propose: restructure": Act(OFFICER, propose, _restructured),
    "propose: waive": Act(OFFICER, propose, lambda s, fen: Waived(s.line, fen, 0, "goodwill")),
    "propose: approve again": Act(OFFICER, propose, lambda s, _: Reapproved(s.line, "regular_review")),
    "propose: write off": Act(OFFICER, propose, lambda s, _: WrittenOff(s.line, "no_recovery")),
    "propose: sell": Act(OFFICER, propose, lambda s, fen: Sold(s.line, s.buyer, fen)),
}
