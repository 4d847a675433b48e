"""What became of earlier loans: labels to learn from, never features. A rating given by someone else is kept as information only."""

from __future__ import annotations

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.table import PARTY, Field, FieldType, Table

FIELDS = (
    PARTY,
    Field("defaulted", FieldType.FLAG, choices=("true", "false")),
    Field("rating", FieldType.TEXT, required=False),
)

OUTCOME = Table(EvidenceKind.OUTCOME, FIELDS, key=("party",))
