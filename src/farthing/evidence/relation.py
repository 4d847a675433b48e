"""Declared relations: `party` stands in `relation` to `other`, by `share_ppm` where it is a holding."""

from __future__ import annotations

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.table import PARTY, RELATION_KINDS, Check, Field, FieldType, Table

KINDS = (
    ("董事", "director"), ("监事", "supervisor"), ("管理人员", "manager"), ("信贷业务人员", "credit_staff"), ("配偶", "spouse"),
    ("父母", "parent"), ("子女", "child"), ("兄弟姐妹", "sibling"), ("祖父母", "grandparent"), ("孙子女", "grandchild"),
    ("持股", "holds"), ("控制", "controls"), ("高级管理人员", "senior_post"),
)  # fmt: skip

FIELDS = (
    PARTY,
    Field("other", FieldType.TEXT, personal=True),
    Field("relation", FieldType.CHOICE, choices=RELATION_KINDS, synonyms=KINDS),
    Field("share_ppm", FieldType.COUNT, required=False),
)

CHECKS = (
    Check(name="two_parties", field="other", holds=pl.col("party") != pl.col("other"), reason="a relation to oneself"),
    Check(
        name="share_of_one",
        field="share_ppm",
        holds=pl.col("share_ppm").is_between(0, 1_000_000),
        reason="a share outside 0 to 1,000,000 parts per million",
    ),
)

RELATION = Table(EvidenceKind.RELATION, FIELDS, CHECKS)
