"""Which features a scorecard may choose from, which way each must point, and the plain words when it costs points.

The direction is fixed before the data is seen: a bin may only be worse in the direction that a credit officer would defend,
so that every point lost can be told to the applicant as a true reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from farthing.domain.decision import Reason
from farthing.domain.feature import Feature
from farthing.domain.money import format_yuan, round_half_even
from farthing.domain.score import Contribution
from farthing.quant.binning import Trend


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feature a card may use. `trend` is how the share of bads may move as the value grows."""

    feature: str
    trend: Trend
    code: str
    zh: str
    en: str


_SAFER, _RISKIER = Trend.FALLING, Trend.RISING
CANDIDATES: tuple[Candidate, ...] = (
    Candidate("turnover_monthly_12m", _SAFER, "LOW_TURNOVER", "近一年销售额偏低", "Sales of the last year are low"),
    Candidate("turnover_monthly_6m", _SAFER, "LOW_RECENT_TURNOVER", "近半年销售额偏低", "Sales of the last half-year are low"),
    Candidate("months_active", _SAFER, "SHORT_HISTORY", "有销售记录的月份偏少", "Few months with recorded sales"),
    Candidate("turnover_volatility_12m", _RISKIER, "UNSTEADY_TURNOVER", "月度销售额波动较大", "Monthly sales swing widely"),
    Candidate("turnover_volatility_24m", _RISKIER, "UNSTEADY_TURNOVER", "月度销售额波动较大", "Monthly sales swing widely"),
    Candidate("turnover_active_months_12m", _SAFER, "FEW_ACTIVE_MONTHS", "近一年有销售的月份偏少", "Few months of the last year had sales"),
    Candidate("turnover_peak_share_12m", _RISKIER, "SALES_BUNCHED", "销售集中在个别月份", "Sales are bunched in a few months"),
    Candidate("turnover_growth_yoy", _SAFER, "FALLING_TURNOVER", "销售额较上年下降", "Sales fell against the year before"),
    Candidate("turnover_trend_12m", _SAFER, "FALLING_TURNOVER", "销售额呈下降趋势", "Sales are on a downward trend"),
    Candidate("turnover_season_24m", _SAFER, "UNLIKE_LAST_YEAR", "销售节奏与上年差异大", "Sales do not repeat last year's rhythm"),
    Candidate("sales_count_12m", _SAFER, "FEW_SALES", "近一年销售笔数偏少", "Few sales in the last year"),
    Candidate("sale_days_12m", _SAFER, "FEW_SALES_DAYS", "近一年有销售的天数偏少", "Few days with sales in the last year"),
    Candidate("sale_largest_share_12m", _RISKIER, "ONE_LARGE_SALE", "销售过于依赖单笔大额交易", "Sales depend on one large transaction"),
    Candidate("purchases_monthly_12m", _SAFER, "LOW_PURCHASES", "近一年采购额偏低", "Purchases of the last year are low"),
    Candidate("purchases_volatility_12m", _RISKIER, "UNSTEADY_PURCHASES", "月度采购额波动较大", "Monthly purchases swing widely"),
    Candidate("gross_margin_12m", _SAFER, "LOW_MARGIN", "销售扣除采购后的毛利偏低", "Little is left of sales after purchases"),
    Candidate("surplus_monthly_12m", _SAFER, "LOW_SURPLUS", "销售减采购的结余偏低", "Sales exceed purchases by little"),
    Candidate("sales_void_share_12m", _RISKIER, "HIGH_VOID_SHARE", "作废发票占比偏高", "A large share of invoices was made void"),
    Candidate("sales_void_share_all", _RISKIER, "HIGH_VOID_SHARE", "作废发票占比偏高", "A large share of invoices was made void"),
    Candidate("sales_return_share_12m", _RISKIER, "HIGH_RETURN_SHARE", "退货占销售额比例偏高", "A large share of sales was returned"),
    Candidate("buyers_12m", _SAFER, "FEW_BUYERS", "近一年客户数偏少", "Few buyers in the last year"),
    Candidate("buyer_top1_share_12m", _RISKIER, "CONCENTRATED_BUYER", "销售过于依赖单一客户", "Sales depend on a single buyer"),
    Candidate("buyer_hhi_12m", _RISKIER, "CONCENTRATED_BUYERS", "客户过于集中", "Sales depend on too few buyers"),
    Candidate("buyer_oldest_days_12m", _SAFER, "SHORT_BUYER_TIES", "与客户合作时间偏短", "Ties with buyers are short"),
    Candidate("buyer_steady_months_12m", _SAFER, "NO_STEADY_BUYER", "缺少长期稳定往来的客户", "No buyer buys month after month"),
    Candidate("buyer_churn_12m", _RISKIER, "BUYERS_LEAVE", "老客户流失较多", "Many of last year's buyers did not come back"),
    Candidate("suppliers_12m", _SAFER, "FEW_SUPPLIERS", "近一年供应商数偏少", "Few suppliers in the last year"),
    Candidate("supplier_hhi_12m", _RISKIER, "CONCENTRATED_SUPPLIERS", "供应商过于集中", "Purchases depend on too few suppliers"),
    Candidate("supplier_oldest_days_12m", _SAFER, "SHORT_SUPPLIER_TIES", "与供应商合作时间偏短", "Ties with suppliers are short"),
    Candidate("inflow_monthly_12m", _SAFER, "LOW_INFLOW", "账户流入偏低", "Little money comes into the account"),
    Candidate("inflow_volatility_12m", _RISKIER, "UNSTEADY_INFLOW", "账户流入波动较大", "Money coming in swings widely"),
    Candidate("outflow_cover_12m", _RISKIER, "OUTFLOW_ABOVE_INFLOW", "支出相对收入偏高", "Spending is high beside income"),
    Candidate("balance_min_12m", _SAFER, "LOW_BALANCE", "账户余额曾降到很低", "The balance fell very low"),
    Candidate("balance_mean_low_12m", _SAFER, "LOW_BALANCE", "账户日常余额偏低", "The everyday balance is low"),
    Candidate("negative_days_12m", _RISKIER, "NEGATIVE_BALANCE", "账户多次透支", "The account was often overdrawn"),
    Candidate("buffer_days_12m", _SAFER, "THIN_BUFFER", "日常余额可支撑支出的天数偏少", "The everyday balance covers few days of spending"),
)
CANDIDATE: Mapping[str, Candidate] = MappingProxyType({candidate.feature: candidate for candidate in CANDIDATES})


def reason_for(contribution: Contribution, feature: Feature | None = None) -> Reason:
    """Why a feature cost points, in plain words, with the applicant's own number when the feature is given.

    One that has no words of its own here is told by its name in the catalogue; KeyError where that is not given either.
    """
    candidate = CANDIDATE.get(contribution.feature)
    if candidate is None and feature is not None:
        zh, en = f"{feature.zh}不及一般好客户", f"{feature.en} is worse than a usual good customer's"
        candidate = Candidate(feature.name, Trend.AUTO, feature.name.upper(), zh, en)
    if candidate is None:
        raise KeyError(contribution.feature)
    if contribution.value is None:
        return Reason(candidate.code, f"{candidate.zh}（没有可用的记录）", f"{candidate.en} (no record to judge by)")
    if feature is None:
        return Reason(candidate.code, candidate.zh, candidate.en)
    value = contribution.value if isinstance(contribution.value, str) else tell(contribution.value, feature.unit, feature.scale)
    return Reason(candidate.code, f"{candidate.zh}（{feature.zh}：{value}）", f"{candidate.en} ({feature.en}: {value})")


def reasons_of(contributions: tuple[Contribution, ...], features: Mapping[str, Feature], most: int = 4) -> tuple[Reason, ...]:
    """The reasons for the points lost against the reference, largest loss first, each code once; none when nothing was lost."""
    ranked = sorted((one for one in contributions if one.shortfall > 0), key=lambda one: (-one.shortfall, one.feature))
    found: dict[str, Reason] = {}
    for one in ranked:
        candidate = reason_for(one, features.get(one.feature))
        found.setdefault(candidate.code, candidate)
    return tuple(found.values())[:most]


def tell(value: int, unit: str, scale: int) -> str:
    """A feature's value for people: yuan, a plain number of a table, per cent at one decimal, or a count."""
    if unit == "fen":
        return format_yuan(value)
    if unit == "number":
        return f"{Decimal(value).scaleb(-scale):,f}"
    if not scale:
        return f"{value:,}"
    tenths = round_half_even(value * 1000, 10**scale)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10} %"
