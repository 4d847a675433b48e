"""Court cases a party stands in, and how far each has come."""

from __future__ import annotations

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.table import PARTY, Field, FieldType, Table, not_below_zero

ROLES = (("原告", "plaintiff"), ("被告", "defendant"), ("被执行人", "debtor"), ("第三人", "third_party"))
CAUSES = (("借贷纠纷", "loan"), ("买卖合同纠纷", "sale"), ("劳动争议", "labour"), ("租赁合同纠纷", "rent"), ("其他", "other"))
STATES = (
    ("审理中", "open"), ("已判决", "judged"), ("已调解", "settled"), ("执行中", "enforcing"), ("失信", "dishonest"), ("已结案", "closed"),
)  # fmt: skip

COURT_CASE = Table(
    EvidenceKind.COURT_CASE,
    (
        PARTY,
        Field("docket", FieldType.TEXT, personal=True),
        Field("filed_on", FieldType.DATE),
        Field("role", FieldType.CHOICE, choices=("plaintiff", "defendant", "debtor", "third_party"), synonyms=ROLES),
        Field("cause", FieldType.CHOICE, choices=("loan", "sale", "labour", "rent", "other"), synonyms=CAUSES),
        Field("state", FieldType.CHOICE, choices=("open", "judged", "settled", "enforcing", "dishonest", "closed"), synonyms=STATES),
        Field("amount_fen", FieldType.AMOUNT),
        Field("counterparty", FieldType.TEXT, required=False, personal=True),
    ),
    not_below_zero("amount_fen"),
    effective="filed_on",
    key=("party", "docket"),
)
