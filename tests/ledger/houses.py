"""Moves of a house as events, for tests that walk through its whole life."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

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
from farthing.domain.collateral.house import HouseKind, HouseStage, HouseState, Lien, LienTask, Premises, Valuation, ValuationMethod
from farthing.domain.event import Body, Event
from farthing.ledger.lien import Move, fold_house

HOUSE, LINE, DAY = "hse_a", "lin_a", dt.date(2024, 1, 10)
FLAT = Premises(HouseKind.RESIDENCE, "D02", 9_250, 2012, 8)
VALUE = Valuation(100_000_000, 110_000_000, 125_000_000, ValuationMethod.APPRAISAL, DAY, ("A-0001",))
LIEN = Lien(LINE, 1, 90_000_000, 0)
BY = 10_000_000


def event(body: Body, sequence: int) -> Event:
    """One event of the house, by an officer."""
    at = dt.datetime(2024, 1, 10, tzinfo=dt.UTC) + dt.timedelta(seconds=sequence)
    return Event(f"evt_{sequence}", HOUSE, sequence, DAY, at, "stf_officer", f"key-{sequence}", body)


OFFER = event(HouseOffered(HOUSE, "pty_a", FLAT), 1)


def body_of(state: HouseState, move: Move) -> Body:
    """The body that this move writes on a house as it stands."""
    securing = state.stage in (HouseStage.AGREED, HouseStage.REGISTERED)
    bodies: dict[Move, Callable[[], Body]] = {
        Move.VALUE: lambda: HouseRevalued(HOUSE, VALUE) if securing else HouseValued(HOUSE, VALUE),
        Move.WITHDRAW: lambda: HouseWithdrawn(HOUSE, "owner_changed_mind"),
        Move.AGREE: lambda: LienAgreed(HOUSE, LIEN),
        Move.REGISTER: lambda: LienRegistered(HOUSE, "CERT-1"),
        Move.ASK: lambda: RaiseProposed(HOUSE, BY),
        Move.TURN_DOWN: lambda: RaiseTurnedDown(HOUSE),
        Move.RAISE: lambda: LimitRaised(HOUSE, BY, "evt_v"),
        Move.LOWER: lambda: LimitLowered(HOUSE, min(BY, state.secured_fen), "evt_v", "lower_value"),
        Move.LET_GO: lambda: LienReleased(HOUSE, "paid_off"),
    }
    if move in bodies:
        return bodies[move]()
    return LienTaskDone(HOUSE, LienTask(move.value), DAY, f"A-{move.value}")


def walked(*moves: Move) -> tuple[list[Event], HouseState]:
    """The events of these moves, and the house after them."""
    events = [OFFER]
    for move in moves:
        state = fold_house(events)
        assert state is not None
        events.append(event(body_of(state, move), len(events) + 1))
    state = fold_house(events)
    assert state is not None
    return events, state


TO_REGISTER = (Move.VALUE, Move.AGREE, Move.SURVEY, Move.INSURANCE, Move.CUSTODY, Move.REGISTRATION, Move.REGISTER)
