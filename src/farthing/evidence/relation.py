"""Declared relations: `party` stands in `relation` to `other`, by `share_ppm` where it is a holding.

P, M, director: P is a director of M. The other way round it would say that M serves P, and M would not be found to be P's firm.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.domain.party import PartyKind, RelationKind
from farthing.evidence.reasons import NO_SHARE, TO_ONESELF
from farthing.evidence.table import PARTY, RELATION_KINDS, Check, Field, FieldType, Table

KINDS = (
    ("董事", "director"), ("监事", "supervisor"), ("管理人员", "manager"), ("信贷业务人员", "credit_staff"), ("配偶", "spouse"),
    ("父母", "parent"), ("子女", "child"), ("兄弟姐妹", "sibling"), ("祖父母", "grandparent"), ("孙子女", "grandchild"),
    ("持股", "holds"), ("控制", "controls"), ("高级管理人员", "senior_post"),
)  # fmt: skip

POSTS = frozenset({
    RelationKind.DIRECTOR, RelationKind.SUPERVISOR, RelationKind.MANAGER, RelationKind.CREDIT_STAFF, RelationKind.SENIOR_POST,
})  # fmt: skip
HOLDINGS = frozenset({RelationKind.HOLDS, RelationKind.CONTROLS})

FIELDS = (
    PARTY,
    Field("other", FieldType.TEXT, personal=True),
    Field("relation", FieldType.CHOICE, choices=RELATION_KINDS, synonyms=KINDS),
    Field("share_ppm", FieldType.COUNT, required=False),
)

CHECKS = (
    Check(name="two_parties", field="other", holds=pl.col("party") != pl.col("other"), reason=TO_ONESELF()),
    Check(
        name="share_of_one",
        field="share_ppm",
        holds=pl.col("share_ppm").is_between(0, 1_000_000),
        reason=NO_SHARE(),
    ),
)

RELATION = Table(EvidenceKind.RELATION, FIELDS, CHECKS)


def kinds_told(rows: pl.DataFrame) -> dict[str, PartyKind]:
    """What the ties alone say of their ends: who holds a post or has kin is a person, who is served or held a firm."""
    firms: set[str] = set()
    people: set[str] = set()
    for party, other, relation in rows.select("party", "other", "relation").iter_rows():
        if relation not in HOLDINGS:
            people.add(party)
        (firms if relation in HOLDINGS | POSTS else people).add(other)
    return dict.fromkeys(firms, PartyKind.ENTERPRISE) | dict.fromkeys(people, PartyKind.PERSON)


def turned(rows: pl.DataFrame, known: Mapping[str, PartyKind]) -> list[int]:
    """Numbers of the rows that stand the wrong way round, by the kinds of the parties we know and what the other rows say."""
    kinds = {**kinds_told(rows), **known}
    return [
        row
        for row, party, other, relation in rows.select("row", "party", "other", "relation").iter_rows()
        if _turned(relation, known.get(party), kinds[other], is_known=other in known)
    ]


def _turned(relation: str, party: PartyKind | None, other: PartyKind, *, is_known: bool) -> bool:
    firm = party is PartyKind.ENTERPRISE
    if relation in POSTS:  # a firm serves nobody but, at most, a firm; a stranger serves no person
        return (firm and not is_known) or (other is PartyKind.PERSON and party is not PartyKind.PERSON)
    return relation in HOLDINGS and firm and other is PartyKind.PERSON
