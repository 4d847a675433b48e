"""Stages of life and thickness of a file, by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from farthing.domain.evidence import EvidenceKind as Kind
from farthing.models.novelty.stage import LifeStage, file_of

AS_OF = dt.date(2026, 3, 31)


@pytest.mark.parametrize(("since", "stage"), [
    (dt.date(2026, 3, 31), LifeStage.START_UP), (dt.date(2025, 10, 1), LifeStage.START_UP), (dt.date(2025, 9, 30), LifeStage.YOUNG),
    (dt.date(2024, 4, 1), LifeStage.YOUNG), (dt.date(2024, 3, 31), LifeStage.ESTABLISHED),
])  # fmt: skip
def test_a_stage_is_how_long_dealings_were_seen(since: dt.date, stage: LifeStage) -> None:
    found = file_of({Kind.INVOICE: since, Kind.TRANSACTION: AS_OF}, AS_OF)
    assert (found.stage, found.since, found.thickness, found.with_credit) == (stage, since, 2, False)
    assert found.segment == f"{stage.value}/no_credit"


def test_what_a_party_is_or_owed_tells_no_stage_and_thickens_the_file() -> None:
    old = dt.date(2010, 1, 1)
    found = file_of({Kind.REGISTRY_ENTRY: old, Kind.OWNER_PROFILE: old, Kind.BUREAU_ACCOUNT: old}, AS_OF)
    assert (found.stage, found.since, found.thickness, found.with_credit) == (LifeStage.UNSEEN, None, 3, True)
    assert file_of({}, AS_OF).segment == "unseen/no_credit"
