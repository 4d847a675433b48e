"""What a decision may rely on: the figures that the monitors' last run kept. Nothing is looked at anew on the way to an answer.

A source under the policy's threshold is read by nobody: its features are missing, and to an estimate it is as if the party had taken back
its consent, of which every estimate knows what to leave out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from farthing.decision.compiled import CompiledPolicy
from farthing.domain.bank.bank_event import SourcesWatched
from farthing.domain.consent import Consent
from farthing.domain.decision import SourceRead
from farthing.domain.evidence import EvidenceKind
from farthing.domain.ids import Id
from farthing.features.catalogue import CATALOGUE
from farthing.flows.estimates import resting_on
from farthing.flows.ports import House, Parties

SOURCES: Id = "sources"
"""The stream of what the monitors' runs made of the sources."""
SCORED = frozenset({"pd_12m", "pd_12m_low", "pd_12m_high", "score_points"})
LONG_AGO = dt.date.min


@dataclass(frozen=True, slots=True)
class KeptRun:
    """What the last run of the monitors made of each kind that had evidence on the day, in parts per million."""

    on: dt.date
    ppm: Mapping[EvidenceKind, int]


def last_run(house: House) -> KeptRun | None:
    """None where no run was ever kept: then every source is read."""
    event = house.journal.newest(SOURCES)
    if event is None or not isinstance(event.body, SourcesWatched):
        return None
    return KeptRun(event.effective_on, {one.kind: one.ppm for one in event.body.figures})


def relied_on(house: House, compiled: CompiledPolicy, kinds: Collection[EvidenceKind]) -> tuple[SourceRead, ...]:
    """How far each of the kinds that a decision reads can be relied on, and whether the policy reads it: of those that were looked at."""
    last = last_run(house)
    if last is None:
        return ()
    watched = [(kind, last.ppm[kind]) for kind in EvidenceKind if kind in kinds and kind in last.ppm]
    return tuple(SourceRead(kind, ppm, last.on, ppm >= compiled.reliable_from_ppm) for kind, ppm in watched)


def unread(sources: Iterable[SourceRead]) -> frozenset[EvidenceKind]:
    """The kinds that were left out."""
    return frozenset(one.kind for one in sources if not one.read)


def lost(sources: Sequence[SourceRead], facts: Iterable[str], model_reads: Collection[str]) -> frozenset[str]:
    """Of these facts those that rest on what was left out: features of it, the score of a model that reads one, estimates that may."""
    left_out = unread(sources)
    if not left_out:
        return frozenset()
    gone = resting_on(left_out) | {name for name, feature in CATALOGUE.items() if left_out & set(feature.sources)}
    return (gone if gone.isdisjoint(model_reads) else gone | SCORED) & frozenset(facts)


# ---- a house that does not read some kinds ---------------------------------------------------------------------------


def closed(house: House, kinds: frozenset[EvidenceKind]) -> House:
    """The house as an estimate sees it in which nobody's evidence of these kinds may be read."""
    return replace(house, parties=cast(Parties, _Closed(house.parties, kinds))) if kinds else house


class _Closed:
    """Parties whose consents to some kinds have all ended; all else of them is as it is. Equal ones are one to what is kept by parties."""

    def __init__(self, parties: Parties, kinds: frozenset[EvidenceKind]) -> None:
        self._parties, self._kinds = parties, kinds

    def consents(self, party: Id) -> Sequence[Consent]:
        given = self._parties.consents(party)
        left = [replace(one, kinds=tuple(kind for kind in one.kinds if kind not in self._kinds)) for one in given]
        return [*left, Consent(party, tuple(self._kinds), LONG_AGO, withdrawn_on=LONG_AGO)]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parties, name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Closed) and (self._parties, self._kinds) == (other._parties, other._kinds)

    def __hash__(self) -> int:
        return hash((self._parties, self._kinds))
