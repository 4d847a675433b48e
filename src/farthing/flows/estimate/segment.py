"""Models of segments read by people and by decisions: a card a segment, one case scored, one party by the segment that it is in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from farthing.domain.errors import Conflict, NotFound
from farthing.domain.facts import FactValue
from farthing.domain.feature import Feature
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelCard, ModelClass
from farthing.domain.party import Party
from farthing.domain.staff import Actor
from farthing.features.catalogue import CATALOGUE
from farthing.flows.access import require
from farthing.flows.estimate.used import STAFF, Place, asked, in_use, known_party
from farthing.flows.observe import features_of, readable
from farthing.flows.ports import House
from farthing.models.segment.card import MARKET
from farthing.models.segment.model import Estimate, Part, Segment, Segments, estimate

__all__ = ["BY", "Estimate", "Part", "SegmentCard", "SegmentView", "as_facts", "card_of", "score_case", "segment_cards", "show_segment"]

PLACE = Place(ModelClass.RATING, MARKET, Segments, "segment")
BY = ("county", "industry", "kind", "channel")
"""What a party's record tells that segments may be told apart by."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What one standard deviation of a field moves the log-odds in this segment, everywhere on average, and how much is the segment's own.
    Weights are in millionths of a logit; a field that is closed has none."""

    field: str
    own: int | None
    common: int
    local_ppm: int


@dataclass(frozen=True, slots=True)
class SegmentCard:
    """A segment's model for people: what it was fitted on, how much of it is local and how much borrowed, and its weights."""

    model: Id
    segment: str
    known: bool
    labels: int
    bads: int
    local_ppm: int
    weights: tuple[Weight, ...]


@dataclass(frozen=True, slots=True)
class SegmentView:
    """A party by the model of its segment, as known on a day."""

    party: Id
    as_of: dt.date
    card: ModelCard
    by: str
    found: Estimate


def segment_cards(house: House, actor: Actor, model: Id | None = None, code: str = "") -> tuple[SegmentCard, ...]:
    """A card for each segment, the least local first; or of one, which if it was never seen is what it would start from."""
    require(actor, *STAFF)
    _, made = asked(house, actor, PLACE, model)
    if code:
        return (card_of(made, made.segment(code)),)
    return tuple(sorted((card_of(made, one) for one in made.segments), key=lambda one: (one.local_ppm, one.segment)))


def card_of(model: Segments, one: Segment) -> SegmentCard:
    """One segment's card."""
    own = dict(zip(one.open, zip(one.weights[1:], one.local_ppm[1:], strict=True), strict=True))
    weights = tuple(
        Weight(field.name, own[field.name][0] if field.name in own else None, common, own.get(field.name, (0, 0))[1])
        for field, common in zip(model.fields, model.common.weights[1:], strict=True)
    )
    known = any(other.code == one.code for other in model.segments) and one.labels > 0
    return SegmentCard(model.name, one.code, known, one.labels, one.bads, one.local_share_ppm, weights)


def score_case(house: House, actor: Actor, code: str, facts: Mapping[str, int | None], model: Id | None = None) -> Estimate:
    """One case of a segment. `NotFound` names a fact that the model does not read."""
    require(actor, *STAFF)
    _, made = asked(house, actor, PLACE, model)
    known = {field.name for field in made.fields}
    for name in facts:
        if name not in known:
            raise NotFound("no_field", f"The model reads no field {name!r}.", f"It reads: {', '.join(sorted(known))}.")
    return estimate(made, made.segment(code), facts)


def show_segment(house: House, actor: Actor, party: Id, model: Id | None = None, as_of: dt.date | None = None) -> SegmentView:
    """One party as known on a day, the open one if not given. `Conflict` for a model of a table, which knows nothing of our parties."""
    require(actor, *STAFF)
    card, made = asked(house, actor, PLACE, model)
    day = as_of or house.clock.today()
    found = _of_party(house, known_party(house, party), day, made)
    if found is None:
        told = f"{card.id} was fitted on a table of its own, by {made.by[:40]!r}."
        raise Conflict("not_of_catalogue", told, "Score its cases: farthing model segment score.")
    return SegmentView(party, day, card, made.by, found)


def as_facts(house: House, party: Party, on: dt.date) -> tuple[Id | None, Mapping[str, FactValue]]:
    """The models in use, and the PD by that of the party's segment; missing while there is none."""
    used = in_use(house, PLACE, on)
    found = None if used is None else _of_party(house, party, on, used[1])
    if used is None or found is None:
        return None, {"segment_pd": None}
    return used[0].id, {"segment_pd": found.pd_ppm}


def _of_party(house: House, party: Party, on: dt.date, model: Segments) -> Estimate | None:
    """A party whose record does not tell its segment has the common model."""
    features = _features(model)
    if features is None or model.by not in BY:
        return None
    facts = features_of(house, party, on, readable(house, party, features, on))
    return estimate(model, model.segment(str(getattr(party, model.by) or "")), facts)


def _features(model: Segments) -> tuple[Feature, ...] | None:
    found = tuple(CATALOGUE[field.name] for field in model.fields if field.name in CATALOGUE)
    return found if len(found) == len(model.fields) else None
