"""Every kind of evidence with its canonical table."""

from __future__ import annotations

from collections.abc import Mapping

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.enterprise import ENTERPRISE
from farthing.evidence.invoice import INVOICE
from farthing.evidence.outcome import OUTCOME
from farthing.evidence.relation import RELATION
from farthing.evidence.table import Table
from farthing.evidence.transaction import TRANSACTION

TABLES: Mapping[EvidenceKind, Table] = {table.kind: table for table in (ENTERPRISE, INVOICE, TRANSACTION, RELATION, OUTCOME)}
