"""How much all lines together may still draw."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import House


@dataclass(frozen=True, slots=True)
class Headroom:
    """The sum over lines that have not run out, on the open business day."""

    on: dt.date
    amount_fen: int


def headroom(house: House, actor: Actor) -> Headroom:
    """Reads every line once."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    today = house.clock.today()
    return Headroom(today, sum(state.headroom_fen for state in house.lines.states(0, 1) if today < state.terms.expires_on))
