"""Daily aggregates: what counts, what is netted, and how partners are numbered."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from farthing.domain.errors import Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.features.daily import daily, daily_by_subject

SATURDAY = dt.date(2020, 1, 4)


def invoices(*rows: tuple[str, str, int, str]) -> pl.DataFrame:
    """(side, counterparty, gross_fen, status) on one Saturday, tax a tenth of gross."""
    return pl.DataFrame(
        {
            "party": ["p"] * len(rows),
            "side": [row[0] for row in rows],
            "issued_on": [SATURDAY] * len(rows),
            "known_on": [SATURDAY] * len(rows),
            "counterparty": [row[1] for row in rows],
            "gross_fen": [row[2] for row in rows],
            "tax_fen": [row[2] // 10 for row in rows],
            "net_fen": [row[2] - row[2] // 10 for row in rows],
            "status": [row[3] for row in rows],
        }
    )


def test_voids_are_counted_apart_and_returns_are_netted() -> None:
    frame = daily(
        EvidenceKind.INVOICE,
        invoices(
            ("sale", "b", 20_000_000, "valid"),
            ("sale", "b", -5_000_000, "valid"),
            ("sale", "b", 90_000, "void"),
            ("sale", "b", 50_000, "valid"),
        ),
    )
    assert frame.height == 1
    row = frame.row(0, named=True)
    assert (row["count"], row["amount"], row["tax"]) == (2, 15_050_000, 1_505_000)
    assert (row["returns"], row["returned"], row["voids"], row["voided"]) == (1, 5_000_000, 1, 90_000)
    assert (row["small"], row["large"], row["weekend"], row["largest"]) == (1, 1, 2, 20_000_000)


def test_partners_are_numbered_and_not_named() -> None:
    frame = daily(
        EvidenceKind.INVOICE, invoices(("sale", "zeta", 1, "valid"), ("sale", "alpha", 1, "valid"), ("purchase", "zeta", 1, "valid"))
    )
    assert sorted(zip(frame["side"], frame["partner"], strict=True)) == [("purchase", 2), ("sale", 1), ("sale", 2)]
    assert "counterparty" not in frame.columns


def test_a_flow_without_a_counterparty_has_partner_zero_and_keeps_its_balance() -> None:
    rows = pl.DataFrame(
        {
            "party": ["p", "p"],
            "account": ["a", "a"],
            "booked_on": [SATURDAY, SATURDAY],
            "known_on": [SATURDAY, SATURDAY],
            "direction": ["credit", "credit"],
            "amount_fen": [700, 50],
            "balance_fen": [700, -20],
            "counterparty": pl.Series([None, None], dtype=pl.String),
        }
    )
    row = daily(EvidenceKind.TRANSACTION, rows).row(0, named=True)
    assert (row["partner"], row["count"], row["amount"], row["named"], row["low"]) == (0, 2, 750, 0, -20)


def test_an_amount_that_could_overflow_is_refused() -> None:
    with pytest.raises(Invalid, match="10 billion"):
        daily(EvidenceKind.INVOICE, invoices(("sale", "b", 10**12 + 1, "valid")))


def test_one_frame_a_subject() -> None:
    rows = pl.concat([invoices(("sale", "b", 1, "valid")), invoices(("sale", "b", 1, "valid")).with_columns(party=pl.lit("q"))])
    assert sorted(daily_by_subject(EvidenceKind.INVOICE, rows)) == ["p", "q"]
