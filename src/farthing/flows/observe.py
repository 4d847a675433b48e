"""Observe a party: its features as of a day, one party through its daily aggregates or all of them at once. Both give the same bits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from farthing.decision.compiled import CompiledPolicy
from farthing.decision.facts import specs_of
from farthing.domain.consent import Consent
from farthing.domain.evidence import CURRENCY, TERMS, EvidenceKind
from farthing.domain.facts import FactSpec
from farthing.domain.feature import Feature
from farthing.domain.ids import Id
from farthing.domain.model_card import ModelCard, ModelClass, ModelStatus
from farthing.domain.party import Party
from farthing.evidence.purpose import Standing, standing
from farthing.features.batch import batch
from farthing.features.catalogue import CORE, FEATURES
from farthing.features.daily import daily
from farthing.features.live import live
from farthing.features.records import RECORDS
from farthing.flows.ports import House

KINDS: tuple[EvidenceKind, ...] = tuple(RECORDS)
KEPT = 64
_CORE = frozenset(feature.name for feature in CORE)


def features_of(house: House, party: Party | Id, as_of: dt.date, features: Sequence[Feature] = FEATURES) -> dict[str, int | None]:
    """Features of one party from what was known on `as_of`; None is missing.

    Only kept aggregates are read (intake ends with making them), and only of the kinds that these features are about: a kind the
    party has no rows of in our currency has none.
    """
    subject = party.subject if isinstance(party, Party) else house.parties.get(party).subject
    return live(house.aggregates.of(subject, kinds_of(features)), as_of, features)


def kinds_of(features: Sequence[Feature]) -> tuple[EvidenceKind, ...]:
    """The kinds of evidence that these features read."""
    return KINDS if features is FEATURES else tuple({kind: None for feature in features for kind in feature.sources})


def features_of_all(house: House, as_of: dt.date, features: Sequence[Feature] = FEATURES) -> pl.DataFrame:
    """One row a subject known by `as_of`, one column a feature (null: missing), straight from what the lake holds in our currency.

    Only the kinds that these features read are looked at; who has evidence of none of them has no row. What somebody took back by today
    is not read, whichever day is looked at: a model is fitted on what it may still see.
    """
    read = {kind for feature in features for kind in feature.sources}
    frames = {kind: house.lake.scan(kind, CURRENCY).collect() for kind in KINDS if kind in read}
    subjects: set[str] = set().union(*(frame["subject"].unique() for frame in frames.values()))
    unread = unread_of(house, subjects, house.clock.today(), frames)
    kept = {kind: frame.filter(~pl.col("subject").is_in(list(unread[kind]))) for kind, frame in frames.items()}
    return batch({kind: daily(kind, frame) for kind, frame in kept.items()}, as_of, features)


# ---- which of them a decision records: few enough to be quick, enough to replay it and to try other models on it (ADR 0019) ----


@dataclass(frozen=True, slots=True)
class Recorded:
    """The facts a decision records: these features, and our own facts beside them."""

    features: tuple[Feature, ...]
    specs: Mapping[str, FactSpec]


def facts_for(compiled: CompiledPolicy, models: frozenset[str]) -> Recorded:
    """The core features, and what this policy and these models read beyond them (ADR 0019)."""
    read = {name for ready in (*compiled.access, *compiled.limit, *compiled.price) for name in ready.reads}
    return _recorded(frozenset(read | models) - _CORE)


@lru_cache(maxsize=KEPT)
def _recorded(beyond: frozenset[str]) -> Recorded:
    features = (*CORE, *(feature for feature in FEATURES if feature.name in beyond))
    return Recorded(features, specs_of(features))


def read_by_models(house: House, market: str) -> frozenset[str]:
    """What the models of a market that are not retired read: the one in use and those that run beside it."""
    here = [card for card in house.registry.models() if _decides(card) and card.market == market and card.status is not ModelStatus.RETIRED]
    return frozenset(name for card in here for name in card.features)


def _decides(card: ModelCard) -> bool:
    """Whether it reads a decision's features itself, and is not asked for an estimate (`flows/estimates.py`)."""
    return card.model_class is ModelClass.RATING


def allowed(
    features: tuple[Feature, ...], consents: Sequence[Consent], kinds: Sequence[EvidenceKind], on: dt.date,
    unread: Collection[EvidenceKind] = (),
) -> tuple[Feature, ...]:  # fmt: skip
    """Those that read nothing which was taken back, or is to be looked at only under a consent that runs, without one, and nothing
    `unread`; the others stay missing."""
    covered = [kind for kind in EvidenceKind if kind not in unread and (kind in kinds or may_read(consents, kind, on))]
    return _within(features, tuple(covered))


def may_read(consents: Sequence[Consent], kind: EvidenceKind, on: dt.date) -> bool:
    """Whether evidence of a kind that the party was not asked for just now may be looked at."""
    found = standing(consents, kind, on)
    return found is Standing.COVERED or (found is Standing.SILENT and not TERMS[kind].live)


def readable(house: House, party: Party, features: tuple[Feature, ...], on: dt.date) -> tuple[Feature, ...]:
    """Those that an estimate may read of a party: what it allows today, whichever day is looked at; nothing of who is restricted."""
    if party.restricted_until is not None:
        return ()
    return allowed(features, house.parties.consents(party.id), (), max(on, house.clock.today()))


def unread_of(house: House, subjects: Collection[str], today: dt.date, kinds: Iterable[EvidenceKind]) -> dict[EvidenceKind, set[str]]:
    """By kind who of these took back what the bank holds of it, is restricted, or was erased: of whom nobody knows what it allowed."""
    said = house.parties.spoken(subjects) if subjects else {}
    erased = set(subjects) - said.keys()
    return {
        kind: erased | {one for one, (closed, consents) in said.items() if closed or standing(consents, kind, today) is Standing.ENDED}
        for kind in kinds
    }


@lru_cache(maxsize=KEPT)
def _within(features: tuple[Feature, ...], kinds: tuple[EvidenceKind, ...]) -> tuple[Feature, ...]:
    return tuple(feature for feature in features if set(feature.sources) <= set(kinds))
