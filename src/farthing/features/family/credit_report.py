"""The credit report: what is owed elsewhere, how it was paid over 24 months, and who has been asking."""

from __future__ import annotations

from collections.abc import Iterable

from farthing.domain.evidence import EvidenceKind
from farthing.features.definition import Row, define
from farthing.features.family.dealings import loyalty
from farthing.features.family.templates import Measure, Part, Stream, growth, parts, rhythm, shape, tally

ACCOUNTS = (
    Stream("account", "account", "征信账户", "account on the report", "accounts on the report"),
    Stream("consumer_loan", "consumer_loan", "个人贷款", "consumer loan", "consumer loans"),
    Stream("business_loan", "business_loan", "经营性贷款", "business loan", "business loans"),
    Stream("mortgage", "mortgage", "住房贷款", "mortgage", "mortgages"),
    Stream("card", "card", "信用卡", "credit card", "credit cards"),
    Stream("guarantee", "guarantee", "对外担保", "guarantee", "guarantees"),
)
ENQUIRIES = Stream("enquiry", "enquiry", "征信查询", "enquiry", "enquiries")
ASKED = Measure(ENQUIRIES, "count", "enquiries", "count", "征信查询次数", "enquiries")

_COUNTS = (
    ("open", "未结清{zh}数", "Number of open {many}"),
    ("late_now", "当前逾期{zh}数", "Number of {many} now overdue"),
    ("bad", "呆账{zh}数", "Number of {many} held as bad debt"),
    ("settled", "已结清{zh}数", "Number of {many} settled"),
    ("young", "一年内新开{zh}数", "Number of {many} opened within a year of the report"),
    ("full", "用信九成以上{zh}数", "Number of {many} drawn to nine tenths and more"),
    ("count", "全部{zh}数", "Number of all {many}"),
)
_SUMS = (
    ("limit", "未结清{zh}授信或本金", "Limits and sums lent on open {many}"),
    ("balance", "未结清{zh}余额", "Balance of open {many}"),
    ("overdue", "{zh}逾期金额", "Overdue on {many}"),
    ("due", "{zh}本月应还", "Due this month on {many}"),
)
_SHARES = (
    ("use", "balance", "limit", "{zh}用信率（余额/授信）", "Use of {many}: balance over limit"),
    ("overdue_share", "overdue", "balance", "{zh}逾期金额占余额比例", "Overdue over balance of {many}"),
    ("due_share", "due", "balance", "{zh}本月应还占余额比例", "Due this month over balance of {many}"),
    ("young_share", "young", "count", "一年内新开{zh}占比", "Share of {many} opened within a year of the report"),
    ("settled_share", "settled", "count", "已结清{zh}占比", "Share of {many} settled"),
    (
        "late_month_share",
        "late_24",
        "months_known",
        "24个月内{zh}逾期月数占比",
        "Share of the known months of 24 in which {many} were late",
    ),
)


def _standing(stream: Stream) -> Iterable[Row]:
    """What the newest report says of accounts of one type."""
    side, key = stream.side, stream.key

    def words(zh: str, en: str) -> tuple[str, str]:
        return zh.format(zh=stream.zh), en.format(many=stream.many)

    for column, zh, en in _COUNTS:
        yield f"{key}_{column.removesuffix('_now')}_now", "count all", "total", f"report {side}.{column} all", *words(zh, en)
    for column, zh, en in _SUMS:
        yield f"{key}_{column}_fen_now", "fen all", "total", f"report {side}.{column} all", *words(zh, en)
    for name, part, whole, zh, en in _SHARES:
        yield f"{key}_{name}_now", "ratio all", "share", f"report {side}.{part} all; report {side}.{whole} all", *words(zh, en)
    yield (
        f"{key}_mean_limit_now",
        "fen all",
        "mean",
        f"report {side}.limit all; report {side}.open all",
        *words("平均每户未结清{zh}授信或本金", "Mean limit or sum lent of open {many}"),
    )
    for span in (3, 6, 12, 24):
        yield (
            f"{key}_worst_{span}m",
            "grade all",
            "total",
            f"worst {side}.worst_{span} all",
            *words(
                f"报告前{span}个月{{zh}}最差还款状态（0正常，1-7逾期期数，8呆账或代偿）",
                f"Worst status of {{many}} in the report's last {span} months (0 as agreed, 1 to 7 late, 8 lost or paid by another)",
            ),
        )
        yield (
            f"{key}_late_months_{span}m",
            "count all",
            "total",
            f"report {side}.late_{span} all",
            *words(f"报告前{span}个月{{zh}}逾期月数合计", f"Months late, all {{many}}, in the report's last {span} months"),
        )
        yield (
            f"{key}_late_accounts_{span}m",
            "count all",
            "total",
            f"report {side}.late_accounts_{span} all",
            *words(f"报告前{span}个月有逾期的{{zh}}数", f"Number of {{many}} ever late in the report's last {span} months"),
        )


_WEIGHTS: tuple[Row, ...] = tuple(
    (
        f"account_{stream.side}_{column}_share_now",
        "share all",
        "share",
        f"report {stream.side}.{column} all; report account.{column} all",
        f"{stream.zh}{zh}占全部账户比例",
        f"Share of {stream.many} in the {en} of all accounts",
    )
    for stream in ACCOUNTS[1:]
    for column, zh, en in (("balance", "余额", "balance"), ("due", "本月应还", "monthly dues"), ("count", "数", "number"))
)
_LENDERS: tuple[Row, ...] = (
    ("lenders_all", "count all", "total", "partners account.partner all", "累计授信机构数", "Number of lenders ever reported"),
    ("days_since_report", "days all", "total", "last account.day all", "距最近一份征信报告的天数", "Days since the newest credit report"),
    (
        "reports_days_24m",
        "days 24m",
        "total",
        "days account.day 24m",
        "近24个月征信报告份数（按日）",
        "Days with a credit report, last 24 months",
    ),
)

_REASONS = (
    Part("loan", "count", "loan", "贷款审批查询占比", "enquiries for a loan"),
    Part("card", "count", "card", "信用卡审批查询占比", "enquiries for a card"),
    Part("hard", "count", "hard", "审批类查询占比", "enquiries for new credit of any kind"),
    Part("review", "count", "review", "贷后管理查询占比", "enquiries by lenders who look after a loan"),
    Part("own", "count", "own", "本人查询占比", "enquiries by the party itself"),
)
_ASKERS = ("查询机构", "asking institution", "asking institutions")
_WHO: tuple[Row, ...] = tuple(
    (
        f"askers_{window}",
        f"count {window}",
        "total",
        f"partners enquiry.partner {window}",
        f"{zh}查询机构数",
        f"Number of institutions that asked, {en}",
    )
    for window, zh, en in (
        ("1m", "近1个月", "last month"),
        ("3m", "近3个月", "last 3 months"),
        ("6m", "近6个月", "last 6 months"),
        ("12m", "近12个月", "last 12 months"),
        ("24m", "近24个月", "last 24 months"),
    )
)

FEATURES = (
    *define((*(row for stream in ACCOUNTS for row in _standing(stream)), *_WEIGHTS, *_LENDERS), EvidenceKind.BUREAU_ACCOUNT),
    *define(
        (
            *rhythm(ENQUIRIES),
            *growth(ASKED),
            *(row for row in shape(ASKED) if "season" not in row[0]),
            *parts(ENQUIRIES, _REASONS, ("3m", "6m", "12m", "24m")),
            *tally(
                ENQUIRIES,
                (
                    ("hard", "审批类查询次数", "enquiries for new credit"),
                    ("loan", "贷款审批查询次数", "enquiries for a loan"),
                    ("card", "信用卡审批查询次数", "enquiries for a card"),
                    ("guarantee", "担保资格审查次数", "enquiries for a guarantee"),
                ),
                ("1m", "3m", "6m", "12m", "24m"),
            ),
            *_WHO,
            *loyalty(ENQUIRIES, "asker", _ASKERS),
        ),
        EvidenceKind.BUREAU_ENQUIRY,
    ),
)
