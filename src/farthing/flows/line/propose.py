"""Acts that a second person must agree to: proposed with their effect, carried out when another person agrees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, TypeAlias

from farthing.domain import canon
from farthing.domain.arrears import LoanClass
from farthing.domain.bank.bank_event import CapitalStated, PartnerDelisted, PartnerListed
from farthing.domain.bill.event import BillDiscounted, BillRediscounted, BillWrittenOff
from farthing.domain.errors import Conflict, Forbidden, NotFound
from farthing.domain.event import BODIES, Body, Proposed, ReliefPlanned, Resolved
from farthing.domain.facility import LineState
from farthing.domain.ids import Id, Prefix, derived_id
from farthing.domain.line_event import Reapproved, Restructured, Sold, Waived, WrittenOff
from farthing.domain.model_card import ModelAppointed
from farthing.domain.staff import Actor, Role, same_person
from farthing.flows.access import require, require_ground
from farthing.flows.bill.discount import DiscountRequest, carry_out_offer, check_offer, offer_of
from farthing.flows.bill.part import RediscountRequest, carry_out_parting, check_parting, sale_of
from farthing.flows.joint.partners import CAPITAL, PARTNERS, check_capital, check_delisting, check_listing, require_organisation
from farthing.flows.line.change import Past, refuse_date, write
from farthing.flows.line.end import check_sale, check_write_off
from farthing.flows.line.reapprove import check_reapproval
from farthing.flows.line.relief import require_code
from farthing.flows.line.restructure import check_restructuring, check_waiver
from farthing.flows.model.appoint import carry_out_appointment, check_appointment
from farthing.flows.ports import Command, House, Transaction
from farthing.ledger.conduct import loan_class
from farthing.ledger.facility import advance, stood, supposed

LineAct: TypeAlias = Restructured | Waived | WrittenOff | Sold | Reapproved
BankAct: TypeAlias = ReliefPlanned | CapitalStated | PartnerListed | PartnerDelisted | ModelAppointed
BillAct: TypeAlias = BillDiscounted | BillRediscounted | BillWrittenOff
Act: TypeAlias = LineAct | BankAct | BillAct
"""What a second person must agree to."""
ACTS: Mapping[str, Callable[[LineState, Any], None]] = MappingProxyType({
    "Restructured": check_restructuring, "Waived": check_waiver, "WrittenOff": check_write_off, "Sold": check_sale,
    "Reapproved": check_reapproval,
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
    """A proposal: `agreed` is None while it waits; `effect` is that of the day it was proposed, on a line.

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
    bill: Id | None = None


@dataclass(frozen=True, slots=True)
class ResolveRequest:
    """Which proposal, and whether the second person agrees."""

    proposal: Id
    agree: bool


def propose(house: House, actor: Actor, body: LineAct | BankAct | BillWrittenOff, key: str, on: dt.date | None = None) -> Proposal:
    """Ask for an act, to take effect on a day, the one it is agreed to if not said; a relief says so in its plan.

    It is checked now, so that nobody is asked to agree to what cannot be done.
    """
    if isinstance(body, ModelAppointed):
        require(actor, Role.RISK_MANAGER)
    return _ask(house, Command(key, "propose", actor, (body, on) if on else body), lambda: body, on)


def propose_discount(house: House, actor: Actor, request: DiscountRequest, key: str) -> Proposal:
    """Ask for a bill to be bought, at the rate asked for and the price of the day on which it is agreed to."""
    return _ask(house, Command(key, "propose", actor, request), lambda: offer_of(house, request))


def propose_sale(house: House, actor: Actor, request: RediscountRequest, key: str) -> Proposal:
    """Ask for a bill to be sold on, at the rate asked for and the price of the day on which it is agreed to."""
    return _ask(house, Command(key, "propose", actor, request), lambda: sale_of(house, request))


def _ask(house: House, command: Command, what: Callable[[], Act], on: dt.date | None = None) -> Proposal:
    require(command.actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER)
    today, by = house.clock.today(), command.actor.id
    id_ = derived_id(Prefix.PROPOSAL, by, command.key)

    def think(transaction: Transaction) -> Proposal:
        body = what()
        check_beside(house, body)
        effect, act = None, type(body).__name__
        if isinstance(body, LineAct):
            past = partial(transaction.events, body.line)
            effect = effect_of(transaction.line(body.line), past, body, today, on)
        transaction.append(id_, today, Proposed(id_, act, canon.encode(body).decode(), on))
        return Proposal(id_, act, line_of(body), by, today, effect, None, on, bill_of(body))

    return house.commands.run(command, think, Proposal)


def resolve(house: House, actor: Actor, request: ResolveRequest, key: str) -> Proposal:
    """Agree and carry out, or turn down. `Forbidden` to who proposed it, under this login or another; `Conflict` if it was resolved."""
    require(actor, Role.RISK_MANAGER)
    today = house.clock.today()
    proposed, by = _proposed(house, request.proposal)
    refuse_own(house, actor, request.proposal, by)

    def think(transaction: Transaction) -> Proposal:
        # Recorded before anybody looks: of two who answer at once both take the same place in the stream, and the later is tried again.
        mine = transaction.append(request.proposal, today, Resolved(request.proposal, request.agree))
        if any(isinstance(event.body, Resolved) and event != mine for event in transaction.events(request.proposal)):
            raise Conflict("resolved_already", f"{request.proposal} was resolved before.", "Look at the list of proposals.")
        body = body_of(proposed)
        if request.agree:
            check_beside(house, body)
            _carry_out(house, transaction, body, actor, proposed.on)
        return Proposal(request.proposal, proposed.act, line_of(body), by, today, None, request.agree, proposed.on, bill_of(body))

    return house.commands.run(Command(key, "resolve", actor, request), think, Proposal)


def check_beside(house: House, body: Act) -> None:
    """Whatever must hold beside the line itself: who buys, who is listed, that a relief is named by a code."""
    match body:
        case Sold():
            require_organisation(house, body.buyer, "buyer")
        case BillDiscounted():
            check_offer(house, body)
        case BillRediscounted():
            check_parting(house, body)
        case BillWrittenOff():
            require_ground(body.ground)
            check_parting(house, body)
        case ReliefPlanned():
            require_code(body.plan)
        case CapitalStated():
            check_capital(house, body)
        case ModelAppointed():
            require_ground(body.ground)
            check_appointment(house, body)
        case PartnerListed():
            require_ground(body.ground)
            check_listing(house, body)
        case PartnerDelisted():
            require_ground(body.ground)
            check_delisting(house, body)
        case _:
            pass  # a line's own act looks at its line alone


def sides(state: LineState, past: Past, body: LineAct, today: dt.date, on: dt.date | None) -> tuple[LineState, LineState]:
    """A line today without and with an act; raises what its check of the line as it stood that day raises."""
    on = on or today
    refuse_date(state, on, today)
    ACTS[type(body).__name__](stood(state, on, past), body)
    return advance(state, today), advance(supposed(state, body, on, past), today)


def effect_of(state: LineState, past: Past, body: LineAct, today: dt.date, on: dt.date | None) -> Effect:
    """What an act would change of a line as it stands today; raises what `sides` raises."""
    before, after = sides(state, past, body, today, on)
    waived = sum(
        getattr(after, name) - getattr(before, name) for name in ("principal_waived_fen", "interest_waived_fen", "penalty_waived_fen")
    )
    return Effect(
        line=body.line, owed_before_fen=before.owed_fen, owed_after_fen=after.owed_fen, class_before=loan_class(before),
        class_after=loan_class(after), cost_fen=waived - after.sold_for_fen,
    )  # fmt: skip


def line_of(body: Act) -> Id | None:
    """The line that an act is about, if it is about one."""
    return body.line if isinstance(body, LineAct) else None


def bill_of(body: Act) -> Id | None:
    """The bill that an act is about, if it is about one."""
    return body.bill if isinstance(body, BillAct) else None


def body_of(proposed: Proposed) -> Act:
    """The act behind its canonical JSON."""
    body: Body = canon.decode(BODIES[proposed.act], proposed.body.encode())
    assert isinstance(body, LineAct | BankAct | BillAct), "only these are proposed"
    return body


def _carry_out(house: House, transaction: Transaction, body: Act, agreed_by: Actor, on: dt.date | None) -> None:
    today = house.clock.today()
    if isinstance(body, BillDiscounted):
        carry_out_offer(house, transaction, body)
    elif isinstance(body, BillRediscounted | BillWrittenOff):
        carry_out_parting(house, transaction, body)
    elif isinstance(body, ModelAppointed):
        carry_out_appointment(house, transaction, body, agreed_by)
    elif isinstance(body, BankAct):
        stream = body.plan.relief if isinstance(body, ReliefPlanned) else CAPITAL if isinstance(body, CapitalStated) else PARTNERS
        transaction.append(stream, today, body)
    else:
        write(transaction, body.line, today, lambda state: _checked(state, body), on)


def _checked(state: LineState, body: LineAct) -> Body:
    ACTS[type(body).__name__](state, body)
    return body


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
