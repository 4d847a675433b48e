"""Void and return shares on invoices counted by hand."""

from __future__ import annotations

import datetime as dt

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.features.daily import daily
from farthing.features.family.quality import FEATURES
from farthing.features.live import live

AS_OF = dt.date(2024, 12, 31)


def _invoice(day: int, gross_fen: int, status: str) -> dict[str, object]:
    on = dt.date(2024, 12, day)
    return {
        "subject": "s", "side": "sale", "invoice_no": str(day), "issued_on": on, "counterparty": "b", "net_fen": gross_fen, "tax_fen": 0,
        "gross_fen": gross_fen, "status": status, "known_on": on, "row": day,
    }  # fmt: skip


def test_shares_of_void_and_returned_invoices() -> None:
    """Four good invoices of 100 yuan, one void of 300, one return of 40: valid sales are 360 net of the return.

    Void by number 1 of 5; void beside valid by amount 300 of 660; returned 40 of 400 gross.
    """
    rows = [_invoice(day, 10_000, "valid") for day in (1, 2, 3, 4)] + [_invoice(5, 30_000, "void"), _invoice(6, -4_000, "valid")]
    values = live({EvidenceKind.INVOICE: daily(EvidenceKind.INVOICE, pl.DataFrame(rows)), EvidenceKind.TRANSACTION: None}, AS_OF, FEATURES)
    assert values["sales_void_share_12m"] == 200_000
    assert values["sales_void_amount_share_12m"] == 454_545
    assert values["sales_return_share_12m"] == 100_000
    assert values["purchases_void_share_12m"] is None
