"""A model in its life: reviewed once a year, returned to when its follower fails, retired. Each is one command, in force at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from farthing.domain.errors import Conflict, Forbidden
from farthing.domain.ids import Id
from farthing.domain.model_card import HOME_MARKET, ModelCard, ModelClass, ModelMoved, ModelStatus
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require, require_ground
from farthing.flows.model.appoint import card_of, is_owner, keep_card, refuse_validity
from farthing.flows.ports import Command, House, Transaction


@dataclass(frozen=True, slots=True)
class ReturnRequest:
    """Use again what was used before, in a class and market."""

    ground: str
    model_class: ModelClass = ModelClass.RATING
    market: str = HOME_MARKET


@dataclass(frozen=True, slots=True)
class RetireRequest:
    """Never use a model again. Where it was in use nothing follows it: what asks for its estimate goes to a person."""

    model: Id
    ground: str


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What the yearly review found sound, and until when that holds (IL-11). What is not sound is retired or returned from."""

    model: Id
    valid_until: dt.date
    ground: str


def return_model(house: House, actor: Actor, request: ReturnRequest, key: str) -> ModelCard:
    """The model that was in use before is so again, and the one in use stands by; returned to twice, each is where it was.

    One person may do it: it undoes, and what it goes back to was agreed to by two. `Conflict` where none stands by.
    """
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    require_ground(request.ground)

    def think(transaction: Transaction) -> ModelCard:
        transaction.lock_models()
        here = [one for one in house.registry.models() if (one.model_class, one.market) == (request.model_class, request.market)]
        before = last_used(house, here)
        if before is None:
            told = f"No model of class {request.model_class.value} stands by in {request.market}."
            raise Conflict("none_stands_by", told, "Retire the one in use, so that a person decides, or appoint another.")
        if not before.usable(request.market, house.clock.today()):
            told = f"{before.id} was valid until {before.valid_until}: it would score nobody."
            raise Conflict("model_past", told, "Let somebody else than its owner review it first, or appoint another.")
        for one in here:
            if one.status is ModelStatus.APPROVED:
                keep_card(house, transaction, replace(one, status=ModelStatus.STANDBY), request.ground)
        return keep_card(house, transaction, replace(before, status=ModelStatus.APPROVED), request.ground)

    return house.commands.run(Command(key, "return_model", actor, request), think, ModelCard)


def last_used(house: House, cards: Sequence[ModelCard]) -> ModelCard | None:
    """Of those that stand by, the one that was in use last. A review writes a newer card and changes nothing of that."""
    standing = [card for card in cards if card.status is ModelStatus.STANDBY]
    return max(standing, key=lambda card: _stands_by_since(house, card.id), default=None)


def _stands_by_since(house: House, model: Id) -> tuple[dt.datetime, int]:
    since: tuple[dt.datetime, int] | None = None
    for event in house.journal.events(stream=model):
        if not (isinstance(event.body, ModelMoved) and event.body.status is ModelStatus.STANDBY):
            since = None
        elif since is None:
            since = event.known_at, event.sequence
    return since or (dt.datetime.min.replace(tzinfo=dt.UTC), 0)


def retire_model(house: House, actor: Actor, request: RetireRequest, key: str) -> ModelCard:
    """The model's life is over. Decisions made with it replay as before."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    require_ground(request.ground)

    def think(transaction: Transaction) -> ModelCard:
        transaction.lock_models()
        card, _ = card_of(house, request.model)
        if card.status is ModelStatus.RETIRED:
            raise Conflict("model_retired", f"{card.id} was retired before.", "There is nothing to do.")
        return keep_card(house, transaction, replace(card, status=ModelStatus.RETIRED), request.ground)

    return house.commands.run(Command(key, "retire_model", actor, request), think, ModelCard)


def review_model(house: House, actor: Actor, request: ReviewRequest, key: str) -> ModelCard:
    """A review that found it sound moves its validity on. `Forbidden` to its owner: a review is independent (IL-11)."""
    require(actor, Role.RISK_MANAGER)
    require_ground(request.ground)
    refuse_validity(house, request.valid_until)

    def think(transaction: Transaction) -> ModelCard:
        transaction.lock_models()
        card, _ = card_of(house, request.model)
        if is_owner(card, actor):
            raise Forbidden("own_model", f"{actor.name} answers for {card.id}.", "Somebody else reviews it.")
        if card.status is ModelStatus.RETIRED:
            raise Conflict("model_retired", f"{card.id} was retired.", "There is nothing to review.")
        reviewed = replace(card, reviewed_on=house.clock.today(), valid_until=request.valid_until)
        return keep_card(house, transaction, reviewed, request.ground)

    return house.commands.run(Command(key, "review_model", actor, request), think, ModelCard)
