"""Every kind of evidence with its canonical table."""

from __future__ import annotations

from collections.abc import Mapping

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.bureau import BUREAU_ACCOUNT, BUREAU_ENQUIRY
from farthing.evidence.commerce import ORDER, RECEIPT, REFUND
from farthing.evidence.court import COURT_CASE
from farthing.evidence.enterprise import ENTERPRISE
from farthing.evidence.goods import SHIPMENT, STOCK_MOVE
from farthing.evidence.invoice import INVOICE
from farthing.evidence.land import INSURANCE_CLAIM, INSURANCE_POLICY, LAND_TRANSFER, PARCEL
from farthing.evidence.meter import METER_READING
from farthing.evidence.outcome import OUTCOME
from farthing.evidence.owner import APP_USAGE, CONTACT_POINT, DEVICE, OWNER_PROFILE
from farthing.evidence.registry import REGISTRY_ENTRY
from farthing.evidence.relation import RELATION
from farthing.evidence.table import Table
from farthing.evidence.tax import TAX_FILING
from farthing.evidence.transaction import TRANSACTION

TABLES: Mapping[EvidenceKind, Table] = {
    table.kind: table
    for table in (
        ENTERPRISE, INVOICE, TRANSACTION, RELATION, OUTCOME, REGISTRY_ENTRY, TAX_FILING, ORDER, REFUND, RECEIPT, BUREAU_ACCOUNT,
        BUREAU_ENQUIRY, COURT_CASE, PARCEL, LAND_TRANSFER, INSURANCE_POLICY, INSURANCE_CLAIM, SHIPMENT, STOCK_MOVE, METER_READING,
        OWNER_PROFILE, APP_USAGE, DEVICE, CONTACT_POINT,
    )
}  # fmt: skip
