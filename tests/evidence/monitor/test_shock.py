"""Shocked evidence: what is meant to change does, and nothing else."""

from __future__ import annotations

import datetime as dt

import polars as pl
from polars.testing import assert_frame_equal

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.monitor.shock import amounts, late, less_turnover, wrong_unit
from farthing.evidence.table import LARGEST_FEN

INVOICE = EvidenceKind.INVOICE
ROWS = pl.DataFrame({
    "side": ["sale", "sale", "purchase"], "issued_on": [dt.date(2024, 1, 1), dt.date(2024, 6, 1), dt.date(2024, 6, 1)],
    "net_fen": [100, 101, 300], "tax_fen": [13, 13, 39], "gross_fen": [113, LARGEST_FEN, 339],
    "known_on": [dt.date(2024, 1, 2), dt.date(2024, 6, 2), dt.date(2024, 6, 2)],
})  # fmt: skip


def test_only_sales_since_the_day_are_less() -> None:
    found = less_turnover(INVOICE, ROWS, dt.date(2024, 2, 1), 30)
    assert found["net_fen"].to_list() == [100, 70, 300]
    assert_frame_equal(found.select("side", "issued_on", "known_on"), ROWS.select("side", "issued_on", "known_on"))


def test_what_tells_of_no_sales_stays() -> None:
    assert less_turnover(EvidenceKind.COURT_CASE, ROWS, dt.date(2024, 2, 1), 30) is ROWS


def test_a_wrong_unit_is_tenfold_and_never_beyond_what_intake_lets_in() -> None:
    found = wrong_unit(INVOICE, ROWS)
    assert found["net_fen"].to_list() == [1000, 1010, 3000]
    assert found["gross_fen"].to_list() == [1130, LARGEST_FEN, 3390]


def test_late_evidence_happened_when_it_did() -> None:
    found = late(ROWS, 30)
    assert found["known_on"].to_list() == [one + dt.timedelta(days=30) for one in ROWS["known_on"]]
    assert_frame_equal(found.drop("known_on"), ROWS.drop("known_on"))


def test_only_money_is_an_amount() -> None:
    assert amounts(INVOICE, ROWS) == ["net_fen", "tax_fen", "gross_fen"]
