"""A line's limit rises on a house: asked for with its trace, carried out when a second person agrees; and lowered when it must be."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.arrears import LoanClass
from farthing.domain.calendar import add_months
from farthing.domain.collateral.event import LimitLowered, LimitRaised, RaiseProposed, RaiseTurnedDown
from farthing.domain.collateral.house import HouseState
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.facility import LineState, LineStatus
from farthing.domain.ids import Id
from farthing.domain.line_event import Varied
from farthing.domain.money import format_yuan
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require, require_ground
from farthing.flows.collateral.lien import lower_limit
from farthing.flows.collateral.pledge import Pledged, pledge, put, refuse
from farthing.flows.line.change import write
from farthing.flows.line.propose import refuse_own
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.collateral import Room, room
from farthing.ledger.conduct import loan_class
from farthing.ledger.facility import advance
from farthing.ledger.lien import Move, refusal

GROUND = "house_secured"


@dataclass(frozen=True, slots=True)
class RaiseRequest:
    """By how much the limit of the house's line shall rise."""

    house: Id
    by_fen: int


@dataclass(frozen=True, slots=True)
class ResolveRaiseRequest:
    """Whether the second person agrees to the raise that waits."""

    house: Id
    agree: bool


@dataclass(frozen=True, slots=True)
class LowerRequest:
    """By how much less of the limit shall rest on the house, and why, as a code."""

    house: Id
    by_fen: int
    ground: str


def propose_raise(house: House, actor: Actor, request: RaiseRequest, key: str) -> Pledged:
    """Ask for a raise. It is checked now, so that nobody is asked to agree to what cannot be done."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER)

    def decide(transaction: Transaction, state: HouseState) -> RaiseProposed:
        check_raise(house, state, _line(transaction, state, house.clock.today()), request.by_fen)
        return RaiseProposed(state.house, request.by_fen)

    return pledge(house, Command(key, "propose_raise", actor, request), request.house, Move.ASK, decide)


def resolve_raise(house: House, actor: Actor, request: ResolveRaiseRequest, key: str) -> Pledged:
    """Agree, which raises the limit, or turn it down. `Forbidden` to who asked for it, under this login or another."""
    require(actor, Role.RISK_MANAGER)
    today = house.clock.today()

    def think(transaction: Transaction) -> Pledged:
        state = transaction.house(request.house)
        refuse(refusal(state, Move.RAISE if request.agree else Move.TURN_DOWN))
        assert state.asked is not None, "a raise that can be resolved was asked for"
        refuse_own(house, actor, f"the raise on house {state.house}", state.asked.by)
        if not request.agree:
            return put(transaction, house, state, RaiseTurnedDown(state.house))
        by_fen, line = state.asked.by_fen, _line(transaction, state, today)
        check_raise(house, state, line, by_fen)
        limit = line.terms.limit_fen + by_fen
        varied = write(transaction, line.terms.line, today, lambda _: Varied(line.terms.line, None, limit, None, GROUND))
        return put(transaction, house, state, LimitRaised(state.house, by_fen, varied.event))

    return house.commands.run(Command(key, "resolve_raise", actor, request), think, Pledged)


def lower(house: House, actor: Actor, request: LowerRequest, key: str) -> Pledged:
    """Let less of the limit rest on the house, as after a lower value. What is drawn stays drawn: it only cannot be drawn again."""
    require(actor, Role.RISK_MANAGER)
    require_ground(request.ground)
    today = house.clock.today()

    def think(transaction: Transaction) -> Pledged:
        state = transaction.house(request.house)
        refuse(refusal(state, Move.LOWER))
        if not 0 < request.by_fen <= state.secured_fen:
            told = f"{format_yuan(state.secured_fen)} of the limit rest on house {state.house}, not {format_yuan(request.by_fen)}."
            raise Invalid("bad_lowering", told, "Lower it by some or all of that.", field="by_fen")
        varied = lower_limit(transaction, _line(transaction, state, today), request.by_fen, request.ground, today)
        return put(transaction, house, state, LimitLowered(state.house, request.by_fen, varied, request.ground))

    return house.commands.run(Command(key, "lower_on_house", actor, request), think, Pledged)


def check_raise(house: House, state: HouseState, line: LineState, by_fen: int) -> None:
    """What forbids a raise of so much today: the line's standing, a value that is old or made up, or the smallest cap, by its name."""
    if line.status is not LineStatus.ACTIVE or loan_class(line) is not LoanClass.NORMAL:
        told = f"Line {line.terms.line} is {line.status.value} and {loan_class(line).value}: more for it would be a restructuring (RC-09)."
        raise Conflict("in_difficulty", told, "Raise it once it is active and normal.")
    assert state.valuation is not None, "a registered house has a value"
    if state.synthetic and not line.terms.synthetic:
        told = f"The value of house {state.house} rests on sales that were made up, and line {line.terms.line} is real."
        raise Conflict("made_up_value", told, "Bring real sales, or record an appraisal, and value it anew.")
    stale = add_months(state.valuation.valued_on, house.collateral.grid.fresh_months)
    if house.clock.today() > stale:
        told = f"House {state.house} was valued on {state.valuation.valued_on}, which is too long ago for a raise."
        raise Conflict("value_too_old", told, "Value it anew first.")
    most = raise_room(house, state, line)
    if by_fen <= 0:
        raise Invalid("bad_raise", f"{by_fen} fen is no raise.", "Give a positive amount.", field="by_fen")
    if by_fen > most.fen:
        told = f"A raise of {format_yuan(by_fen)} on house {state.house} is more than {format_yuan(most.fen)}: {most.binding.name} binds."
        raise Conflict("raise_above_room", told, f"Ask for at most {format_yuan(most.fen)}.")


def raise_room(house: House, state: HouseState, line: LineState) -> Room:
    """How far the line's limit may rise on the house. A line that rests on houses alone never passes what was decided for its borrower."""
    product = house.products[line.terms.product]
    return room(state, line.terms, product, house.collateral.grid, _decided_fen(house, line) if product.secured else None)


def _decided_fen(house: House, line: LineState) -> int:
    """What the decision behind a line allows; nothing when its record was erased."""
    found = house.decisions.get(line.terms.decision)
    return found[1].limit_fen if found is not None else 0


def _line(transaction: Transaction, state: HouseState, today: dt.date) -> LineState:
    assert state.lien is not None, "a registered house has a lien"
    return advance(transaction.line(state.lien.line), today)
