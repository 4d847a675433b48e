"""Assess one party for fraud by the model in use: for a person to read, and as facts of a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from farthing.domain.errors import NotFound
from farthing.domain.facts import FactValue
from farthing.domain.ids import Id
from farthing.domain.model_card import HOME_MARKET, ModelCard, ModelClass
from farthing.domain.party import Party
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.fraud.around import Signs, signs_of
from farthing.flows.ports import House
from farthing.graph.circles import Circle
from farthing.graph.rings import Ring
from farthing.models.fraud.model import Assessment, Assessor, decode

READERS = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class FraudView:
    """What is known of a party on a day: the assessment, its ring and circle (members by subject: no names), and every sign."""

    party: Id
    on: dt.date
    card: ModelCard
    assessment: Assessment
    ring: Ring | None
    circle: Circle | None
    signs: Mapping[str, int | None]


def assess(house: House, actor: Actor, party_id: Id, market: str = HOME_MARKET) -> FraudView:
    """By the model in use; `NotFound` where there is none, or no such party."""
    require(actor, *READERS)
    party, on = house.parties.get(party_id), house.clock.today()
    found = model_in_use(house, market, on)
    if found is None:
        raise NotFound("no_fraud_model", f"No anti-fraud model is in use in {market}.", "Train one: farthing model fraud train.")
    card, assessor = found
    signs = signs_of(house, party, house.parties.consents(party_id), on)
    return FraudView(party_id, on, card, assessor.assess(signs.values), signs.around.ring, signs.around.circle, signs.values)


def model_in_use(house: House, market: str, on: dt.date) -> tuple[ModelCard, Assessor] | None:
    """The anti-fraud model in use in a market, if it is valid on the day."""
    found = house.registry.model_in_use(ModelClass.ANTI_FRAUD, market)
    if found is None or not found[0].usable(market, on):
        return None
    return found[0], _ready(found[1])


@lru_cache(maxsize=8)
def _ready(artefact: bytes) -> Assessor:
    return Assessor(decode(artefact))


def as_facts(house: House, party: Party, market: str, on: dt.date) -> tuple[str | None, Mapping[str, FactValue]]:
    """The model's id and the facts: the chance of fraud (missing without a model), the ring, and the measures around the party."""
    signs: Signs = signs_of(house, party, house.parties.consents(party.id), on)
    found = model_in_use(house, market, on)
    chance = found[1].fraud_ppm(signs.values) if found else None
    return (found[0].id if found else None), {
        **{name: signs.values[name] for name in signs.around.measures},
        "fraud_ppm": chance,
        "fraud_ring": signs.in_ring,
    }
