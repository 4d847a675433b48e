"""Observe a party: its features as of a day, one party through its daily aggregates or all of them at once. Both give the same bits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from farthing.domain.evidence import CURRENCY, EvidenceKind
from farthing.domain.feature import Feature
from farthing.domain.ids import Id
from farthing.domain.party import Party
from farthing.features.batch import batch
from farthing.features.catalogue import FEATURES
from farthing.features.daily import daily
from farthing.features.live import live
from farthing.features.records import RECORDS
from farthing.flows.ports import House

KINDS: tuple[EvidenceKind, ...] = tuple(RECORDS)


def features_of(house: House, party: Party | Id, as_of: dt.date, features: Sequence[Feature] = FEATURES) -> dict[str, int | None]:
    """Features of one party from what was known on `as_of`; None is missing.

    Only kept aggregates are read (intake ends with making them), and only of the kinds that these features are about: a kind the
    party has no rows of in our currency has none.
    """
    subject = party.subject if isinstance(party, Party) else house.parties.get(party).subject
    return live({kind: house.aggregates.get(kind, subject) for kind in kinds_of(features)}, as_of, features)


def kinds_of(features: Sequence[Feature]) -> tuple[EvidenceKind, ...]:
    """The kinds of evidence that these features read."""
    return KINDS if features is FEATURES else tuple({kind: None for feature in features for kind in feature.sources})


def features_of_all(house: House, as_of: dt.date) -> pl.DataFrame:
    """One row a subject known by `as_of`, one column a feature (null: missing), straight from what the lake holds in our currency."""
    return batch({kind: daily(kind, house.lake.scan(kind, CURRENCY).collect()) for kind in KINDS}, as_of, FEATURES)
