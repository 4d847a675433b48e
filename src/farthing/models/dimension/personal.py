"""The five dimensions of a person, for a score of 350 to 950: identity, network, ability, behaviour and history.

A score of our own, not Zhima Credit's, whose method is not public. Its announced shares (history 35 %, behaviour 25 %, ability 20 %,
identity 15 %, network 5 %) are what weights are drawn to, no more. The network stays off unless the person asks for it.
"""

from __future__ import annotations

from farthing.domain.evidence import ConsentPurpose, EvidenceKind
from farthing.models.dimension.group import Dimension, Rule
from farthing.models.fit import Scale

_P, _K = ConsentPurpose, EvidenceKind
DIMENSIONS = (
    Dimension("identity", "身份特质", "Identity", (_P.PERSON, _P.PUBLIC_RECORD), 150_000),
    Dimension("network", "人脉关系", "Network", (_P.PERSON, _P.BUSINESS), 50_000, asked=True),
    Dimension("ability", "履约能力", "Ability to pay", (_P.BUSINESS,), 200_000),
    Dimension("behaviour", "行为偏好", "Behaviour", (_P.PERSON, _P.BUSINESS), 250_000),
    Dimension("history", "信用历史", "Credit history", (_P.CREDIT_REPORT, _P.PUBLIC_RECORD, _P.BUSINESS), 350_000),
)

RULES = (
    Rule("history", frozenset({_K.BUREAU_ACCOUNT, _K.BUREAU_ENQUIRY, _K.COURT_CASE})),
    Rule("identity", frozenset({_K.OWNER_PROFILE, _K.REGISTRY_ENTRY})),
    Rule("network", frozenset({_K.CONTACT_POINT})),
    Rule("network", frozenset({_K.TRANSACTION, _K.RECEIPT}), whom=True),
    Rule("ability", frozenset({_K.TRANSACTION, _K.PARCEL, _K.LAND_TRANSFER, _K.INSURANCE_POLICY, _K.INSURANCE_CLAIM})),
    Rule("behaviour", frozenset({_K.APP_USAGE, _K.DEVICE, _K.RECEIPT, _K.ORDER, _K.REFUND, _K.METER_READING, _K.TAX_FILING})),
)
"""Invoices, shipments and stores are an enterprise's and are not read of a person."""

FLOOR, CEILING = 350, 950
SCALE = Scale(double=60, anchor=650, odds=19)
"""650 is a PD of 5 %, and 60 points halve the odds: 950 is 608 goods to a bad, 350 three goods to five bads."""
