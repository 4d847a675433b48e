"""Goods and power: shipments, stock in and out of store, electricity."""

from __future__ import annotations

from farthing.domain.evidence import EvidenceKind
from farthing.features.definition import Row, define
from farthing.features.family.dealings import partners
from farthing.features.family.templates import WINDOWS, Measure, Part, Stream, growth, level, parts, rhythm, shape, size

SENT = Stream("sent", "sent", "发货", "shipment sent", "shipments sent")
FETCHED = Stream("fetched", "fetched", "收货", "shipment received", "shipments received")
OUT = Stream("stock_out", "stock_out", "出库", "move out of store", "moves out of store")
IN = Stream("stock_in", "stock_in", "入库", "move into store", "moves into store")
METER = Stream("meter", "meter", "用电抄表", "meter reading", "meter readings")


def _freight(stream: Stream, zh: str, en: str) -> tuple[Measure, ...]:
    return (
        Measure(stream, "amount", f"{stream.key}_freight", "fen", f"{zh}运费", f"freight on goods {en}"),
        Measure(stream, "pieces", f"{stream.key}_pieces", "count", f"{zh}件数", f"pieces {en}"),
        Measure(stream, "weight", f"{stream.key}_weight", "gram", f"{zh}重量", f"weight {en}"),
    )


_OF_SHIPMENTS = (
    Part("returned", "count", "returned", "退回占比", "{many} that came back"),
    Part("lost", "count", "lost", "丢失占比", "{many} that were lost"),
    Part("delivered", "count", "delivered", "签收占比", "{many} that arrived"),
    Part("slow", "timed", "slow", "途中超过7天占比", "{many} more than 7 days on the way"),
)


def _shipments(stream: Stream, zh: str, en: str, who: tuple[str, str, str]) -> tuple[Row, ...]:
    freight, pieces, weight = _freight(stream, zh, en)
    told = tuple(Part(one.column, one.whole, one.key, zh + one.zh, one.en.format(many=stream.many)) for one in _OF_SHIPMENTS)
    days = tuple(
        (
            f"{stream.key}_days_on_the_way_{window}",
            f"ratio {window}",
            "share",
            f"sum {stream.side}.on_the_way {window}; sum {stream.side}.timed {window}",
            f"{WINDOWS[window][0]}{zh}平均在途天数",
            f"Mean days on the way of {stream.many}, {WINDOWS[window][1]}",
        )
        for window in ("3m", "12m", "24m")
    )
    return (
        *level(freight),
        *growth(freight),
        *size(freight),
        *level(pieces),
        *growth(pieces),
        *shape(pieces),
        *level(weight),
        *growth(weight),
        *rhythm(stream),
        *parts(stream, told),
        *days,
        *partners(stream, f"{stream.key}_other", who, "运费"),
    )


def _moves(stream: Stream, zh: str, en: str) -> tuple[Row, ...]:
    value = Measure(stream, "amount", f"{stream.key}_value", "fen", f"{zh}货值", f"value of goods {en}")
    quantity = Measure(stream, "quantity", f"{stream.key}_quantity", "count", f"{zh}数量", f"units {en}")
    emptied = Part("emptied", "left_told", "emptied", f"{zh}后库存为零的占比", f"{stream.many} that left nothing in store")
    return (
        *level(value),
        *growth(value),
        *shape(value),
        *size(value),
        *level(quantity),
        *growth(quantity),
        *rhythm(stream),
        *parts(stream, (emptied,)),
        *partners(stream, f"{stream.key}_item", (f"{zh}商品", f"item {en}", f"items {en}"), "货值"),
    )


POWER = Measure(METER, "amount", "power_used", "wh", "用电量", "electricity used")
FEE = Measure(METER, "fee", "power_fee", "fen", "电费", "electricity bills")
_POWER_PARTS = (
    Part("peak", "peak_told", "peak", "峰时用电占比", "electricity used in peak hours"),
    Part("unpaid", "fee", "unpaid", "未缴电费占比", "electricity bills left unpaid"),
    Part("unpaid_readings", "count", "unpaid_reading", "有欠费的抄表占比", "readings with an unpaid bill"),
    Part("still", "count", "still", "零用电抄表占比", "readings without any use"),
)
_PRICE: tuple[Row, ...] = tuple(
    (
        f"power_price_{window}",
        f"ratio {window}",
        "per_thousand",
        f"sum meter.fee {window}; sum meter.amount {window}",
        f"{WINDOWS[window][0]}平均电价（分/千瓦时，按比例）",
        f"Electricity price: fen a kilowatt-hour, {WINDOWS[window][1]}",
    )
    for window in ("3m", "12m", "24m")
)

FEATURES = (
    *define(
        (
            *_shipments(SENT, "发货", "sent", ("收货方", "consignee", "consignees")),
            *_shipments(FETCHED, "收货", "received", ("发货方", "consigner", "consigners")),
        ),
        EvidenceKind.SHIPMENT,
    ),
    *define((*_moves(OUT, "出库", "out of store"), *_moves(IN, "入库", "into store")), EvidenceKind.STOCK_MOVE),
    *define(
        (*level(POWER), *growth(POWER), *shape(POWER), *level(FEE), *growth(FEE), *rhythm(METER), *parts(METER, _POWER_PARTS), *_PRICE),
        EvidenceKind.METER_READING,
    ),
)
