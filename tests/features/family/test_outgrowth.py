"""Sales that outgrow what makes and moves them: a business that invents sales shows, one that grows does not."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from farthing.domain.calendar import add_months
from farthing.domain.evidence import EvidenceKind
from farthing.features.batch import batch
from farthing.features.catalogue import CATALOGUE
from farthing.features.daily import daily
from farthing.features.family.outgrowth import FEATURES, PAIRS

DAY = dt.date(2025, 12, 28)
WANTED = CATALOGUE["invoiced_sales_outgrow_power_used_3m"]


def told(sales: int, power: int) -> int | None:
    """A year of 1,000 yuan and 1,000 watt-hours a month; in the last three months so many times as much."""
    days = [add_months(dt.date(2025, 1, 15), month) for month in range(12)]
    times = [1] * 9 + [0] * 3
    invoices = pl.DataFrame({
        "subject": ["s"] * 12, "side": ["sale"] * 12, "issued_on": days, "known_on": days, "counterparty": ["b"] * 12,
        "gross_fen": [100_000 if one else 100_000 * sales for one in times], "net_fen": [90_000] * 12, "tax_fen": [10_000] * 12,
        "status": ["valid"] * 12,
    })  # fmt: skip
    meter = pl.DataFrame({
        "subject": ["s"] * 12, "meter": ["m"] * 12, "read_on": days, "known_on": days,
        "used_wh": [1_000 if one else 1_000 * power for one in times], "peak_wh": [500] * 12, "fee_fen": [60] * 12, "unpaid_fen": [0] * 12,
    })  # fmt: skip
    tables = {
        EvidenceKind.INVOICE: daily(EvidenceKind.INVOICE, invoices),
        EvidenceKind.METER_READING: daily(EvidenceKind.METER_READING, meter),
    }
    found = batch(tables, DAY, (WANTED,))[WANTED.name][0]
    return None if found is None else int(found)


@pytest.mark.parametrize(
    ("sales", "power", "value"), [(1, 1, 500_000), (3, 3, 500_000), (3, 1, 750_000), (1, 3, 250_000), (2, 0, 1_000_000)]
)
def test_half_is_alike_and_one_is_sales_alone(sales: int, power: int, value: int) -> None:
    assert told(sales, power) == value


def test_each_pair_is_told_over_both_windows() -> None:
    assert len(FEATURES) == 2 * len(PAIRS)
    assert {feature.scale for feature in FEATURES} == {6}
    assert all(feature.beside for feature in FEATURES if not feature.name.startswith("invoiced_sales_outgrow_invoiced"))
