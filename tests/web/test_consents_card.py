"""My consents on a phone of 360 px: what may be used, taken back with its effect shown first, and given again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.web.conftest import OPEN, Desk

Open = Callable[..., Desk]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def apply_for(page: Page, yuan: str) -> None:
    page.get_by_label("想要多少（元）").fill(yuan)
    page.get_by_role("button", name="申请", exact=True).click()


def test_a_consent_is_withdrawn_with_its_effect_shown_and_given_again(desk_in: Open) -> None:
    page = desk_in("zh", 360).log_in("consenting")
    page.get_by_text("我的授权（4 种数据，4 种可用）").click()
    page.get_by_role("button", name="撤回 发票").click()
    asked = page.locator(OPEN)
    expect(asked).to_contain_text("我们不能再作新的决定：不能申请网商贷")
    expect(asked).to_contain_text("您欠的照旧")
    asked.get_by_role("button", name="返回").click()
    expect(page.get_by_role("button", name="撤回 发票")).to_be_visible()

    page.get_by_role("button", name="撤回 发票").click()
    page.locator(OPEN).get_by_role("button", name="确认撤回").click()
    expect(page.get_by_text("2025-07-02 起停用")).to_be_visible()
    assert fits(page)
    apply_for(page, "100000")
    expect(page.get_by_text("没有使用评估所需数据的授权")).to_be_visible()

    page.get_by_role("button", name="授权 发票").click()
    page.locator(OPEN).get_by_role("button", name="同意授权").click()
    page.get_by_text("我的授权（4 种数据，4 种可用）").click()
    expect(page.get_by_text("2025-07-02 至 2026-07-02")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_the_card_reads_in_english_and_fits(desk_in: Open, width: int) -> None:
    page = desk_in("en", width).log_in("using")
    page.get_by_text("My consents (4 of 4 in use)").click()
    expect(page.get_by_text("since 2025-06-30, until you withdraw").first).to_be_visible()
    page.get_by_role("button", name="Withdraw Family and ownership ties").click()
    expect(page.locator(OPEN)).to_contain_text("No product needs it at present")
    page.locator(OPEN).get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Withdraw Invoices").click()
    expect(page.locator(OPEN)).to_contain_text("No new decision can be made after that")
    assert fits(page)
