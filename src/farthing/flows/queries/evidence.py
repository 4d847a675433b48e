"""What we were told: each manifest with what became of its rows, and how each source is doing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from farthing.domain.evidence import CURRENCY, TERMS, ConsentPurpose, Evidence, EvidenceKind, IntakeReport, Quarantined
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.evidence.monitor.contradict import GOODS, SALES, Contradictions, contradict, monthly
from farthing.evidence.monitor.profile import profile
from farthing.evidence.monitor.watch import Aspect, SourceFinding, watch
from farthing.evidence.reasons import in_chinese
from farthing.flows.access import require
from farthing.flows.ports import House

STAFF = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
EXAMPLES = 5
ASPECTS = tuple(Aspect)
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


# ---- how the sources are doing ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Watched:
    """The kinds that have evidence with the last day each speaks of, what is wrong with them on `today`, and how much was looked at."""

    today: dt.date
    last_on: Mapping[EvidenceKind, dt.date | None]
    findings: tuple[SourceFinding, ...]

    def of(self, kind: EvidenceKind, aspect: Aspect) -> tuple[SourceFinding, ...]:
        """What is wrong with one kind in one aspect."""
        return tuple(one for one in self.findings if one.kind is kind and one.aspect is aspect)


def watched(house: House, actor: Actor) -> Watched:
    """Every source as it stands today, from the rows in our currency that the lake holds."""
    require(actor, *STAFF)
    today, manifests = house.clock.today(), house.lake.manifests()
    held = [kind for kind in EvidenceKind if any(one.kind is kind for one in manifests)]
    profiles = [found for kind in held if (found := profile(kind, house.lake.scan(kind, CURRENCY))) is not None]
    newest = {one.kind: one for one in manifests}
    told = [(one, house.lake.known(one.provenance.content_digest, one.kind) if newest[one.kind] is one else None) for one in manifests]
    findings = watch(today, told, profiles, _contradictions(house, held, today))
    return Watched(today, {kind: _last(manifests, kind) for kind in held}, findings)


def _contradictions(house: House, held: Sequence[EvidenceKind], today: dt.date) -> list[Contradictions]:
    """Each kind of sales against each kind of goods."""
    months = {kind: monthly(kind, house.lake.scan(kind, CURRENCY), today) for kind in held if kind in SALES or kind in GOODS}
    return [contradict((s, months[s]), (g, months[g])) for s in SALES for g in GOODS if s in months and g in months]


def _last(manifests: Sequence[Evidence], kind: EvidenceKind) -> dt.date | None:
    return max((one.last_on for one in manifests if one.kind is kind and one.last_on is not None), default=None)
