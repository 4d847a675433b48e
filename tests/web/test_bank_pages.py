"""Books, months, listeners and statements in a real browser: a figure is followed down to its event, in both languages, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from httpx import Client
from playwright.sync_api import expect
from tests.flows.listen.ear import Ear, listening
from tests.web.conftest import OPEN, Desk, Served

from farthing.domain.posting import Account
from farthing.flows.ports import House

DeskIn = Callable[..., Desk]
Visitor = Callable[..., Client]
DAY = "2025-06-30"


def test_a_figure_is_followed_down_to_the_event_and_its_proof(desk_in: DeskIn, house: House) -> None:
    house.journal.seal()
    desk = desk_in("zh", 1440)
    page = desk.log_in("auditor")
    desk.open(f"/books?from={DAY}&to={DAY}")
    expect(page.get_by_text("✓ 借贷相等，期初与期末余额合计为零")).to_be_visible()
    rows = page.locator("table.plain tbody tr")
    expect(rows).to_have_count(len(Account) + 1)
    expect(rows.last).to_contain_text("合计")
    page.get_by_role("link", name="贷款", exact=True).click()
    expect(page.locator("table.plain tbody tr")).to_contain_text("¥5,000.00")
    page.get_by_role("link", name=DAY).click()
    expect(page.get_by_text("✓ 与入账一分不差")).to_be_visible()
    page.get_by_role("link", name="支用").click()
    expect(page.get_by_role("heading", name="支用")).to_be_visible()
    expect(page.get_by_text("✓")).to_be_visible()
    expect(page.get_by_text("amount_fen")).to_be_visible()


def test_the_books_read_in_english_on_a_phone_too(desk_in: DeskIn) -> None:
    desk = desk_in("en", 360)
    page = desk.log_in("manager")
    desk.open("/books")
    expect(page.get_by_text("✓ Debits equal credits; opening and closing balances sum to zero")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    desk.open("/books/posting?day=2025-07-01&product=revolving&account=1132")
    expect(page.get_by_text("the posting to the fen")).to_be_visible()
    expect(page.get_by_text("¥5,000.00 × 0.0300 % × 1 days")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_manager_closes_a_month_under_their_name(desk_in: DeskIn) -> None:
    desk = desk_in("zh", 1440)
    page = desk.log_in("manager")
    desk.open("/months")
    page.get_by_role("link", name="2025-06").click()
    expect(page.get_by_text("✓ 逐笔额度合计与各科目余额一致")).to_be_visible()
    page.get_by_role("button", name="以我的名义月结").click()
    expect(page.locator(OPEN)).to_contain_text("不能撤回")
    page.locator(OPEN).get_by_role("button", name="以我的名义月结").click()
    expect(page.get_by_text("现在重算，摘要与当时签署的相同。")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载状态文件").click()
    assert saved.value.suggested_filename == "status-24m-2025-06.csv"
    other = desk_in("en", 360)
    seen = other.log_in("auditor")
    other.open("/months/2025-06")
    expect(seen.get_by_text("Closed by manager")).to_be_visible()
    assert seen.evaluate("document.documentElement.scrollWidth") <= 360
    other.open("/months/2025-07")
    expect(seen.get_by_text("The last day of this month has not been closed.")).to_be_visible()


@pytest.fixture
def ear() -> Iterator[Ear]:
    with listening() as server:
        yield server


def test_a_listener_is_let_in_told_by_the_serving_bank_and_let_go(desk_in: DeskIn, ear: Ear) -> None:
    desk = desk_in("zh", 1440)
    page = desk.log_in("manager")
    desk.open("/listeners")
    page.get_by_role("button", name="新增监听方").click()
    page.get_by_label("地址").fill("https://10.0.0.1/hook")
    page.locator(OPEN).get_by_role("button", name="新增", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="内网")).to_be_visible()
    page.get_by_label("地址").fill(ear.url)
    page.get_by_role("checkbox").click()
    page.locator(OPEN).get_by_role("button", name="新增", exact=True).click()
    expect(page.get_by_text("只显示这一次")).to_be_visible()
    page.get_by_role("button", name="已存好").click()
    expect(page.get_by_text(ear.url)).to_be_visible()
    for _ in range(100):
        if ear.heard:
            break
        page.wait_for_timeout(100)
    assert [headers["Farthing-Index"] for headers, _ in ear.heard][:2] == ["0", "1"]
    page.get_by_role("button", name="撤销").click()
    page.locator(OPEN).get_by_role("button", name="撤销").click()
    expect(page.get_by_text("还没有监听方")).to_be_visible()


def test_a_statement_opens_as_paper_for_whom_it_concerns(served: Served, visitor: Visitor) -> None:
    path = f"/statements/{served.ids['line']}.pdf?from={DAY}&to={DAY}"
    papers = {(who, language): visitor(served.url, who, language).get(path) for who in ("officer", "using") for language in ("zh", "en")}
    for paper in papers.values():
        assert (paper.status_code, paper.headers["content-type"], paper.content[:5]) == (200, "application/pdf", b"%PDF-")
        assert "no-store" in paper.headers["cache-control"]
    assert papers["officer", "zh"].content == papers["using", "zh"].content != papers["using", "en"].content
    assert visitor(served.url).get(path).headers["location"] == "/login"
    stranger = visitor(served.url, "applying")
    assert (stranger.get(path).status_code, "text/html" in stranger.get(path).headers["content-type"]) == (403, True)
    mine = visitor(served.url, "using")
    assert mine.get(f"/statements/{served.ids['line']}.pdf?from=x&to=").status_code == 422
    assert mine.get("/statements/lin_nothing.pdf?from=2025-06-30&to=2025-06-30").status_code == 404


def test_a_borrower_finds_the_statement_on_the_phone(desk_in: DeskIn) -> None:
    desk = desk_in("zh", 360)
    page = desk.log_in("using")
    expect(page.get_by_role("heading", name="对账单")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载对账单").click()
    assert saved.value.suggested_filename == f"statement-{desk.served.ids['line']}-{DAY}-{DAY}.pdf"
