"""A lien from agreement to register and back: agreed, its tasks done by named people, registered, and let go of when nothing is owed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.collateral.event import LienAgreed, LienRegistered, LienReleased, LienTaskDone
from farthing.domain.collateral.house import HouseState, Lien, LienTask, require_document
from farthing.domain.errors import Conflict, Invalid
from farthing.domain.facility import LineState
from farthing.domain.ids import Id
from farthing.domain.line_event import Varied
from farthing.domain.money import format_yuan
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require, require_ground
from farthing.flows.collateral.pledge import Pledged, pledge, put, refuse
from farthing.flows.line.change import ENDED, refuse_ended, write
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.collateral import release_refusal
from farthing.ledger.facility import advance
from farthing.ledger.lien import Move, refusal

MOVE = {task: Move(task.value) for task in LienTask}


@dataclass(frozen=True, slots=True)
class AgreeRequest:
    """The lien to be: for which line, of which rank, for how much at most, behind claims of others of how much."""

    house: Id
    line: Id
    secured_fen: int
    rank: int = 1
    prior_fen: int = 0


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """Which offline task of which house was done, on which day, and the document that shows it."""

    house: Id
    task: LienTask
    evidence: str
    done_on: dt.date


@dataclass(frozen=True, slots=True)
class RegisterRequest:
    """The lien stands in the register, under the number of this certificate."""

    house: Id
    certificate: str


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """Which house is let go of, and why, as a code."""

    house: Id
    ground: str


def agree_lien(house: House, actor: Actor, request: AgreeRequest, key: str) -> Pledged:
    """Agree that a house secures a running line of the same customer. `Conflict` for another's line or more than the house is worth."""
    require(actor, Role.CREDIT_OFFICER, Role.SYSTEM)
    lien = Lien(request.line, request.rank, request.secured_fen, request.prior_fen)

    def decide(transaction: Transaction, state: HouseState) -> LienAgreed:
        line = advance(transaction.line(request.line), house.clock.today())
        refuse_ended(line)
        if line.terms.party != state.party:
            told = f"Line {request.line} is another customer's than house {state.house}."
            raise Conflict("not_the_same_customer", told, "A house secures its owner's own line.")
        assert state.valuation is not None, "a lien is agreed on a valued house"
        if request.secured_fen + request.prior_fen > state.valuation.mid_fen:
            told = f"{format_yuan(request.secured_fen)} behind {format_yuan(request.prior_fen)} is more than house {state.house} is worth."
            raise Conflict("secured_above_value", told, f"Secure less: it is worth about {format_yuan(state.valuation.mid_fen)}.")
        return LienAgreed(state.house, lien)

    return pledge(house, Command(key, "agree_lien", actor, request), request.house, Move.AGREE, decide)


def complete_task(house: House, actor: Actor, request: TaskRequest, key: str) -> Pledged:
    """Record an offline task under the actor's name. `Conflict` when it is not its turn, `Invalid` for a day to come or before it."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER)
    evidence = require_document(request.evidence)

    def decide(_: Transaction, state: HouseState) -> LienTaskDone:
        if not state.offered_on <= request.done_on <= house.clock.today():
            told = f"{request.done_on} is no day on which house {state.house} could be dealt with."
            raise Invalid("bad_done_on", told, f"Give a day from {state.offered_on} to today.", field="done_on")
        return LienTaskDone(state.house, request.task, request.done_on, evidence)

    return pledge(house, Command(key, "complete_task", actor, request), request.house, MOVE[request.task], decide)


def register_lien(house: House, actor: Actor, request: RegisterRequest, key: str) -> Pledged:
    """State that the lien stands in the register. `Conflict` while a task is open; only after it may a limit rest on the house."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER)
    certificate = require_document(request.certificate)
    command = Command(key, "register_lien", actor, request)
    return pledge(house, command, request.house, Move.REGISTER, lambda _, state: LienRegistered(state.house, certificate))


def release_lien(house: House, actor: Actor, request: ReleaseRequest, key: str) -> Pledged:
    """Let go of a house, and take from the line's limit what rested on it. `Conflict` while anything the lien secures is owed."""
    require(actor, Role.RISK_MANAGER)
    require_ground(request.ground)

    def think(transaction: Transaction) -> Pledged:
        state = transaction.house(request.house)
        refuse(refusal(state, Move.LET_GO))
        assert state.lien is not None, "a house that can be let go of has a lien"
        line = advance(transaction.line(state.lien.line), house.clock.today())
        refuse(release_refusal(state, line))
        lower_limit(transaction, line, state.secured_fen, request.ground, house.clock.today())
        return put(transaction, house, state, LienReleased(state.house, request.ground))

    return house.commands.run(Command(key, "release_lien", actor, request), think, Pledged)


def lower_limit(transaction: Transaction, line: LineState, by_fen: int, ground: str, today: dt.date) -> Id:
    """Take so much from the limit of a line that still runs, down to nothing at most; what is drawn stays drawn. The event, or none."""
    if not by_fen or line.status in ENDED:
        return ""
    limit = max(line.terms.limit_fen - by_fen, 0)
    return write(transaction, line.terms.line, today, lambda _: Varied(line.terms.line, None, limit, None, ground)).event
