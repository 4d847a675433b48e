"""Observe a party: its features as of a day, one party through its daily aggregates or all of them at once. Both give the same bits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.domain.party import Party
from farthing.features.batch import batch
from farthing.features.catalogue import FEATURES
from farthing.features.daily import SUMS, daily, daily_by_subject
from farthing.features.live import live
from farthing.flows.ports import House

KINDS: tuple[EvidenceKind, ...] = tuple(SUMS)


def refresh(house: House, kind: EvidenceKind, subjects: Sequence[str] | None = None) -> int:
    """Rebuild the daily aggregates of some subjects, or of all, from the lake; returns how many have any. Other kinds keep none."""
    if kind not in KINDS:
        return 0
    rows = house.lake.scan(kind)
    wanted = rows if subjects is None else rows.filter(pl.col("subject").is_in(list(subjects)))
    frames = daily_by_subject(kind, wanted.collect())
    house.aggregates.put(kind, frames)
    return len(frames)


def features_of(house: House, party: Party | Id, as_of: dt.date) -> dict[str, int | None]:
    """Every feature of one party from what was known on `as_of`; None is missing.

    Only kept aggregates are read (intake ends with making them): a kind the party has no rows of has none.
    """
    subject = party.subject if isinstance(party, Party) else house.parties.get(party).subject
    return live({kind: house.aggregates.get(kind, subject) for kind in KINDS}, as_of, FEATURES)


def features_of_all(house: House, as_of: dt.date) -> pl.DataFrame:
    """One row a subject known by `as_of`, one column a feature (null: missing), straight from the lake."""
    return batch({kind: daily(kind, house.lake.scan(kind).collect()) for kind in KINDS}, as_of, FEATURES)
