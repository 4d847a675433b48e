"""What we were told: each manifest with what became of its rows."""

from __future__ import annotations

from dataclasses import dataclass

from farthing.domain.evidence import TERMS, ConsentPurpose, Evidence, EvidenceKind, IntakeReport, Quarantined
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.evidence.reasons import in_chinese
from farthing.flows.access import require
from farthing.flows.ports import House

STAFF = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
EXAMPLES = 5
_PERSONAL = frozenset(kind for kind, terms in TERMS.items() if terms.purpose in (ConsentPurpose.PERSON, ConsentPurpose.CREDIT_REPORT)) | {
    EvidenceKind.ENTERPRISE,
    EvidenceKind.COURT_CASE,
}


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A manifest, the report of its intake, and a few rows that were not believed (their values left out where they name people)."""

    evidence: Evidence
    report: IntakeReport | None
    examples: tuple[Quarantined, ...]


def manifests(house: House, actor: Actor, kind: EvidenceKind | None = None) -> tuple[Evidence, ...]:
    """Everything taken in, or all of a kind, the newest first."""
    require(actor, *STAFF)
    return tuple(reversed(house.lake.manifests(kind)))


def evidence(house: House, actor: Actor, *, limit: int, offset: int = 0) -> tuple[EvidenceRow, ...]:
    """A page of what was taken in, the newest first: each report is a look-up of its own, and its rows are decrypted."""
    return tuple(_row(house, one) for one in manifests(house, actor)[offset : offset + limit])


def one_of(house: House, actor: Actor, wanted: Id) -> tuple[EvidenceRow, ...]:
    """One file by the id of its manifest; nothing if there is none."""
    return tuple(_row(house, one) for one in manifests(house, actor) if one.id == wanted)


def reason(why: str) -> tuple[str, str]:
    """Why a row was not believed, in Chinese and in English, from what its report says."""
    return in_chinese(why), why


def count(house: House, actor: Actor) -> int:
    """How many files were taken in."""
    return len(manifests(house, actor))


def _row(house: House, one: Evidence) -> EvidenceRow:
    report = house.lake.known(one.provenance.content_digest, one.kind)
    quarantined = report.quarantined[:EXAMPLES] if report else ()
    if one.kind in _PERSONAL:
        quarantined = tuple(Quarantined(each.row, each.field, "", each.reason) for each in quarantined)
    return EvidenceRow(one, report, quarantined)
