"""Estimates of models beside the score, as facts of a decision: gathered only where its policy names one of them.

To let another model give facts, write its specs, a function that gives them, and a row of `ESTIMATORS`. The decision records which model
gave which facts, and the facts as they were; replay takes both as recorded and asks nobody again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from farthing.decision.compiled import CompiledPolicy
from farthing.decision.facts import ESTIMATED as FROM_MODELS
from farthing.decision.facts import MOST_COUNT, within
from farthing.domain.decision import Estimated
from farthing.domain.evidence import EvidenceKind
from farthing.domain.facts import FactSpec, FactType, FactValue
from farthing.domain.party import Party
from farthing.domain.staff import Actor, Role
from farthing.flows.estimate import capacity, construct, dimensions, novelty, segment
from farthing.flows.fraud import assess as fraud
from farthing.flows.fraud.rule import READ as FRAUD_READS
from farthing.flows.identity import verify as identity
from farthing.flows.observe import KINDS, kinds_of
from farthing.flows.ports import House
from farthing.models.fraud.signs import MEASURE_WORDS, SHARES

DESK = Actor("stf_automatic_decision", "自动决策 automatic decision", Role.SYSTEM)
"""Under this name a decision opens what it must: an applicant may not read for underwriting."""
PPM = 1_000_000

Given: TypeAlias = tuple[str | None, Mapping[str, FactValue]]
"""Which model gave them, None if none is in use, and the facts it gave; one that it could not give is missing."""


@dataclass(frozen=True, slots=True)
class About:
    """Whom an estimate is asked of, where the bank would lend, as of which day, and how many kinds of what it rests on are not read."""

    party: Party
    market: str
    on: dt.date
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Estimator:
    """What gives some facts. It reads what it needs by itself; nothing of it happens unless a policy names one of its facts. `kinds` are
    those that it may read: of a model that others train, all."""

    facts: tuple[FactSpec, ...]
    estimate: Callable[[House, About], Given]
    kinds: Collection[EvidenceKind] = KINDS


@dataclass(frozen=True, slots=True)
class Estimates:
    """Facts by name with their specs, and which models gave them."""

    facts: Mapping[str, FactValue] = field(default_factory=dict)
    specs: Mapping[str, FactSpec] = field(default_factory=dict)
    by: tuple[Estimated, ...] = ()


def _named(*names: str) -> tuple[FactSpec, ...]:
    return tuple(spec for spec in FROM_MODELS if spec.name in names)


def _measure(name: str) -> FactSpec:
    zh, en = MEASURE_WORDS[name]
    share = name in SHARES
    return FactSpec(
        name, FactType.NUMBER if share else FactType.INT, "share" if share else "count", zh, en, 6 * share, 0, PPM if share else MOST_COUNT
    )


MEASURES: tuple[FactSpec, ...] = tuple(map(_measure, MEASURE_WORDS))
"""What is counted around a party: facts that the rules made of few cases may name."""
ESTIMATORS: tuple[Estimator, ...] = (
    Estimator(
        (*_named("fraud_ppm", "fraud_ring"), *MEASURES),
        lambda house, about: fraud.as_facts(house, about.party, about.market, about.on),
        FRAUD_READS,
    ),
    Estimator(
        _named("capacity_monthly_fen", "dscr_12m"),
        lambda house, about: capacity.as_facts(house, about.party, about.on),
        (EvidenceKind.TRANSACTION, EvidenceKind.BUREAU_ACCOUNT),
    ),
    Estimator(_named("personal_score"), lambda house, about: dimensions.as_facts(house, about.party, about.on)),
    Estimator(_named("segment_pd"), lambda house, about: segment.as_facts(house, about.party, about.on)),
    Estimator(_named("segment_known", "file_thickness"), lambda house, about: novelty.as_facts(house, about.party, about.market, about.on)),
    Estimator(
        _named("experience_low", "management_low", "qualification_low"),
        lambda house, about: construct.as_facts(house, about.party, about.on),
        kinds_of(construct.READ),
    ),
    Estimator(
        _named("identity_level"),
        lambda house, about: identity.as_facts(house, DESK, about.party, about.on),
        (EvidenceKind.REGISTRY_ENTRY, EvidenceKind.OWNER_PROFILE),
    ),
    Estimator(_named("sources_unread"), lambda _, about: (None, {"sources_unread": about.unread}), ()),
)
SPECS: Mapping[str, FactSpec] = MappingProxyType({spec.name: spec for one in ESTIMATORS for spec in one.facts})


def estimates(house: House, compiled: CompiledPolicy, about: About) -> Estimates:
    """What the policy reads of estimates; nothing is looked at where it reads none."""
    read = _read(compiled)
    if not read:
        return Estimates()
    given = list(_given(house, about, read))
    facts = {name: value for _, told in given for name, value in told.items()}
    by = tuple(Estimated(model, tuple(sorted(told))) for model, told in given if model is not None)
    return Estimates(facts, {name: SPECS[name] for name in sorted(read)}, by)


def kinds_asked(compiled: CompiledPolicy) -> frozenset[EvidenceKind]:
    """The kinds of evidence that the estimates which a policy names may read."""
    read = _read(compiled)
    return frozenset(kind for one in ESTIMATORS if any(spec.name in read for spec in one.facts) for kind in one.kinds)


def resting_on(kinds: Collection[EvidenceKind]) -> frozenset[str]:
    """The estimated facts that may rest on any of these kinds."""
    return frozenset(spec.name for one in ESTIMATORS if any(kind in kinds for kind in one.kinds) for spec in one.facts)


def _read(compiled: CompiledPolicy) -> set[str]:
    return {name for ready in (*compiled.access, *compiled.limit, *compiled.price) for name in ready.reads} & SPECS.keys()


def _given(house: House, about: About, read: set[str]) -> Iterator[Given]:
    for one in ESTIMATORS:
        names = {spec.name for spec in one.facts} & read
        if names:
            model, told = one.estimate(house, about)
            yield model, {name: within(SPECS[name], told.get(name)) for name in names}
