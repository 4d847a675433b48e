"""Who runs the business: what the owner answered, when they use the bank's app, and the devices and contact points they come by.

Devices, networks and contact points become salted marks before they are kept: equal stays equal, and nobody reads a number or an address.
"""

from __future__ import annotations

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.reasons import ABOVE, NOT_ABOVE_ZERO, OUTSIDE
from farthing.evidence.table import PARTY, Check, Field, FieldType, Table, not_below_zero

SCHOOLING = (
    ("无", "none"), ("小学", "primary"), ("初中", "middle"), ("高中", "high"), ("中专", "high"), ("大专", "college"), ("本科", "degree"),
    ("研究生", "degree"),
)  # fmt: skip
PREMISES = (("自有", "owned"), ("租赁", "rented"), ("家庭", "family"), ("无", "none"))
ACTS = (("登录", "login"), ("申请", "apply"), ("支用", "draw"), ("还款", "repay"), ("变更资料", "change"))
CHANNELS = (("电话", "phone"), ("地址", "address"), ("邮箱", "email"), ("银行卡", "bank_card"))
HOLDERS = (("本人", "own"), ("紧急联系人", "emergency"), ("业务联系人", "business"))

OWNER_PROFILE = Table(
    EvidenceKind.OWNER_PROFILE,
    (
        PARTY,
        Field("answered_on", FieldType.DATE),
        Field("birth_year", FieldType.COUNT, required=False, personal=True),
        Field("schooling", FieldType.CHOICE, choices=("none", "primary", "middle", "high", "college", "degree"), synonyms=SCHOOLING),
        Field("trade_months", FieldType.COUNT),  # in this trade
        Field("business_months", FieldType.COUNT),  # in this business
        Field("address_months", FieldType.COUNT, required=False),
        Field("premises", FieldType.CHOICE, choices=("owned", "rented", "family", "none"), synonyms=PREMISES),
        Field("employees", FieldType.COUNT),
        Field("dependants", FieldType.COUNT, required=False),
        Field("training_days", FieldType.COUNT, required=False),
        Field("certified", FieldType.FLAG),
        Field("keeps_books", FieldType.FLAG),
        Field("separate_account", FieldType.FLAG),
        Field("plans_ahead", FieldType.FLAG),
    ),
    (
        *not_below_zero("trade_months", "business_months", "address_months", "employees", "dependants", "training_days"),
        Check("a_living_owner", "birth_year", pl.col("birth_year").is_between(1900, 2020), OUTSIDE(low=1900, high=2020)),
    ),
    effective="answered_on",
    key=("party", "answered_on"),
)

APP_USAGE = Table(
    EvidenceKind.APP_USAGE,
    (
        PARTY,
        Field("used_on", FieldType.DATE),
        Field("sessions", FieldType.COUNT),
        Field("seconds", FieldType.COUNT),
        Field("actions", FieldType.COUNT),
        Field("night_sessions", FieldType.COUNT),  # begun from 23:00 to 5:00
        Field("first_hour", FieldType.COUNT, required=False),
        Field("last_hour", FieldType.COUNT, required=False),
    ),
    (
        *not_below_zero("sessions", "seconds", "actions", "night_sessions"),
        Check("night_within", "night_sessions", pl.col("night_sessions") <= pl.col("sessions"), ABOVE(most="sessions")),
        Check("first_hour_of_a_day", "first_hour", pl.col("first_hour").is_between(0, 23), OUTSIDE(low=0, high=23)),
        Check("last_hour_of_a_day", "last_hour", pl.col("last_hour").is_between(0, 23), OUTSIDE(low=0, high=23)),
    ),
    effective="used_on",
    key=("party", "used_on"),
)

DEVICE = Table(
    EvidenceKind.DEVICE,
    (
        PARTY,
        Field("seen_on", FieldType.DATE),
        Field("device", FieldType.TEXT, personal=True),
        Field("network", FieldType.TEXT, required=False, personal=True),
        Field("act", FieldType.CHOICE, choices=("login", "apply", "draw", "repay", "change"), synonyms=ACTS),
        Field("times", FieldType.COUNT),
        Field("county", FieldType.TEXT, required=False),
        Field("rooted", FieldType.FLAG, required=False),
    ),
    (Check("seen_at_all", "times", pl.col("times") > 0, NOT_ABOVE_ZERO()),),
    effective="seen_on",
)

CONTACT_POINT = Table(
    EvidenceKind.CONTACT_POINT,
    (
        PARTY,
        Field("stated_on", FieldType.DATE),
        Field("channel", FieldType.CHOICE, choices=("phone", "address", "email", "bank_card"), synonyms=CHANNELS),
        Field("point", FieldType.TEXT, personal=True),
        Field("holder", FieldType.CHOICE, choices=("own", "emergency", "business"), synonyms=HOLDERS),
        Field("verified", FieldType.FLAG, required=False),
    ),
    effective="stated_on",
)
