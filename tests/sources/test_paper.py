"""Statements on paper: the same bytes for the same statement, everything on it in both languages, on as many pages as it takes."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

import pytest
from tests.ledger.lives import life, terms

from farthing.domain import canon
from farthing.domain.facility import LineTerms
from farthing.flows.queries.lines import rate_view
from farthing.flows.queries.statement import Statement, StatementView, _balances, _sums
from farthing.ledger.period import period
from farthing.ledger.schedule import upcoming
from farthing.sources.paper.sheet import Style, broken, runs, width
from farthing.sources.paper.statement import statement_pdf

FIRST, LAST = dt.date(2024, 2, 1), dt.date(2024, 5, 31)


def view(of: LineTerms, repayments: int = 2) -> StatementView:
    script = [(0, "draw", 1_000_000), (41, "draw", 300_000), *((50 + number, "repay", 10_000 + number) for number in range(repayments))]
    told = period(life(of, script), FIRST, LAST)
    found = Statement(
        line=of.line, product=of.product, first=FIRST, last=LAST, terms=of, rate=rate_view(of.rate), opening=_balances(told.opening),
        closing=_balances(told.closing), sums=_sums(told), movements=told.movements, stretches=told.stretches,
        coming=upcoming(told.closing)[:6], events=len(script) + 1, last_event="evt_last", synthetic=of.synthetic,
    )  # fmt: skip
    return StatementView(found, hashlib.sha256(canon.encode(found)).hexdigest(), ("网商贷", "Revolving line"), "陈大妹")


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_statement_is_the_same_bytes(language: str) -> None:
    one, other = (statement_pdf(view(terms()), language) for _ in range(2))  # type: ignore[arg-type]
    assert one == other
    assert one != statement_pdf(view(terms(), 3), language)  # type: ignore[arg-type]
    assert (pages(one), pages(statement_pdf(view(terms(), 60), language)) > 1) == (1, True)  # type: ignore[arg-type]


def read(pdf: bytes) -> str:
    """The words on the paper in the order they were set: each run of letters by the encoding of its font."""
    chinese = re.findall(rb"/Encoding /UniGB-UCS2-H /Name /(F[0-9]+)", pdf)
    font, text = b"", ""
    for set_, letters in re.findall(rb"/(F[0-9]+) [0-9.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", pdf, re.DOTALL):
        if set_:
            font = set_
            continue
        plain = re.sub(rb"\\([0-7]{3}|.)", lambda found: _escaped(found[1]), letters, flags=re.DOTALL)
        text += plain.decode("utf-16-be" if font in chinese else "cp1252")
    return text


def _escaped(letter: bytes) -> bytes:
    named = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return bytes([int(letter, 8)]) if letter.isdigit() else named.get(letter, letter)


def test_everything_is_on_it_in_chinese() -> None:
    of = terms(synthetic=True, penalty_units=15_000, grace_days=3)
    paper = statement_pdf(view(of, 40), "zh")
    text = read(paper)
    for said in ("对账单", "2024-02-01 至 2024-05-31", "陈大妹", "网商贷", of.line, "10.95 %", "日利率 0.0300 %", "模拟数据",
                 "期末逾期", "支用", "罚息", "利息怎么来的", "接下来", f"第 1 页，共 {pages(paper)} 页", view(of, 40).digest,
                 "farthing audit proof evt_last"):  # fmt: skip
        assert said in text, said


def test_everything_is_on_it_in_english_and_what_is_real_is_not_called_simulated() -> None:
    text = read(statement_pdf(view(terms()), "en"))
    for said in ("Statement", "Annual rate (simple)", "10.95 %", "Revolving line", "How interest comes about", "¥10,000.00", "Page 1 of 1"):
        assert said in text, said
    assert "SIMULATED" not in text
    assert not re.search(r"[{}]", text), "every value was filled in"


def test_letters_stand_in_the_font_that_has_them_and_lines_break_within_their_width() -> None:
    assert list(runs("年利率 10.95%→A")) == [
        ("STSong-Light", "年利率"), ("Helvetica", " 10.95%"), ("STSong-Light", "→"), ("Helvetica", "A"),
    ]  # fmt: skip
    lines = broken("一二三四五六七八九十 and some English words behind", Style(), 60)
    assert "".join(lines).replace(" ", "") == "一二三四五六七八九十andsomeEnglishwordsbehind"
    assert all(width(line, Style()) <= 60 for line in lines)
    assert broken("", Style(), 60) == [""]
