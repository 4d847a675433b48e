"""Templates fill a stream's words: names, windows and both languages."""

from __future__ import annotations

from farthing.features.family.dealings import partners
from farthing.features.family.templates import Measure, Stream, growth, level, rhythm, shape

STREAM = Stream("order", "order", "订单", "order", "orders")
MEASURE = Measure(STREAM, "amount", "order_amount", "fen", "订单金额", "order value")


def test_a_row_reads_well_in_both_languages() -> None:
    rows = {row[0]: row for row in (*level(MEASURE), *growth(MEASURE), *shape(MEASURE), *rhythm(STREAM))}
    assert rows["order_amount_monthly_3m"] == (
        "order_amount_monthly_3m", "fen 3m", "per_3", "sum order.amount 3m", "近3个月月均订单金额",
        "Mean monthly order value, last 3 months",
    )  # fmt: skip
    assert rows["order_amount_growth_yoy"][5] == "Growth of order value, last 12 months against the 12 before"
    assert rows["order_days_12m"][4] == "近12个月有订单的天数"


def test_what_a_second_measure_would_repeat_is_left_out() -> None:
    beside = {row[0] for row in shape(MEASURE, beside=True)}
    assert {row[0] for row in shape(MEASURE)} - beside == {
        f"order_amount_{name}_{window}"
        for name, windows in (("trough", ("6m", "12m", "24m")), ("active_months", ("6m", "12m", "24m")), ("dry_months", ("12m", "24m")))
        for window in windows
    }
    assert "order_days_12m" not in {row[0] for row in rhythm(STREAM, daily=True)}


def test_partners_are_named_as_they_are_called() -> None:
    rows = {row[0]: row for row in partners(STREAM, "customer", ("客户", "customer", "customers"))}
    assert rows["customers_12m"][5] == "Number of customers, last 12 months"
    assert rows["customer_top1_share_12m"][3] == "top1 order.partner 12m; sum order.amount 12m"
