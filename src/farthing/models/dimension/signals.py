"""Which features a dimension may choose from, and which way each must point: declared before data is seen, so that every point is a reason.

Schooling, dependants, age and home county are left out: a price or a refusal may not follow from them. How the words of a feature read
is the catalogue's matter; here is only its direction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from farthing.domain.feature import Feature
from farthing.models.dimension.group import Dimension, Group, Rule, dimension_of
from farthing.models.table import Column
from farthing.quant.binning import Trend

LONG_AGO = 36_500
"""Days since what never happened."""

SAFER = """
turnover_monthly_12m turnover_monthly_3m months_active turnover_active_months_12m turnover_growth_yoy turnover_trend_12m
turnover_season_24m sale_days_12m gross_margin_12m surplus_monthly_12m inflow_monthly_12m inflow_trend_12m inflow_growth_yoy
balance_min_12m balance_min_3m balance_mean_low_12m balance_last buffer_days_12m net_flow_monthly_12m declared_sales_monthly_12m
declared_sales_growth_6m vat_paid_share_12m vat_paid_share_all order_amount_monthly_12m order_completed_share_12m order_stars_12m
receipt_amount_monthly_12m receipt_days_12m receipt_amount_trend_12m power_used_monthly_12m stock_out_value_monthly_12m
sent_delivered_share_12m order_stars_24m outflow_named_share_12m account_inflow_to_invoiced_sales_agreement_12m
stock_out_to_invoiced_sales_agreement_12m account_settled_share_now account_mean_limit_now owner_trade_months owner_business_months
owner_address_months owner_certified owner_keeps_books owner_separate_account owner_plans_ahead owner_training_days owner_owned
days_since_first_registry registry_capital_now registry_annual_all parcels_area_now cover_insured_now buyers_12m suppliers_12m
buyer_steady_months_12m buyer_oldest_days_12m buyer_tenure_days_12m buyer_repeat_share_12m supplier_steady_months_12m
supplier_oldest_days_12m supplier_repeat_share_12m payers_12m payer_steady_months_12m payer_repeat_share_12m payer_oldest_days_12m
payee_steady_months_12m customers_12m customer_repeat_share_12m qr_payers_12m qr_payer_repeat_share_12m sent_others_12m
contact_verified_share_12m contact_verified_share_all contact_own_all contact_business_all
""".split()
RISKIER = """
turnover_volatility_12m turnover_peak_share_12m inflow_volatility_12m outflow_cover_12m outflow_deficit_months_12m negative_days_12m
negative_days_3m sales_void_share_12m sales_void_share_all sales_return_share_12m deficit_months_12m vat_late_share_12m
vat_late_share_all vat_late_days_12m vat_unpaid_12m vat_nil_share_12m order_cancelled_share_12m order_poor_share_12m
refunds_to_orders_12m refund_count_to_order_count_12m receipt_night_share_12m receipt_whole_share_12m receipt_amount_volatility_12m
app_night_share_3m app_night_share_12m app_night_share_24m app_sessions_recent_share_12m app_sessions_month_share_3m
app_sessions_growth_1m vat_late_days_24m negative_day_share_12m order_amount_volatility_12m sales_void_share_3m
sales_void_amount_share_12m device_rooted_share_12m device_change_share_12m devices_12m
account_inflow_to_invoiced_sales_short_months_12m stock_out_to_invoiced_sales_short_months_12m account_late_now account_bad_now
account_full_now account_worst_3m account_worst_6m account_worst_12m account_worst_24m account_late_months_6m account_late_months_12m
account_late_months_24m account_late_accounts_12m account_late_accounts_24m account_late_month_share_now account_overdue_share_now
account_use_now account_young_share_now card_use_now business_loan_late_month_share_now enquiry_hard_1m enquiry_hard_3m enquiry_hard_6m
enquiry_hard_12m enquiry_count_12m askers_3m askers_12m debt_service_to_account_inflow_12m overdue_to_invoiced_sales_12m
debts_to_invoiced_sales_12m buyer_top1_share_12m buyer_hhi_12m buyer_churn_12m supplier_top1_share_12m supplier_hhi_12m
payer_top1_share_12m payer_hhi_12m payer_churn_12m payee_hhi_12m customer_hhi_12m customer_churn_12m contact_phone_12m
contact_address_12m contact_bank_card_12m contact_emergency_12m contact_points_12m
""".split()
ON_NO_REGISTER = """
sued_cases_12m sued_cases_24m sued_cases_all sued_amount_24m sued_running sued_dishonest sued_over_loans enforced_cases_24m
enforced_cases_all enforced_amount_24m enforced_dishonest registry_abnormal_24m registry_abnormal_all registry_address_24m
registry_manager_24m registry_shareholder_24m
""".split()
"""Counts of what public registers hold against somebody: riskier, and who stands in no register has none."""

TRENDS: Mapping[str, Trend] = MappingProxyType(
    dict.fromkeys(SAFER, Trend.FALLING) | dict.fromkeys((*RISKIER, *ON_NO_REGISTER), Trend.RISING) | {"days_since_last_sued": Trend.FALLING}
)
"""The direction in which the share of bads may move as a feature grows."""
SILENCE: Mapping[str, int] = MappingProxyType(dict.fromkeys(ON_NO_REGISTER, 0) | {"days_since_last_sued": LONG_AGO})


def groups_of(dimensions: Sequence[Dimension], rules: Sequence[Rule], catalogue: Mapping[str, Feature]) -> tuple[Group, ...]:
    """Each dimension with the signals that the rules give it, in the catalogue's words; what no rule claims is left out."""
    claimed = {name: dimension_of(catalogue[name], rules) for name in TRENDS}
    return tuple(
        Group(
            dimension,
            tuple(_column(catalogue[name]) for name in TRENDS if claimed[name] == dimension.code),
            {name: value for name, value in SILENCE.items() if claimed[name] == dimension.code},
        )
        for dimension in dimensions
    )


def _column(feature: Feature) -> Column:
    return Column(feature.name, scale=feature.scale, trend=TRENDS[feature.name], unit=feature.unit, zh=feature.zh, en=feature.en)
