"""A farm's ground and its cover: title to parcels, parcels taken on or let, and insurance with its claims."""

from __future__ import annotations

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.reasons import NOT_ABOVE_ZERO
from farthing.evidence.table import PARTY, Check, Field, FieldType, Table, in_order, not_below_zero

RIGHTS = (("承包", "contracted"), ("经营权", "managed"), ("宅基地", "homestead"), ("林权", "forest"))
DIRECTIONS = (("转入", "in"), ("转出", "out"))
COVERS = (("种植险", "crop"), ("养殖险", "livestock"), ("大棚险", "greenhouse"), ("收入险", "income"), ("其他", "other"))
CAUSES = (
    ("旱灾", "drought"), ("洪涝", "flood"), ("冰雹", "hail"), ("冻灾", "frost"), ("病虫害", "pest"), ("疫病", "disease"), ("其他", "other"),
)  # fmt: skip
STATES = (("处理中", "open"), ("已赔付", "paid"), ("拒赔", "refused"))


def _some_ground() -> Check:
    return Check("some_ground", "area_m2", pl.col("area_m2") > 0, NOT_ABOVE_ZERO())


PARCEL = Table(
    EvidenceKind.PARCEL,
    (
        PARTY,
        Field("parcel", FieldType.TEXT, personal=True),
        Field("confirmed_on", FieldType.DATE),
        Field("right", FieldType.CHOICE, choices=("contracted", "managed", "homestead", "forest"), synonyms=RIGHTS),
        Field("area_m2", FieldType.COUNT),
        Field("county", FieldType.TEXT, required=False),
        Field("crop", FieldType.TEXT, required=False),
        Field("ends_on", FieldType.DATE, required=False, ahead=True),
    ),
    (_some_ground(), in_order("confirmed_on", "ends_on")),
    effective="confirmed_on",
    key=("party", "parcel"),
)

LAND_TRANSFER = Table(
    EvidenceKind.LAND_TRANSFER,
    (
        PARTY,
        Field("parcel", FieldType.TEXT, personal=True),
        Field("signed_on", FieldType.DATE),
        Field("direction", FieldType.CHOICE, choices=("in", "out"), synonyms=DIRECTIONS),
        Field("area_m2", FieldType.COUNT),
        Field("rent_fen", FieldType.AMOUNT),  # a year
        Field("ends_on", FieldType.DATE, required=False, ahead=True),
        Field("counterparty", FieldType.TEXT, required=False, personal=True),
    ),
    (_some_ground(), *not_below_zero("rent_fen"), in_order("signed_on", "ends_on")),
    effective="signed_on",
    key=("party", "parcel", "signed_on"),
)

INSURANCE_POLICY = Table(
    EvidenceKind.INSURANCE_POLICY,
    (
        PARTY,
        Field("policy_no", FieldType.TEXT, personal=True),
        Field("issued_on", FieldType.DATE),
        Field("ends_on", FieldType.DATE, ahead=True),
        Field("cover", FieldType.CHOICE, choices=("crop", "livestock", "greenhouse", "income", "other"), synonyms=COVERS),
        Field("insured_fen", FieldType.AMOUNT),
        Field("premium_fen", FieldType.AMOUNT),
        Field("subsidy_fen", FieldType.AMOUNT, required=False),
        Field("area_m2", FieldType.COUNT, required=False),
    ),
    (*not_below_zero("insured_fen", "premium_fen", "subsidy_fen", "area_m2"), in_order("issued_on", "ends_on")),
    effective="issued_on",
    key=("party", "policy_no"),
)

INSURANCE_CLAIM = Table(
    EvidenceKind.INSURANCE_CLAIM,
    (
        PARTY,
        Field("policy_no", FieldType.TEXT, personal=True),
        Field("occurred_on", FieldType.DATE),
        Field("cause", FieldType.CHOICE, choices=tuple(dict.fromkeys(choice for _, choice in CAUSES)), synonyms=CAUSES),
        Field("claimed_fen", FieldType.AMOUNT),
        Field("paid_fen", FieldType.AMOUNT),
        Field("state", FieldType.CHOICE, choices=("open", "paid", "refused"), synonyms=STATES),
    ),
    not_below_zero("claimed_fen", "paid_fen"),
    effective="occurred_on",
)
