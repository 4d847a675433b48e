"""A borrower's life on a phone of 360 px: apply, read why, accept, borrow, pay back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect
from tests.web.conftest import OPEN, Desk

Open = Callable[..., Desk]


def test_a_borrower_applies_accepts_borrows_and_pays_back(desk_in: Open) -> None:
    page = desk_in("zh", 360).log_in("applying")
    expect(page.get_by_role("heading", name="春来茶铺，您好")).to_be_visible()
    page.get_by_label("想要多少（元）").fill("abc")
    page.get_by_role("button", name="申请", exact=True).click()
    expect(page.get_by_text("请输入金额")).to_be_visible()
    page.get_by_label("想要多少（元）").fill("100000")
    page.get_by_role("button", name="申请", exact=True).click()

    expect(page.get_by_text("可以借，额度是")).to_be_visible()
    expect(page.get_by_text("最多可再加")).to_be_visible()
    page.get_by_role("radio", name="每月 21 日付息，到期还本").check(force=True)
    page.get_by_role("button", name="看全部成本并签约").click()
    shown = page.get_by_role("dialog")
    expect(shown).to_contain_text("正常还款时的年化成本")
    expect(shown).to_contain_text("不收取其他任何费用")
    page.get_by_role("button", name="我已读完，确认签约").click()
    expect(page.get_by_text("还可以借")).to_be_visible()

    page.get_by_label("借多少（元）").first.fill("1000")
    expect(page.get_by_text("利息 ¥9.00，一共还 ¥1,009.00")).to_be_visible()
    page.get_by_role("button", name="看清全部费用").click()
    cost = page.locator(OPEN)
    expect(cost).to_contain_text("综合年化成本")
    expect(cost).to_contain_text("10.95 %")
    expect(cost).to_contain_text("其他费用")
    cost.get_by_role("button", name="借 ¥1,000.00").click()
    expect(page.get_by_text("今天结清共需")).to_be_visible()

    page.get_by_role("button", name="全部还清").click()
    expect(page.get_by_label("还多少（元）").first).to_have_value("1000.30")  # set by the server, after the click
    page.get_by_role("button", name="还款", exact=True).click()
    page.locator(OPEN).get_by_role("button", name="确认还款").click()
    expect(page.get_by_text("现在不欠钱")).to_be_visible()


def test_too_much_is_refused_in_words_and_nothing_is_borrowed(desk_in: Open) -> None:
    page = desk_in("en", 360).log_in("using")
    before = page.get_by_text("¥15,000.00").first
    expect(before).to_be_visible()
    page.get_by_label("How much (yuan)").first.fill("15000.01")
    page.get_by_role("button", name="See the whole cost").click()
    expect(page.get_by_text("More than you may still borrow")).to_be_visible()
    expect(page.locator(OPEN)).to_have_count(0)


def test_what_paying_on_another_day_would_do_is_told(desk_in: Open) -> None:
    page = desk_in("en", 360).log_in("using")
    page.get_by_text("What if I pay on another day?").click()
    page.get_by_label("Date").fill("2025-07-12")
    answer = page.get_by_role("table", name="What if a payment came")
    expect(answer.locator("tr").filter(has_text="Would settle everything on 2025-07-12")).to_contain_text("¥5,018.00")


def test_plain_words_only(desk_in: Open) -> None:
    desk = desk_in("en", 360)
    desk.log_in("using")
    for path in ("/my", f"/my/decisions/{desk.served.ids['decision']}"):
        page = desk.open(path)
        expect(page.locator("h1")).to_be_visible()
        text = page.locator("main").inner_text()
        assert [word for word in ("PD", "DPD", "default", "_fen", "None") if word in text] == []
