"""How clean the invoices are: void ones and returns."""

from __future__ import annotations

from farthing.domain.evidence import EvidenceKind
from farthing.features.definition import PURCHASE, SALE, Row, define

_WINDOWS = (("3m", "近3个月", "last 3 months"), ("12m", "近12个月", "last 12 months"), ("all", "历史", "over all that is known"))


def _rows(window: str, zh: str, en: str) -> tuple[Row, ...]:
    return (
        ("{many}_void_share_" + window, f"share {window}", "share_beside",
         f"sum {{side}}.voids {window}; sum {{side}}.count {window}",
         zh + "{zh}发票作废率（张数）", "Share of {one} invoices made void, by number, " + en),
        ("{many}_void_amount_share_" + window, f"share {window}", "share_beside",
         f"sum {{side}}.voided {window}; sum {{side}}.amount {window}",
         zh + "{zh}发票作废金额占比", "Void {one} invoices beside valid ones, by amount, " + en),
        ("{many}_return_share_" + window, f"share {window}", "share_beside",
         f"sum {{side}}.returned {window}; sum {{side}}.amount {window}",
         zh + "{zh}退货（红字发票）金额占比", "Returns (red-letter invoices) as a share of gross {many}, " + en),
        ("{many}_return_count_share_" + window, f"share {window}", "share_beside",
         f"sum {{side}}.returns {window}; sum {{side}}.count {window}",
         zh + "{zh}红字发票张数占比", "Share of red-letter invoices among {one} invoices, by number, " + en),
    )  # fmt: skip


ROWS = tuple(row for window in _WINDOWS for row in _rows(*window))
FEATURES = (*define(ROWS, EvidenceKind.INVOICE, SALE), *define(ROWS, EvidenceKind.INVOICE, PURCHASE))
