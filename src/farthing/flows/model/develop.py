"""Develop a model: gather outcomes and features, check for leaks, validate, fit, document, and record a second person's approval.

The thinking happens before the command; the command only saves the card with its artefact and the event that approves it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from farthing.domain.errors import Invalid, NotFound
from farthing.domain.evidence import CURRENCY, EvidenceKind
from farthing.domain.feature import Feature
from farthing.domain.model_card import HOME_MARKET, ModelCard, ModelStatus
from farthing.domain.staff import Accountable, Actor, Role
from farthing.features.catalogue import CATALOGUE, CORE
from farthing.flows.access import require
from farthing.flows.model.appoint import save_trained
from farthing.flows.model.examine import examined
from farthing.flows.model.turned_down import told_apart
from farthing.flows.observe import features_of_all
from farthing.flows.ports import Command, House
from farthing.models.artefact import encode
from farthing.models.boosted.challenge import Terms
from farthing.models.boosted.model import Boosted
from farthing.models.boosted.training import Grown, boosted, grown
from farthing.models.card import Development, write_card
from farthing.models.fit import Calibration, Fitted, Settings, develop, freeze
from farthing.models.leak import leaks
from farthing.models.reasons import CANDIDATE, CANDIDATES
from farthing.models.sample import Sample, sample_of
from farthing.models.scorecard import Scorecard, named
from farthing.models.validate import Fitted as Trained
from farthing.models.validate import Fitting, Plan, Progress, Validation, validate
from farthing.models.validation.rejected import with_rejected
from farthing.models.wide import develop_wide, wide_candidates, without_leaks

NOBODY_YET = "—"


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """What to train, a scorecard or `boosted` trees, and who answers for it. `target_bad_rate_ppm` is the assumed rate of bads where the
    model will be used. `with_declined`: it learns of those turned down as well, by the score that did so. `wide`: it chooses of the whole
    catalogue."""

    name: str
    as_of: dt.date
    owner: str
    approver: str
    folds: int = 5
    repeats: int = 5
    seed: int = 20200221
    target_bad_rate_ppm: int = 50_000
    boosted: bool = False
    with_declined: bool = False
    wide: bool = False

    def __post_init__(self) -> None:
        Accountable(self.owner, self.approver)
        if not (2 <= self.folds <= 20 and 1 <= self.repeats <= 100):
            raise Invalid("bad_plan", f"{self.folds} folds x {self.repeats} repeats cannot be run.", "Use 2-20 folds and 1-100 repeats.")


def silent(done: int, total: int, what: str) -> None:
    """Nobody watches."""


def train(house: House, actor: Actor, request: TrainRequest, key: str, progress: Progress = silent) -> ModelCard:
    """Train, validate and save a model; returns its card.

    A risk manager's is a draft, which a second person appoints (`propose`); who runs the machine states both people, and it is in use.
    `Invalid` with too few outcomes, no signal, or a candidate that leaks the outcome; the model is the same for the same lake, request
    and code.
    """
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    drafts = actor.role is Role.RISK_MANAGER
    made = make(house, replace(request, owner=actor.name, approver=NOBODY_YET) if drafts else request, progress)
    if drafts:
        made = replace(made, status=ModelStatus.DRAFT)
    return save_trained(house, Command(key, "train", actor, request), write_card(made), encode(made.artefact))


def make(house: House, request: TrainRequest, progress: Progress = silent) -> Development:
    """Everything but saving: what `farthing model validate` shows."""
    progress(0, 1, "features")
    candidates = wide_candidates(CATALOGUE) if request.wide else CANDIDATES
    sample = gather(house, request.as_of, tuple(CATALOGUE[one.feature] for one in candidates) if request.wide else CORE)
    candidates = without_leaks(sample, candidates) if request.wide else candidates
    refuse_leaks(sample, frozenset(one.feature for one in candidates))
    plan = Plan(request.folds, request.repeats, request.seed)
    fit: Fitting = partial(develop, candidates=candidates, settings=Settings())
    if request.wide:
        fit = partial(develop_wide, candidates=candidates)
    if request.boosted:
        fit = partial(grown, candidates=candidates, seed=plan.seed)
    seen = sample
    if request.with_declined:
        seen, rejected = told_apart(house, sample, HOME_MARKET)
        fit = with_rejected(fit, rejected)
    validation = validate(seen, fit, plan, progress)
    told = [one.provenance for one in house.lake.manifests(EvidenceKind.OUTCOME) if one.provenance.currency == CURRENCY]
    progress(1, 1, "examination")
    return examined(house, Development(
        title=request.name, trained_on=", ".join(sorted({one.source for one in told})), as_of=request.as_of,
        synthetic=any(one.synthetic for one in told), accountable=Accountable(request.owner, request.approver),
        sample=sample, plan=plan, validation=validation, artefact=_frozen(fit(seen), sample, validation, request.target_bad_rate_ppm),
        reproduce=_command(request),
    ))  # fmt: skip


def _frozen(fitted: Trained, sample: Sample, validation: Validation, rate_ppm: int) -> Scorecard | Boosted:
    """In whole numbers. The calibration is that of cases with an outcome, whatever else was learnt from."""
    if isinstance(fitted, Grown):
        return boosted(fitted, sample, validation, Terms(rate_ppm))
    assert isinstance(fitted, Fitted), "trees or bins"
    fitted = replace(fitted, rate=rate) if (rate := float(sample.bad.mean())) != fitted.rate else fitted
    return named(freeze(fitted, Calibration(validation.line, rate_ppm), CATALOGUE))


def _command(request: TrainRequest) -> str:
    """What gives the same model again from the same evidence."""
    rate = f"{request.target_bad_rate_ppm / 1_000_000:f}".rstrip("0")
    plan = f"--folds {request.folds} --repeats {request.repeats} --seed {request.seed} --target-bad-rate {rate}"
    more = [
        f" --{name}"
        for name, asked in (("boosted", request.boosted), ("with-declined", request.with_declined), ("wide", request.wide))
        if asked
    ]
    return f"farthing model validate --as-of {request.as_of} {plan}{''.join(more)}"


def gather(house: House, as_of: dt.date, features: Sequence[Feature] = CORE) -> Sample:
    """The labelled parties of the lake with these features as of the day. Outcomes must be known by the bank's open day.

    Those of loans in another currency are left out: features know nothing of such borrowers.
    """
    known = house.lake.scan(EvidenceKind.OUTCOME, CURRENCY).filter(pl.col("known_on") <= max(house.clock.today(), as_of)).collect()
    if not known.height:
        raise NotFound(
            "no_outcomes",
            f"The lake holds no outcomes of loans in {CURRENCY} to train on.",
            "Import labelled evidence first: farthing import.",
        )
    return sample_of(features_of_all(house, as_of, features), known, tuple(feature.name for feature in features))


def refuse_leaks(sample: Sample, candidates: Collection[str] = frozenset(CANDIDATE)) -> None:
    """`Invalid` when a candidate separates bads from goods too well to be true."""
    found = [leak for leak in leaks(sample) if leak.feature in candidates]
    if found:
        raise Invalid(
            "leak", f"{found[0].feature} leaks the outcome: {found[0].why}.", "Check its dates, or drop it.", field=found[0].feature
        )
