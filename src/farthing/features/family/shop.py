"""What a shop sells: orders and refunds of any platform, receipts by QR code at the counter."""

from __future__ import annotations

from farthing.domain.evidence import EvidenceKind
from farthing.features.definition import Row, define
from farthing.features.family.dealings import loyalty, partners
from farthing.features.family.templates import Measure, Part, Stream, growth, level, parts, rhythm, shape, size

ORDERS = Stream("order", "order", "订单", "order", "orders")
REFUNDS = Stream("refund", "refund", "退款", "refund", "refunds")
RECEIPTS = Stream("receipt", "receipt", "扫码收款", "receipt", "receipts")
ORDERED = Measure(ORDERS, "amount", "order_amount", "fen", "订单金额", "order value")
ITEMS = Measure(ORDERS, "items", "order_items", "count", "订单件数", "items ordered")
REFUNDED = Measure(REFUNDS, "amount", "refund_amount", "fen", "退款金额", "refunds paid")
RECEIVED = Measure(RECEIPTS, "amount", "receipt_amount", "fen", "扫码收款金额", "receipts by QR code")

_OF_ORDERS = (
    Part("fee", "amount", "fee", "平台费用占订单金额比例", "order value that the platform keeps"),
    Part("small", "count", "small", "千元以下订单占比", "orders under 1,000 yuan"),
    Part("weekend", "count", "weekend", "周末订单占比", "orders on Saturdays and Sundays"),
    Part("completed", "count", "completed", "已完成订单占比", "orders that were completed"),
    Part("poor", "starred", "poor", "差评（两星及以下）占比", "rated orders with two stars or fewer"),
    Part("starred", "count", "starred", "有评价订单占比", "orders that were rated"),
)
_OF_REFUNDS = (
    Part("quality", "count", "quality", "质量问题退款占比", "refunds for quality"),
    Part("not_received", "count", "not_received", "未收到货退款占比", "refunds for goods not received"),
    Part("changed_mind", "count", "changed_mind", "不想要退款占比", "refunds because the buyer thought better of it"),
    Part("wrong_item", "count", "wrong_item", "发错货退款占比", "refunds for the wrong item"),
    Part("large", "count", "large", "千元以上退款占比", "refunds of 1,000 yuan and more"),
)
_OF_RECEIPTS = (
    Part("night", "timed", "night", "夜间（22点至6点）收款笔数占比", "receipts between 22:00 and 6:00, by number"),
    Part("night_amount", "amount", "night_amount", "夜间（22点至6点）收款金额占比", "receipts between 22:00 and 6:00, by amount"),
    Part("weekend", "count", "weekend", "周末收款笔数占比", "receipts on Saturdays and Sundays"),
    Part("small", "count", "small", "20元以下收款笔数占比", "receipts under 20 yuan"),
    Part("large", "count", "large", "千元以上收款笔数占比", "receipts of 1,000 yuan and more"),
    Part("whole", "count", "whole", "整百元收款笔数占比", "receipts of whole hundreds of yuan"),
    Part("named", "amount", "named", "付款人明确的收款金额占比", "receipts whose payer is named, by amount"),
    Part("wallet", "count", "wallet", "钱包收款占比", "receipts from wallets"),
    Part("card", "count", "card", "银行卡收款占比", "receipts from bank cards"),
    Part("credit", "count", "credit", "信用支付收款占比", "receipts paid on credit"),
    Part("digital_yuan", "count", "digital_yuan", "数字人民币收款占比", "receipts in digital yuan"),
)


def _beside(column: str, key: str, zh: str, en: str) -> tuple[Row, ...]:
    """Orders called off are beside those that stand."""
    whole = "count" if column == "cancelled" else "amount"
    return tuple(
        (
            f"order_{key}_{window}",
            f"share {window}",
            "share_beside",
            f"sum order.{column} {window}; sum order.{whole} {window}",
            f"{told[0]}{zh}",
            f"{en}, {told[1]}",
        )
        for window, told in (
            ("3m", ("近3个月", "last 3 months")),
            ("12m", ("近12个月", "last 12 months")),
            ("24m", ("近24个月", "last 24 months")),
            ("all", ("累计", "over all that is known")),
        )
    )


_STARS: tuple[Row, ...] = tuple(
    (
        f"order_stars_{window}",
        f"star {window}",
        "mean_scaled",
        f"sum order.stars {window}; sum order.starred {window}",
        f"近{window[:-1]}个月平均评分",
        f"Mean stars of rated orders, last {window[:-1]} months",
    )
    for window in ("3m", "6m", "12m", "24m")
)

FEATURES = (
    *define(
        (
            *level(ORDERED),
            *growth(ORDERED),
            *shape(ORDERED),
            *size(ORDERED),
            *level(ITEMS),
            *growth(ITEMS),
            *shape(ITEMS, beside=True),
            *rhythm(ORDERS),
            *parts(ORDERS, _OF_ORDERS),
            *partners(ORDERS, "customer", ("网店客户", "online customer", "online customers")),
            *_beside("cancelled", "cancelled_share", "取消订单占比", "Share of orders cancelled, by number"),
            *_beside("cancelled_amount", "cancelled_amount_share", "取消订单金额占比", "Share of orders cancelled, by amount"),
            *_STARS,
        ),
        EvidenceKind.ORDER,
    ),
    *define(
        (
            *level(REFUNDED),
            *growth(REFUNDED),
            *shape(REFUNDED),
            *size(REFUNDED),
            *rhythm(REFUNDS),
            *parts(REFUNDS, _OF_REFUNDS),
            *loyalty(REFUNDS, "refunded_customer", ("退款客户", "refunded customer", "refunded customers")),
        ),
        EvidenceKind.REFUND,
    ),
    *define(
        (
            *level(RECEIVED),
            *growth(RECEIVED),
            *shape(RECEIVED),
            *size(RECEIVED),
            *rhythm(RECEIPTS),
            *parts(RECEIPTS, _OF_RECEIPTS),
            *partners(RECEIPTS, "qr_payer", ("扫码付款人", "payer by QR code", "payers by QR code")),
        ),
        EvidenceKind.RECEIPT,
    ),
)
