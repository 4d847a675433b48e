"""Acts that a second person must agree to: proposed with their effect, carried out when another person agrees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from farthing.domain import canon
from farthing.domain.arrears import LoanClass
from farthing.domain.errors import Conflict, Forbidden, NotFound
from farthing.domain.event import BODIES, Body, Event, Proposed, ReliefPlanned, Resolved
from farthing.domain.facility import LineState
from farthing.domain.ids import Id, Prefix, derived_id
from farthing.domain.line_event import Restructured, Sold, Waived, WrittenOff
from farthing.domain.staff import Actor, Role, same_person
from farthing.flows.access import require
from farthing.flows.line.change import Changed, refuse_date, write
from farthing.flows.line.end import check_sale, check_write_off
from farthing.flows.line.restructure import check_restructuring, check_waiver
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.conduct import loan_class
from farthing.ledger.facility import advance, stood, supposed

ACTS: Mapping[str, Callable[[LineState, Any], None]] = MappingProxyType({
    "Restructured": check_restructuring, "Waived": check_waiver, "WrittenOff": check_write_off, "Sold": check_sale,
})  # fmt: skip
"""What may be proposed for a line, and what checks it, when proposed and again when agreed."""
Act: TypeAlias = Restructured | Waived | WrittenOff | Sold
Past: TypeAlias = Callable[[], Sequence[Event]]
"""All events of a line, read if they are needed."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A line before and after an act. `cost_fen` is what the bank lets go of for good."""

    line: Id
    owed_before_fen: int
    owed_after_fen: int
    class_before: LoanClass
    class_after: LoanClass
    cost_fen: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal: `agreed` is None while it waits; `effect` is that of the day it was proposed.

    `effective_on` is the day it is to take effect, if not the one on which it is agreed to.
    """

    id: Id
    act: str
    line: Id | None
    by: Id
    on: dt.date
    effect: Effect | None
    agreed: bool | None
    effective_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ResolveRequest:
    """Which proposal, and whether the second person agrees."""

    proposal: Id
    agree: bool


def propose(house: House, actor: Actor, body: Act | ReliefPlanned, key: str, on: dt.date | None = None) -> Proposal:
    """Ask for an act, to take effect on a day, the one it is agreed to if not said; a relief says so in its plan.

    It is checked now, so that nobody is asked to agree to what cannot be done.
    """
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER)
    today, act = house.clock.today(), type(body).__name__
    id_ = derived_id(Prefix.PROPOSAL, actor.id, key)

    def think(transaction: Transaction) -> Proposal:
        line, effect = None, None
        if not isinstance(body, ReliefPlanned):
            line, stored = body.line, transaction.line(body.line)
            effect = effect_of(stored, lambda: transaction.events(body.line), body, today, on)
        transaction.append(id_, today, Proposed(id_, act, canon.encode(body).decode(), on))
        return Proposal(id_, act, line, actor.id, today, effect, None, on)

    return house.commands.run(Command(key, "propose", actor, (body, on) if on else body), think, Proposal)


def resolve(house: House, actor: Actor, request: ResolveRequest, key: str) -> Proposal:
    """Agree and carry out, or turn down. `Forbidden` to who proposed it, under this login or another; `Conflict` if it was resolved."""
    require(actor, Role.RISK_MANAGER)
    today = house.clock.today()
    proposed, by = _proposed(house, request.proposal)
    refuse_own(house, actor, request.proposal, by)

    def think(transaction: Transaction) -> Proposal:
        if any(isinstance(event.body, Resolved) for event in transaction.events(request.proposal)):
            raise Conflict("resolved_already", f"{request.proposal} was resolved before.", "Look at the list of proposals.")
        body, line = body_of(proposed), None
        if not isinstance(body, ReliefPlanned):
            line = body.line
            if request.agree:
                _carry_out(transaction, body, today, proposed.on)
        elif request.agree:
            transaction.append(body.plan.relief, today, body)
        transaction.append(request.proposal, today, Resolved(request.proposal, request.agree))
        return Proposal(request.proposal, proposed.act, line, by, today, None, request.agree, proposed.on)

    return house.commands.run(Command(key, "resolve", actor, request), think, Proposal)


def sides(state: LineState, past: Past, body: Act, today: dt.date, on: dt.date | None) -> tuple[LineState, LineState]:
    """A line today without and with an act; raises what its check of the line as it stood that day raises."""
    on = on or today
    refuse_date(state, on, today)
    ACTS[type(body).__name__](stood(state, on, past), body)
    return advance(state, today), advance(supposed(state, body, on, past), today)


def effect_of(state: LineState, past: Past, body: Act, today: dt.date, on: dt.date | None) -> Effect:
    """What an act would change of a line as it stands today; raises what `sides` raises."""
    before, after = sides(state, past, body, today, on)
    waived = sum(
        getattr(after, name) - getattr(before, name) for name in ("principal_waived_fen", "interest_waived_fen", "penalty_waived_fen")
    )
    return Effect(
        line=body.line, owed_before_fen=before.owed_fen, owed_after_fen=after.owed_fen, class_before=loan_class(before),
        class_after=loan_class(after), cost_fen=waived - after.sold_for_fen,
    )  # fmt: skip


def body_of(proposed: Proposed) -> Act | ReliefPlanned:
    """The act behind its canonical JSON."""
    body: Body = canon.decode(BODIES[proposed.act], proposed.body.encode())
    assert isinstance(body, Restructured | Waived | WrittenOff | Sold | ReliefPlanned), "only these are proposed"
    return body


def _carry_out(transaction: Transaction, body: Act, today: dt.date, on: dt.date | None) -> Changed:
    def decide(state: LineState) -> Body:
        ACTS[type(body).__name__](state, body)
        return body

    return write(transaction, body.line, today, decide, on)


def _proposed(house: House, proposal: Id) -> tuple[Proposed, Id]:
    events = house.journal.events(stream=proposal, limit=1)
    if not events or not isinstance(events[0].body, Proposed):
        raise NotFound("no_proposal", f"There is no proposal {proposal[:40]!r}.", "Look at the list of proposals.")
    return events[0].body, events[0].actor


def refuse_own(house: House, actor: Actor, proposal: Id, by: Id) -> None:
    """`Forbidden` to whoever asked, under this login or another."""
    names = [one.name for one in house.staff.list(everyone=True) if one.id == by]
    if actor.id == by or any(same_person(actor.name, name) for name in names):
        raise Forbidden("second_person", f"{actor.name} proposed {proposal}.", "Another person, a risk manager, resolves it.")
