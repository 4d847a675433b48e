"""Where borrowers are, for a relief to be planned, and how far one that was agreed to has come."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from farthing.domain.facility import LineStatus
from farthing.domain.ids import Id
from farthing.domain.line_event import Relieved
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import House


@dataclass(frozen=True, slots=True)
class County:
    """A county and its running lines on which something is owed, with their principal."""

    name: str
    lines: int
    principal_fen: int


def counties(house: House, actor: Actor) -> tuple[County, ...]:
    """Every county with a running line on which something is owed, the most lines first."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    lines: dict[str, int] = defaultdict(int)
    principal: dict[str, int] = defaultdict(int)
    for state, county in house.lines.by_county():
        if state.status in (LineStatus.ACTIVE, LineStatus.FROZEN) and state.owed_fen:
            lines[county] += 1
            principal[county] += state.principal_fen
    return tuple(sorted((County(name, lines[name], principal[name]) for name in lines), key=lambda one: (-one.lines, one.name)))


def relieved(house: House, actor: Actor, relief: Id) -> int:
    """How many lines a relief has reached so far."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    return sum(isinstance(event.body, Relieved) and event.body.relief == relief for event in house.journal.each("Relieved"))
