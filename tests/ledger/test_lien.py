"""The whole life of a lien, walked exhaustively: every state that can be reached, and every move in each of them."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.houses import HOUSE, OFFER, TO_REGISTER, VALUE, body_of, event, walked

from farthing.domain.collateral.house import HouseStage, HouseState
from farthing.domain.errors import Broken
from farthing.domain.line_event import Closed
from farthing.ledger.lien import (
    BEFORE_REGISTRATION,
    MOVES,
    Move,
    fold_house,
    house_after,
    missing,
    move_of,
    open_moves,
    refusal,
    revalue_by,
)

ENDS = {HouseStage.RETURNED, HouseStage.WITHDRAWN}


def shape(state: HouseState) -> tuple[object, ...]:
    """What the rules look at: everything else may differ between two states and changes nothing."""
    return state.stage, frozenset(one.task for one in state.tasks), state.asked is not None, min(state.secured_fen // 10_000_000, 2)


def reachable() -> dict[tuple[object, ...], HouseState]:
    """One state of every shape that any sequence of moves leads to."""
    first = house_after(None, OFFER)
    found, ahead = {shape(first): first}, deque([first])
    while ahead:
        state = ahead.popleft()
        for move in open_moves(state):
            after = house_after(state, event(body_of(state, move), state.events + 1))
            if shape(after) not in found:
                found[shape(after)] = after
                ahead.append(after)
    return found


STATES = reachable()


def test_every_stage_is_reached_and_every_line_of_the_table_is_used() -> None:
    assert {state.stage for state in STATES.values()} == set(HouseStage)
    used = {(state.stage, move) for state in STATES.values() for move in open_moves(state)}
    assert used == set(MOVES)


@pytest.mark.parametrize("move", list(Move))
def test_every_move_in_every_state_is_carried_out_or_refused_with_a_reason(move: Move) -> None:
    for state in STATES.values():
        refused = refusal(state, move)
        step = event(body_of(state, move), state.events + 1)
        if refused is None:
            assert house_after(state, step).stage is MOVES[state.stage, move]
        else:
            assert refused.code
            assert refused.message
            assert refused.remedy
            with pytest.raises(Broken):
                house_after(state, step)


def test_nothing_rests_on_a_house_that_is_not_registered_with_every_task_done() -> None:
    for state in STATES.values():
        if state.secured_fen or state.asked is not None:
            assert state.stage is HouseStage.REGISTERED
        if state.stage is HouseStage.REGISTERED:
            assert missing(state) == ()
            assert state.lien is not None


def test_from_every_state_there_is_a_way_to_an_end_and_from_an_end_none() -> None:
    ends = {key for key, state in STATES.items() if state.stage in ENDS}
    good = set(ends)
    while True:
        more = {
            key
            for key, state in STATES.items()
            if key not in good
            and any(shape(house_after(state, event(body_of(state, move), state.events + 1))) in good for move in open_moves(state))
        }
        if not more:
            break
        good |= more
    assert good == set(STATES)
    assert all(open_moves(STATES[key]) == () for key in ends)


def test_a_waiting_raise_is_decided_before_the_house_is_let_go_of() -> None:
    _, state = walked(*TO_REGISTER, Move.ASK)
    refused = refusal(state, Move.LET_GO)
    assert refused is not None
    assert refused.code == "raise_waits"


def test_what_is_done_once_is_not_done_twice_and_an_insurance_is_renewed() -> None:
    _, state = walked(*TO_REGISTER)
    assert refusal(state, Move.INSURANCE) is None
    assert refusal(state, Move.CUSTODY) is not None
    _, before = walked(Move.VALUE, Move.AGREE, Move.SURVEY)
    twice = refusal(before, Move.SURVEY)
    assert twice is not None
    assert twice.code == "task_done"


def test_a_task_is_a_move_of_its_own_name() -> None:
    _, state = walked(Move.VALUE, Move.AGREE)
    assert [move_of(body_of(state, Move(task.value))) for task in BEFORE_REGISTRATION] == [Move(task.value) for task in BEFORE_REGISTRATION]


def test_an_event_of_something_else_is_broken() -> None:
    _, state = walked(Move.VALUE)
    for wrong in (lambda: house_after(state, event(Closed("lin_a"), 9)), lambda: house_after(None, event(Closed("lin_a"), 1))):
        with pytest.raises(Broken):
            wrong()
    assert fold_house([]) is None


def test_il_03_a_house_that_secures_something_is_due_after_its_months() -> None:
    _, state = walked(*TO_REGISTER)
    assert revalue_by(state, 12) == dt.date(2025, 1, 10)
    assert revalue_by(replace(state, stage=HouseStage.RETURNED), 12) is None
    assert revalue_by(replace(state, valuations=(VALUE, replace(VALUE, valued_on=dt.date(2024, 6, 1)))), 6) == dt.date(2024, 12, 1)


@given(st.lists(st.sampled_from(list(Move)), max_size=40))
def test_any_life_folds_to_what_its_steps_came_to(moves: list[Move]) -> None:
    """Whatever is tried in whatever order: what is allowed adds up, what is refused changes nothing, and the fold agrees."""
    events, state = [OFFER], house_after(None, OFFER)
    for move in moves:
        if refusal(state, move) is None:
            events.append(event(body_of(state, move), len(events) + 1))
            state = house_after(state, events[-1])
    assert fold_house(events) == state
    assert state.events == len(events)
    assert state.house == HOUSE
    raised = sum(event.body.by_fen for event in events if event.kind == "LimitRaised")  # type: ignore[union-attr]
    lowered = sum(event.body.by_fen for event in events if event.kind == "LimitLowered")  # type: ignore[union-attr]
    let_go = any(event.kind == "LienReleased" for event in events)
    assert state.secured_fen == (0 if let_go else raised - lowered)
