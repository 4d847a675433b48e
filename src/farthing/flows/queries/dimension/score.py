"""A party's score by dimension as it stands today: points, what moves them, what is off and why.

It is reckoned from what is known now, so that an invoice taken in or a report of a late month moves the next answer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.errors import Conflict, Forbidden, NotFound
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelCard, ModelClass, ModelStatus
from farthing.domain.score import Contribution
from farthing.domain.staff import Actor, Role
from farthing.features.catalogue import CATALOGUE
from farthing.flows.access import require
from farthing.flows.estimate.dimensions import decoded, scored
from farthing.flows.ports import House
from farthing.models.dimension.card import WITHHELD, DimensionCard, DimensionScore, Facet, FacetScore, ScoreKind, Standing, lost
from farthing.models.dimension.describe import MARKETS
from farthing.models.scorecard import MISSING

__all__ = [
    "MARKETS",
    "MISSING",
    "WITHHELD",
    "Asked",
    "DimensionCard",
    "DimensionsView",
    "Facet",
    "FacetScore",
    "FacetView",
    "PartyDimensions",
    "ScoreKind",
    "Standing",
    "dimensions_model",
    "score_party",
]

STAFF = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
TRIERS = (Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
"""Who may look at what a model says before two people agreed to its use."""
MOST_MOVES = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose score, by which model (None: the one in use), and the dimensions to be asked for by name that the party asked for; as known on
    which day (None: today)."""

    party: Id
    kind: ScoreKind = ScoreKind.ENTERPRISE
    model: Id | None = None
    named: tuple[str, ...] = ()
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class FacetView:
    """One dimension of the answer. `unread` are kinds of evidence that no consent covers today."""

    facet: Facet
    score: FacetScore
    unread: tuple[EvidenceKind, ...]


@dataclass(frozen=True, slots=True)
class PartyDimensions:
    """The whole answer. `moves` are the features that cost most against a usual good customer, the dearest first; `told_until` is the
    newest day that evidence of the kinds it reads speaks of."""

    party: Id
    as_of: dt.date
    card: ModelCard
    artefact: DimensionCard
    score: DimensionScore
    facets: tuple[FacetView, ...]
    moves: tuple[Contribution, ...]
    told_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class DimensionsView:
    """A model of dimensions as people read it."""

    card: ModelCard
    artefact: DimensionCard


def dimensions_model(house: House, actor: Actor, kind: ScoreKind, wanted: Id | None = None) -> DimensionsView:
    """The model in use, or any by its id; `NotFound` says how to get one."""
    require(actor, *STAFF)
    found = house.registry.model(wanted) if wanted else house.registry.model_in_use(ModelClass.RATING, MARKETS[kind])
    if found is None:
        told = f"There is no model {wanted[:40]!r}." if wanted else f"No {kind.value} score of dimensions is in use."
        raise NotFound("no_dimensions", told, "Train one (farthing model dimensions train) and let a second person appoint it.")
    artefact = decoded(found[1])
    if artefact.kind is not kind:
        raise Conflict("other_kind", f"{found[0].id} scores a {artefact.kind.value}.", "Ask for that kind.", field="kind")
    return DimensionsView(found[0], artefact)


def score_party(house: House, actor: Actor, asked: Asked) -> PartyDimensions:
    """The score today. `Forbidden` for a draft, or a model past its validity, to others than risk managers and auditors."""
    require(actor, *STAFF)
    view, today = dimensions_model(house, actor, asked.kind, asked.model), house.clock.today()
    if not (view.card.status is ModelStatus.APPROVED and view.card.usable(view.card.market, today)) and actor.role not in TRIERS:
        told = f"{view.card.id} is {view.card.status.value}, valid until {view.card.valid_until}."
        raise Forbidden("model_not_in_use", told, "Let two people appoint it, or ask a risk manager.")
    party = house.parties.get(asked.party)
    if party.erased or party.restricted_until is not None:
        raise Conflict("party_closed", f"{party.id} was erased or restricted.", "It is not scored.")
    on = min(asked.on or today, today)
    score, unread = scored(house, view.artefact, party, on, asked.named)
    facets = tuple(
        FacetView(facet, one, tuple(sorted(unread[facet.code], key=lambda kind: kind.value)))
        for facet, one in zip(view.artefact.facets, score.facets, strict=True)
    )
    return PartyDimensions(
        party.id, on, view.card, view.artefact, score, facets, lost(score, MOST_MOVES), _told_until(house, view.artefact)
    )


def _told_until(house: House, card: DimensionCard) -> dt.date | None:
    read = {kind for name in card.features if name in CATALOGUE for kind in CATALOGUE[name].sources}
    return max((one.last_on for one in house.lake.manifests() if one.kind in read and one.last_on is not None), default=None)
