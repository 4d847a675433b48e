"""The closed catalogue of reasons, in plain words, and the choosing of at most four that are true.

A reason is never free text: a policy names its code, the catalogue holds the words, the facts the rule read give the
numbers. What a borrower should not be told about themselves in jargon (PD, points) stays out of the detail.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from farthing.domain.decision import Reason
from farthing.domain.evidence import EvidenceKind
from farthing.domain.facts import FactSpec, FactType, FactValue
from farthing.domain.money import format_yuan, round_half_even

MOST = 4

CATALOGUE: dict[str, tuple[str, str]] = {
    "RELATED_PARTY": (
        "申请人是本行关系人，依法不得发放信用贷款",
        "You are related to the bank's insiders; the law forbids an unsecured loan",
    ),
    "DEAD_BUSINESS": ("很长时间没有销售", "No sales for a long time"),
    "QUIET_BUSINESS": ("近来没有销售", "No recent sales"),
    "THIN_FILE": ("可见的经营时间太短", "Too short a visible trading history"),
    "HIGH_VOID_SHARE": ("作废发票占比过高", "Too large a share of voided invoices"),
    "HIGH_RETURN_SHARE": ("退货占销售额比例过高", "Too large a share of sales returned"),
    "CONCENTRATED_BUYER": ("销售过于依赖单一客户", "Sales depend on a single buyer"),
    "RISK_TOO_HIGH": ("综合评估风险高于本产品可承受的水平", "Overall risk is above what this product can bear"),
    "RISK_UNCERTAIN": ("综合评估处于需要人工判断的区间", "Overall risk is in the range that a person must judge"),
    "ALREADY_INDEBTED": ("在本行的未还余额已高", "What you already owe the bank is high"),
    "TO_BE_CHECKED": ("部分资料需要人工核实", "A person must check some of what we were told"),
    "IDENTITY_UNSURE": ("身份信息需要进一步核验", "Who you are must be verified further"),
    "SOURCE_UNREAD": (
        "本行取得的部分数据目前不可靠，未予采用，这不是您的原因",
        "Some of what we get from our sources cannot be relied on now and was left out; this is not because of you",
    ),
    "MISSING_INFORMATION": ("缺少评估所需的资料", "Information we need is missing"),
    "LIMIT_BELOW_MINIMUM": ("可给的额度低于本产品的最低额度", "The amount we could offer is below this product's minimum"),
    "CAP_TURNOVER": ("额度受销售规模限制", "The limit is held by your sales"),
    "CAP_CAPACITY": ("额度受毛利所能承担的还款限制", "The limit is held by what your gross profit can repay"),
    "CAP_PRODUCT": ("额度已达本产品上限", "The limit is this product's maximum"),
    "CAP_REQUESTED": ("额度为您申请的金额", "The limit is the amount you asked for"),
    "CAP_EXPOSURE": ("额度受您在本行已有授信限制", "The limit is what is left after the limits and debts you already have with us"),
    "CAP_RISK": ("额度因风险评估而降低", "The limit is lowered by the risk assessment"),
    "OFFICER_APPROVED": ("信贷人员复核后同意", "A credit officer reviewed the case and approved it"),
    "OFFICER_PROPOSED": ("信贷人员建议同意，待第二人复核", "A credit officer proposes to approve it; a second person will look"),
    "OFFICER_DECLINED": ("信贷人员复核后不同意", "A credit officer reviewed the case and declined it"),
}
TITLES: dict[str, tuple[str, str]] = {
    "RELATED_PARTY": ("关系人审核", "Related-party check"),
    "DEAD_BUSINESS": ("是否仍在经营", "Still in business"),
    "QUIET_BUSINESS": ("近期销售", "Recent sales"),
    "THIN_FILE": ("可见经营时间", "Visible trading history"),
    "HIGH_VOID_SHARE": ("作废发票占比", "Share of voided invoices"),
    "HIGH_RETURN_SHARE": ("退货占比", "Share of sales returned"),
    "CONCENTRATED_BUYER": ("客户集中度", "Dependence on one buyer"),
    "RISK_TOO_HIGH": ("风险上限", "Risk ceiling"),
    "RISK_UNCERTAIN": ("需人工判断的风险区间", "Range of risk that a person judges"),
    "ALREADY_INDEBTED": ("本行余额", "What is owed already"),
    "TO_BE_CHECKED": ("资料真实性", "Whether what we were told is true"),
    "IDENTITY_UNSURE": ("身份核验", "Identity check"),
    "SOURCE_UNREAD": ("数据来源是否可靠", "Whether our sources can be relied on"),
    "CAP_TURNOVER": ("按销售规模", "By sales"),
    "CAP_CAPACITY": ("按毛利还款能力", "By gross profit"),
    "CAP_PRODUCT": ("产品上限", "Product maximum"),
    "CAP_REQUESTED": ("申请金额", "Amount asked for"),
    "CAP_EXPOSURE": ("扣除已有授信后", "After what is promised already"),
    "CAP_RISK": ("按风险评估", "By risk"),
}
"""What a rule or cap looks at, whatever it finds: the line of a trace, where the reason itself would claim too much."""
PARTS: dict[str, tuple[str, str]] = {
    "funding": ("资金成本", "Funding cost"),
    "operating": ("运营成本", "Operating cost"),
    "expected_loss": ("预期损失", "Expected loss"),
    "capital": ("资本成本", "Capital charge"),
    "margin": ("利润", "Margin"),
    "inclusive_discount": ("普惠优惠", "Inclusive-finance discount"),
    "band": ("产品利率区间调整", "Brought into the product's band"),
}
SOURCES: dict[EvidenceKind, tuple[str, str]] = {
    EvidenceKind.ENTERPRISE: ("工商登记", "Registry"),
    EvidenceKind.INVOICE: ("发票", "Invoices"),
    EvidenceKind.TRANSACTION: ("账户流水", "Account flows"),
    EvidenceKind.RELATION: ("关联关系", "Declared relations"),
    EvidenceKind.OUTCOME: ("违约结果", "Outcomes"),
    EvidenceKind.REGISTRY_ENTRY: ("工商变更记录", "Registry entries"),
    EvidenceKind.TAX_FILING: ("纳税申报", "Tax filings"),
    EvidenceKind.ORDER: ("电商订单", "Shop orders"),
    EvidenceKind.REFUND: ("退款", "Refunds"),
    EvidenceKind.RECEIPT: ("扫码收款", "QR receipts"),
    EvidenceKind.BUREAU_ACCOUNT: ("征信账户", "Bureau accounts"),
    EvidenceKind.BUREAU_ENQUIRY: ("征信查询", "Bureau enquiries"),
    EvidenceKind.COURT_CASE: ("涉诉案件", "Court cases"),
    EvidenceKind.PARCEL: ("土地确权", "Land titles"),
    EvidenceKind.LAND_TRANSFER: ("土地流转", "Land transfers"),
    EvidenceKind.INSURANCE_POLICY: ("农业保险保单", "Farm insurance"),
    EvidenceKind.INSURANCE_CLAIM: ("农业保险理赔", "Insurance claims"),
    EvidenceKind.SHIPMENT: ("物流运单", "Shipments"),
    EvidenceKind.STOCK_MOVE: ("仓储出入库", "Stock moves"),
    EvidenceKind.METER_READING: ("用电量", "Electricity use"),
    EvidenceKind.OWNER_PROFILE: ("经营者问卷", "Owner profiles"),
    EvidenceKind.APP_USAGE: ("使用行为", "App usage"),
    EvidenceKind.DEVICE: ("设备", "Devices"),
    EvidenceKind.CONTACT_POINT: ("联系方式", "Contact points"),
}
"""What a kind of evidence is called in a reason, as on the pages."""
_PRIVATE = frozenset({"pd_12m", "pd_12m_low", "pd_12m_high", "score_points", "related_party_insider", "fraud_ppm", "fraud_ring"})
_YES = {"zh": {True: "是", False: "否"}, "en": {True: "yes", False: "no"}}


def reason(code: str, facts: Mapping[str, FactValue], read: Sequence[str], specs: Mapping[str, FactSpec]) -> Reason:
    """The reason of the catalogue with the applicant's own numbers that the rule read; KeyError on a code outside it."""
    zh, en = CATALOGUE[code]
    shown = [specs[name] for name in read if name in specs and name not in _PRIVATE][:2]
    if not shown:
        return Reason(code, zh, en)
    told_zh = "、".join(f"{spec.zh} {tell(facts.get(spec.name), spec, 'zh')}" for spec in shown)
    told_en = ", ".join(f"{spec.en} {tell(facts.get(spec.name), spec, 'en')}" for spec in shown)
    return Reason(code, f"{zh}（{told_zh}）", f"{en} ({told_en})")


def missing(values: Mapping[str, FactValue], read: Sequence[str], specs: Mapping[str, FactSpec], lost: Collection[str] = ()) -> Reason:
    """Why a rule could not be judged: facts that nobody told us, or else a source of ours that was not read."""
    absent = [name for name in read if name in values and values[name] is None]
    untold = [name for name in absent if name not in lost]
    return reason("SOURCE_UNREAD" if absent and not untold else "MISSING_INFORMATION", values, untold, specs)


def unread(kinds: Iterable[EvidenceKind]) -> Reason:
    """That these kinds of evidence were left out, by name."""
    (zh, en), named = CATALOGUE["SOURCE_UNREAD"], [SOURCES[kind] for kind in kinds]
    return Reason("SOURCE_UNREAD", f"{zh}（{'、'.join(one[0] for one in named)}）", f"{en} ({', '.join(one[1].lower() for one in named)})")


def tell(value: FactValue, spec: FactSpec, language: str) -> str:
    """A fact's value in words: yuan, per cent, a count, a date."""
    if value is None:
        return "未知" if language == "zh" else "unknown"
    if type(value) is bool:
        return _YES[language][value]
    if type(value) is not int or spec.type not in (FactType.INT, FactType.NUMBER):
        return str(value)
    if spec.unit == "fen":
        return format_yuan(value)
    if spec.scale >= 2 and spec.unit in ("share", "ratio", "change", "rate"):
        return f"{decimal(round_half_even(value * 1000, 10**spec.scale), 1)}%"
    return decimal(value, spec.scale)


def decimal(value: int, scale: int) -> str:
    """An integer at `scale` decimals as exact text: `decimal(-1250, 3) == '-1.250'`."""
    whole, rest = divmod(abs(value), 10**scale)
    return f"{'-' if value < 0 else ''}{whole}" + (f".{rest:0{scale}d}" if scale else "")


def choose(ranked: Iterable[Reason]) -> tuple[Reason, ...]:
    """The first four, each code once."""
    chosen: dict[str, Reason] = {}
    for one in ranked:
        chosen.setdefault(one.code, one)
    return tuple(chosen.values())[:MOST]
