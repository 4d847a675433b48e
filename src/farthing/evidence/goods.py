"""Goods on their way and in store: shipments of a carrier, stock moving in and out of a warehouse."""

from __future__ import annotations

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.reasons import NOT_ABOVE_ZERO
from farthing.evidence.table import PARTY, Check, Field, FieldType, Table, not_below_zero

WAYS = (("发出", "out"), ("收到", "in"), ("出", "out"), ("入", "in"), ("出库", "out"), ("入库", "in"))
STATES = (("运输中", "moving"), ("已签收", "delivered"), ("退回", "returned"), ("丢失", "lost"))

SHIPMENT = Table(
    EvidenceKind.SHIPMENT,
    (
        PARTY,
        Field("tracking_no", FieldType.TEXT),
        Field("shipped_on", FieldType.DATE),
        Field("direction", FieldType.CHOICE, choices=("out", "in"), synonyms=WAYS),
        Field("pieces", FieldType.COUNT),
        Field("weight_g", FieldType.COUNT),
        Field("freight_fen", FieldType.AMOUNT),
        Field("days", FieldType.COUNT, required=False),  # on the way
        Field("state", FieldType.CHOICE, choices=("moving", "delivered", "returned", "lost"), synonyms=STATES),
        Field("county", FieldType.TEXT, required=False),  # of the other end
        Field("counterparty", FieldType.TEXT, required=False, personal=True),
    ),
    not_below_zero("pieces", "weight_g", "freight_fen", "days"),
    effective="shipped_on",
    key=("party", "tracking_no"),
)

STOCK_MOVE = Table(
    EvidenceKind.STOCK_MOVE,
    (
        PARTY,
        Field("moved_on", FieldType.DATE),
        Field("item", FieldType.TEXT),
        Field("direction", FieldType.CHOICE, choices=("out", "in"), synonyms=WAYS),
        Field("quantity", FieldType.COUNT),
        Field("value_fen", FieldType.AMOUNT),
        Field("left", FieldType.COUNT, required=False),  # in store after the move
        Field("counterparty", FieldType.TEXT, required=False, personal=True),
    ),
    (*not_below_zero("value_fen", "left"), Check("something_moved", "quantity", pl.col("quantity") > 0, NOT_ABOVE_ZERO())),
    effective="moved_on",
)
