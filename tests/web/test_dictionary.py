"""The data dictionary in a real browser: found by word and kind, fifty a page, each feature with its definition."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from tests.web.conftest import Desk

from farthing.features.catalogue import FEATURES

Open = Callable[..., Desk]


def test_features_are_searched_paged_and_read(desk_in: Open) -> None:
    desk = desk_in("en")
    desk.log_in("officer")
    page = desk.open("/features")
    expect(page.get_by_text(f"of {len(FEATURES)}")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(50)
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(f"{desk.served.url}/features?offset=50")
    page.get_by_label("Word").fill("night share")
    page.get_by_role("button", name="Find").click()
    page.wait_for_url("**/features?word=night+share")
    page.get_by_role("link", name="Share of receipts between 22:00 and 6:00, by number, last 12 months", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Share of receipts between 22:00 and 6:00")
    expect(page.locator("main")).to_contain_text("received_on, hour")
    expect(page.locator("main")).to_contain_text("the first over the second")


@pytest.mark.parametrize("width", [1440, 360])
def test_it_fits_a_phone_in_chinese(desk_in: Open, width: int) -> None:
    desk = desk_in("zh", width=width)
    desk.log_in("auditor")
    page = desk.open("/features?kind=bureau_account&unit=grade")
    expect(page.locator("tbody tr").first).to_contain_text("最差还款状态")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("link", name="报告前24个月征信账户最差还款状态").click()
    expect(page.locator("main")).to_contain_text("征信报告")
    expect(page.locator("main")).to_contain_text("status_24m")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_who_reads_a_feature_is_told(desk_in: Open) -> None:
    desk = desk_in("en")
    desk.log_in("manager")
    page = desk.open("/features/months_active")
    expect(page.locator("tr").filter(has_text="Policies that read it")).not_to_contain_text("None")
    expect(desk.open("/features?word=zzzz").get_by_text("No feature matches.")).to_be_visible()
