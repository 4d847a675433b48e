"""Which model gives an estimate: the one in use where it stands, or one that is asked for by its id by those who may try models."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from farthing.domain.errors import Conflict, Forbidden, NotFound
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelCard, ModelClass, ModelStatus
from farthing.domain.party import Party
from farthing.domain.staff import Actor, Role
from farthing.flows.ports import House
from farthing.models.artefact import decode

STAFF = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
TRIERS = (Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
"""Who may look at what a model says before two people agreed to its use."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place(Generic[T]):
    """Where models of a form stand in the registry, and the word of the command that makes them."""

    model_class: ModelClass
    market: str
    form: type[T]
    noun: str


def in_use(house: House, place: Place[T], on: dt.date) -> tuple[ModelCard, T] | None:
    """The model in use there, if it is valid on the day."""
    found = house.registry.model_in_use(place.model_class, place.market)
    if found is None or not found[0].usable(place.market, on):
        return None
    return found[0], _of_form(place, *found)


def asked(house: House, actor: Actor, place: Place[T], wanted: Id | None = None) -> tuple[ModelCard, T]:
    """The model in use there, or any of its form by id. `NotFound` says how to get one; `Forbidden` for a draft, or a model past its
    validity, to others than risk managers and auditors."""
    found = house.registry.model(wanted) if wanted else house.registry.model_in_use(place.model_class, place.market)
    if found is None:
        told = f"There is no model {wanted[:40]!r}." if wanted else f"No {place.noun} model is in use."
        raise NotFound(f"no_{place.noun}", told, f"Train one (farthing model {place.noun} train) and let a second person appoint it.")
    card, model = found[0], _of_form(place, *found)
    used = card.status is ModelStatus.APPROVED and card.usable(card.market, house.clock.today())
    if not used and actor.role not in TRIERS:
        told = f"{card.id} is {card.status.value}, valid until {card.valid_until}."
        raise Forbidden("model_not_in_use", told, "Let two people appoint it, or ask a risk manager.")
    return card, model


def known_party(house: House, party: Id) -> Party:
    """The party; `Conflict` where it was erased or is restricted: nothing is estimated of it."""
    found = house.parties.get(party)
    if found.erased or found.restricted_until is not None:
        raise Conflict("party_closed", f"{found.id} was erased or restricted.", "It is not scored.")
    return found


def _of_form(place: Place[T], card: ModelCard, artefact: bytes) -> T:
    made = _opened(artefact)
    if not isinstance(made, place.form):
        told = f"{card.id} is no {place.noun} model."
        raise Conflict("other_kind", told, "Ask for one of that kind: farthing model list.", field="model")
    return made


@lru_cache(maxsize=16)
def _opened(artefact: bytes) -> object:
    return decode(artefact)
