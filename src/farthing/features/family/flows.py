"""Account flows: money in and out, how regular it is, and how low the balance falls."""

from __future__ import annotations

from farthing.domain.evidence import EvidenceKind
from farthing.features.definition import CREDIT, DEBIT, Row, define
from farthing.features.family.counterparties import PARTNERS
from farthing.features.family.turnover import LEVEL

NAMED: tuple[Row, ...] = (
    ("{one}_named_share_12m", "share 12m", "share", "sum {side}.named 12m; sum {side}.amount 12m",
     "有明确{zp}的资金{zh}占比", "Share of {many} whose {ep} is named, last 12 months"),
)  # fmt: skip

BALANCE: tuple[Row, ...] = (
    ("net_flow_monthly_6m", "fen 6m", "net_per_6", "sum credit.amount 6m; sum debit.amount 6m",
     "近6个月月均净流入", "Mean monthly inflow less outflow, last 6 months"),
    ("net_flow_monthly_12m", "fen 12m", "net_per_12", "sum credit.amount 12m; sum debit.amount 12m",
     "近12个月月均净流入", "Mean monthly inflow less outflow, last 12 months"),
    ("net_flow_12m", "fen 12m", "less", "sum credit.amount 12m; sum debit.amount 12m",
     "近12个月净流入", "Inflow less outflow, last 12 months"),
    ("outflow_cover_12m", "ratio 12m", "share", "sum debit.amount 12m; sum credit.amount 12m",
     "近12个月流出与流入之比", "Outflow over inflow, last 12 months"),
    ("outflow_deficit_months_12m", "months 12m", "deficit_months", "sum credit.amount m0..11; sum debit.amount m0..11",
     "近12个月入不敷出的月数", "Months in which outflow was above inflow, of the last 12"),
    ("balance_min_3m", "fen 3m", "total", "low_min any.low 3m", "近3个月最低余额", "Lowest balance, last 3 months"),
    ("balance_min_12m", "fen 12m", "total", "low_min any.low 12m", "近12个月最低余额", "Lowest balance, last 12 months"),
    ("balance_last", "fen all", "total", "low_last any.low all", "最近一日最低余额", "Lowest balance of the last day that has one"),
    ("balance_mean_low_12m", "fen 12m", "mean", "low_sum any.low 12m; low_days any.low 12m",
     "近12个月日最低余额均值", "Mean of each active day's lowest balance, last 12 months"),
    ("negative_days_3m", "days 3m", "total", "low_negative any.low 3m",
     "近3个月余额为负的天数", "Days with a balance below zero, last 3 months"),
    ("negative_days_12m", "days 12m", "total", "low_negative any.low 12m",
     "近12个月余额为负的天数", "Days with a balance below zero, last 12 months"),
    ("negative_day_share_12m", "share 12m", "share", "low_negative any.low 12m; low_days any.low 12m",
     "余额为负天数占比", "Share of active days with a balance below zero, last 12 months"),
    ("buffer_days_12m", "days 12m", "days_covered", "low_sum any.low 12m; low_days any.low 12m; sum debit.amount 12m",
     "日常余额可支撑支出的天数", "Days of spending that the usual lowest balance would cover"),
)  # fmt: skip

FEATURES = tuple(
    feature for side in (CREDIT, DEBIT) for rows in (LEVEL, NAMED, PARTNERS) for feature in define(rows, EvidenceKind.TRANSACTION, side)
) + define(BALANCE, EvidenceKind.TRANSACTION)
