"""Registry data of parties: one row a party; names and numbers are personal data and go to the vault, not the lake."""

from __future__ import annotations

import datetime as dt

from farthing.domain.evidence import EvidenceKind
from farthing.domain.party import Channel
from farthing.evidence.table import PARTY, PARTY_KINDS, Field, FieldType, Table

KINDS = (("企业", "enterprise"), ("公司", "enterprise"), ("个体工商户", "enterprise"), ("个人", "person"), ("农户", "farm"))
CHANNELS = (("线上", "online"), ("扫码", "qr"), ("县域", "county"), ("代理", "agent"), ("网点", "branch"), ("合作方", "partner"))

FIELDS = (
    PARTY,
    Field("name", FieldType.TEXT, personal=True),
    Field("kind", FieldType.CHOICE, choices=PARTY_KINDS, synonyms=KINDS),
    Field("registered_on", FieldType.DATE, required=False, earliest=dt.date(1850, 1, 1)),
    Field("industry", FieldType.TEXT, required=False),
    Field("county", FieldType.TEXT, required=False),
    Field("channel", FieldType.CHOICE, required=False, choices=tuple(one.value for one in Channel), synonyms=CHANNELS),
    Field("id_number", FieldType.TEXT, required=False, personal=True),
    Field("phone", FieldType.TEXT, required=False, personal=True),
)

ENTERPRISE = Table(EvidenceKind.ENTERPRISE, FIELDS, key=("party",))
