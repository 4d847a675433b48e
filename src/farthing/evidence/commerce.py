"""What a shop sold: orders and refunds of any platform, and receipts by QR code at the counter."""

from __future__ import annotations

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.reasons import NOT_ABOVE_ZERO, OUTSIDE
from farthing.evidence.table import PARTY, Check, Field, FieldType, Table, not_below_zero

STATES = (("已付款", "paid"), ("已发货", "shipped"), ("已完成", "completed"), ("已取消", "cancelled"))
REASONS = (("质量问题", "quality"), ("未收到", "not_received"), ("不想要", "changed_mind"), ("发错货", "wrong_item"), ("其他", "other"))
METHODS = (("钱包", "wallet"), ("银行卡", "card"), ("信用", "credit"), ("数字人民币", "digital_yuan"), ("其他", "other"))

ORDER = Table(
    EvidenceKind.ORDER,
    (
        PARTY,
        Field("order_no", FieldType.TEXT),
        Field("ordered_on", FieldType.DATE),
        Field("channel", FieldType.TEXT),
        Field("counterparty", FieldType.TEXT, required=False, personal=True),
        Field("items", FieldType.COUNT),
        Field("amount_fen", FieldType.AMOUNT),
        Field("fee_fen", FieldType.AMOUNT, required=False),  # what the platform keeps
        Field("state", FieldType.CHOICE, choices=("paid", "shipped", "completed", "cancelled"), synonyms=STATES),
        Field("stars", FieldType.COUNT, required=False),
    ),
    (
        *not_below_zero("items", "amount_fen", "fee_fen"),
        Check("one_to_five", "stars", pl.col("stars").is_between(1, 5), OUTSIDE(low=1, high=5)),
    ),
    effective="ordered_on",
    key=("party", "order_no"),
)

REFUND = Table(
    EvidenceKind.REFUND,
    (
        PARTY,
        Field("order_no", FieldType.TEXT),
        Field("refunded_on", FieldType.DATE),
        Field("counterparty", FieldType.TEXT, required=False, personal=True),
        Field("amount_fen", FieldType.AMOUNT),
        Field(
            "reason",
            FieldType.CHOICE,
            choices=("quality", "not_received", "changed_mind", "wrong_item", "other"),
            synonyms=REASONS,
        ),
    ),
    not_below_zero("amount_fen"),
    effective="refunded_on",
)

RECEIPT = Table(
    EvidenceKind.RECEIPT,
    (
        PARTY,
        Field("reference", FieldType.TEXT),
        Field("received_on", FieldType.DATE),
        Field("hour", FieldType.COUNT, required=False),
        Field("counterparty", FieldType.TEXT, required=False, personal=True),
        Field("method", FieldType.CHOICE, choices=("wallet", "card", "credit", "digital_yuan", "other"), synonyms=METHODS),
        Field("amount_fen", FieldType.AMOUNT),
    ),
    (
        Check("above_zero", "amount_fen", pl.col("amount_fen") > 0, NOT_ABOVE_ZERO()),
        Check("hour_of_a_day", "hour", pl.col("hour").is_between(0, 23), OUTSIDE(low=0, high=23)),
    ),
    effective="received_on",
    key=("party", "reference"),
)
