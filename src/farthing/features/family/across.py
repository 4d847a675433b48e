"""Across kinds: what two sources say of the same thing. Where they part, somebody is mistaken or somebody lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from farthing.domain.feature import Feature
from farthing.features.definition import Row, define
from farthing.features.family.templates import WINDOWS
from farthing.features.records import KIND_OF


@dataclass(frozen=True, slots=True)
class Told:
    """One side of a comparison: a column of a side, in words."""

    column: str
    key: str
    zh: str
    en: str


SALES = Told("sale.amount", "invoiced_sales", "开票销售额", "invoiced sales")
BUYING = Told("purchase.amount", "invoiced_purchases", "开票采购额", "invoiced purchases")
INFLOW = Told("credit.amount", "account_inflow", "账户流入", "account inflow")
OUTFLOW = Told("debit.amount", "account_outflow", "账户流出", "account outflow")
DECLARED = Told("vat.amount", "vat_sales", "增值税申报销售额", "sales declared for VAT")
INCOME = Told("income_tax.amount", "taxed_income", "所得税申报收入", "income declared for income tax")
ORDERED = Told("order.amount", "orders", "订单金额", "order value")
REFUNDED = Told("refund.amount", "refunds", "退款金额", "refunds")
RECEIVED = Told("receipt.amount", "receipts", "扫码收款金额", "receipts by QR code")
OUT = Told("stock_out.amount", "stock_out", "出库货值", "value of goods out of store")
IN = Told("stock_in.amount", "stock_in", "入库货值", "value of goods into store")
ORDER_COUNT = Told("order.count", "order_count", "订单数", "number of orders")
REFUND_COUNT = Told("refund.count", "refund_count", "退款次数", "number of refunds")
ORDER_ITEMS = Told("order.items", "order_items", "订单件数", "items ordered")
SENT_COUNT = Told("sent.count", "sent_count", "发货次数", "number of shipments")
SENT_PIECES = Told("sent.pieces", "sent_pieces", "发货件数", "pieces sent")
FREIGHT = Told("sent.amount", "freight", "发货运费", "freight")
POWER_FEE = Told("meter.fee", "power_bills", "电费", "electricity bills")
POWER = Told("meter.amount", "power_used", "用电量", "electricity used")
TAX_DUE = Told("vat.due", "vat_payable", "应缴增值税", "VAT due")
PREMIUM = Told("cover.premium", "premiums", "保费", "premiums")
CLAIMS = Told("claim.paid", "insurance_paid", "保险赔付", "insurance paid out")

# The same money told twice: amounts should agree.
AGREE = (
    (DECLARED, SALES),
    (INFLOW, SALES),
    (INFLOW, DECLARED),
    (RECEIVED, SALES),
    (RECEIVED, DECLARED),
    (RECEIVED, INFLOW),
    (ORDERED, SALES),
    (ORDERED, DECLARED),
    (ORDERED, INFLOW),
    (OUTFLOW, BUYING),
    (OUT, SALES),
    (OUT, ORDERED),
    (IN, BUYING),
    (INCOME, DECLARED),
    (INCOME, SALES),
    (SENT_COUNT, ORDER_COUNT),
    (SENT_PIECES, ORDER_ITEMS),
)
# Of different things that move together: only the ratio and the rhythm speak.
FOLLOW = (
    (REFUNDED, ORDERED),
    (REFUND_COUNT, ORDER_COUNT),
    (FREIGHT, SALES),
    (FREIGHT, ORDERED),
    (POWER_FEE, SALES),
    (POWER_FEE, INFLOW),
    (POWER_FEE, ORDERED),
    (POWER_FEE, RECEIVED),
    (POWER, OUT),
    (POWER, SALES),
    (TAX_DUE, SALES),
    (TAX_DUE, INFLOW),
    (PREMIUM, SALES),
    (CLAIMS, PREMIUM),
    (FREIGHT, OUT),
)


def _ratios(one: Told, other: Told) -> Iterable[Row]:
    key, zh, en = f"{one.key}_to_{other.key}", f"{one.zh}与{other.zh}之比", f"{one.en} over {other.en}"
    for window in ("3m", "6m", "12m", "24m", "all"):
        yield (
            f"{key}_{window}",
            f"ratio {window}",
            "share",
            f"sum {one.column} {window}; sum {other.column} {window}",
            f"{WINDOWS[window][0]}{zh}",
            f"{en[:1].upper()}{en[1:]}, {WINDOWS[window][1]}",
        )
    yield (
        f"{key}_change_yoy",
        "change 24m",
        "share_change",
        "; ".join(f"sum {told.column} {window}" for window in ("12m", "prior_12m") for told in (one, other)),
        f"{zh}的同比变化",
        f"Change of {en}, last 12 months against the 12 before",
    )
    for window in ("12m", "24m") if _by_the_month(one, other) else ():
        last = int(window[:-1]) - 1
        months = f"sum {one.column} m0..{last}; sum {other.column} m0..{last}"
        yield (
            f"{key}_in_step_{window}",
            f"share {window}",
            "in_step",
            months,
            f"{WINDOWS[window][0]}{one.zh}与{other.zh}月度节奏的重合度",
            f"How far {one.en} and {other.en} share one monthly rhythm, {WINDOWS[window][1]}",
        )


def _by_the_month(one: Told, other: Told) -> bool:
    """Small payers file tax by the quarter, and policies are taken out by the year: their months say nothing beside another's."""
    rarely = {"vat", "income_tax", "cover", "claim"}
    return not rarely & {told.column.partition(".")[0] for told in (one, other)}


def _agreements(one: Told, other: Told) -> Iterable[Row]:
    key = f"{one.key}_to_{other.key}"
    for window in ("12m", "24m"):
        last, (zh, en) = int(window[:-1]) - 1, WINDOWS[window]
        months = f"sum {one.column} m0..{last}; sum {other.column} m0..{last}"
        yield (
            f"{key}_agreement_{window}",
            f"share {window}",
            "season",
            months,
            f"{zh}{one.zh}与{other.zh}逐月相符程度",
            f"How far {one.en} and {other.en} agree month by month, {en}",
        )
        yield (
            f"{key}_short_months_{window}",
            f"months {window}",
            "deficit_months",
            months,
            f"{zh}{one.zh}少于{other.zh}的月数",
            f"Months in which {one.en} fell short of {other.en}, {en}",
        )


def _owed(income: Told) -> Iterable[Row]:
    """Debts elsewhere, as the newest report tells them, beside what comes in."""
    for column, key, zh, en, windows in (
        ("due", "debt_service", "征信本月应还", "debt service of the month", ("3m", "12m")),
        ("balance", "debts", "征信未结清余额", "debts elsewhere", ("3m", "6m", "12m", "24m")),
        ("limit", "limits", "征信授信总额", "limits elsewhere", ("12m", "24m")),
        ("overdue", "overdue", "征信逾期金额", "what is overdue elsewhere", ("12m",)),
    ):
        for window in windows:
            told_zh, told_en = WINDOWS[window]
            yield (
                f"{key}_to_{income.key}_{window}",
                f"ratio {window}",
                "share",
                f"report account.{column} all; sum {income.column} {window}",
                f"{zh}与{told_zh}{income.zh}之比",
                f"{en[:1].upper()}{en[1:]} over {income.en}, {told_en}",
            )


def _of(rows: Iterable[Row], first: str) -> tuple[Feature, ...]:
    return define(rows, KIND_OF[first.split(".", maxsplit=1)[0]])


_STOOD: tuple[tuple[str, str, str, str, str], ...] = (
    ("sum sued.running_amount all", "cases_at_stake", "被告未结标的额", "at stake in open cases as defendant", "sued.x"),
    ("sum enforced.running_amount all", "enforcement", "被执行未结标的额", "at stake in open enforcement", "enforced.x"),
)
STANDING = tuple(
    feature
    for primitive, key, zh, en, first in _STOOD
    for other in (SALES, INFLOW, DECLARED)
    for feature in _of(
        [
            (
                f"{key}_to_{other.key}_12m",
                "ratio 12m",
                "share",
                f"{primitive}; sum {other.column} 12m",
                f"{zh}与近12个月{other.zh}之比",
                f"{en[:1].upper()}{en[1:]} over {other.en}, last 12 months",
            )
        ],
        first,
    )
)

FEATURES = (
    *(feature for one, other in (*AGREE, *FOLLOW) for feature in _of(_ratios(one, other), one.column)),
    *(feature for one, other in AGREE if _by_the_month(one, other) for feature in _of(_agreements(one, other), one.column)),
    *(feature for income in (SALES, INFLOW, DECLARED, RECEIVED, ORDERED) for feature in _of(_owed(income), "account.x")),
    *STANDING,
)
