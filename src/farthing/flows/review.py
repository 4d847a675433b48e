"""A named officer decides what the engine referred; above an amount a second person must, too (IL-10)."""

from __future__ import annotations

from dataclasses import dataclass

from farthing.decision.decide import Verdict, override
from farthing.domain.decision import Decision
from farthing.domain.errors import Conflict, Forbidden, Invalid, NotFound
from farthing.domain.event import Decided
from farthing.domain.ids import Id
from farthing.domain.money import format_yuan
from farthing.domain.policy import Outcome
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.apply import record_decision, recorded
from farthing.flows.decide import Thought, product_of
from farthing.flows.ports import Command, House, Transaction

SECOND_PERSON_ABOVE_FEN = 50_000_000
"""An approval above ¥500,000 is a proposal until a second person, a risk manager, decides it."""
NOTE_MAX = 500


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What the officer decides, and why. The note is sealed with the record, where the customer may read it."""

    decision: Id
    approve: bool
    limit_fen: int
    note: str


def review(house: House, actor: Actor, request: ReviewRequest, key: str) -> Decision:
    """A new decision over the referred one. `Conflict` when reviewed before, `Forbidden` for the proposer's own second look."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER)
    if not 0 < len(request.note.strip()) <= NOTE_MAX:
        raise Invalid("bad_note", f"A note has 1 to {NOTE_MAX} characters.", "Say what you saw and why you decide so.", field="note")
    found = house.decisions.get(request.decision)
    if found is None:
        raise NotFound("erased", f"The record of {request.decision} was erased.", "Nothing is left to review.")
    application, referred, facts = found
    verdict = _verdict(house, actor, referred, request)
    decision = override(referred, verdict, product_of(house, referred.product))
    synthetic = house.parties.get(referred.party).synthetic
    fresh: list[Decision] = []

    def think(transaction: Transaction) -> Decided:
        before = [event.body for event in transaction.events(application.id)]
        if any(isinstance(body, Decided) and body.overrides == referred.id for body in before):
            raise Conflict("reviewed_already", f"{referred.id} was reviewed before.", "Open the queue to see what waits.")
        decided = record_decision(transaction, application, Thought(decision, facts), synthetic=synthetic)
        fresh.append(decision)
        return decided

    made = house.commands.run(Command(key, "review", actor, request), think, Decided)
    return fresh[0] if fresh else recorded(house, made.decision)


def _verdict(house: House, actor: Actor, referred: Decision, request: ReviewRequest) -> Verdict:
    """The first officer answers for the case; whoever looks second approves it."""
    me, today = signature(actor), house.clock.today()
    proposed = referred.overrides is not None and referred.outcome is Outcome.REFER
    if proposed and (actor.role is not Role.RISK_MANAGER or me == referred.accountable):
        raise Forbidden(
            "second_person", f"{referred.id} was proposed by {referred.accountable}.", "Another person, a risk manager, decides it."
        )
    officer, approver = (referred.accountable, me) if proposed else (me, referred.approver)
    if not request.approve:
        return Verdict(Outcome.DECLINE, 0, officer, approver, request.note.strip(), today)
    if proposed and request.limit_fen > referred.limit_fen:
        told = f"The second person may not go above the proposed {format_yuan(referred.limit_fen)}."
        raise Invalid("above_proposal", told, "Approve at most that, or decline.", field="limit_fen")
    alone = proposed or request.limit_fen <= SECOND_PERSON_ABOVE_FEN
    return Verdict(Outcome.APPROVE if alone else Outcome.REFER, request.limit_fen, officer, approver, request.note.strip(), today)


def signature(actor: Actor) -> str:
    """How a person is named in a decision: the name people know, and the id that is one person's only."""
    return f"{actor.name} ({actor.id})"
