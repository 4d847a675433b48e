"""What an account took in and paid out month by month, and what is due each month: the history that a forecast of cash is made from.

Defined as features are, so the past, all parties and one party now give the same whole numbers; kept out of the catalogue, where
48 months by name would be noise.
"""

from __future__ import annotations

from farthing.domain.evidence import EvidenceKind
from farthing.domain.feature import Feature, Missing

MONTHS = 24
OWNER = "risk"


def _flow(side: str, month: int) -> Feature:
    zh, direction = ("流入", "credit") if side == "inflow" else ("流出", "debit")
    return Feature(
        f"{side}_m{month:02d}", f"倒数第{month + 1}个月的{zh}", f"{side} {month} months back", "fen", EvidenceKind.TRANSACTION, 0,
        (f"sum {direction}.amount m{month}",), "total", 0, Missing.NO_SOURCE, OWNER,
    )  # fmt: skip


def _first(side: str, told: str) -> Feature:
    return Feature(
        f"{told}_first_days", "首笔流水距今天数", f"Days since the first {told}", "days", EvidenceKind.TRANSACTION, 0,
        (f"first {side}.amount all",), "total", 0, Missing.NOT_DEFINED, OWNER,
    )  # fmt: skip


INFLOW: tuple[Feature, ...] = tuple(_flow("inflow", month) for month in range(MONTHS))
OUTFLOW: tuple[Feature, ...] = tuple(_flow("outflow", month) for month in range(MONTHS))
FIRST: tuple[Feature, ...] = (_first("credit", "inflow"), _first("debit", "outflow"))
CASH: tuple[Feature, ...] = (*INFLOW, *OUTFLOW, *FIRST)
"""What only account flows tell."""
DUE = Feature(
    "reported_due", "征信报告本月应还合计", "Due this month on all accounts of the newest report", "fen", EvidenceKind.BUREAU_ACCOUNT, 0,
    ("report account.due all",), "total", 0, Missing.NO_SOURCE, OWNER,
)  # fmt: skip
"""What other lenders are owed each month, where the credit report may be read."""
