"""Appoint a model, to be used or to challenge: what a second person agrees to, and what follows for those that stood there."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from farthing.domain import canon
from farthing.domain.errors import Conflict, Invalid, NotFound
from farthing.domain.event import ModelApproved
from farthing.domain.ids import Id
from farthing.domain.model_card import HOME_MARKET, ModelAppointed, ModelCard, ModelDrafted, ModelMoved, ModelStatus
from farthing.domain.staff import Accountable, Actor, same_person
from farthing.flows.decide import foreign
from farthing.flows.ports import Command, House, Transaction
from farthing.models.artefact import kind_of
from farthing.models.capacity.describe import MARKET as CAPACITY
from farthing.models.construct.card import MARKET as OWNERS
from farthing.models.dimension.describe import MARKETS
from farthing.models.segment.card import MARKET as SEGMENTS

MODELS: Id = "models"
"""The stream of appointments: two that are agreed to at once follow each other."""
MOST_VALID = dt.timedelta(days=366)
"""A model is looked at again within the year (IL-11)."""
APPOINTED = (ModelStatus.APPROVED, ModelStatus.CHALLENGER)
FOLLOWED = "followed"
RESERVED = frozenset({SEGMENTS, OWNERS, CAPACITY, *MARKETS.values()})
"""Where the estimates stand: a model of a table appointed there would take the place of one that reads the bank's evidence."""


def card_of(house: House, model: Id) -> tuple[ModelCard, bytes]:
    """The newest card of a model and its artefact; `NotFound` if there is none."""
    found = house.registry.model(model)
    if found is None:
        raise NotFound("no_model", f"There is no model {model[:40]!r}.", "List models to see their ids: farthing model list.")
    return found


def check_appointment(house: House, body: ModelAppointed) -> None:
    """`Conflict` for a model that was retired, stands there already, or was validated for another market."""
    card, artefact = card_of(house, body.model)
    if body.status not in APPOINTED:
        raise Invalid(
            "bad_status", f"Nobody is appointed as {body.status.value}.", "Appoint it to be used, or to challenge.", field="status"
        )
    rates = kind_of(artefact).ready is not None
    if body.status is ModelStatus.CHALLENGER and not rates:
        told = f"{card.id} gives estimates, and no decision is made anew to see what another would have given."
        raise Conflict("no_shadow", told, "Appoint it to be used.", field="status")
    if card.status is ModelStatus.RETIRED:
        raise Conflict("model_retired", f"{card.id} was retired.", "Develop another model.")
    if card.status is body.status and card.valid_until == body.valid_until:
        raise Conflict("appointed_already", f"{card.id} is {card.status.value} until {card.valid_until}.", "There is nothing to do.")
    if card.status is ModelStatus.APPROVED and body.status is ModelStatus.CHALLENGER:
        raise Conflict("model_in_use", f"{card.id} is in use.", "Appoint the one to follow it; then it stands by and may challenge.")
    if card.market != body.market:
        told = f"{card.id} was validated for {card.market}, not for {body.market[:20]!r}."
        raise Conflict("not_validated_for_market", told, "Develop it on outcomes of that market, or validate it there first.")
    refuse_validity(house, body.valid_until)
    own = foreign(artefact) if rates and card.market in markets(house) else None
    if own is not None:
        told = f"{card.id} reads {own}, which is no feature of the catalogue, and a product lends in {card.market}."
        raise Conflict("not_of_catalogue", told, "Let it score in a market of its own.")


def markets(house: House) -> set[str]:
    """Where the bank lends: a model in use there decides."""
    return {HOME_MARKET, *(product.market for product in house.products.values())}


def refuse_validity(house: House, valid_until: dt.date) -> None:
    """`Invalid` for an end that is past, or further away than a year (IL-11)."""
    today = house.clock.today()
    if not today < valid_until <= today + MOST_VALID:
        told = f"A model cannot be valid until {valid_until}, seen from {today}."
        raise Invalid("bad_validity", told, "Choose a day within the coming year; a review moves it on.", field="valid_until")


def carry_out_appointment(house: House, transaction: Transaction, body: ModelAppointed, agreed_by: Actor) -> None:
    """The model stands there, approved by who agreed; the one it follows stands by. `Invalid` from the model's own owner."""
    transaction.lock_models()
    check_appointment(house, body)  # once more: it may have been retired, or appointed, since it was looked at
    today = house.clock.today()
    transaction.append(MODELS, today, body)
    card, artefact = card_of(house, body.model)
    if body.status is ModelStatus.APPROVED:
        let_stand_by(house, transaction, card)
    people = Accountable(card.accountable.owner, agreed_by.name)
    placed = replace(card, status=body.status, market=body.market, valid_until=body.valid_until, accountable=people)
    transaction.save_model(placed, artefact)
    approved = ModelApproved(placed.id, placed.artefact, canon.digest(placed).hex(), people.owner, people.approver)
    transaction.append(placed.id, today, approved, synthetic=placed.synthetic)


def keep_trained(house: House, transaction: Transaction, card: ModelCard, artefact: bytes) -> ModelCard:
    """Save what was trained, as a draft or in use as its card says; what it follows in use stands by. A draft of a model that is known is
    that model, wherever it stands. `Conflict` if it was retired: the same data gave it before."""
    transaction.lock_models()
    known, drafts = house.registry.model(card.id), card.status is ModelStatus.DRAFT
    if drafts and known is not None:
        return known[0]
    if known is not None and known[0].status is ModelStatus.RETIRED:
        raise Conflict("model_retired", f"The same data give {card.id} again, which was retired.", "Train on other evidence.")
    if not drafts:
        let_stand_by(house, transaction, card)
    digest, people = canon.digest(card).hex(), card.accountable
    drafted = ModelDrafted(card.id, card.artefact, digest, people.owner)
    approved = ModelApproved(card.id, card.artefact, digest, people.owner, people.approver)
    transaction.save_model(card, artefact)
    transaction.append(card.id, house.clock.today(), drafted if drafts else approved, synthetic=card.synthetic)
    return card


def save_trained(house: House, command: Command, card: ModelCard, artefact: bytes) -> ModelCard:
    """The same as one command of its own."""

    def keep(transaction: Transaction) -> ModelCard:
        return keep_trained(house, transaction, card, artefact)

    return house.commands.run(command, keep, ModelCard)


def let_stand_by(house: House, transaction: Transaction, follower: ModelCard) -> None:
    """What was in use for the follower's class and market stands by, to be returned to."""
    for one in house.registry.models():
        same = (one.model_class, one.market) == (follower.model_class, follower.market)
        if same and one.id != follower.id and one.status is ModelStatus.APPROVED:
            keep_card(house, transaction, replace(one, status=ModelStatus.STANDBY), FOLLOWED)


def keep_card(house: House, transaction: Transaction, card: ModelCard, ground: str) -> ModelCard:
    """Save a changed card of the same model, with the event that binds it."""
    _, artefact = card_of(house, card.id)
    transaction.save_model(card, artefact)
    moved = ModelMoved(card.id, canon.digest(card).hex(), card.status, ground)
    transaction.append(card.id, house.clock.today(), moved, synthetic=card.synthetic)
    return card


def is_owner(card: ModelCard, actor: Actor) -> bool:
    """Does this person answer for the model?"""
    return same_person(card.accountable.owner, actor.name)
