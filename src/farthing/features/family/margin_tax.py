"""What is left between sales and purchases, and the tax on it."""

from __future__ import annotations

from farthing.domain.evidence import EvidenceKind
from farthing.features.definition import Row, define

ROWS: tuple[Row, ...] = (
    ("gross_margin_6m", "ratio 6m", "margin", "sum sale.net 6m; sum purchase.net 6m",
     "近6个月销售扣除采购后的毛利率", "Sales less purchases over sales (ex tax), last 6 months"),
    ("gross_margin_12m", "ratio 12m", "margin", "sum sale.net 12m; sum purchase.net 12m",
     "近12个月销售扣除采购后的毛利率", "Sales less purchases over sales (ex tax), last 12 months"),
    ("gross_margin_all", "ratio all", "margin", "sum sale.net all; sum purchase.net all",
     "历史销售扣除采购后的毛利率", "Sales less purchases over sales (ex tax), over all that is known"),
    ("gross_margin_change_yoy", "change 24m", "margin_change",
     "sum sale.net 12m; sum purchase.net 12m; sum sale.net prior_12m; sum purchase.net prior_12m",
     "毛利率同比变化", "Change of the margin, last 12 months against the 12 before"),
    ("surplus_monthly_6m", "fen 6m", "net_per_6", "sum sale.amount 6m; sum purchase.amount 6m",
     "近6个月月均销售减采购", "Mean monthly sales less purchases, last 6 months"),
    ("surplus_monthly_12m", "fen 12m", "net_per_12", "sum sale.amount 12m; sum purchase.amount 12m",
     "近12个月月均销售减采购", "Mean monthly sales less purchases, last 12 months"),
    ("purchase_cover_12m", "ratio 12m", "share", "sum purchase.amount 12m; sum sale.amount 12m",
     "近12个月采购额与销售额之比", "Purchases over sales, last 12 months"),
    ("deficit_months_12m", "months 12m", "deficit_months", "sum sale.amount m0..11; sum purchase.amount m0..11",
     "近12个月采购多于销售的月数", "Months in which purchases were above sales, of the last 12"),
    ("tax_burden_12m", "ratio 12m", "burden", "sum sale.tax 12m; sum purchase.tax 12m; sum sale.net 12m",
     "近12个月增值税税负率（销项减进项/销售额）", "VAT charged less VAT paid, over sales, last 12 months"),
    ("tax_burden_all", "ratio all", "burden", "sum sale.tax all; sum purchase.tax all; sum sale.net all",
     "历史增值税税负率", "VAT charged less VAT paid, over sales, over all that is known"),
    ("tax_burden_change_yoy", "change 24m", "burden_change",
     "sum sale.tax 12m; sum purchase.tax 12m; sum sale.net 12m;"
     "sum sale.tax prior_12m; sum purchase.tax prior_12m; sum sale.net prior_12m",
     "税负率同比变化", "Change of the tax burden, last 12 months against the 12 before"),
    ("tax_surplus_12m", "fen 12m", "less", "sum sale.tax 12m; sum purchase.tax 12m",
     "近12个月销项税减进项税", "VAT charged less VAT paid, last 12 months"),
    ("output_tax_rate_12m", "ratio 12m", "share", "sum sale.tax 12m; sum sale.net 12m",
     "近12个月销项实际税率", "Effective tax rate on sales, last 12 months"),
    ("input_tax_rate_12m", "ratio 12m", "share", "sum purchase.tax 12m; sum purchase.net 12m",
     "近12个月进项实际税率", "Effective tax rate on purchases, last 12 months"),
)  # fmt: skip

FEATURES = define(ROWS, EvidenceKind.INVOICE)
