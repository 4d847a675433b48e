"""Lineage: fields exist in the canonical tables, and without the rows a value is said to rest on it is another."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from tests.features.rows import DAYS, START, rows_of

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.kinds import TABLES
from farthing.features.catalogue import CATALOGUE, FEATURES
from farthing.features.daily import daily
from farthing.features.lineage import fields_of, rests_on
from farthing.features.live import live

AS_OF = START + dt.timedelta(DAYS)


def test_every_feature_names_fields_of_every_kind_it_reads() -> None:
    for feature in FEATURES:
        fields = fields_of(feature)
        assert set(fields) == set(feature.sources)
        for kind, names in fields.items():
            assert names, feature.name
            assert set(names) <= set(TABLES[kind].schema()), feature.name


def test_what_a_credit_officer_would_say() -> None:
    assert fields_of(CATALOGUE["turnover_12m"]) == {EvidenceKind.INVOICE: ("issued_on", "side", "gross_fen", "status")}
    assert fields_of(CATALOGUE["receipt_night_share_12m"]) == {EvidenceKind.RECEIPT: ("received_on", "hour")}
    both = fields_of(CATALOGUE["vat_sales_to_invoiced_sales_12m"])
    assert both[EvidenceKind.TAX_FILING] == ("period_on", "tax", "declared_fen")
    assert both[EvidenceKind.INVOICE] == ("issued_on", "side", "gross_fen", "status")


@pytest.mark.parametrize(
    "name",
    ["receipt_amount_monthly_3m", "sued_cases_12m", "order_amount_growth_season", "days_since_first_refund", "balance_min_3m",
     "account_worst_24m", "customer_new_share_12m", "parcels_area_now", "meter_longest_gap_24m"],
)  # fmt: skip
def test_a_value_needs_just_the_rows_it_rests_on(name: str) -> None:
    """From these rows alone comes the same value; the rest alone gives nothing to it."""
    feature = CATALOGUE[name]
    kind = feature.source
    rows = rows_of(kind, 80, 5, "p")
    rests = rests_on(feature, kind, rows, AS_OF)

    def value(of: pl.DataFrame) -> int | None:
        return live({kind: daily(kind, of)}, AS_OF, (feature,))[feature.name]

    assert rests.height
    assert value(rests) == value(rows)
    assert rests.select(pl.col("known_on").max()).item() <= AS_OF


def test_a_row_outside_the_window_is_not_named() -> None:
    feature, kind = CATALOGUE["refund_amount_monthly_3m"], EvidenceKind.REFUND
    rows = rows_of(kind, 80, 5, "p")
    told = rests_on(feature, kind, rows, AS_OF)
    assert told.filter(pl.col("refunded_on") <= AS_OF - dt.timedelta(93)).is_empty()
    assert 0 < told.height < rows.height
