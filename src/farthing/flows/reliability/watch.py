"""Watch the sources: how each is doing today, for whoever looks; and a run that is kept, by which decisions go from then on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from farthing.domain.bank.bank_event import SourcesWatched
from farthing.domain.evidence import CURRENCY, Evidence, EvidenceKind, Reliability
from farthing.domain.staff import Actor, Role
from farthing.evidence.monitor.contradict import GOODS, SALES, Contradictions, contradict, monthly
from farthing.evidence.monitor.profile import profile
from farthing.evidence.monitor.reliability import reliabilities
from farthing.evidence.monitor.watch import Aspect, SourceFinding, watch
from farthing.flows.access import require
from farthing.flows.ports import Command, House, Transaction
from farthing.flows.reliability.rely import SOURCES, KeptRun, last_run

STAFF = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
ASPECTS = tuple(Aspect)


@dataclass(frozen=True, slots=True)
class Watched:
    """The kinds that have evidence with the last day each speaks of, what is wrong with them on `today`, and how far each can be relied on.

    `kept` is what decisions go by: the last run of the monitors that was kept.
    """

    today: dt.date
    last_on: Mapping[EvidenceKind, dt.date | None]
    findings: tuple[SourceFinding, ...]
    reliability: tuple[Reliability, ...] = ()
    kept: KeptRun | None = None

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
    return Watched(today, {kind: _last(manifests, kind) for kind in held}, findings, reliabilities(held, findings), last_run(house))


def keep_watch(house: House, actor: Actor, key: str) -> Watched:
    """Look at every source, and record how far each can be relied on; the same key records one run."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    found = watched(house, actor)

    def record(transaction: Transaction) -> SourcesWatched:
        body = SourcesWatched(found.reliability)
        transaction.append(SOURCES, found.today, body)
        return body

    house.commands.run(Command(key, "keep_watch", actor, found.today), record, SourcesWatched)
    return replace(found, kept=last_run(house))


def _contradictions(house: House, held: Sequence[EvidenceKind], today: dt.date) -> list[Contradictions]:
    """Each kind of sales against each kind of goods."""
    months = {kind: monthly(kind, house.lake.scan(kind, CURRENCY), today) for kind in held if kind in SALES or kind in GOODS}
    return [contradict((s, months[s]), (g, months[g])) for s in SALES for g in GOODS if s in months and g in months]


def _last(manifests: Sequence[Evidence], kind: EvidenceKind) -> dt.date | None:
    return max((one.last_on for one in manifests if one.kind is kind and one.last_on is not None), default=None)
