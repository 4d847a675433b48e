"""What the business registry wrote down of an enterprise: one row a change, with what stood after it."""

from __future__ import annotations

import datetime as dt

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.table import PARTY, Field, FieldType, Table, not_below_zero

CHANGES = (
    ("设立", "founded"), ("注册资本变更", "capital"), ("经营范围变更", "scope"), ("住所变更", "address"), ("名称变更", "name"),
    ("法定代表人变更", "manager"), ("股东变更", "shareholder"), ("状态变更", "status"), ("年报", "annual_report"), ("列入异常", "abnormal"),
)  # fmt: skip
STATES = (("存续", "active"), ("在业", "active"), ("歇业", "suspended"), ("吊销", "revoked"), ("注销", "closed"))

FIELDS = (
    PARTY,
    Field("recorded_on", FieldType.DATE, earliest=dt.date(1850, 1, 1)),
    Field("change", FieldType.CHOICE, choices=tuple(dict.fromkeys(choice for _, choice in CHANGES)), synonyms=CHANGES),
    Field("state", FieldType.CHOICE, choices=("active", "suspended", "revoked", "closed"), synonyms=STATES),
    Field("capital_fen", FieldType.AMOUNT, required=False),
    Field("founded_on", FieldType.DATE, required=False, earliest=dt.date(1850, 1, 1)),
    Field("scope", FieldType.TEXT, required=False),
)

REGISTRY_ENTRY = Table(
    EvidenceKind.REGISTRY_ENTRY,
    FIELDS,
    not_below_zero("capital_fen"),
    effective="recorded_on",
    key=("party", "recorded_on", "change"),
)
