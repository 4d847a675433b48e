"""One change of one house: fold it, refuse what it does not allow, write the event, show the house as it stands after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from farthing.domain.collateral.house import HouseStage, HouseState
from farthing.domain.errors import Conflict
from farthing.domain.event import Body, Event
from farthing.domain.ids import Id
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.lien import Move, house_after, refusal
from farthing.ledger.waterfall import Refusal


@dataclass(frozen=True, slots=True)
class Pledged:
    """A house after a change. `secured_fen` of its line's limit rest on it."""

    event: Id
    house: Id
    stage: HouseStage
    lending_fen: int
    secured_fen: int


def pledge(house: House, command: Command, of: Id, move: Move, decide: Callable[[Transaction, HouseState], Body]) -> Pledged:
    """Carry out on house `of` what `decide` makes of it as it stands; `Conflict` where the house does not allow the move."""

    def think(transaction: Transaction) -> Pledged:
        state = transaction.house(of)
        refuse(refusal(state, move))
        return put(transaction, house, state, decide(transaction, state))

    return house.commands.run(command, think, Pledged)


def put(transaction: Transaction, house: House, state: HouseState, body: Body) -> Pledged:
    """Write one event of a house and show what it made of it; it is synthetic where the house's value is."""
    valuation = getattr(body, "valuation", state.valuation)
    event = transaction.append(state.house, house.clock.today(), body, synthetic=valuation is not None and valuation.synthetic)
    return shown(transaction, event, house_after(state, event))


def shown(transaction: Transaction, event: Event, after: HouseState, deed: str | None = None) -> Pledged:
    """The house as it stands after an event, for whoever looks; the first event comes with the house's deed."""
    transaction.save_house(after, deed)
    lending = after.valuation.lending_fen if after.valuation is not None else 0
    return Pledged(event.id, after.house, after.stage, lending, after.secured_fen)


def refuse(found: Refusal | None) -> None:
    """A refusal as the `Conflict` that a caller gets."""
    if found is not None:
        raise Conflict(found.code, found.message, found.remedy)
