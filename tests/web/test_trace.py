"""The trace as drawn: a tick for every rule, the first that stopped marked, bars that stand for their caps, parts that add up."""

from __future__ import annotations

import datetime as dt
import re

from farthing.domain.decision import Reason
from farthing.domain.evidence import Evidence, EvidenceKind, KnownLag, Provenance
from farthing.domain.policy import Outcome
from farthing.flows.queries.decisions import AccessView, CapView, FactView, PartView
from farthing.web import trace
from farthing.web.text import Words

ZH, EN = Words("zh"), Words("en")
ACTIVE = FactView("months_active", "经营月数", "Months active", "30", "30", True, EvidenceKind.INVOICE, 365, None)
MARGIN = FactView("gross_margin_12m", "毛利率", "Gross margin", "未知", "unknown", False, EvidenceKind.INVOICE, 365, "not_defined")
ASKED = FactView("requested_fen", "申请金额", "Amount asked for", "¥100.00", "¥100.00", True, None, None, None)
INVOICES = Evidence(
    "evd_1",
    EvidenceKind.INVOICE,
    Provenance("shop.csv", "aa", KnownLag(1, assumed=True)),
    "bb",
    10,
    dt.date(2019, 1, 1),
    dt.date(2020, 2, 21),
)
TOLD = trace.sources(EN, [INVOICES])


def test_each_fact_says_where_it_comes_from() -> None:
    told = trace.facts(EN, [ACTIVE, ASKED], TOLD)
    assert "Months active: <b>30</b>" in told
    assert "Invoices (shop.csv) up to 2020-02-21 · last 365 days" in told
    assert "from this application" in told


def test_a_missing_fact_says_why() -> None:
    assert "unknown (not defined)" in trace.facts(EN, [MARGIN], TOLD)
    assert "未知（无法计算）" in trace.facts(ZH, [MARGIN], TOLD)


def test_the_rule_that_decides_is_marked_and_the_others_are_not() -> None:
    steps = [
        AccessView("related_party", "关系人", "Related", "related_party_insider", "clear", False, None, ()),
        AccessView("thin_file", "太短", "Thin", "months_active < 3", "fired", True, Outcome.REFER, (ACTIVE,)),
        AccessView("pd_doubt", "风险", "Risk", "pd_12m > 0.15", "unknown", False, Outcome.REFER, ()),
    ]
    told = trace.access(EN, steps, TOLD)
    assert re.findall(r'<li class="(\w*)"><details( open)?><summary><span class="mark (\w+)"', told) == [
        ("", "", "clear"),
        ("decided", " open", "fired"),
        ("", " open", "unknown"),
    ]
    assert told.count("Decides: Referred") == 1
    assert "months_active &lt; 3" in told


def test_a_reviewers_note_is_shown_as_written_and_escaped() -> None:
    note = AccessView("review", "人工复核", "Reviewed by a person", "Saw <b>the shop</b>", "fired", True, Outcome.APPROVE, ())
    assert "Saw &lt;b&gt;the shop&lt;/b&gt;" in trace.access(EN, [note], TOLD)


def test_bars_are_as_long_as_their_caps_and_the_shortest_is_in_colour() -> None:
    caps = [
        CapView("turnover", "销售", "Sales", "x", 500_000, 1_000_000, False, ()),
        CapView("capacity", "还款", "Repay", "y", 100_000, 200_000, True, ()),
    ]
    told = trace.limit(EN, caps, TOLD)
    assert re.findall(r'<i class="(\w*)" style="width:([\d.]+)%"', told) == [("", "100.0"), ("binds", "20.0")]
    assert "¥1,000.00" in told
    assert trace.width(0) == "0.6"


def test_the_price_bar_adds_up_and_a_part_that_lowers_the_rate_is_told_without_a_bar() -> None:
    parts = [
        PartView("funding", "资金成本", "Funding cost", "0.03", 30_000, "3.0000", ()),
        PartView("margin", "利润", "Margin", "0.01", 10_000, "1.0000", ()),
        PartView("band", "调整", "Band", "between", -5_000, "-0.5000", ()),
        PartView("expected_loss", "预期损失", "Expected loss", "pd", None, "", ()),
    ]
    told = trace.price(EN, parts, TOLD)
    widths = [float(width) for width in re.findall(r"width:([\d.]+)%", told)]
    assert widths == [75.0, 25.0]
    assert "-0.5000 %" in told
    assert "not fired" not in told


def test_reasons_are_in_the_readers_language() -> None:
    told = [Reason("THIN_FILE", "时间太短", "Too short")]
    assert "时间太短" in trace.reasons(ZH, told)
    assert "Too short" in trace.reasons(EN, told)
