"""What we were told: kinds of evidence, where each came from, and the rows that were not believed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
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
    REGISTRY_ENTRY = "registry_entry"
    TAX_FILING = "tax_filing"
    ORDER = "order"
    REFUND = "refund"
    RECEIPT = "receipt"
    BUREAU_ACCOUNT = "bureau_account"
    BUREAU_ENQUIRY = "bureau_enquiry"
    COURT_CASE = "court_case"
    PARCEL = "parcel"
    LAND_TRANSFER = "land_transfer"
    INSURANCE_POLICY = "insurance_policy"
    INSURANCE_CLAIM = "insurance_claim"
    SHIPMENT = "shipment"
    STOCK_MOVE = "stock_move"
    METER_READING = "meter_reading"
    OWNER_PROFILE = "owner_profile"
    APP_USAGE = "app_usage"
    DEVICE = "device"
    CONTACT_POINT = "contact_point"


class Origin(StrEnum):
    """Who tells the bank of a kind of evidence."""

    PARTY = "party"
    BANK = "bank"
    PLATFORM = "platform"
    BUREAU = "bureau"
    GOVERNMENT = "government"
    COURT = "court"
    INSURER = "insurer"
    CARRIER = "carrier"
    UTILITY = "utility"


class ConsentPurpose(StrEnum):
    """What a party must have allowed us to look at before evidence of a kind is read (PI-05, IL-12, CR-02)."""

    BUSINESS = "business"  # how the business runs
    PUBLIC_RECORD = "public_record"  # what public registers say
    CREDIT_HISTORY = "credit_history"  # how earlier credit was repaid, by us or by what the party declared
    CREDIT_REPORT = "credit_report"  # what the credit bureau holds: only under a consent that runs on the day
    PERSON = "person"  # who the owner is and how they act


@dataclass(frozen=True, slots=True)
class KindTerms:
    """On what terms evidence of a kind is read: who tells us, what consent it needs, and after how many days it is stale.

    `stale_days` None: what it says does not age.
    """

    origin: Origin
    purpose: ConsentPurpose
    stale_days: int | None

    @property
    def live(self) -> bool:
        """Whether only a consent that was given and runs allows it: an importer's word for a party that is silent is not enough."""
        return self.purpose is ConsentPurpose.CREDIT_REPORT


TERMS: Mapping[EvidenceKind, KindTerms] = {
    EvidenceKind.ENTERPRISE: KindTerms(Origin.GOVERNMENT, ConsentPurpose.PUBLIC_RECORD, None),
    EvidenceKind.INVOICE: KindTerms(Origin.GOVERNMENT, ConsentPurpose.BUSINESS, 45),
    EvidenceKind.TRANSACTION: KindTerms(Origin.BANK, ConsentPurpose.BUSINESS, 14),
    EvidenceKind.RELATION: KindTerms(Origin.PARTY, ConsentPurpose.PERSON, None),
    EvidenceKind.OUTCOME: KindTerms(Origin.BANK, ConsentPurpose.CREDIT_HISTORY, None),
    EvidenceKind.REGISTRY_ENTRY: KindTerms(Origin.GOVERNMENT, ConsentPurpose.PUBLIC_RECORD, 400),
    EvidenceKind.TAX_FILING: KindTerms(Origin.GOVERNMENT, ConsentPurpose.BUSINESS, 120),
    EvidenceKind.ORDER: KindTerms(Origin.PLATFORM, ConsentPurpose.BUSINESS, 7),
    EvidenceKind.REFUND: KindTerms(Origin.PLATFORM, ConsentPurpose.BUSINESS, 14),
    EvidenceKind.RECEIPT: KindTerms(Origin.PLATFORM, ConsentPurpose.BUSINESS, 7),
    EvidenceKind.BUREAU_ACCOUNT: KindTerms(Origin.BUREAU, ConsentPurpose.CREDIT_REPORT, 45),
    EvidenceKind.BUREAU_ENQUIRY: KindTerms(Origin.BUREAU, ConsentPurpose.CREDIT_REPORT, 45),
    EvidenceKind.COURT_CASE: KindTerms(Origin.COURT, ConsentPurpose.PUBLIC_RECORD, 120),
    EvidenceKind.PARCEL: KindTerms(Origin.GOVERNMENT, ConsentPurpose.BUSINESS, None),
    EvidenceKind.LAND_TRANSFER: KindTerms(Origin.GOVERNMENT, ConsentPurpose.BUSINESS, 400),
    EvidenceKind.INSURANCE_POLICY: KindTerms(Origin.INSURER, ConsentPurpose.BUSINESS, 400),
    EvidenceKind.INSURANCE_CLAIM: KindTerms(Origin.INSURER, ConsentPurpose.BUSINESS, 400),
    EvidenceKind.SHIPMENT: KindTerms(Origin.CARRIER, ConsentPurpose.BUSINESS, 14),
    EvidenceKind.STOCK_MOVE: KindTerms(Origin.CARRIER, ConsentPurpose.BUSINESS, 14),
    EvidenceKind.METER_READING: KindTerms(Origin.UTILITY, ConsentPurpose.BUSINESS, 45),
    EvidenceKind.OWNER_PROFILE: KindTerms(Origin.PARTY, ConsentPurpose.PERSON, 400),
    EvidenceKind.APP_USAGE: KindTerms(Origin.BANK, ConsentPurpose.PERSON, 14),
    EvidenceKind.DEVICE: KindTerms(Origin.BANK, ConsentPurpose.PERSON, 30),
    EvidenceKind.CONTACT_POINT: KindTerms(Origin.PARTY, ConsentPurpose.PERSON, None),
}


class Repeats(StrEnum):
    """What to do with a row that repeats an earlier one, of its file or of an earlier file, on every field: an explicit choice."""

    KEEP = "keep"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far evidence of a kind can be relied on, in parts per million: whole where nothing is wrong with its source."""

    kind: EvidenceKind
    ppm: int


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
