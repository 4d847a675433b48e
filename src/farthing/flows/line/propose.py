"""Acts that a second person must agree to: proposed with their effect, carried out when another person agrees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from farthing.domain import canon
from farthing.domain.arrears import LoanClass
from farthing.domain.bill.event import BillDiscounted
from farthing.domain.errors import Conflict, Forbidden, NotFound
from farthing.domain.event import BODIES, Body, Proposed, ReliefPlanned, Resolved
from farthing.domain.facility import LineState
from farthing.domain.ids import Id, Prefix, derived_id
from farthing.domain.line_event import Restructured, Sold, Waived, WrittenOff
from farthing.domain.staff import Actor, Role, same_person
from farthing.flows.access import require
from farthing.flows.bill.discount import DiscountRequest, carry_out_offer, check_offer, offer_of
from farthing.flows.line.change import write
from farthing.flows.line.end import check_sale, check_write_off
from farthing.flows.line.restructure import check_restructuring, check_waiver
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.change import changed
from farthing.ledger.conduct import loan_class
from farthing.ledger.facility import advance

LineAct: TypeAlias = Restructured | Waived | WrittenOff | Sold
Act: TypeAlias = LineAct | ReliefPlanned | BillDiscounted
"""What a second person must agree to."""
ACTS: Mapping[str, Callable[[LineState, Any], None]] = MappingProxyType({
    "Restructured": check_restructuring, "Waived": check_waiver, "WrittenOff": check_write_off, "Sold": check_sale,
})  # fmt: skip
"""What may be proposed for a line, and what checks it, when proposed and again when agreed."""


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
    """A proposal: `agreed` is None while it waits; `effect` is that of the day it was proposed, on a line."""

    id: Id
    act: str
    line: Id | None
    by: Id
    on: dt.date
    effect: Effect | None
    agreed: bool | None
    bill: Id | None = None


@dataclass(frozen=True, slots=True)
class ResolveRequest:
    """Which proposal, and whether the second person agrees."""

    proposal: Id
    agree: bool


def propose(house: House, actor: Actor, body: LineAct | ReliefPlanned, key: str) -> Proposal:
    """Ask for an act. It is checked now, so that nobody is asked to agree to what cannot be done."""
    return _ask(house, Command(key, "propose", actor, body), lambda: body)


def propose_discount(house: House, actor: Actor, request: DiscountRequest, key: str) -> Proposal:
    """Ask for a bill to be bought, at the rate asked for and the price of the day on which it is agreed to."""
    return _ask(house, Command(key, "propose", actor, request), lambda: offer_of(house, request))


def _ask(house: House, command: Command, what: Callable[[], Act]) -> Proposal:
    require(command.actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER)
    today, by = house.clock.today(), command.actor.id
    id_ = derived_id(Prefix.PROPOSAL, by, command.key)

    def think(transaction: Transaction) -> Proposal:
        body = what()
        line, effect, act = line_of(body), None, type(body).__name__
        if isinstance(body, BillDiscounted):
            check_offer(house, body)
        elif not isinstance(body, ReliefPlanned):
            effect = effect_of(transaction.line(body.line), body, today)
        transaction.append(id_, today, Proposed(id_, act, canon.encode(body).decode()))
        return Proposal(id_, act, line, by, today, effect, None, bill_of(body))

    return house.commands.run(command, think, Proposal)


def resolve(house: House, actor: Actor, request: ResolveRequest, key: str) -> Proposal:
    """Agree and carry out, or turn down. `Forbidden` to who proposed it, under this login or another; `Conflict` if it was resolved."""
    require(actor, Role.RISK_MANAGER)
    today = house.clock.today()
    proposed, by = _proposed(house, request.proposal)
    _refuse_own(house, actor, request.proposal, by)

    def think(transaction: Transaction) -> Proposal:
        if any(isinstance(event.body, Resolved) for event in transaction.events(request.proposal)):
            raise Conflict("resolved_already", f"{request.proposal} was resolved before.", "Look at the list of proposals.")
        body = body_of(proposed)
        if request.agree:
            _carry_out(house, transaction, body, today)
        transaction.append(request.proposal, today, Resolved(request.proposal, request.agree))
        return Proposal(request.proposal, proposed.act, line_of(body), by, today, None, request.agree, bill_of(body))

    return house.commands.run(Command(key, "resolve", actor, request), think, Proposal)


def effect_of(state: LineState, body: LineAct, today: dt.date) -> Effect:
    """What an act would do to a line today; raises what its check raises."""
    before = advance(state, today)
    ACTS[type(body).__name__](before, body)
    after = changed(before, body)
    waived = sum(
        getattr(after, name) - getattr(before, name) for name in ("principal_waived_fen", "interest_waived_fen", "penalty_waived_fen")
    )
    return Effect(
        line=body.line, owed_before_fen=before.owed_fen, owed_after_fen=after.owed_fen, class_before=loan_class(before),
        class_after=loan_class(after), cost_fen=waived - after.sold_for_fen,
    )  # fmt: skip


def line_of(body: Act) -> Id | None:
    """The line that an act is about, if it is about one."""
    return None if isinstance(body, ReliefPlanned | BillDiscounted) else body.line


def bill_of(body: Act) -> Id | None:
    """The bill that an act is about, if it is about one."""
    return body.bill if isinstance(body, BillDiscounted) else None


def body_of(proposed: Proposed) -> Act:
    """The act behind its canonical JSON."""
    body: Body = canon.decode(BODIES[proposed.act], proposed.body.encode())
    assert isinstance(body, Restructured | Waived | WrittenOff | Sold | ReliefPlanned | BillDiscounted), "only these are proposed"
    return body


def _carry_out(house: House, transaction: Transaction, body: Act, today: dt.date) -> None:
    if isinstance(body, ReliefPlanned):
        transaction.append(body.plan.relief, today, body)
    elif isinstance(body, BillDiscounted):
        carry_out_offer(house, transaction, body)
    else:
        write(transaction, body.line, today, lambda state: _checked(state, body))


def _checked(state: LineState, body: LineAct) -> Body:
    ACTS[type(body).__name__](state, body)
    return body


def _proposed(house: House, proposal: Id) -> tuple[Proposed, Id]:
    events = house.journal.events(stream=proposal, limit=1)
    if not events or not isinstance(events[0].body, Proposed):
        raise NotFound("no_proposal", f"There is no proposal {proposal[:40]!r}.", "Look at the list of proposals.")
    return events[0].body, events[0].actor


def _refuse_own(house: House, actor: Actor, proposal: Id, by: Id) -> None:
    names = [one.name for one in house.staff.list(everyone=True) if one.id == by]
    if actor.id == by or any(same_person(actor.name, name) for name in names):
        raise Forbidden("second_person", f"{actor.name} proposed {proposal}.", "Another person, a risk manager, resolves it.")
