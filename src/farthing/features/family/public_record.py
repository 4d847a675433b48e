"""Public registers: court cases a party stands in, and what the business registry wrote down."""

from __future__ import annotations

from collections.abc import Iterable

from farthing.domain.evidence import EvidenceKind
from farthing.features.definition import Row, define
from farthing.features.family.templates import WINDOWS, Part, Stream, ends, parts, tally

CASES = (
    Stream("sued", "sued", "被告案件", "case as defendant", "cases as defendant"),
    Stream("suing", "suing", "原告案件", "case as plaintiff", "cases as plaintiff"),
    Stream("enforced", "enforced", "被执行案件", "case as judgment debtor", "cases as judgment debtor"),
    Stream("third_party", "third_party", "第三人案件", "case as third party", "cases as third party"),
)
REGISTRY = Stream("registry", "registry", "工商登记变更", "entry in the business registry", "entries in the business registry")
_SPANS = ("6m", "12m", "24m", "all")


def _court(stream: Stream) -> Iterable[Row]:
    side, key = stream.side, stream.key
    for window in _SPANS:
        zh, en = WINDOWS[window]
        yield (
            f"{key}_cases_{window}",
            f"count {window}",
            "total",
            f"sum {side}.count {window}",
            f"{zh}{stream.zh}数",
            f"Number of {stream.many}, {en}",
        )
        yield (
            f"{key}_amount_{window}",
            f"fen {window}",
            "total",
            f"sum {side}.amount {window}",
            f"{zh}{stream.zh}标的额",
            f"At stake in {stream.many}, {en}",
        )
    for column, unit, zh, en in (
        ("running", "count", "未结{zh}数", "Number of open {many}"),
        ("running_amount", "fen", "未结{zh}标的额", "At stake in open {many}"),
        ("dishonest", "count", "{zh}中列入失信的件数", "Number of {many} marked dishonest"),
        ("over_loans", "count", "借贷纠纷{zh}数", "Number of {many} over loans"),
        ("sale", "count", "买卖合同{zh}数", "Number of {many} over sales"),
        ("labour", "count", "劳动争议{zh}数", "Number of {many} over labour"),
        ("rent", "count", "租赁合同{zh}数", "Number of {many} over rent"),
    ):
        words = zh.format(zh=stream.zh), en.format(many=stream.many)
        yield f"{key}_{column}", f"{unit} all", "total", f"sum {side}.{column} all", *words
    yield (
        f"{key}_largest",
        "fen all",
        "total",
        f"max {side}.largest all",
        f"{stream.zh}最大标的额",
        f"Largest amount at stake in {stream.many}",
    )
    yield (
        f"{key}_mean",
        "fen all",
        "mean",
        f"sum {side}.amount all; sum {side}.count all",
        f"{stream.zh}平均标的额",
        f"Mean amount at stake in {stream.many}",
    )
    yield (
        f"{key}_open_share",
        "share all",
        "share",
        f"sum {side}.running all; sum {side}.count all",
        f"{stream.zh}未结占比",
        f"Share of {stream.many} still open",
    )
    yield from list(ends(stream))[:2]


_CHANGES = (
    ("count", "登记变更次数", "entries in the business registry"),
    ("scope", "经营范围变更次数", "changes of business scope"),
    ("address", "住所变更次数", "changes of address"),
    ("name", "名称变更次数", "changes of name"),
    ("manager", "法定代表人变更次数", "changes of legal representative"),
    ("shareholder", "股东变更次数", "changes of shareholders"),
    ("people", "人员及股东变更次数", "changes of people at the head or of owners"),
    ("capital_change", "注册资本变更次数", "changes of capital"),
    ("status", "状态变更次数", "changes of status"),
    ("abnormal", "列入经营异常次数", "entries on the list of abnormal operation"),
    ("annual", "年报次数", "annual reports filed"),
)
_STATE: tuple[Row, ...] = (
    (
        "registry_ended_now",
        "count all",
        "total",
        "latest registry.ended all",
        "最近登记状态为歇业、吊销或注销的记录数",
        "Newest entries that say suspended, revoked or closed",
    ),
    (
        "registry_capital_now",
        "fen all",
        "mean",
        "latest capital.capital all; latest capital.count all",
        "最近登记的注册资本",
        "Capital as last registered",
    ),
    (
        "registry_capital_days",
        "days all",
        "total",
        "last capital.day all",
        "距最近一次登记资本的天数",
        "Days since capital was last registered",
    ),
)

_PLEAS = tuple(
    Part(column, "count", key, f"{zh}案件占比", f"cases as defendant over {en}")
    for column, key, zh, en in (("over_loans", "loan", "被告借贷纠纷", "loans"), ("labour", "labour", "被告劳动争议", "labour"))
)
FEATURES = (
    *define((*(row for stream in CASES for row in _court(stream)), *parts(CASES[0], _PLEAS, ("24m",))), EvidenceKind.COURT_CASE),
    *define((*tally(REGISTRY, _CHANGES, ("6m", "12m", "24m", "all")), *ends(REGISTRY), *_STATE), EvidenceKind.REGISTRY_ENTRY),
)
