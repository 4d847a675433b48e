"""Level, trend, volatility, season and gaps of what is sold and bought."""

from __future__ import annotations

from farthing.domain.evidence import EvidenceKind
from farthing.features.definition import PURCHASE, SALE, Row, define

# Written once for any side; `flows` uses the same rows for account flows.
LEVEL: tuple[Row, ...] = (
    ("{level}_monthly_3m", "fen 3m", "per_3", "sum {side}.amount 3m", "近3个月月均{zh}额", "Mean monthly {level}, last 3 months"),
    ("{level}_monthly_6m", "fen 6m", "per_6", "sum {side}.amount 6m", "近6个月月均{zh}额", "Mean monthly {level}, last 6 months"),
    ("{level}_monthly_12m", "fen 12m", "per_12", "sum {side}.amount 12m", "近12个月月均{zh}额", "Mean monthly {level}, last 12 months"),
    ("{level}_12m", "fen 12m", "total", "sum {side}.amount 12m", "近12个月{zh}额", "{level} of the last 12 months"),
    ("{level}_prior_12m", "fen 24m", "total", "sum {side}.amount prior_12m", "前一年{zh}额", "{level} of the 12 months before"),
    ("{level}_trend_6m", "change 6m", "trend", "sum {side}.amount m0..5",
     "近6个月{zh}额的月度趋势（占月均比例）", "Monthly trend of {level} over 6 months, as a share of a usual month"),
    ("{level}_trend_12m", "change 12m", "trend", "sum {side}.amount m0..11",
     "近12个月{zh}额的月度趋势（占月均比例）", "Monthly trend of {level} over 12 months, as a share of a usual month"),
    ("{level}_volatility_12m", "ratio 12m", "volatility", "sum {side}.amount m0..11",
     "近12个月{zh}额波动（标准差/均值）", "Unsteadiness of monthly {level}: standard deviation over mean, 12 months"),
    ("{level}_volatility_24m", "ratio 24m", "volatility", "sum {side}.amount m0..23",
     "近24个月{zh}额波动（标准差/均值）", "Unsteadiness of monthly {level}: standard deviation over mean, 24 months"),
    ("{level}_peak_share_12m", "share 12m", "peak", "sum {side}.amount m0..11",
     "最旺月份占全年{zh}额的比例", "Share of the year's {level} made in its best month"),
    ("{level}_season_24m", "share 24m", "season", "sum {side}.amount m0..23",
     "今年各月{zh}额与去年同月的重合度", "How far this year's months of {level} repeat last year's"),
    ("{level}_growth_yoy", "change 24m", "growth", "sum {side}.amount 12m; sum {side}.amount prior_12m",
     "{zh}额同比增长（近12个月对前12个月）", "Growth of {level}, last 12 months against the 12 before"),
    ("{level}_growth_3m", "change 6m", "growth", "sum {side}.amount 3m; sum {side}.amount prior_3m",
     "{zh}额环比增长（近3个月对前3个月）", "Growth of {level}, last 3 months against the 3 before"),
    ("{level}_growth_season", "change 24m", "growth", "sum {side}.amount 3m; sum {side}.amount year_ago_3m",
     "{zh}额较去年同季增长", "Growth of {level}, last 3 months against the same months a year ago"),
    ("{level}_active_months_12m", "months 12m", "active", "sum {side}.amount m0..11",
     "近12个月有{zh}的月数", "Months with {level} above zero, of the last 12"),
    ("{level}_dry_months_12m", "months 12m", "dry_run", "sum {side}.amount m0..11",
     "近12个月最长连续无{zh}月数", "Longest run of months without {level}, of the last 12"),
    ("{one}_days_12m", "days 12m", "total", "days {side}.day 12m", "近12个月有{zh}的天数", "Days with a {one}, last 12 months"),
    ("{one}_longest_gap_12m", "days 12m", "total", "gap {side}.day 12m",
     "近12个月两次{zh}间最长间隔天数", "Longest gap in days between two {many}, last 12 months"),
    ("days_since_last_{one}", "days all", "total", "last {side}.day all", "距最近一次{zh}的天数", "Days since the last {one}"),
    ("days_since_first_{one}", "days all", "total", "first {side}.day all", "距首次{zh}的天数", "Days since the first {one}"),
    ("{many}_count_12m", "count 12m", "total", "sum {side}.count 12m", "近12个月{zh}笔数", "Number of {many}, last 12 months"),
    ("{many}_count_growth_yoy", "change 24m", "growth", "sum {side}.count 12m; sum {side}.count prior_12m",
     "{zh}笔数同比增长", "Growth of the number of {many}, last 12 months against the 12 before"),
    ("{one}_mean_12m", "fen 12m", "mean", "sum {side}.amount 12m; sum {side}.count 12m",
     "近12个月平均单笔{zh}额", "Mean size of a {one}, last 12 months"),
    ("{one}_largest_12m", "fen 12m", "total", "max {side}.largest 12m", "近12个月最大单笔{zh}额", "Largest single {one}, last 12 months"),
    ("{one}_largest_share_12m", "share 12m", "share", "max {side}.largest 12m; sum {side}.amount 12m",
     "最大单笔占全年{zh}额的比例", "Largest single {one} as a share of the year"),
    ("{one}_small_share_12m", "share 12m", "share", "sum {side}.small 12m; sum {side}.count 12m",
     "千元以下小额{zh}笔数占比", "Share of {many} under 1,000 yuan, last 12 months"),
    ("{one}_large_share_12m", "share 12m", "share", "sum {side}.large 12m; sum {side}.count 12m",
     "十万元以上大额{zh}笔数占比", "Share of {many} of 100,000 yuan and more, last 12 months"),
    ("{one}_weekend_share_12m", "share 12m", "share", "sum {side}.weekend 12m; sum {side}.count 12m",
     "周末{zh}笔数占比", "Share of {many} on Saturdays and Sundays, last 12 months"),
)  # fmt: skip

MONTHS: tuple[Row, ...] = (
    ("months_active", "months all", "total", "months sale.day all", "有销售的累计月数", "Months with a sale, over all that is known"),
    ("purchase_months_active", "months all", "total", "months purchase.day all",
     "有采购的累计月数", "Months with a purchase, over all that is known"),
)  # fmt: skip

FEATURES = (
    *define(LEVEL, EvidenceKind.INVOICE, SALE),
    *define(LEVEL, EvidenceKind.INVOICE, PURCHASE),
    *define(MONTHS, EvidenceKind.INVOICE),
)
