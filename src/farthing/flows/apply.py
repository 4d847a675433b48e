"""A party asks for a facility and is answered at once: approve, refer or decline, with reasons."""

from __future__ import annotations

from dataclasses import dataclass

from farthing.domain.decision import Application, Decision
from farthing.domain.errors import Invalid, NotFound
from farthing.domain.event import Applied, Decided
from farthing.domain.ids import Id, Prefix, derived_id
from farthing.domain.money import format_yuan
from farthing.domain.product import Product
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require, require_own
from farthing.flows.decide import Thought, product_of, require_consent, think
from farthing.flows.ports import Command, House, Transaction

PURPOSES = ("working_capital", "stock", "wages", "rent", "farm_inputs", "equipment")
"""IL-04: nothing else may be financed; homes, shares and fixed assets are not among them."""


@dataclass(frozen=True, slots=True)
class ApplyRequest:
    """Who asks for how much of which product, and what for."""

    party: Id
    product: str
    requested_fen: int
    purpose: str = "working_capital"


def apply(house: House, actor: Actor, request: ApplyRequest, key: str) -> Decision:
    """Decide and record it. `Invalid` out of the product's range, `Forbidden` without consent; a decline is an answer, no error."""
    require(actor, Role.BORROWER, Role.CREDIT_OFFICER, Role.SYSTEM)
    require_own(actor, request.party)
    command = Command(key, "apply", actor, request)
    if (first := house.commands.done(command, Decided)) is not None:
        return recorded(house, first.decision)
    product = product_of(house, request.product)
    _check(request, product)
    party = house.parties.get(request.party)
    if party.kind not in product.parties:
        told = f"{product.name_en} is for {', '.join(product.parties)}, not for a {party.kind}."
        raise Invalid("not_eligible", told, "Ask for another product.", field="product")
    id_ = derived_id(Prefix.APPLICATION, request.party, request.product, key)
    application = Application(id_, request.party, request.product, request.requested_fen, house.clock.today(), request.purpose)
    synthetic = party.synthetic
    thought = think(house, application, party)
    fresh: list[Decision] = []

    def record(transaction: Transaction) -> Decided:
        transaction.lock_party(party.id)  # a withdrawal, or an erasure, comes before all of this or after it
        require_consent(house.parties.get(party.id), transaction.consents(party.id), thought.kinds, application.applied_on)
        asked = Applied(application.id, application.party, application.product, application.requested_fen)
        transaction.append(application.id, application.applied_on, asked, synthetic=synthetic)
        decided = record_decision(transaction, application, thought, synthetic=synthetic)
        fresh.append(thought.decision)
        return decided

    made = house.commands.run(command, record, Decided)
    return fresh[0] if fresh else recorded(house, made.decision)


def record_decision(transaction: Transaction, application: Application, thought: Thought, *, synthetic: bool) -> Decided:
    """Seal the record under the party's key and write the event that commits to it."""
    decision = thought.decision
    commitment = transaction.save_decision(application, decision, thought.facts)
    body = Decided(
        decision=decision.id, application=application.id, party=decision.party, outcome=decision.outcome, limit_fen=decision.limit_fen,
        rate_units=decision.rate.units if decision.rate else None, policy_digest=decision.policy_digest, model=decision.model,
        facts_commitment=commitment, accountable=decision.accountable, approver=decision.approver, overrides=decision.overrides,
    )  # fmt: skip
    transaction.append(application.id, decision.decided_on, body, synthetic=synthetic)
    return body


def recorded(house: House, decision: Id) -> Decision:
    """A decision on record; `NotFound` when it was erased."""
    found = house.decisions.get(decision)
    if found is None:
        raise NotFound("erased", f"The record of {decision} was erased.", "Its event and its proof remain.")
    return found[1]


def _check(request: ApplyRequest, product: Product) -> None:
    if not product.limit_min_fen <= request.requested_fen <= product.limit_max_fen:
        band = f"{format_yuan(product.limit_min_fen)} to {format_yuan(product.limit_max_fen)}"
        told = f"{format_yuan(request.requested_fen)} is outside {product.name_en}: {band}."
        raise Invalid("amount_out_of_range", told, "Ask for an amount within it.", field="requested_fen")
    if request.purpose not in PURPOSES:
        told = f"{request.purpose[:40]!r} is not a purpose the bank may finance."
        raise Invalid("bad_purpose", told, f"It is one of {', '.join(PURPOSES)}.", field="purpose")
