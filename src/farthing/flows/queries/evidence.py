"""What evidence the bank holds: every file that was taken in, with what became of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from farthing.domain.evidence import Evidence, EvidenceKind, IntakeReport
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import House

STAFF = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One file of one kind, and the report of its intake where it is kept."""

    evidence: Evidence
    report: IntakeReport | None


def evidence(house: House, actor: Actor, kind: EvidenceKind | None = None) -> Sequence[Evidence]:
    """Every manifest, in the order of intake, of one kind or all."""
    require(actor, *STAFF)
    return house.lake.manifests(kind)


def evidence_with_reports(house: House, actor: Actor, kind: EvidenceKind | None = None) -> tuple[EvidenceRow, ...]:
    """Manifests with what became of each row."""
    return tuple(
        EvidenceRow(one, house.lake.known(one.provenance.content_digest, one.kind)) for one in evidence(house, actor, kind)
    )
