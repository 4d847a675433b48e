"""Develop a score of dimensions, of enterprises or of persons: gather, look for leaks, validate, fit, document, and save the draft.

A second person appoints it (`appoint`) in a market of its own: it is shown to people and decides nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain import canon
from farthing.domain.errors import Invalid
from farthing.domain.evidence import CURRENCY, EvidenceKind
from farthing.domain.model_card import ModelCard, ModelDrafted
from farthing.domain.staff import Accountable, Actor, Role
from farthing.features.catalogue import CATALOGUE
from farthing.flows.access import require
from farthing.flows.model.build import redrafts
from farthing.flows.model.develop import NOBODY_YET, gather, refuse_leaks, silent
from farthing.flows.ports import Command, House, Transaction
from farthing.models.dimension import enterprise, personal
from farthing.models.dimension.card import ScoreKind, encode, named
from farthing.models.dimension.describe import Developed, describe
from farthing.models.dimension.fit import Stacking, fit_total
from farthing.models.dimension.freeze import Presentation, freeze_total
from farthing.models.dimension.group import Group
from farthing.models.dimension.signals import groups_of
from farthing.models.dimension.validate import validate_total
from farthing.models.validate import Plan, Progress

GROUPS: dict[ScoreKind, tuple[Group, ...]] = {
    ScoreKind.ENTERPRISE: groups_of(enterprise.DIMENSIONS, enterprise.RULES, CATALOGUE),
    ScoreKind.PERSONAL: groups_of(personal.DIMENSIONS, personal.RULES, CATALOGUE),
}
TITLES = {
    ScoreKind.ENTERPRISE: "企业五维评分 Five dimensions of an enterprise",
    ScoreKind.PERSONAL: "个人五维信用分 Five dimensions of a person",
}


@dataclass(frozen=True, slots=True)
class DimensionRequest:
    """Which score, features as of which day, and how it is tested. `target_bad_rate_ppm`: the assumed rate of bads where it is used."""

    kind: ScoreKind
    as_of: dt.date
    folds: int = 5
    repeats: int = 2
    seed: int = 20200221
    target_bad_rate_ppm: int = 50_000

    def __post_init__(self) -> None:
        if not (2 <= self.folds <= 20 and 1 <= self.repeats <= 20):
            raise Invalid("bad_plan", f"{self.folds} folds x {self.repeats} repeats cannot be run.", "Use 2-20 folds and 1-20 repeats.")


def train_dimensions(house: House, actor: Actor, request: DimensionRequest, key: str, progress: Progress = silent) -> ModelCard:
    """Train, validate and save a draft; the same lake, request and code give the same model.

    `Invalid` with too few outcomes, no signal in any dimension, or a signal that leaks the outcome.
    """
    require(actor, Role.RISK_MANAGER)
    made = make_dimensions(house, actor.name, request, progress)
    card, artefact = describe(made), encode(made.card)

    def save(transaction: Transaction) -> ModelCard:
        transaction.lock_models()
        known = house.registry.model(card.id)
        if known is not None and not redrafts(known[0], card, actor):
            return known[0]
        transaction.save_model(card, artefact)
        drafted = ModelDrafted(card.id, card.artefact, canon.digest(card).hex(), card.accountable.owner)
        transaction.append(card.id, house.clock.today(), drafted, synthetic=card.synthetic)
        return card

    return house.commands.run(Command(key, "train_dimensions", actor, request), save, ModelCard)


def make_dimensions(house: House, owner: str, request: DimensionRequest, progress: Progress = silent) -> Developed:
    """Everything but saving."""
    groups, shown = GROUPS[request.kind], _presentation(request)
    progress(0, 1, "features")
    names = tuple(name for group in groups for name in group.names)
    sample = gather(house, request.as_of, tuple(CATALOGUE[name] for name in names))
    refuse_leaks(sample, names)
    plan = Plan(request.folds, request.repeats, request.seed)
    stacking = Stacking(request.folds, request.seed)
    validation = validate_total(sample, groups, stacking, plan, progress)
    card = named(freeze_total(fit_total(sample, groups, stacking), shown, CATALOGUE))
    told = [one.provenance for one in house.lake.manifests(EvidenceKind.OUTCOME) if one.provenance.currency == CURRENCY]
    return Developed(
        title=TITLES[request.kind], trained_on=", ".join(sorted({one.source for one in told})), as_of=request.as_of,
        synthetic=any(one.synthetic for one in told), accountable=Accountable(owner, NOBODY_YET), sample=sample, plan=plan,
        validation=validation, card=card,
    )  # fmt: skip


def _presentation(request: DimensionRequest) -> Presentation:
    if request.kind is ScoreKind.PERSONAL:
        return Presentation(request.kind, personal.SCALE, request.target_bad_rate_ppm, personal.FLOOR, personal.CEILING)
    return Presentation(request.kind, target_rate_ppm=request.target_bad_rate_ppm)
