"""An act on a house, rehearsed: carried out in full, looked at, undone. What a person is shown before consent is what will happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from farthing.domain.collateral.house import HouseState
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.staff import Actor
from farthing.flows.line.rehearse import Rehearsed, side, staged
from farthing.flows.ports import House, Transaction


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A house before and after an act, and its line where it has one."""

    before: HouseState
    after: HouseState
    line: Rehearsed | None


def foresee_house(house: House, actor: Actor, flow: Callable[..., object], request: Any) -> Foreseen:
    """What `flow(house, actor, request, key)` would make of a house and its line today; raises whatever the flow would refuse with."""
    of: Id = request.house

    def look(transaction: Transaction) -> tuple[HouseState, LineState | None]:
        state = transaction.house(of)
        return state, transaction.line(state.lien.line) if state.lien is not None else None

    (before, line), (after, then) = staged(house, actor, flow, request, look)
    today = house.clock.today()
    rehearsed = None
    if line is not None and then is not None:
        rehearsed = Rehearsed(line.terms.line, side(line, today), side(then, today))
    return Foreseen(before, after, rehearsed)
