from __future__ import annotations

import datetime as dt

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.monitor.profile import amount_of, every_of, profile

ORDERS = pl.DataFrame({
    "party": ["a", "a", "b", "b"], "order_no": ["1", "1", "2", "3"],
    "ordered_on": [dt.date(2024, 7, 1), dt.date(2024, 7, 1), dt.date(2024, 7, 3), dt.date(2024, 7, 9)], "channel": ["x"] * 4,
    "counterparty": [None, None, "u", "u"], "items": [1] * 4, "amount_fen": [100, 100, 300, 900], "fee_fen": [1, 1, 1, None],
    "state": ["paid", "paid", "cancelled", "paid"], "stars": pl.Series([5, 5, None, 4], dtype=pl.Int64),
    "known_on": [dt.date(2024, 7, 2), dt.date(2024, 7, 2), dt.date(2024, 7, 3), dt.date(2024, 7, 12)], "row": [1, 2, 3, 4],
})  # fmt: skip


def test_what_is_counted_week_by_week() -> None:
    found = profile(EvidenceKind.ORDER, ORDERS.lazy())
    assert found is not None
    first, second = found.periods.rows(named=True)
    assert (first["period"], first["rows"], first["parties"], first["doubled"], first["frozen"]) == (dt.date(2024, 7, 1), 3, 2, 1, 2)
    assert (first["middle"], first["empty.counterparty"], first["empty.stars"], second["empty.fee_fen"]) == (100.0, 2, 1, 1)
    assert (round(first["late_days"], 2), second["late_days"]) == (0.67, 3.0)
    states = found.mix.filter(pl.col("field") == "state").sort("period", "choice").select("choice", "rows").rows()
    assert states == [("cancelled", 1), ("paid", 2), ("paid", 1)]


def test_a_kind_without_a_rhythm_has_no_profile_and_each_other_its_own_pace() -> None:
    assert profile(EvidenceKind.PARCEL, pl.LazyFrame({"party": []})) is None
    assert {every_of(kind) for kind in EvidenceKind} == {None, "1w", "1mo", "1q"}
    assert (every_of(EvidenceKind.ORDER), every_of(EvidenceKind.METER_READING), every_of(EvidenceKind.TAX_FILING)) == ("1w", "1mo", "1q")


def test_the_amount_that_is_watched_is_the_first_or_what_a_meter_counted() -> None:
    assert amount_of(EvidenceKind.METER_READING) == "used_wh"
    assert amount_of(EvidenceKind.TAX_FILING) == "declared_fen"
    assert amount_of(EvidenceKind.DEVICE) is None
