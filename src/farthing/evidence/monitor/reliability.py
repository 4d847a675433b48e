"""How far each source can be relied on, from what its monitors found: one number a kind, in parts per million.

A source loses a share for each of the four aspects in which it fails (`Aspect`): a tenth for a warning, six tenths for an alarm. Of one
aspect only the worst finding counts, since one cause shows in many symptoms. What is left of the aspects is multiplied. So a source with
warnings alone keeps 65.61 % at least, and one with an alarm 40 % at most: a bank that reads from a half on heeds alarms only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from farthing.domain.evidence import EvidenceKind, Reliability
from farthing.evidence.monitor.watch import PPM, Aspect, Severity, SourceFinding

TENTHS_LEFT = {Severity.WARNING: 9, Severity.ALARM: 4}
"""What a source keeps of an aspect, in tenths: ten without a finding."""


def reliabilities(kinds: Sequence[EvidenceKind], findings: Iterable[SourceFinding]) -> tuple[Reliability, ...]:
    """One figure for each of the kinds, in their order, from the findings of a day about any of them."""
    found = tuple(findings)
    return tuple(Reliability(kind, _ppm([one for one in found if one.kind is kind])) for kind in kinds)


def _ppm(found: Sequence[SourceFinding]) -> int:
    left = PPM
    for aspect in Aspect:
        left = left * min((TENTHS_LEFT[one.severity] for one in found if one.aspect is aspect), default=10) // 10
    return left
