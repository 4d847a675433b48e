"""The signs a fraud model may read, which way each must point, and the plain words where it speaks against an applicant.

As for scorecards the direction is fixed before any case is seen. Signs of the network are measures that the flow brings; the rest are
features of the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from farthing.models.reasons import Candidate, tell
from farthing.quant.binning import Trend

_UP = Trend.RISING
_OUTGROWN = (
    ("invoiced_sales", "power_used", "开票销售增长而用电没有跟上", "Invoiced sales grew and electricity did not"),
    ("invoiced_sales", "stock_out", "开票销售增长而出库没有跟上", "Invoiced sales grew and goods leaving the store did not"),
    ("invoiced_sales", "sent_pieces", "开票销售增长而发货没有跟上", "Invoiced sales grew and shipments did not"),
    ("invoiced_sales", "vat_sales", "开票销售增长而报税没有跟上", "Invoiced sales grew and declared sales did not"),
    ("invoiced_sales", "account_inflow", "开票销售增长而回款没有跟上", "Invoiced sales grew and money received did not"),
    ("orders", "power_used", "订单增长而用电没有跟上", "Orders grew and electricity did not"),
    ("orders", "sent_pieces", "订单增长而发货没有跟上", "Orders grew and shipments did not"),
    ("receipts", "power_used", "收款增长而用电没有跟上", "Receipts grew and electricity did not"),
    ("receipts", "invoiced_purchases", "收款增长而进货没有跟上", "Receipts grew and purchases did not"),
)
CONTRADICTION = tuple(
    Candidate(f"{one}_outgrow_{other}_{window}", _UP, f"{one}_OUTGROW_{other}".upper(), zh, en)
    for one, other, zh, en in _OUTGROWN
    for window in ("3m", "6m")
)
"""Sales that the goods, the power, the tax and the money contradict."""
VOIDS = (
    Candidate("sales_void_share_3m", _UP, "RECENT_VOIDS", "近期作废发票占比高", "Many recent invoices were made void"),
)  # fmt: skip
CHANGES = (
    Candidate("registry_people_6m", _UP, "NEW_PEOPLE", "近半年负责人或股东多次变更", "Manager or owners changed in the last half-year"),
    Candidate("registry_capital_change_6m", _UP, "NEW_CAPITAL", "近半年注册资本变更", "Registered capital changed in the last half-year"),
    Candidate("registry_scope_6m", _UP, "NEW_SCOPE", "近半年经营范围变更", "The scope of business changed in the last half-year"),
    Candidate("registry_address_6m", _UP, "NEW_ADDRESS", "近半年住所变更", "The address changed in the last half-year"),
    Candidate("device_rooted_share_3m", _UP, "ROOTED_DEVICE", "使用被破解的设备", "A rooted device is used"),
    Candidate("receipt_night_share_3m", _UP, "RECEIPTS_AT_NIGHT", "收款集中在深夜", "Receipts come at dead of night"),
)
_PARTIES = (
    ("asked", "ASKED_OFTEN", "短期内多家机构查询征信", "Many lenders asked for a credit report at once"),
    ("applied", "APPLIED_OFTEN", "短期内多次申请", "Many applications in few days"),
    ("device_applicants", "DEVICE_OF_APPLICANTS", "同一设备上有其他人申请", "Others applied on the same device"),
    ("device_parties", "SHARED_DEVICE", "与他人共用设备", "Others use the same device"),
    ("contact_parties", "SHARED_CONTACT", "与他人联系方式相同", "Others name the same contact"),
)
VELOCITY = (
    *(Candidate(f"{name}_{days}d", _UP, code, zh, en) for name, code, zh, en in _PARTIES for days in (1, 7, 30)),
    Candidate("askers_30d", _UP, "ASKED_OFTEN", "短期内多家机构查询征信", "Many lenders asked for a credit report at once"),
    Candidate("asked_busiest_week", _UP, "ASKED_OFTEN", "短期内多家机构查询征信", "Many lenders asked for a credit report at once"),
    Candidate("devices_30d", _UP, "MANY_DEVICES", "近期使用多台设备", "Several devices were used of late"),
)  # fmt: skip
RING = (
    Candidate("ring_members", _UP, "IN_A_RING", "与多个主体共用设备或联系方式", "Tied to others by shared devices or contacts"),
    Candidate("ring_device_parties", _UP, "SHARED_DEVICE", "与他人共用设备", "Others use the same device"),
    Candidate("ring_contact_parties", _UP, "SHARED_CONTACT", "与他人联系方式相同", "Others name the same contact"),
    Candidate("ring_ways", _UP, "IN_A_RING", "与多个主体共用设备或联系方式", "Tied to others by shared devices or contacts"),
    Candidate("ring_recent", _UP, "NEW_RING", "关联是近期才出现的", "The ties to others are new"),
)
CIRCLE = (
    Candidate("circle_share", _UP, "SOLD_IN_A_CIRCLE", "销售额绕一圈回到自己", "Turnover comes back round a circle of sales"),
    Candidate("traded_back_share", _UP, "SOLD_TO_AND_FRO", "与对方互相开票", "Goods are sold to those who sell as much back"),
)
GROUPS: Mapping[str, tuple[Candidate, ...]] = MappingProxyType({
    "contradiction": CONTRADICTION, "voids": VOIDS, "changes": CHANGES, "velocity": VELOCITY, "ring": RING, "circle": CIRCLE,
})  # fmt: skip
SIGNS: tuple[Candidate, ...] = tuple(sign for group in GROUPS.values() for sign in group)
SIGN: Mapping[str, Candidate] = MappingProxyType({sign.feature: sign for sign in SIGNS})
OF_FEATURES: tuple[str, ...] = tuple(sign.feature for sign in (*CONTRADICTION, *VOIDS, *CHANGES))
OF_NETWORK: tuple[str, ...] = tuple(sign.feature for sign in (*VELOCITY, *RING, *CIRCLE))
SHARES = frozenset(one for one in (*OF_FEATURES, "circle_share", "traded_back_share") if not one.startswith("registry"))
"""Signs in millionths; the others are counts."""


_COUNTED = (
    ("asked", "征信查询次数", "Credit report enquiries"),
    ("applied", "申请次数", "Applications"),
    ("devices", "使用设备数", "Devices used"),
    ("device_applicants", "同设备上的其他申请人数", "Other applicants on its devices"),
    ("device_parties", "同设备上的其他主体数", "Others on its devices"),
    ("contact_parties", "同联系方式的其他主体数", "Others who named its contacts"),
)
MEASURE_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({
    **{f"{name}_{days}d": (f"近{days}天{zh}", f"{en}, last {days} days") for name, zh, en in _COUNTED for days in (1, 7, 30)},
    "askers_30d": ("近30天查询征信的机构数", "Lenders that asked for its credit report, last 30 days"),
    "asked_busiest_week": ("近90天最多一周的征信查询次数", "Enquiries in the busiest week of the last 90 days"),
    "ring_members": ("关联环主体数", "Parties in its ring"),
    "ring_device_parties": ("共用同一设备的主体数", "Parties that share one device"),
    "ring_contact_parties": ("共用同一联系方式的主体数", "Parties that share one contact point"),
    "ring_ways": ("关联方式种类数", "Kinds of what its ring shares"),
    "ring_recent": ("近90天新关联的主体数", "Parties of its ring tied in the last 90 days"),
    "circle_share": ("循环交易占销售额比例", "Share of sales that come back round a circle"),
    "circle_hops": ("循环交易环节数", "Sales it takes to come back"),
    "traded_back_share": ("对开发票占销售额比例", "Share of sales to those who sell as much back"),
})  # fmt: skip
"""Every measure of the network by name, for policies and pages."""


def words(sign: Candidate, value: int | None) -> tuple[str, str]:
    """A sign with the applicant's own number, in Chinese and English."""
    if value is None:
        return f"{sign.zh}（没有可用的记录）", f"{sign.en} (no record to judge by)"
    told = tell(value, "share" if sign.feature in SHARES else "count", 6 if sign.feature in SHARES else 0)
    return f"{sign.zh}（{told}）", f"{sign.en} ({told})"
