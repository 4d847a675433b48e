"""How old a business is as far as evidence shows, and how thick its file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.calendar import add_months
from farthing.domain.evidence import EvidenceKind

CREDIT = frozenset({EvidenceKind.BUREAU_ACCOUNT, EvidenceKind.OUTCOME})
"""What tells of loans that were had: a file without any of it is thin, however thick otherwise."""
IDENTITY = frozenset(
    {EvidenceKind.ENTERPRISE, EvidenceKind.REGISTRY_ENTRY, EvidenceKind.CONTACT_POINT, EvidenceKind.OWNER_PROFILE, EvidenceKind.PARCEL}
)
"""What tells of what a party is or has, not of what it does: it thickens a file, and its days tell no stage of life."""
START_UP_MONTHS, YOUNG_MONTHS = 6, 24


class LifeStage(StrEnum):
    """Where in its life a business stands, by how long its dealings have been seen."""

    UNSEEN = "unseen"
    START_UP = "start_up"
    YOUNG = "young"
    ESTABLISHED = "established"


@dataclass(frozen=True, slots=True)
class File:
    """What the bank was told by a day: of how many kinds of evidence, whether of loans, since when dealings were seen."""

    thickness: int
    with_credit: bool
    since: dt.date | None
    stage: LifeStage

    @property
    def segment(self) -> str:
        """A thin file and one with a credit history are never one segment, nor are the stages of life."""
        return f"{self.stage.value}/{'credit' if self.with_credit else 'no_credit'}"


def file_of(first: Mapping[EvidenceKind, dt.date], as_of: dt.date) -> File:
    """From the first day that each kind of evidence speaks of, of those known by then."""
    dealings = [day for kind, day in first.items() if kind not in CREDIT | IDENTITY]
    since = min(dealings, default=None)
    return File(len(first), bool(CREDIT & set(first)), since, _stage(since, as_of))


def _stage(since: dt.date | None, as_of: dt.date) -> LifeStage:
    if since is None:
        return LifeStage.UNSEEN
    if since > add_months(as_of, -START_UP_MONTHS):
        return LifeStage.START_UP
    return LifeStage.YOUNG if since > add_months(as_of, -YOUNG_MONTHS) else LifeStage.ESTABLISHED
