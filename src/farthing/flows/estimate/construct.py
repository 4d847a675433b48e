"""One owner on the scales of experience, management and qualification: for people to read, and as facts of a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from farthing.domain.facts import FactValue
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelCard, ModelClass
from farthing.domain.party import Party
from farthing.domain.staff import Actor
from farthing.features.catalogue import CATALOGUE
from farthing.flows.access import require
from farthing.flows.estimate.used import STAFF, Place, asked, in_use, known_party
from farthing.flows.observe import features_of, readable
from farthing.flows.ports import House
from farthing.models.construct.card import MARKET
from farthing.models.construct.indicators import CONSTRUCTS, FEATURES
from farthing.models.construct.model import Constructs, Reading, Scale, read

__all__ = ["ConstructView", "Constructs", "Reading", "Scale", "as_facts", "constructs_model", "show_constructs"]

READ = tuple(CATALOGUE[name] for name in FEATURES)
PLACE = Place(ModelClass.RATING, MARKET, Constructs, "construct")


@dataclass(frozen=True, slots=True)
class ConstructView:
    """An owner on every scale, and where the scales come from."""

    party: Id
    as_of: dt.date
    card: ModelCard
    readings: tuple[Reading, ...]


def constructs_model(house: House, actor: Actor, model: Id | None = None) -> tuple[ModelCard, Constructs]:
    """The scales in use, or others by their id."""
    require(actor, *STAFF)
    return asked(house, actor, PLACE, model)


def show_constructs(house: House, actor: Actor, party: Id, model: Id | None = None, as_of: dt.date | None = None) -> ConstructView:
    """One owner as known on a day, the open one if not given."""
    card, made = constructs_model(house, actor, model)
    day = as_of or house.clock.today()
    return ConstructView(party, day, card, _readings(house, known_party(house, party), day, made))


def as_facts(house: House, party: Party, on: dt.date) -> tuple[Id | None, Mapping[str, FactValue]]:
    """The scales in use, and the lower bound of each in tenths of a point: who answered less is given less, who answered nothing is
    missing."""
    found = in_use(house, PLACE, on)
    facts: dict[str, FactValue] = {f"{one.name}_low": None for one in CONSTRUCTS}
    if found is None:
        return None, facts
    readings = _readings(house, party, on, found[1])
    return found[0].id, facts | {f"{one.construct}_low": one.low if one.answered else None for one in readings}


def _readings(house: House, party: Party, on: dt.date, made: Constructs) -> tuple[Reading, ...]:
    facts = features_of(house, party, on, readable(house, party, READ, on))
    return tuple(read(made, scale, facts) for scale in made.scales)
