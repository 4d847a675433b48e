from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from farthing.domain.evidence import KnownLag
from farthing.evidence.intake import SourceTable, take_in
from farthing.evidence.land import COVERS, INSURANCE_POLICY, LAND_TRANSFER, PARCEL
from farthing.evidence.mapping import canonical_map
from farthing.evidence.table import Table

AS_OF = dt.date(2024, 6, 30)


def faults(table: Table, **cells: object) -> list[tuple[str, str]]:
    source = SourceTable("a test", pl.DataFrame([cells]), "0" * 64, canonical_map(table.kind, KnownLag(0, assumed=True)))
    return take_in(source, AS_OF).quarantined.select("field", "reason").rows()


def test_a_parcel_without_end_is_whole() -> None:
    assert faults(PARCEL, party="F1", parcel="P1", confirmed_on="2015-06-01", right="承包", area_m2=3340) == []


@pytest.mark.parametrize(("area", "ends_on", "wrong"), [(0, None, "area_m2"), (10, "2023-01-01", "ends_on")])
def test_a_transfer_of_no_ground_or_that_ends_before_it_is_signed_is_none(area: int, ends_on: str | None, wrong: str) -> None:
    told = faults(
        LAND_TRANSFER, party="F1", parcel="P1", signed_on="2023-11-20", direction="转入", area_m2=area, rent_fen=600_000, ends_on=ends_on
    )
    assert [field for field, _ in told] == [wrong]


def test_every_cover_has_a_word_of_ours() -> None:
    for word, _ in COVERS:
        cells = {"issued_on": "2024-04-10", "ends_on": "2024-10-31", "insured_fen": 1, "premium_fen": 1}
        assert faults(INSURANCE_POLICY, party="F1", policy_no="I", cover=word, **cells) == []
