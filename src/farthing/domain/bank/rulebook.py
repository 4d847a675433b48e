"""The rulebook as one table: code, command line, page and documentation read it here and nowhere else.

Rows are in the order of their ids. A date whose day is not known is the first of its month or year. What is not built yet stands
here too, without a holder, so that nobody takes silence for compliance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from farthing.domain.bank.rule import Confidence, Rule, Severity

A, B, C, X = Confidence
BLOCK, POLICY, ADVISORY = Severity


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


_INTERNET, _JOINT = ("商业银行互联网贷款管理暂行办法", _day("2020-07-12")), ("银保监办发〔2021〕24号", _day("2022-01-01"))
_ASSISTED, _LOANS = ("金规〔2025〕9号", _day("2025-10-01")), ("个人/流动资金贷款管理办法", _day("2024-07-01"))
_CLASSES, _RESERVES = ("商业银行金融资产风险分类办法", _day("2023-07-01")), ("贷款损失准备管理办法", _day("2012-01-01"))
_PRICE, _CIVIL = ("中国人民银行公告〔2021〕3号", _day("2021-03-31")), ("民法典", _day("2021-01-01"))
_BUREAU, _RENEWAL = ("征信业管理条例", _day("2013-03-15")), ("金规〔2024〕13号", _day("2024-09-24"))
_BANKS, _PRIVACY = ("商业银行法", _day("2015-10-01")), ("个人信息保护法", _day("2021-11-01"))
_CODES, _AML = ("二代征信数据采集", _day("2020-01-19")), ("反洗钱法", _day("2025-01-01"))


def _rule(  # noqa: PLR0913 - a row of a table
    id_: str, doc: tuple[str, dt.date], article: str, sure: tuple[Confidence, Severity], zh: str, en: str, *held_by: str
) -> Rule:
    return Rule(id_, doc[0], article, doc[1], *sure, zh, en, held_by)


_ROWS: tuple[Rule, ...] = (
    _rule("AM-01", _AML, "34", (A, BLOCK), "客户身份与交易记录至少保存十年", "customer and transaction records are kept for ten years",
          "flows.erase"),
    _rule("CR-01", _BUREAU, "29", (A, BLOCK), "向信用信息基础数据库报送须经信息主体书面同意",
          "credit information is reported with the subject's written consent"),
    _rule("CR-02", _BUREAU, "18", (A, BLOCK), "查询须有书面同意和约定用途", "a bureau is asked with consent, for the agreed purpose",
          "evidence.purpose"),
    _rule("CR-03", _BUREAU, "15", (A, BLOCK), "报送不良信息前先告知本人", "a person is told before adverse information is reported"),
    _rule("CR-04", _BUREAU, "16", (A, BLOCK), "不良信息自终止之日起保存五年", "adverse information is kept for five years"),
    _rule("CR-07", _CODES, "—", (B, BLOCK), "二十四个月还款状态代码", "the 24-month status, a letter a month", "ledger.status",
          "evidence.bureau"),
    _rule("IL-01", _INTERNET, "6", (B, BLOCK), "个人信用消费贷款授信不超过二十万元",
          "unsecured consumption: at most CNY 200,000 a person", "ledger.waterfall", "domain.product"),
    _rule("IL-02", _INTERNET, "6", (B, BLOCK), "到期一次还本的消费贷款授信不超过一年",
          "consumption repaid at the end: on lines of a year at most", "domain.product", "flows.accept", "flows.line.agree"),
    _rule("IL-03", _INTERNET, "6", (C, POLICY), "经营用途授信超过一年的,至少每年重新评估审批",
          "business lines of more than a year are re-approved at least every 12 months", "ledger.reapproval", "flows.line.reapprove"),
    _rule("IL-04", _INTERNET, "24", (B, BLOCK), "贷款不得用于购房、证券、股权等", "no homes, securities or equity", "flows.apply"),
    _rule("IL-05", _INTERNET, "—", (B, BLOCK), "核心风控环节不得外包,由银行自主决策",
          "the core steps of risk control are the bank's own"),
    _rule("IL-06", _JOINT, "二", (B, BLOCK), "单笔联合贷款合作方出资不低于30%", "of each joint loan the partners bear at least 30 %",
          "domain.product"),
    _rule("IL-07", _JOINT, "三", (B, BLOCK), "与单一合作方共同出资余额不超过一级资本净额的25%",
          "joint loans with one partner: at most 25 % of net tier-1 capital", "flows.joint.room"),
    _rule("IL-08", _JOINT, "四", (B, BLOCK), "共同出资贷款余额不超过全部贷款的50%", "all joint loans: at most half of all loans",
          "flows.joint.room"),
    _rule("IL-09", _JOINT, "五", (B, ADVISORY), "地方法人银行不得跨注册地开展(无网点线上银行除外)",
          "a local bank lends at home, unless it has no branches and meets the conditions"),
    _rule("IL-10", _INTERNET, "—", (C, POLICY), "自动审批须有人工复核机制作为补充", "a person reviews what is referred", "flows.review"),
    _rule("IL-11", _INTERNET, "—", (C, ADVISORY), "模型使用前独立评审、持续监测、可退出",
          "a model is reviewed before use, watched, and can be retired"),
    _rule("IL-12", _INTERNET, "—", (C, POLICY), "取得借款人授权,数据来源合法", "evidence is used with the borrower's consent only",
          "evidence.purpose", "flows.decide"),
    _rule("IL-13", _INTERNET, "—", (B, BLOCK), "不得向无关第三人催收", "third parties are not contacted to collect"),
    _rule("IL-14", _ASSISTED, "—", (B, BLOCK), "合作机构名单制管理,名单外不得合作", "no joint loan with a partner that is not on the list",
          "flows.joint.room", "flows.joint.partners"),
    _rule("IL-15", _ASSISTED, "六", (B, BLOCK), "综合融资成本年化不超过24%", "all-in cost of at most 24 % a year", "domain.product",
          "sources.catalogue"),
    _rule("IN-01", ("普惠小微统计口径", _day("2023-01-01")), "—", (B, ADVISORY), "单户授信一千万元以下为普惠型小微",
          "a line of at most CNY 10 million counts as inclusive"),
    _rule("IN-03", _RENEWAL, "一", (B, BLOCK), "无还本续贷:原贷款正常,到期前签约,不因续贷下调分类",
          "renewal without repayment: of a normal loan, before it matures; no downgrade for it alone", "flows.line.agree"),
    _rule("IN-04", _RENEWAL, "—", (B, ADVISORY), "2027年9月30日前到期的中型企业流动资金贷款可参照",
          "medium firms' loans that mature by 2027-09-30 are included"),
    _rule("IN-05", _RENEWAL, "—", (B, BLOCK), "续贷不得掩盖风险:按未续贷重新分类", "a renewal hides nothing: classed as if not renewed",
          "flows.line.agree"),
    _rule("IN-06", _RENEWAL, "—", (C, ADVISORY), "灾后延期按实际偿付能力分类", "after a disaster: classed by real ability to pay"),
    _rule("PI-05", _PRIVACY, "14, 15", (A, BLOCK), "目的变更重新取得同意,可便捷撤回", "a new purpose needs new consent, easily withdrawn",
          "flows.consent"),
    _rule("PI-06", _PRIVACY, "19, 47", (A, BLOCK), "保存期限最短,届满删除", "kept as long as needed, then erased", "flows.erase"),
    _rule("PI-07", _PRIVACY, "28, 29", (A, BLOCK), "敏感信息须特定目的和单独同意", "sensitive data is read for a stated purpose",
          "domain.staff"),
    _rule("PL-01", _LOANS, "8", (B, ADVISORY), "消费贷款不超过五年;经营贷款一般不超过五年,最长十年",
          "personal loans: at most five years, ten for business with long cash flow"),
    _rule("PL-02", _LOANS, "—", (B, ADVISORY), "2024年7月1日前签订的合同按原约定", "older contracts keep their terms"),
    _rule("PL-03", _LOANS, "—", (B, ADVISORY), "二十万元以下小额贷款可简化流程", "a simpler procedure up to CNY 200,000"),
    _rule("PL-04", _LOANS, "—", (C, ADVISORY), "自主支付与受托支付限额", "above some amounts the payee is paid directly"),
    _rule("PL-05", _LOANS, "—", (B, ADVISORY), "经营贷款不得流入房市", "business loans do not buy property"),
    _rule("PR-01", _PRICE, "—", (B, BLOCK), "年化利率比日利率更醒目", "the annual rate stands out before the daily one", "web.figures",
          "ledger.quote"),
    _rule("PR-02", _PRICE, "—", (C, POLICY), "单利须注明,复利用内部收益率", "simple says so; compound is the internal rate of return",
          "ledger.quote"),
    _rule("PR-03", ("个人贷款业务明示综合融资成本规定", _day("2026-08-01")), "—", (B, BLOCK), "签约前弹窗明示综合融资成本并强制阅读",
          "all costs are shown and must be read before signing", "flows.accept", "flows.bank.disclose", "web.my.cost"),
    _rule("PR-04", ("法发〔2017〕22号", _day("2017-08-04")), "—", (C, POLICY), "金融借款综合成本超过24%的部分不予支持",
          "no more than 24 % a year in all", "domain.product"),
    _rule("PR-05", ("法释〔2020〕17号", _day("2021-01-01")), "25", (A, ADVISORY), "民间借贷不超过四倍LPR(不适用于金融机构)",
          "private lending: four times LPR; not a bank's rule"),
    _rule("PR-06", _CIVIL, "670", (A, BLOCK), "利息不得预先扣除", "no interest in advance: principal is what was received", "ledger.quote"),
    _rule("PR-07", _CIVIL, "677, 680", (A, BLOCK), "提前还款按实际期间计息", "paid early: interest for actual time", "ledger.waterfall"),
    _rule("PV-01", _RESERVES, "6", (A, BLOCK), "贷款拨备率与拨备覆盖率的定义", "what the two provision ratios are", "portfolio.ratios"),
    _rule("PV-02", _RESERVES, "7", (A, BLOCK), "准备不低于贷款2.5%与不良150%两者较高者",
          "provisions: the higher of 2.5 % of loans and 150 % of non-performing ones", "portfolio.ratios"),
    _rule("PV-03", ("银监发〔2018〕7号", _day("2018-02-28")), "—", (B, BLOCK), "标准1.5%-2.5%、120%-150%,一行一策",
          "1.5 to 2.5 % and 120 to 150 %, set for each bank", "portfolio.ratios"),
    _rule("PV-04", _RESERVES, "16", (A, ADVISORY), "半年报、年报披露贷款损失准备", "provisions are disclosed twice a year"),
    _rule("PV-05", ("金融企业财务规则(征求意见)", _day("2019-09-26")), "—", (B, ADVISORY), "拨备超过基准两倍视为隐藏利润(草案)",
          "a draft: more than twice the base hides profit"),
    _rule("PV-06", ("银保监规〔2022〕10号", _day("2022-01-01")), "—", (C, ADVISORY), "预期信用损失参数至少每年复评",
          "parameters of expected loss are reviewed yearly"),
    _rule("RC-01", _CLASSES, "10", (B, BLOCK), "逾期即至少关注(七天以内技术性逾期除外,待核)",
          "past due: special mention at least (up to 7 technical days excepted: unconfirmed, shown only)", "ledger.classify"),
    _rule("RC-02", _CLASSES, "11", (B, BLOCK), "逾期超过90天至少次级", "more than 90 days: substandard at least", "ledger.classify"),
    _rule("RC-03", _CLASSES, "12", (B, BLOCK), "逾期超过270天至少可疑", "more than 270 days: doubtful at least", "ledger.classify"),
    _rule("RC-04", _CLASSES, "13", (B, BLOCK), "逾期超过360天为损失", "more than 360 days: loss", "ledger.classify"),
    _rule("RC-05", _CLASSES, "11-13", (C, ADVISORY), "已减值为不良;预期损失50%以上可疑,90%以上损失",
          "credit-impaired: non-performing; expected loss of 50 %: doubtful, of 90 %: loss; a person assesses", "flows.line.agree"),
    _rule("RC-06", _CLASSES, "7", (B, BLOCK), "非零售债务人在本行债权超过10%不良,全部归为不良",
          "non-retail: more than 10 % of a debtor's claims non-performing, then all", "ledger.contagion", "flows.bank.review_classes"),
    _rule("RC-07", _CLASSES, "11", (B, ADVISORY), "非零售债务人在所有银行逾期90天以上债务超过20%为不良",
          "non-retail: more than 20 % past 90 days at all banks; a person assesses: others' are not seen", "flows.line.agree"),
    _rule("RC-08", _CLASSES, "10", (C, ADVISORY), "擅自改变用途、借新还旧至少关注", "use changed, old debt refinanced; a person assesses",
          "flows.line.agree"),
    _rule("RC-09", _CLASSES, "17-19", (A, BLOCK), "财务困难且作出让步或再融资即为重组",
          "difficulty and a concession make a restructuring", "flows.line.restructure", "flows.line.agree"),
    _rule("RC-10", _CLASSES, "20", (A, BLOCK), "重组观察期至少一年,未按约还款重新计算",
          "observed for a year at least; a miss begins it again", "ledger.conduct"),
    _rule("RC-11", _CLASSES, "21", (C, POLICY), "重组资产至少关注", "restructured: special mention at least", "ledger.conduct"),
    _rule("RC-12", _CLASSES, "22", (X, POLICY), "观察期内再次重组至少次级(草案为可疑)",
          "restructured again meanwhile: substandard at least (the draft: doubtful)", "ledger.conduct"),
    _rule("RC-13", _CLASSES, "15", (B, BLOCK), "上调须还清欠款并连续正常六个月",
          "up again: arrears paid and six months without new ones", "ledger.conduct"),
    _rule("RC-14", _CLASSES, "8", (C, ADVISORY), "至少每季度分类一次", "classed at least once a quarter", "flows.queries.classing"),
    _rule("RP-01", _BANKS, "40", (A, BLOCK), "不得向关系人发放信用贷款", "no unsecured loan to an insider or who is related to one",
          "graph.related", "flows.accept"),
    _rule("RP-02", ("民法典", _day("2021-01-01")), "1045", (A, BLOCK), "近亲属的范围", "who is a close relative", "graph.related"),
    _rule("RP-08", ("关联交易管理办法", _day("2022-03-01")), "5-8", (C, POLICY), "持股5%以上或有重大影响者为关联方",
          "holders of 5 % or with influence are related", "graph.related"),
)  # fmt: skip

RULEBOOK: Mapping[str, Rule] = MappingProxyType({row.id: row for row in _ROWS})
"""Every rule by its id."""
