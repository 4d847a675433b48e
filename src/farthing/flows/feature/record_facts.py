"""Which facts a decision computes and records: few enough to be quick, enough to replay it and to try other models on it (ADR 0021)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from farthing.decision.compiled import CompiledPolicy
from farthing.decision.facts import specs_of
from farthing.domain.consent import Consent
from farthing.domain.evidence import TERMS, EvidenceKind
from farthing.domain.facts import FactSpec
from farthing.domain.feature import Feature
from farthing.domain.model_card import ModelStatus
from farthing.features.catalogue import CORE, FEATURES
from farthing.flows.ports import House

KEPT = 64
_CORE = frozenset(feature.name for feature in CORE)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The facts a decision records: these features, and our own facts beside them."""

    features: tuple[Feature, ...]
    specs: Mapping[str, FactSpec]


def facts_for(compiled: CompiledPolicy, models: frozenset[str]) -> Recorded:
    """The core features, and what this policy and these models read beyond them (ADR 0021)."""
    read = {name for ready in (*compiled.access, *compiled.limit, *compiled.price) for name in ready.reads}
    return _recorded(frozenset(read | models) - _CORE)


@lru_cache(maxsize=KEPT)
def _recorded(beyond: frozenset[str]) -> Recorded:
    features = (*CORE, *(feature for feature in FEATURES if feature.name in beyond))
    return Recorded(features, specs_of(features))


def read_by_models(house: House) -> frozenset[str]:
    """What the models that are not retired read: the one in use and those that run beside it."""
    return frozenset(name for card in house.registry.models() if card.status is not ModelStatus.RETIRED for name in card.features)


def allowed(features: tuple[Feature, ...], consents: Sequence[Consent], kinds: Sequence[EvidenceKind], on: dt.date) -> tuple[Feature, ...]:
    """Those that read nothing which is to be looked at only under a consent that runs, unless one does; the others stay missing."""
    covered = [kind for kind in EvidenceKind if kind in kinds or not TERMS[kind].live or any(one.covers(kind, on) for one in consents)]
    return _within(features, tuple(covered))


@lru_cache(maxsize=KEPT)
def _within(features: tuple[Feature, ...], kinds: tuple[EvidenceKind, ...]) -> tuple[Feature, ...]:
    return tuple(feature for feature in features if set(feature.sources) <= set(kinds))
