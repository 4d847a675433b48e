"""More of invoices and account flows than the first families ask: other windows, holes, runs, silence, and how shares moved."""

from __future__ import annotations

from collections.abc import Iterable

from farthing.domain.evidence import EvidenceKind
from farthing.features.definition import Row, define
from farthing.features.family.dealings import partners
from farthing.features.family.templates import Measure, Part, Stream, growth, level, parts, rhythm, shape, size

_SIDES = (
    (EvidenceKind.INVOICE, Stream("sale", "sale", "销售", "sale", "sales"), "turnover", "销售额", "turnover", ("buyer", "客户", "buyers")),
    (
        EvidenceKind.INVOICE,
        Stream("purchase", "purchase", "采购", "purchase", "purchases"),
        "purchases",
        "采购额",
        "purchases",
        ("supplier", "供应商", "suppliers"),
    ),
    (
        EvidenceKind.TRANSACTION,
        Stream("credit", "inflow", "流入", "inflow", "inflows"),
        "inflow",
        "流入额",
        "inflow",
        ("payer", "付款方", "payers"),
    ),
    (
        EvidenceKind.TRANSACTION,
        Stream("debit", "outflow", "流出", "outflow", "outflows"),
        "outflow",
        "流出额",
        "outflow",
        ("payee", "收款方", "payees"),
    ),
)
_SHARES = (
    Part("small", "count", "small", "{zh}千元以下笔数占比", "{many} under 1,000 yuan"),
    Part("large", "count", "large", "{zh}十万元以上笔数占比", "{many} of 100,000 yuan and more"),
    Part("weekend", "count", "weekend", "{zh}周末笔数占比", "{many} on Saturdays and Sundays"),
)
_TAXES = (("net", "{zh}不含税额", "{many} before tax"), ("tax", "{zh}税额", "tax on {many}"))


def rows(stream: Stream, measure: Measure, who: tuple[str, str, str]) -> Iterable[Row]:
    """Every template for one side."""
    key, zh, many = who
    told = [Part(one.column, one.whole, one.key, one.zh.format(zh=stream.zh), one.en.format(many=stream.many)) for one in _SHARES]
    if KINDS[stream.side] is EvidenceKind.INVOICE:
        told.append(Part("tax", "net", "tax_rate", f"{stream.zh}税额占不含税额比例", f"{stream.many} before tax that is tax"))
        for column, told_zh, told_en in _TAXES:
            yield from level(
                Measure(stream, column, f"{stream.key}_{column}", "fen", told_zh.format(zh=stream.zh), told_en.format(many=stream.many))
            )
    else:
        told.append(
            Part("named", "amount", "named", f"{stream.zh}对手明确的金额占比", f"{stream.many} whose other side is named, by amount")
        )
    for template in (level(measure), growth(measure), shape(measure), size(measure), rhythm(stream), parts(stream, told)):
        yield from template
    yield from partners(stream, key, (zh, many[:-1], many))


KINDS = {stream.side: kind for kind, stream, *_ in _SIDES}
EVERY = tuple(
    feature
    for kind, stream, key, zh, en, (partner, partner_zh, partners_en) in _SIDES
    for feature in define(rows(stream, Measure(stream, "amount", key, "fen", zh, en), (partner, partner_zh, partners_en)), kind)
)
