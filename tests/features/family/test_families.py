"""Families on evidence counted by hand: one row here and there, and what a credit officer would get with a pencil."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.domain.feature import Feature
from farthing.evidence.kinds import TABLES
from farthing.features.daily import daily
from farthing.features.family import across, credit_report, goods, land, longer, owner, public_record, shop, tax
from farthing.features.live import live

AS_OF = dt.date(2024, 12, 31)
Told = dict[str, object]


def on(month: int, day: int = 10) -> dt.date:
    return dt.date(2024, month, day)


def frame(kind: EvidenceKind, rows: Sequence[Told]) -> pl.DataFrame:
    """Daily rows of a party; what a row leaves out is empty, and it was known on its own day."""
    table = TABLES[kind]
    assert table.effective is not None
    whole = [{"party": "p", "known_on": row[table.effective], "row": number, **row} for number, row in enumerate(rows, 1)]
    return daily(kind, pl.DataFrame(whole, schema=table.schema()))


def values(features: Sequence[Feature], **told: Sequence[Told]) -> dict[str, int | None]:
    return live({EvidenceKind(kind): frame(EvidenceKind(kind), rows) for kind, rows in told.items()}, AS_OF, features)


def test_shop() -> None:
    """Three orders in December of 100, 200 and 300 yuan, one of them cancelled; 40 yuan came back; a receipt at 23:00 of three."""
    orders: list[Told] = [
        {"order_no": str(n), "ordered_on": on(12, n), "items": 2, "amount_fen": n * 10_000, "fee_fen": 100, "state": state, "stars": stars,
         "counterparty": f"c{n % 2}"} for n, state, stars in ((1, "paid", 5), (2, "completed", 2), (3, "cancelled", None))
    ]  # fmt: skip
    refunds: list[Told] = [{"order_no": "1", "refunded_on": on(12, 5), "amount_fen": 4_000, "reason": "quality"}]
    receipts: list[Told] = [
        {"reference": str(hour), "received_on": on(12), "hour": hour, "method": "wallet", "amount_fen": 10_000 * (hour > 20) + 5_000}
        for hour in (9, 15, 23)
    ]
    found = values(shop.FEATURES, order=orders, refund=refunds, receipt=receipts)
    assert found["order_amount_1m"] == 30_000
    assert found["order_cancelled_share_3m"] == 333_333
    assert found["order_stars_12m"] == 350
    assert found["order_poor_share_12m"] == 500_000
    assert found["order_fee_share_12m"] == 6_667
    assert found["customers_12m"] == 2
    assert found["refund_quality_share_12m"] == 1_000_000
    assert found["receipt_night_share_12m"] == 333_333
    assert found["receipt_night_amount_share_12m"] == 600_000


def test_tax_and_what_stands_beside_it() -> None:
    """200,000 yuan declared over two months where invoices say 250,000; one return two days late and 300 yuan short."""
    filings: list[Told] = [
        {"tax": "vat", "period_on": on(10, 31), "declared_fen": 10_000_000, "due_fen": 100_000, "paid_fen": 100_000, "late_days": 0},
        {"tax": "vat", "period_on": on(11, 30), "declared_fen": 10_000_000, "due_fen": 100_000, "paid_fen": 70_000, "late_days": 2},
    ]
    invoices: list[Told] = [
        {"side": "sale", "invoice_no": "1", "issued_on": on(11), "counterparty": "b", "net_fen": 25_000_000, "tax_fen": 0,
         "gross_fen": 25_000_000, "status": "valid"}
    ]  # fmt: skip
    found = values((*tax.FEATURES, *across.FEATURES, *longer.EVERY), tax_filing=filings, invoice=invoices)
    assert found["declared_sales_monthly_3m"] == 6_666_667
    assert found["vat_late_share_12m"] == 500_000
    assert found["vat_unpaid_12m"] == 30_000
    assert found["vat_paid_share_12m"] == 850_000
    assert found["vat_sales_to_invoiced_sales_12m"] == 800_000
    assert found["account_inflow_to_vat_sales_12m"] is None  # no account flows
    assert found["sale_tax_rate_share_12m"] == 0


def test_credit_report() -> None:
    """The newest report counts, the older one is history: a loan two months late in spring, a card nearly drawn."""
    account: Told = {"reported_on": on(12), "opened_on": dt.date(2022, 1, 1), "state": "normal", "overdue_fen": 0, "due_fen": 1_000}
    reports: list[Told] = [
        {
            **account,
            "account": "a",
            "type": "business_loan",
            "limit_fen": 100_000,
            "balance_fen": 50_000,
            "status_24m": "N" * 16 + "12NNNNNN",
        },
        {**account, "account": "b", "type": "credit_card", "limit_fen": 20_000, "balance_fen": 19_000, "status_24m": "N" * 24},
        {
            **account,
            "account": "a",
            "type": "business_loan",
            "limit_fen": 100_000,
            "balance_fen": 99_000,
            "status_24m": "7" * 24,
            "reported_on": on(6),
        },
    ]
    enquiries: list[Told] = [{"enquired_on": on(month), "counterparty": f"bank{month % 2}", "reason": "loan"} for month in (9, 11, 12)]
    found = values(credit_report.FEATURES, bureau_account=reports, bureau_enquiry=enquiries)
    assert (found["account_worst_24m"], found["account_worst_12m"], found["account_worst_6m"]) == (2, 2, 0)
    assert found["business_loan_late_months_12m"] == 2
    assert found["account_balance_fen_now"] == 69_000
    assert found["card_use_now"] == 950_000
    assert found["card_full_now"] == 1
    assert found["account_card_balance_share_now"] == 275_362
    assert (found["enquiry_hard_3m"], found["askers_12m"]) == (2, 2)


def test_public_record() -> None:
    cases: list[Told] = [
        {"docket": "1", "filed_on": on(3), "role": "defendant", "cause": "loan", "state": "open", "amount_fen": 700},
        {"docket": "2", "filed_on": on(4), "role": "defendant", "cause": "labour", "state": "closed", "amount_fen": 300},
    ]
    entries: list[Told] = [
        {"recorded_on": on(1), "change": "founded", "state": "active", "capital_fen": 1_000_000},
        {"recorded_on": on(8), "change": "manager", "state": "active"},
    ]
    found = values(public_record.FEATURES, court_case=cases, registry_entry=entries)
    assert (found["sued_cases_12m"], found["sued_running"], found["sued_running_amount"]) == (2, 1, 700)
    assert found["sued_open_share"] == 500_000
    assert (found["registry_manager_6m"], found["registry_capital_now"], found["registry_ended_now"]) == (1, 1_000_000, 0)


def test_land_and_insurance() -> None:
    """Two parcels of which one title ran out; a policy in force until next year and a claim paid by half."""
    parcels: list[Told] = [
        {"parcel": "1", "confirmed_on": on(1), "right": "contracted", "area_m2": 700, "ends_on": on(9)},
        {"parcel": "2", "confirmed_on": on(2), "right": "forest", "area_m2": 300, "ends_on": dt.date(2030, 1, 1)},
    ]
    covers: list[Told] = [
        {"policy_no": "1", "issued_on": on(5), "ends_on": dt.date(2025, 5, 1), "cover": "crop", "insured_fen": 9_000, "premium_fen": 900}
    ]
    claims: list[Told] = [{"policy_no": "1", "occurred_on": on(7), "cause": "hail", "claimed_fen": 1_000, "paid_fen": 500, "state": "paid"}]
    found = values((*land.FEATURES, *across.FEATURES), parcel=parcels, insurance_policy=covers, insurance_claim=claims)
    assert (found["parcels_count_now"], found["parcels_area_now"], found["parcel_ended_12m"]) == (1, 300, 1)
    assert (found["cover_insured_now"], found["cover_rate_share_12m"]) == (9_000, 100_000)
    assert found["claim_paid_share_12m"] == 500_000
    assert found["insurance_paid_to_premiums_12m"] == 555_556


def test_goods_and_power() -> None:
    sent: list[Told] = [
        {"tracking_no": str(days), "shipped_on": on(12), "direction": "out", "pieces": 1, "weight_g": 10, "freight_fen": 1_000,
         "days": days, "state": state} for days, state in ((2, "delivered"), (9, "returned"))
    ]  # fmt: skip
    moves: list[Told] = [{"moved_on": on(12), "item": "tea", "direction": "in", "quantity": 4, "value_fen": 400, "left": 0}]
    reading: Told = {"meter": "m", "read_on": on(12), "used_wh": 100_000, "peak_wh": 25_000, "fee_fen": 6_000, "unpaid_fen": 1_500}
    found = values(goods.FEATURES, shipment=sent, stock_move=moves, meter_reading=[reading])
    assert (found["sent_slow_share_3m"], found["sent_returned_share_3m"]) == (500_000, 500_000)
    assert found["sent_days_on_the_way_3m"] == 5_500_000
    assert (found["stock_in_emptied_share_3m"], found["stock_in_items_12m"]) == (1_000_000, 1)
    assert (found["meter_peak_share_3m"], found["meter_unpaid_share_3m"], found["power_price_3m"]) == (250_000, 250_000, 60_000_000)


def test_owner() -> None:
    """The newest answers count; one question was not answered."""
    answered: Told = {
        "schooling": "high", "trade_months": 60, "business_months": 30, "premises": "rented", "employees": 2, "certified": True,
        "keeps_books": False, "separate_account": True, "plans_ahead": False,
    }  # fmt: skip
    profiles: list[Told] = [{**answered, "answered_on": on(12)}, {**answered, "answered_on": on(3), "employees": 9, "dependants": 4}]
    devices: list[Told] = [{"seen_on": on(12), "device": f"d{n}", "act": "login", "times": 3, "rooted": n == 1} for n in (1, 2)]
    usage: list[Told] = [{"used_on": on(12), "sessions": 4, "seconds": 100, "actions": 8, "night_sessions": 1}]
    points: list[Told] = [{"stated_on": on(12), "channel": "phone", "point": "x", "holder": "own", "verified": True}]
    found = values(owner.FEATURES, owner_profile=profiles, device=devices, app_usage=usage, contact_point=points)
    assert (found["owner_employees"], found["owner_schooling"], found["owner_dependants"]) == (2, 3, None)
    assert found["owner_business_trade_share"] == 500_000
    assert (found["devices_3m"], found["device_rooted_share_3m"]) == (2, 500_000)
    assert (found["app_night_share_3m"], found["app_session_seconds_3m"]) == (250_000, 25_000_000)
    assert (found["contact_phone_3m"], found["contact_verified_share_12m"]) == (1, 1_000_000)
