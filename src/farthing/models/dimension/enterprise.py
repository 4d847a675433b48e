"""The five dimensions of an enterprise: behaviour, credit report, basic social traits, transaction network, and the social circle if asked.

No weights are published for these five, so each is drawn toward an equal share.
"""

from __future__ import annotations

from farthing.domain.evidence import ConsentPurpose, EvidenceKind
from farthing.models.dimension.group import Dimension, Rule

_P, _K = ConsentPurpose, EvidenceKind
DIMENSIONS = (
    Dimension("behaviour", "经营行为", "Behaviour", (_P.BUSINESS, _P.PERSON), 200_000),
    Dimension("bureau", "征信", "Credit report", (_P.CREDIT_REPORT, _P.BUSINESS), 200_000),
    Dimension("traits", "基本社会属性", "Basic social traits", (_P.PERSON, _P.PUBLIC_RECORD, _P.BUSINESS), 200_000),
    Dimension("network", "交易网络", "Transaction network", (_P.BUSINESS,), 200_000),
    Dimension("circle", "社交圈", "Social circle", (_P.PERSON,), 200_000, asked=True),
)

RULES = (
    Rule("bureau", frozenset({_K.BUREAU_ACCOUNT, _K.BUREAU_ENQUIRY})),
    Rule("circle", frozenset({_K.CONTACT_POINT})),
    Rule("traits", frozenset({_K.OWNER_PROFILE, _K.REGISTRY_ENTRY, _K.COURT_CASE, _K.PARCEL, _K.LAND_TRANSFER})),
    Rule("network", frozenset({_K.INVOICE, _K.TRANSACTION, _K.ORDER, _K.REFUND, _K.RECEIPT, _K.SHIPMENT}), whom=True),
    Rule("behaviour", frozenset({_K.INVOICE, _K.TRANSACTION, _K.TAX_FILING, _K.ORDER, _K.REFUND, _K.RECEIPT})),
    Rule("behaviour", frozenset({_K.SHIPMENT, _K.STOCK_MOVE, _K.METER_READING, _K.INSURANCE_POLICY, _K.INSURANCE_CLAIM})),
    Rule("behaviour", frozenset({_K.APP_USAGE, _K.DEVICE})),
)
"""Every feature of the catalogue by the first line that holds."""
