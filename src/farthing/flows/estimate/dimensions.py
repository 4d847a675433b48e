"""A party's score by dimension from what may be looked at: for whoever asks for it, and as a fact of a decision.

A dimension is looked at only under consents that run on the day; what must be asked for by name only when the caller says that it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache

from farthing.domain.consent import Consent
from farthing.domain.errors import Conflict
from farthing.domain.evidence import EvidenceKind
from farthing.domain.feature import Feature
from farthing.domain.model_card import ModelClass
from farthing.domain.party import Party, PartyKind
from farthing.features.catalogue import CATALOGUE
from farthing.flows.observe import features_of
from farthing.flows.ports import House
from farthing.models.dimension.card import Allowed, DimensionCard, DimensionScore, Facet, ScoreKind, decode, score_dimensions
from farthing.models.dimension.describe import MARKETS


def as_facts(house: House, party: Party, on: dt.date) -> tuple[str | None, Mapping[str, int | None]]:
    """The personal score as a fact of a decision, with the model in use: missing of who is no person, and while there is no model.

    What is to be asked for by name is not looked at: an application asks for a loan.
    """
    found = house.registry.model_in_use(ModelClass.RATING, MARKETS[ScoreKind.PERSONAL])
    if party.kind is not PartyKind.PERSON or found is None or not found[0].usable(found[0].market, on):
        return None, {"personal_score": None}
    return found[0].id, {"personal_score": scored(house, decoded(found[1]), party, on, ())[0].score}


def scored(
    house: House, card: DimensionCard, party: Party, on: dt.date, named: Sequence[str]
) -> tuple[DimensionScore, Mapping[str, frozenset[EvidenceKind]]]:
    """The score from what was known on a day and may be looked at today, and the kinds that no consent covers, by dimension."""
    consents, today = house.parties.consents(party.id), max(on, house.clock.today())
    unread = {facet.code: _unread(facet, consents, today) for facet in card.facets}
    allowed = _allowed(card, unread, named)
    read = tuple(_feature(name) for name in card.features if name not in allowed.withheld)
    return score_dimensions(card, features_of(house, party, on, read), allowed), unread


def _allowed(card: DimensionCard, unread: Mapping[str, frozenset[EvidenceKind]], named: Sequence[str]) -> Allowed:
    """What may be looked at: a feature only where all its kinds are, a dimension to be asked for only where it was."""
    off = frozenset(facet.code for facet in card.facets if facet.asked and (facet.code not in named or unread[facet.code]))
    withheld = frozenset(
        attribute.feature
        for facet in card.facets
        for attribute in facet.attributes
        if facet.code in off or unread[facet.code] & set(_feature(attribute.feature).sources)
    )
    return Allowed(off, withheld)


def _unread(facet: Facet, consents: Sequence[Consent], on: dt.date) -> frozenset[EvidenceKind]:
    kinds = {kind for attribute in facet.attributes for kind in _feature(attribute.feature).sources}
    return frozenset(kind for kind in kinds if not any(consent.covers(kind, on) for consent in consents))


def _feature(name: str) -> Feature:
    found = CATALOGUE.get(name)
    if found is None:
        raise Conflict("not_of_catalogue", f"The model reads {name[:60]!r}, which is no feature of the catalogue.", "Train it again.")
    return found


@lru_cache(maxsize=16)
def decoded(artefact: bytes) -> DimensionCard:
    """The frozen model, kept."""
    return decode(artefact)
