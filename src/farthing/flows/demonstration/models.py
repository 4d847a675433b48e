"""The models that a demonstration has beside its scorecard, so that no page of theirs is empty: both scores of dimensions, trained on its
own evidence, and an anti-fraud model that was made before, since its made-up worlds take minutes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from farthing.domain.errors import Invalid
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelAppointed, ModelCard, ModelClass, ModelStatus
from farthing.domain.staff import Actor, Role
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.model.appoint import keep_trained
from farthing.flows.model.dimensions import DimensionRequest, train_dimensions
from farthing.flows.ports import Command, House, Transaction
from farthing.models.dimension.card import ScoreKind
from farthing.models.dimension.describe import MARKETS
from farthing.models.validate import Progress

OWNER = Actor("stf_demonstration_models", "模型负责人 林知远", Role.RISK_MANAGER)
APPROVER = Actor("stf_demonstration_approver", "风险总监 周明华", Role.RISK_MANAGER)
A_YEAR = dt.timedelta(days=365)
REPEATS = 1
"""Of the cross-validation: intervals are wider than of two, and nobody waits."""
GROUND = "first_of_its_class"


@dataclass(frozen=True, slots=True)
class Beside:
    """What is to be had beside the scorecard: features as of which day, and a card with its artefact that was made before (None: none)."""

    as_of: dt.date
    fraud: tuple[ModelCard, bytes] | None = None


def have_models(house: House, beside: Beside, key: str, progress: Progress) -> tuple[ModelCard, ...]:
    """Those in use now; a score that this evidence cannot carry is told of and left out. A second run finds what the first made."""
    found = [_dimensions(house, kind, beside.as_of, f"{key}:{kind.value}", progress) for kind in ScoreKind]
    if beside.fraud is not None:
        found.append(_fraud(house, beside.fraud, f"{key}:fraud"))
    return tuple(card for card in found if card is not None)


def _dimensions(house: House, kind: ScoreKind, as_of: dt.date, key: str, progress: Progress) -> ModelCard | None:
    used = house.registry.model_in_use(ModelClass.RATING, MARKETS[kind])
    if used is not None:
        return used[0]
    try:
        card = train_dimensions(house, OWNER, DimensionRequest(kind, as_of, repeats=REPEATS), f"{key}:train", progress)
    except Invalid as refused:
        progress(1, 1, f"no {kind.value} score of dimensions: {refused.message}")
        return None
    return _appointed(house, card.id, card.market, key)


def _appointed(house: House, model: Id, market: str, key: str) -> ModelCard:
    """In use for a year, as one person asks and another agrees."""
    body = ModelAppointed(model, ModelStatus.APPROVED, market, house.clock.today() + A_YEAR, GROUND)
    asked = propose(house, OWNER, body, f"{key}:appoint")
    resolve(house, APPROVER, ResolveRequest(asked.id, agree=True), f"{key}:agree")
    found = house.registry.model(model)
    assert found is not None, "it was appointed just now"
    return found[0]


def _fraud(house: House, made: tuple[ModelCard, bytes], key: str) -> ModelCard:
    """A draft under its owner's name, then appointed as any other."""
    used = house.registry.model_in_use(ModelClass.ANTI_FRAUD)
    if used is not None:
        return used[0]
    card, artefact = replace(made[0], status=ModelStatus.DRAFT), made[1]

    def keep(transaction: Transaction) -> ModelCard:
        return keep_trained(house, transaction, card, artefact)

    house.commands.run(Command(f"{key}:keep", "train_fraud", OWNER, card), keep, ModelCard)
    return _appointed(house, card.id, card.market, key)
