"""A line is frozen, or may be drawn on again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.errors import Conflict
from farthing.domain.facility import LineStatus
from farthing.domain.ids import Id
from farthing.domain.line_event import Frozen, Unfrozen
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require, require_ground
from farthing.flows.line.change import book, standing_on
from farthing.flows.ports import Command, House, Transaction

_FROM = (LineStatus.ACTIVE, LineStatus.FROZEN)


@dataclass(frozen=True, slots=True)
class FreezeRequest:
    """Which line, why, and since when; today if not said.

    A ground is a code such as `suspected_fraud`, never a sentence, since events hold no personal data.
    """

    line: Id
    ground: str
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Standstill:
    """The line's status after the change."""

    event: Id
    line: Id
    status: LineStatus
    on: dt.date


def freeze(house: House, actor: Actor, request: FreezeRequest, key: str) -> Standstill:
    """Stop draws; what is owed is owed as before. `Conflict` unless the line was active."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.SYSTEM)
    return _change(house, Command(key, "freeze", actor, request), request, LineStatus.FROZEN)


def unfreeze(house: House, actor: Actor, request: FreezeRequest, key: str) -> Standstill:
    """Let a frozen line be drawn on again: a risk manager's decision. `Conflict` unless the line was frozen."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    return _change(house, Command(key, "unfreeze", actor, request), request, LineStatus.ACTIVE)


def _change(house: House, command: Command, request: FreezeRequest, to: LineStatus) -> Standstill:
    require_ground(request.ground)
    today = house.clock.today()

    def think(transaction: Transaction) -> Standstill:
        on = request.on or today
        state = standing_on(transaction, request.line, on, today)
        if state.status not in _FROM:
            raise Conflict("line_ended", f"Line {request.line} is {state.status.value}.", "It is drawn on no more, frozen or not.")
        if state.status is to:
            raise Conflict("line_status", f"Line {request.line} is {state.status.value} already.", "Look at the line first.")
        body = Frozen(request.line, request.ground) if to is LineStatus.FROZEN else Unfrozen(request.line, request.ground)
        made = book(transaction, body, request.line, on, today)
        return Standstill(event=made.event, line=request.line, status=made.status, on=on)

    return house.commands.run(command, think, Standstill)
