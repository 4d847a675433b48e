"""How a lien comes to be and ends: the one table of what leads from where to where, and a house as the fold of its events.

Nothing rests on a house before its lien is registered, and nothing after it was released. A move that the table does not have, or whose
conditions do not hold, is refused with a reason: a value, since asking is no mistake.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from farthing.domain.calendar import add_months
from farthing.domain.collateral.event import (
    HouseOffered,
    HouseRevalued,
    HouseValued,
    HouseWithdrawn,
    LienAgreed,
    LienRegistered,
    LienReleased,
    LienTaskDone,
    LimitLowered,
    LimitRaised,
    RaiseProposed,
    RaiseTurnedDown,
)
from farthing.domain.collateral.house import Asked, HouseStage, HouseState, LienTask, TaskDone
from farthing.domain.errors import Broken
from farthing.domain.event import Body, Event
from farthing.ledger.waterfall import Refusal

Stage = HouseStage
BEFORE_REGISTRATION = (LienTask.SURVEY, LienTask.INSURANCE, LienTask.CUSTODY, LienTask.REGISTRATION)
"""What must be done before a lien counts as registered; the register's own entry comes after the survey."""


class Move(StrEnum):
    """What may be done to a house once it was offered."""

    VALUE = "value"
    WITHDRAW = "withdraw"
    AGREE = "agree"
    SURVEY = "survey"
    INSURANCE = "insurance"
    CUSTODY = "custody"
    REGISTRATION = "registration"
    REGISTER = "register"
    ASK = "ask"
    TURN_DOWN = "turn_down"
    RAISE = "raise"
    LOWER = "lower"
    LET_GO = "let_go"
    RELEASE = "release"


MOVES: Mapping[tuple[HouseStage, Move], HouseStage] = MappingProxyType({
    (Stage.OFFERED, Move.VALUE): Stage.VALUED,
    (Stage.OFFERED, Move.WITHDRAW): Stage.WITHDRAWN,
    (Stage.VALUED, Move.VALUE): Stage.VALUED,
    (Stage.VALUED, Move.WITHDRAW): Stage.WITHDRAWN,
    (Stage.VALUED, Move.AGREE): Stage.AGREED,
    (Stage.AGREED, Move.VALUE): Stage.AGREED,
    (Stage.AGREED, Move.SURVEY): Stage.AGREED,
    (Stage.AGREED, Move.INSURANCE): Stage.AGREED,
    (Stage.AGREED, Move.CUSTODY): Stage.AGREED,
    (Stage.AGREED, Move.REGISTRATION): Stage.AGREED,
    (Stage.AGREED, Move.REGISTER): Stage.REGISTERED,
    (Stage.AGREED, Move.LET_GO): Stage.RELEASED,
    (Stage.REGISTERED, Move.VALUE): Stage.REGISTERED,
    (Stage.REGISTERED, Move.SURVEY): Stage.REGISTERED,
    (Stage.REGISTERED, Move.INSURANCE): Stage.REGISTERED,
    (Stage.REGISTERED, Move.ASK): Stage.REGISTERED,
    (Stage.REGISTERED, Move.TURN_DOWN): Stage.REGISTERED,
    (Stage.REGISTERED, Move.RAISE): Stage.REGISTERED,
    (Stage.REGISTERED, Move.LOWER): Stage.REGISTERED,
    (Stage.REGISTERED, Move.LET_GO): Stage.RELEASED,
    (Stage.RELEASED, Move.RELEASE): Stage.RETURNED,
})  # fmt: skip
"""The whole of it: a pair that is not here is refused."""

_AGAIN = (LienTask.SURVEY, LienTask.INSURANCE)
"""While the lien runs a survey is made and an insurance renewed as often as need be; the rest is done once."""


def refusal(state: HouseState, move: Move) -> Refusal | None:
    """Why a house as it stands does not allow this move; None if it does."""
    if (state.stage, move) not in MOVES:
        told = f"House {state.house} is {state.stage.value}: {move.value} is not possible."
        return Refusal("house_stage", told, "Look at the house: it says what may be done now.")
    condition = _CONDITIONS.get(move)
    return condition(state) if condition is not None else None


def open_moves(state: HouseState) -> tuple[Move, ...]:
    """What the house allows now, in the order of a lien's life."""
    return tuple(move for move in Move if refusal(state, move) is None)


def missing(state: HouseState) -> tuple[LienTask, ...]:
    """What must still be done before the lien counts as registered."""
    return tuple(task for task in BEFORE_REGISTRATION if state.done(task) is None)


def move_of(body: Body) -> Move:
    """The move that an event is. `Broken` for one that is none of a house's."""
    if isinstance(body, LienTaskDone):
        return Move(body.task.value)
    found = _MOVE_OF.get(type(body))
    if found is None:
        raise Broken("not_a_house_event", f"{type(body).__name__} is no move of a house.", "Look at the journal.")
    return found


def house_after(state: HouseState | None, event: Event) -> HouseState:
    """The house once an event happened; the first must be its offer. `Broken` for what the table does not have."""
    if state is None:
        if not isinstance(event.body, HouseOffered):
            raise Broken(
                "unoffered_house", f"{event.kind} {event.id} stands before house {event.stream} was offered.", "Look at the journal."
            )
        body = event.body
        return HouseState(body.house, body.party, body.premises, Stage.OFFERED, event.effective_on, events=1)
    move = move_of(event.body)
    refused = refusal(state, move)
    if refused is not None:
        raise Broken("impossible_house", f"{event.kind} {event.id}: {refused.message}", "Look at the journal.")
    change = _CHANGES.get(type(event.body))
    after = change(state, event) if change is not None else state
    return replace(after, stage=MOVES[state.stage, move], events=state.events + 1)


def fold_house(events: Iterable[Event]) -> HouseState | None:
    """A house after all its events; None where there are none."""
    state: HouseState | None = None
    for event in events:
        state = house_after(state, event)
    return state


# ---- conditions beside the stage -------------------------------------------------------------------------------------


def _once(task: LienTask) -> Callable[[HouseState], Refusal | None]:
    def check(state: HouseState) -> Refusal | None:
        if state.done(task) is None or (state.stage is Stage.REGISTERED and task in _AGAIN):
            return None
        return Refusal("task_done", f"{task.value} of house {state.house} is done already.", "Look at the list of tasks.")

    return check


def _registration(state: HouseState) -> Refusal | None:
    if state.done(LienTask.SURVEY) is None:
        told = f"Nobody has seen house {state.house} yet."
        return Refusal("survey_first", told, "Have it surveyed, then register the lien.")
    return _once(LienTask.REGISTRATION)(state)


def _register(state: HouseState) -> Refusal | None:
    if left := missing(state):
        told = f"House {state.house} still lacks {', '.join(left)}."
        return Refusal("tasks_open", told, "Have them done first: until then nothing rests on the house.")
    return None


def _nobody_asked(state: HouseState) -> Refusal | None:
    if state.asked is not None:
        return Refusal("raise_waits", f"A raise on house {state.house} waits for its second person.", "Decide that one first.")
    return None


def _somebody_asked(state: HouseState) -> Refusal | None:
    return None if state.asked is not None else Refusal("no_raise", f"No raise on house {state.house} waits.", "Ask for one first.")


def _something_secured(state: HouseState) -> Refusal | None:
    if state.secured_fen:
        return None
    return Refusal("nothing_secured", f"Nothing of a limit rests on house {state.house}.", "There is nothing to lower.")


_CONDITIONS: Mapping[Move, Callable[[HouseState], Refusal | None]] = MappingProxyType({
    Move.SURVEY: _once(LienTask.SURVEY), Move.INSURANCE: _once(LienTask.INSURANCE), Move.CUSTODY: _once(LienTask.CUSTODY),
    Move.REGISTRATION: _registration, Move.REGISTER: _register, Move.ASK: _nobody_asked, Move.TURN_DOWN: _somebody_asked,
    Move.RAISE: _somebody_asked, Move.LOWER: _something_secured, Move.LET_GO: _nobody_asked,
})  # fmt: skip


# ---- what each event makes of a house --------------------------------------------------------------------------------


def _valued(state: HouseState, event: Event) -> HouseState:
    body: Any = event.body
    return replace(state, valuations=(*state.valuations, body.valuation))


def _agreed(state: HouseState, event: Event) -> HouseState:
    body: Any = event.body
    return replace(state, lien=body.lien)


def _task(state: HouseState, event: Event) -> HouseState:
    body: Any = event.body
    return replace(state, tasks=(*state.tasks, TaskDone(body.task, event.actor, body.done_on, body.evidence)))


def _asked(state: HouseState, event: Event) -> HouseState:
    body: Any = event.body
    return replace(state, asked=Asked(body.by_fen, event.actor, event.effective_on))


def _turned_down(state: HouseState, _: Event) -> HouseState:
    return replace(state, asked=None)


def _raised(state: HouseState, event: Event) -> HouseState:
    body: Any = event.body
    return replace(state, asked=None, secured_fen=state.secured_fen + body.by_fen)


def _lowered(state: HouseState, event: Event) -> HouseState:
    body: Any = event.body
    return replace(state, secured_fen=state.secured_fen - body.by_fen)


def _let_go(state: HouseState, _: Event) -> HouseState:
    return replace(state, secured_fen=0)


_CHANGES: Mapping[type, Callable[[HouseState, Event], HouseState]] = MappingProxyType({
    HouseValued: _valued, HouseRevalued: _valued, LienAgreed: _agreed, LienTaskDone: _task, RaiseProposed: _asked,
    RaiseTurnedDown: _turned_down, LimitRaised: _raised, LimitLowered: _lowered, LienReleased: _let_go,
})  # fmt: skip
_MOVE_OF: Mapping[type, Move] = MappingProxyType({
    HouseValued: Move.VALUE, HouseRevalued: Move.VALUE, HouseWithdrawn: Move.WITHDRAW, LienAgreed: Move.AGREE,
    LienRegistered: Move.REGISTER, RaiseProposed: Move.ASK, RaiseTurnedDown: Move.TURN_DOWN, LimitRaised: Move.RAISE,
    LimitLowered: Move.LOWER, LienReleased: Move.LET_GO,
})  # fmt: skip


def revalue_by(state: HouseState, months: int) -> dt.date | None:
    """The day by which a house that secures something is valued anew (IL-03); None where nothing secures anything."""
    if state.stage not in (Stage.AGREED, Stage.REGISTERED) or state.valuation is None:
        return None
    return add_months(state.valuation.valued_on, months)
