"""Tax returns as they were filed: what was declared for a period, what was due, what was paid, and how late."""

from __future__ import annotations

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.table import PARTY, Field, FieldType, Table, not_below_zero

TAXES = (("增值税", "vat"), ("企业所得税", "income"), ("个人所得税", "personal_income"), ("其他", "other"))

FIELDS = (
    PARTY,
    Field("tax", FieldType.CHOICE, choices=("vat", "income", "personal_income", "other"), synonyms=TAXES),
    Field("period_on", FieldType.DATE),  # the last day of the period
    Field("declared_fen", FieldType.AMOUNT),  # sales, before tax
    Field("due_fen", FieldType.AMOUNT),
    Field("paid_fen", FieldType.AMOUNT),
    Field("late_days", FieldType.COUNT),
)

TAX_FILING = Table(
    EvidenceKind.TAX_FILING,
    FIELDS,
    not_below_zero("declared_fen", "due_fen", "paid_fen", "late_days"),
    effective="period_on",
    key=("party", "tax", "period_on"),
)
