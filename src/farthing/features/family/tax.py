"""Tax returns: what was declared, what was due, how late and how fully it was paid."""

from __future__ import annotations

from collections.abc import Iterable

from farthing.domain.evidence import EvidenceKind
from farthing.features.definition import Row, define
from farthing.features.family.templates import WINDOWS, Measure, Part, Stream, ends, growth, level, parts, shape, tally

VAT = Stream("vat", "vat", "增值税申报", "VAT return", "VAT returns")
INCOME = Stream("income_tax", "income_tax", "企业所得税申报", "income tax return", "income tax returns")
OTHER = Stream("other_tax", "other_tax", "其他税申报", "return of other taxes", "returns of other taxes")
DECLARED = Measure(VAT, "amount", "declared_sales", "fen", "增值税申报销售额", "declared sales")
VAT_DUE = Measure(VAT, "due", "vat_due", "fen", "应缴增值税", "VAT due")
INCOME_DECLARED = Measure(INCOME, "amount", "income_tax_base", "fen", "所得税申报收入", "income declared for income tax")
INCOME_DUE = Measure(INCOME, "due", "income_tax_due", "fen", "应缴所得税", "income tax due")


def _shares(stream: Stream, zh: str, en: str) -> tuple[Part, ...]:
    return (
        Part("due", "amount", "rate", f"{zh}应缴税额占申报额比例", f"what was declared that is due as {en}"),
        Part("paid", "due", "paid", f"{zh}已缴占应缴比例", f"{en} due that was paid"),
        Part("late", "count", "late", f"{zh}逾期申报占比", f"{stream.many} filed late"),
        Part("nil", "count", "nil", f"{zh}零申报占比", f"{stream.many} that declared nothing"),
    )


def _by_the_quarter(measure: Measure) -> Iterable[Row]:
    """Small payers file by the quarter: nothing is asked of single months."""
    kept = ("late_share_24m", "recent_share_12m")
    for row in (*level(measure), *growth(measure), *(row for row in shape(measure) if row[0].removeprefix(f"{measure.key}_") in kept)):
        if "_1m" not in row[0]:
            yield row


def _lateness(stream: Stream) -> tuple[Row, ...]:
    return tuple(
        (
            f"{stream.key}_late_days_{window}",
            f"ratio {window}",
            "share",
            f"sum {stream.side}.late_days {window}; sum {stream.side}.count {window}",
            f"{WINDOWS[window][0]}{stream.zh}平均逾期天数",
            f"Mean days late of {stream.many}, {WINDOWS[window][1]}",
        )
        for window in ("6m", "12m", "24m")
    )


def _unpaid(stream: Stream, zh: str, en: str) -> tuple[Row, ...]:
    return tuple(
        (
            f"{stream.key}_unpaid_{window}",
            f"fen {window}",
            "total",
            f"sum {stream.side}.unpaid {window}",
            f"{WINDOWS[window][0]}未缴{zh}",
            f"{en} left unpaid, {WINDOWS[window][1]}",
        )
        for window in ("3m", "12m", "24m", "all")
    )


ROWS: tuple[Row, ...] = (
    *(row for measure in (DECLARED, VAT_DUE) for row in _by_the_quarter(measure)),
    *ends(VAT),
    *parts(VAT, _shares(VAT, "增值税", "VAT"), ("6m", "12m", "24m", "all")),
    *_lateness(VAT),
    *_unpaid(VAT, "增值税", "VAT"),
    *tally(
        VAT, (("late", "增值税逾期申报次数", "VAT returns filed late"), ("nil", "增值税零申报次数", "VAT returns that declared nothing"))
    ),
    *(row for row in level(INCOME_DECLARED) if "_3m" not in row[0] and "_1m" not in row[0]),
    *(row for row in growth(INCOME_DECLARED) if "yoy" in row[0] or "_6m" in row[0]),
    *(row for row in level(INCOME_DUE) if "_3m" not in row[0] and "_1m" not in row[0]),
    *(row for row in growth(INCOME_DUE) if "yoy" in row[0] or "_6m" in row[0]),
    *ends(INCOME),
    *parts(INCOME, _shares(INCOME, "所得税", "income tax"), ("12m", "24m", "all")),
    *_lateness(INCOME),
    *_unpaid(INCOME, "所得税", "Income tax"),
    *ends(OTHER),
    *_lateness(OTHER),
    *_unpaid(OTHER, "其他税", "Other taxes"),
)

FEATURES = define(ROWS, EvidenceKind.TAX_FILING)
