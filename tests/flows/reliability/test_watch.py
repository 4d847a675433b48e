"""How the sources of a real house are doing, asked as a page asks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.bank import AUDITOR, OFFICER, RISK, SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain.errors import Forbidden
from farthing.domain.evidence import EvidenceKind
from farthing.domain.staff import Actor, Role
from farthing.flows.imagine import imagine
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.ports import House
from farthing.flows.reliability.rely import KeptRun
from farthing.flows.reliability.watch import ASPECTS, keep_watch, watched
from farthing.world.economy import Plan

PLAN = Plan(merchants=60)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path, dt.date(2024, 1, 1)) as made:
        yield made


def test_a_bank_without_evidence_has_nothing_to_watch(house: House) -> None:
    found = watched(house, AUDITOR)
    assert (found.last_on, found.findings) == ({}, ())


def test_sources_are_fresh_on_the_day_they_end_and_stale_when_nothing_comes(house: House) -> None:
    wanted = {EvidenceKind.ENTERPRISE, EvidenceKind.INVOICE, EvidenceKind.ORDER, EvidenceKind.METER_READING}
    tables = tuple(table for table in imagine(PLAN, every=True).tables if table.kind in wanted)
    intake(house, SYSTEM, IntakeRequest(tables), "world")
    found = watched(house, OFFICER)
    assert found.today == PLAN.end
    assert set(found.last_on) == wanted
    assert found.findings == ()
    house.clock.open_day(PLAN.end + dt.timedelta(days=30))
    later = watched(house, OFFICER)
    assert [(one.kind, one.symptom.value) for one in later.findings] == [(EvidenceKind.ORDER, "stale")]
    assert [len(later.of(EvidenceKind.ORDER, aspect)) for aspect in ASPECTS] == [1, 0, 0, 0]
    assert {one.kind: one.ppm for one in later.reliability} == {
        kind: 400_000 if kind is EvidenceKind.ORDER else 1_000_000 for kind in wanted
    }
    assert later.kept is None, "looking keeps nothing"
    run = keep_watch(house, RISK, "night")
    assert run.kept == KeptRun(later.today, {one.kind: one.ppm for one in later.reliability})
    assert keep_watch(house, RISK, "night").kept == watched(house, AUDITOR).kept == run.kept
    assert len(house.journal.events(kind="SourcesWatched", limit=9)) == 1, "the same key keeps one run"


def test_only_staff_may_look(house: House) -> None:
    with pytest.raises(Forbidden):
        watched(house, Actor("pty_a", "借款人", Role.BORROWER))
    with pytest.raises(Forbidden):
        keep_watch(house, AUDITOR, "night")
