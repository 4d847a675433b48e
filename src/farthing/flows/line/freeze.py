"""A line is frozen, or may be drawn on again."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from farthing.domain.errors import Conflict, Invalid
from farthing.domain.facility import LineStatus
from farthing.domain.ids import Id
from farthing.domain.line_event import Frozen, Unfrozen
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.line.change import ENDED
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.facility import advance, apply_event

GROUND = re.compile(r"^[a-z][a-z0-9_]{2,39}$")


@dataclass(frozen=True, slots=True)
class FreezeRequest:
    """Which line, and why: a ground is a code such as `suspected_fraud`, never a sentence, since events hold no personal data."""

    line: Id
    ground: str


@dataclass(frozen=True, slots=True)
class Standstill:
    """The line's status after the change."""

    event: Id
    line: Id
    status: LineStatus
    on: dt.date


def freeze(house: House, actor: Actor, request: FreezeRequest, key: str) -> Standstill:
    """Stop draws from the open business day on; what is owed is owed as before. `Conflict` unless the line is active."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.SYSTEM)
    return _change(house, Command(key, "freeze", actor, request), request, LineStatus.FROZEN)


def unfreeze(house: House, actor: Actor, request: FreezeRequest, key: str) -> Standstill:
    """Let a frozen line be drawn on again: a risk manager's decision. `Conflict` unless the line is frozen."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    return _change(house, Command(key, "unfreeze", actor, request), request, LineStatus.ACTIVE)


def _change(house: House, command: Command, request: FreezeRequest, to: LineStatus) -> Standstill:
    require_ground(request.ground)
    today = house.clock.today()

    def think(transaction: Transaction) -> Standstill:
        state = advance(transaction.line(request.line), today)
        if state.status is to or state.status in ENDED:
            raise Conflict("line_status", f"Line {request.line} is {state.status.value} already.", "Look at the line first.")
        body = Frozen(request.line, request.ground) if to is LineStatus.FROZEN else Unfrozen(request.line, request.ground)
        event = transaction.append(request.line, today, body, synthetic=state.terms.synthetic)
        after = apply_event(state, event)
        transaction.save_line(after)
        return Standstill(event=event.id, line=request.line, status=after.status, on=today)

    return house.commands.run(command, think, Standstill)


def require_ground(ground: str) -> None:
    """`Invalid` unless the ground is a code."""
    if not GROUND.match(ground):
        raise Invalid(
            "bad_ground", f"{ground[:40]!r} is not a ground.", "Give a code in small letters like suspected_fraud.", field="ground"
        )
