"""A named officer decides what the engine referred; above an amount a second person must, too (IL-10)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.decision.decide import Verdict, offered_fen, override
from farthing.domain.decision import Application, Decision
from farthing.domain.errors import Conflict, Forbidden, Invalid, NotFound
from farthing.domain.event import Applied, Decided
from farthing.domain.ids import Id
from farthing.domain.money import format_yuan
from farthing.domain.policy import Outcome
from farthing.domain.staff import Actor, Role, same_person
from farthing.flows.accept import OFFER_DAYS
from farthing.flows.access import require
from farthing.flows.apply import record_decision, recorded
from farthing.flows.decide import Thought, compiled_policy, kinds_read, product_of, require_consent
from farthing.flows.ports import Command, House, Transaction

SECOND_PERSON_ABOVE_FEN = 50_000_000
"""An approval above ¥500,000, or above what the policy's caps allow, is a proposal until a second person, a risk manager, decides it."""
NOTE_MAX = 500


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What the officer decides, and why. The note is sealed with the record, where the customer may read it."""

    decision: Id
    approve: bool
    limit_fen: int
    note: str


def review(house: House, actor: Actor, request: ReviewRequest, key: str) -> Decision:
    """A new decision over the referred one.

    `Conflict` when reviewed before or the facts have aged, `Forbidden` for the proposer's own second look, for who applied, and to
    approve without consent.
    """
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER)
    if not 0 < len(request.note.strip()) <= NOTE_MAX:
        raise Invalid("bad_note", f"A note has 1 to {NOTE_MAX} characters.", "Say what you saw and why you decide so.", field="note")
    found = house.decisions.get(request.decision)
    if found is None:
        raise NotFound("erased", f"The record of {request.decision} was erased.", "Nothing is left to review.")
    application, referred, facts = found
    _refuse_own(house, actor, application)
    if request.approve:
        _refuse_aged(house, referred, facts.as_of)
        _refuse_above_request(application, request)
    verdict = _verdict(house, actor, referred, request)
    decision = override(referred, verdict, product_of(house, referred.product))
    synthetic = house.parties.get(referred.party).synthetic
    fresh: list[Decision] = []

    def think(transaction: Transaction) -> Decided:
        transaction.lock_party(referred.party)  # of two who decide at once the second sees that the first did
        if request.approve:
            _require_consent(house, transaction, referred)
        before = [event.body for event in transaction.events(application.id)]
        if any(isinstance(body, Decided) and body.overrides == referred.id for body in before):
            raise Conflict("reviewed_already", f"{referred.id} was reviewed before.", "Open the queue to see what waits.")
        decided = record_decision(transaction, application, Thought(decision, facts), synthetic=synthetic)
        fresh.append(decision)
        return decided

    made = house.commands.run(Command(key, "review", actor, request), think, Decided)
    return fresh[0] if fresh else recorded(house, made.decision)


def _require_consent(house: House, transaction: Transaction, referred: Decision) -> None:
    """Nothing is granted on evidence whose consent was withdrawn since; declining, which ends the wait, stays possible."""
    compiled = compiled_policy(house.registry.policy_by_digest(referred.policy_digest), product_of(house, referred.product))
    today, party = house.clock.today(), house.parties.get(referred.party)
    require_consent(party, transaction.consents(party.id), kinds_read(compiled), today)


def _refuse_own(house: House, actor: Actor, application: Application) -> None:
    """Who entered an application does not judge it, under this login or another."""
    entered = {event.actor for event in house.journal.events(stream=application.id) if isinstance(event.body, Applied)}
    names = [one.name for one in house.staff.list(everyone=True) if one.id in entered]
    if actor.id in entered or any(same_person(actor.name, name) for name in names):
        raise Forbidden("own_application", f"{actor.name} applied for {application.id}.", "Another person reviews it.")


def _refuse_aged(house: House, referred: Decision, as_of: dt.date) -> None:
    """Nothing is approved on facts older than an offer may be; a proposal does not make them younger."""
    if (house.clock.today() - as_of).days > OFFER_DAYS:
        raise Conflict("facts_aged", f"{referred.id} rests on facts of {as_of}, more than {OFFER_DAYS} days ago.", "Apply again.")


def _refuse_above_request(application: Application, request: ReviewRequest) -> None:
    if request.limit_fen > application.requested_fen:
        told = f"{format_yuan(request.limit_fen)} is more than the {format_yuan(application.requested_fen)} asked for."
        raise Invalid("above_request", told, "Approve at most that, or decline.", field="limit_fen")


def _verdict(house: House, actor: Actor, referred: Decision, request: ReviewRequest) -> Verdict:
    """The first officer answers for the case, and approves it where no second person must; until that one acts, nobody has."""
    me, today = signature(actor), house.clock.today()
    proposed = referred.overrides is not None and referred.outcome is Outcome.REFER
    if proposed and (actor.role is not Role.RISK_MANAGER or same_person(me, referred.accountable)):
        raise Forbidden(
            "second_person", f"{referred.id} was proposed by {referred.accountable}.", "Another person, a risk manager, decides it."
        )
    officer = referred.accountable if proposed else me
    if not request.approve:
        return Verdict(Outcome.DECLINE, 0, officer, me, request.note.strip(), today)
    if proposed and request.limit_fen > referred.limit_fen:
        told = f"The second person may not go above the proposed {format_yuan(referred.limit_fen)}."
        raise Invalid("above_proposal", told, "Approve at most that, or decline.", field="limit_fen")
    final = proposed or request.limit_fen <= min(SECOND_PERSON_ABOVE_FEN, offered_fen(referred))
    outcome, approver = (Outcome.APPROVE, me) if final else (Outcome.REFER, "")
    return Verdict(outcome, request.limit_fen, officer, approver, request.note.strip(), today)


def signature(actor: Actor) -> str:
    """How a person is named in a decision: the name people know, and the id that is one person's only."""
    return f"{actor.name} ({actor.id})"
