"""What we were told: kinds of evidence, where each came from, and the rows that were not believed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from farthing.domain.ids import Id

CURRENCY = "CNY"
"""What products are lent in: features, models and decisions read evidence in this currency only."""


class EvidenceKind(StrEnum):
    """The kinds of evidence the bank reads; each has one canonical table."""

    ENTERPRISE = "enterprise"
    INVOICE = "invoice"
    TRANSACTION = "transaction"
    RELATION = "relation"
    OUTCOME = "outcome"


class Repeats(StrEnum):
    """What to do with a row that repeats an earlier one, of its file or of an earlier file, on every field: an explicit choice."""

    KEEP = "keep"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class KnownLag:
    """When a row was known: its effective date plus `days`. `assumed` says the lag is ours, not the source's."""

    days: int
    assumed: bool


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a piece of evidence came from and how sure we are of its timing."""

    source: str
    content_digest: str
    known_lag: KnownLag
    currency: str = CURRENCY
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """A manifest: rows of one kind taken in at once, stored by content under `object_digest`."""

    id: Id
    kind: EvidenceKind
    provenance: Provenance
    object_digest: str
    rows: int
    first_on: dt.date | None
    last_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One row that was not accepted: which row (1-based), which field, what it held, and why."""

    row: int
    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class FaultCount:
    """How many rows of a file have this fault in this field."""

    field: str
    reason: str
    rows: int


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """What became of every row of one file: `rows == accepted + quarantined_rows + repeated_dropped`, always.

    `quarantined` lists every fault (the first 100,000), `faults` counts them by kind. `repeated` counts rows without fault that equal
    an earlier row on every field of the source, or a row of an earlier file on every field of ours but the day it was known.
    `reading` tells ways of reading a file apart (empty: not noted then).
    """

    kind: EvidenceKind
    source: str
    evidence: Id | None
    rows: int
    accepted: int
    quarantined: tuple[Quarantined, ...]
    quarantined_rows: int
    repeated: int
    repeats: Repeats
    already_known: bool = False
    faults: tuple[FaultCount, ...] = ()
    reading: str = ""
    currency: str = CURRENCY

    @property
    def repeated_dropped(self) -> int:
        """Repeated rows left out by choice."""
        return self.repeated if self.repeats is Repeats.DROP else 0
