"""How far a source can be relied on: whole without findings, and never more for a worse one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from farthing.domain.evidence import EvidenceKind, Reliability
from farthing.evidence.monitor.reliability import reliabilities
from farthing.evidence.monitor.watch import Severity, SourceFinding, Symptom

KINDS = (EvidenceKind.INVOICE, EvidenceKind.ORDER)
DAY = dt.date(2025, 10, 1)
FINDINGS = st.builds(
    SourceFinding, kind=st.sampled_from(KINDS), symptom=st.sampled_from(Symptom), severity=st.sampled_from(Severity), field=st.just(""),
    since=st.just(DAY), measured=st.just(9), usual=st.just(1),
)  # fmt: skip


def ppm(*found: SourceFinding) -> dict[EvidenceKind, int]:
    return {one.kind: one.ppm for one in reliabilities(KINDS, found)}


def wrong(symptom: Symptom, severity: Severity = Severity.WARNING) -> SourceFinding:
    return SourceFinding(EvidenceKind.INVOICE, symptom, severity, "", DAY, 9, 1)


def test_the_rule_as_it_is_documented() -> None:
    late, gap = Symptom.LATE, Symptom.GAP
    assert reliabilities(KINDS, ()) == tuple(Reliability(kind, 1_000_000) for kind in KINDS)
    assert ppm(wrong(late)) == {EvidenceKind.INVOICE: 900_000, EvidenceKind.ORDER: 1_000_000}
    assert ppm(wrong(late), wrong(Symptom.STALE))[EvidenceKind.INVOICE] == 900_000, "one aspect, one cause"
    assert ppm(wrong(late), wrong(Symptom.STALE, Severity.ALARM))[EvidenceKind.INVOICE] == 400_000, "the worst of an aspect counts"
    assert ppm(wrong(late), wrong(gap, Severity.ALARM))[EvidenceKind.INVOICE] == 360_000
    one_each = (late, gap, Symptom.LEVEL, Symptom.CONTRADICTS)
    assert ppm(*map(wrong, one_each))[EvidenceKind.INVOICE] == 656_100, "warnings alone stay above a half"
    assert ppm(*(wrong(one, Severity.ALARM) for one in one_each))[EvidenceKind.INVOICE] == 25_600


@given(st.lists(FINDINGS, max_size=12), FINDINGS, st.data())
def test_a_worse_source_is_never_relied_on_more(found: list[SourceFinding], another: SourceFinding, data: st.DataObject) -> None:
    before = ppm(*found)
    assert all(0 < one <= 1_000_000 for one in before.values())
    added = ppm(*data.draw(st.permutations([*found, another])))
    assert all(added[kind] <= before[kind] for kind in KINDS)
    worse = ppm(*(replace(one, severity=Severity.ALARM) for one in found))
    assert all(worse[kind] <= before[kind] for kind in KINDS)
