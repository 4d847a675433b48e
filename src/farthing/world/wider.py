"""The kinds of evidence beyond invoices and flows that a bank may have of the world, each as its canonical table."""

from __future__ import annotations

import polars as pl

from farthing.domain.evidence import EvidenceKind, KnownLag
from farthing.world import goods, ground, owner, registers, report, shop
from farthing.world.economy import Economy

LAG_DAYS: dict[EvidenceKind, tuple[str, int]] = {
    EvidenceKind.REGISTRY_ENTRY: ("recorded_on", 1),
    EvidenceKind.TAX_FILING: ("period_on", 15),
    EvidenceKind.ORDER: ("ordered_on", 0),
    EvidenceKind.REFUND: ("refunded_on", 0),
    EvidenceKind.RECEIPT: ("received_on", 1),
    EvidenceKind.BUREAU_ACCOUNT: ("reported_on", 0),
    EvidenceKind.BUREAU_ENQUIRY: ("enquired_on", 0),
    EvidenceKind.COURT_CASE: ("filed_on", 7),
    EvidenceKind.PARCEL: ("confirmed_on", 30),
    EvidenceKind.LAND_TRANSFER: ("signed_on", 7),
    EvidenceKind.INSURANCE_POLICY: ("issued_on", 1),
    EvidenceKind.INSURANCE_CLAIM: ("occurred_on", 1),
    EvidenceKind.SHIPMENT: ("shipped_on", 0),
    EvidenceKind.STOCK_MOVE: ("moved_on", 0),
    EvidenceKind.METER_READING: ("read_on", 3),
    EvidenceKind.OWNER_PROFILE: ("answered_on", 0),
    EvidenceKind.APP_USAGE: ("used_on", 0),
    EvidenceKind.DEVICE: ("seen_on", 0),
    EvidenceKind.CONTACT_POINT: ("stated_on", 0),
}
"""The day that a row of each kind speaks of, and how many days later the bank knew."""
LAGS = {kind: KnownLag(days, assumed=True) for kind, (_, days) in LAG_DAYS.items()}


def wider(economy: Economy) -> dict[EvidenceKind, pl.DataFrame]:
    """Every table without `row`. What the bank would learn only after the world ends is left out, as it would be."""
    sold, titled = shop.orders(economy), ground.parcels(economy)
    insured = ground.insurance_policies(economy, titled)
    tables = {
        EvidenceKind.REGISTRY_ENTRY: registers.registry_entries(economy),
        EvidenceKind.TAX_FILING: registers.tax_filings(economy),
        EvidenceKind.ORDER: sold.drop("false"),
        EvidenceKind.REFUND: shop.refunds(economy, sold),
        EvidenceKind.RECEIPT: shop.receipts(economy),
        EvidenceKind.BUREAU_ACCOUNT: report.bureau_accounts(economy),
        EvidenceKind.BUREAU_ENQUIRY: report.bureau_enquiries(economy),
        EvidenceKind.COURT_CASE: registers.court_cases(economy),
        EvidenceKind.PARCEL: titled,
        EvidenceKind.LAND_TRANSFER: ground.land_transfers(economy),
        EvidenceKind.INSURANCE_POLICY: insured,
        EvidenceKind.INSURANCE_CLAIM: ground.insurance_claims(economy, insured),
        EvidenceKind.SHIPMENT: goods.shipments(economy),
        EvidenceKind.STOCK_MOVE: goods.stock_moves(economy),
        EvidenceKind.METER_READING: goods.meter_readings(economy),
        EvidenceKind.OWNER_PROFILE: owner.owner_profiles(economy),
        EvidenceKind.APP_USAGE: owner.app_usages(economy),
        EvidenceKind.DEVICE: owner.devices(economy),
        EvidenceKind.CONTACT_POINT: owner.contact_points(economy),
    }
    return {kind: _known(frame, *LAG_DAYS[kind]) for kind, frame in tables.items()}


def _known(frame: pl.DataFrame, day: str, lag: int) -> pl.DataFrame:
    return frame.with_columns((pl.col(day) + pl.duration(days=lag)).cast(pl.Date).alias("known_on"))
