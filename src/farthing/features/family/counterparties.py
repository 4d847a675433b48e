"""Who is traded with: how many, how concentrated, how loyal, how long."""

from __future__ import annotations

from farthing.domain.evidence import EvidenceKind
from farthing.features.definition import PURCHASE, SALE, Row, define

# Written once for any side; `flows` uses the same rows for payers and payees.
PARTNERS: tuple[Row, ...] = (
    ("{partner}s_3m", "count 3m", "total", "partners {side}.partner 3m", "近3个月{zp}数", "Number of {ep}s, last 3 months"),
    ("{partner}s_12m", "count 12m", "total", "partners {side}.partner 12m", "近12个月{zp}数", "Number of {ep}s, last 12 months"),
    ("{partner}s_all", "count all", "total", "partners {side}.partner all", "累计{zp}数", "Number of {ep}s ever"),
    ("{partner}s_growth_yoy", "change 24m", "growth", "partners {side}.partner 12m; partners {side}.partner prior_12m",
     "{zp}数同比增长", "Growth of the number of {ep}s, last 12 months against the 12 before"),
    ("{partner}_top1_share_12m", "share 12m", "share", "top1 {side}.partner 12m; sum {side}.amount 12m",
     "第一大{zp}占{zh}额比例", "Share of the largest {ep}, last 12 months"),
    ("{partner}_top5_share_12m", "share 12m", "share", "top5 {side}.partner 12m; sum {side}.amount 12m",
     "前五大{zp}占{zh}额比例", "Share of the five largest {ep}s, last 12 months"),
    ("{partner}_hhi_12m", "ratio 12m", "squared", "hhi {side}.partner 12m; base {side}.partner 12m",
     "{zp}集中度（赫芬达尔指数）", "Concentration of {ep}s (Herfindahl index), last 12 months"),
    ("{partner}_hhi_all", "ratio all", "squared", "hhi {side}.partner all; base {side}.partner all",
     "历史{zp}集中度（赫芬达尔指数）", "Concentration of {ep}s (Herfindahl index), over all that is known"),
    ("{partner}_churn_12m", "share 24m", "share", "lost {side}.partner prior_12m; partners {side}.partner prior_12m",
     "{zp}流失率（去年有往来、今年没有）", "Share of last year's {ep}s that did not come back this year"),
    ("{partner}_new_share_12m", "share 12m", "share", "new {side}.partner 12m; partners {side}.partner 12m",
     "新{zp}占比（此前从无往来）", "Share of the year's {ep}s never seen before it"),
    ("{partner}_kept_amount_share_12m", "share 12m", "share", "kept_amount {side}.partner 12m; sum {side}.amount 12m",
     "老{zp}贡献的{zh}额比例", "Share of the year's amount with {ep}s known from before"),
    ("{partner}_repeat_share_12m", "share 12m", "share", "repeat {side}.partner 12m; partners {side}.partner 12m",
     "全年至少3个月有往来的{zp}占比", "Share of {ep}s seen in three months or more of the year"),
    ("{partner}_steady_months_12m", "months 12m", "total", "steady {side}.partner 12m",
     "往来最规律的{zp}的往来月数", "Months of the year in which the steadiest {ep} was seen"),
    ("{partner}_tenure_days_12m", "days 12m", "mean", "tenure {side}.partner 12m; partners {side}.partner 12m",
     "现有{zp}平均合作天数", "Mean days between first and last trade with the year's {ep}s"),
    ("{partner}_oldest_days_12m", "days 12m", "total", "oldest {side}.partner 12m",
     "现有{zp}最长合作天数", "Longest tenure in days among the year's {ep}s"),
)  # fmt: skip

FEATURES = (*define(PARTNERS, EvidenceKind.INVOICE, SALE), *define(PARTNERS, EvidenceKind.INVOICE, PURCHASE))
