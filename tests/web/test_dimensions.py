"""Scores by dimension in a real browser: bars and points that add up, what is off and why, in both languages, on a phone too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from tests.flows.dimension_models import use_dimensions
from tests.web.conftest import Desk

from farthing.domain.model_card import ModelClass
from farthing.flows.ports import House
from farthing.models.dimension.card import ScoreKind
from farthing.models.dimension.describe import MARKETS

Open = Callable[..., Desk]


@pytest.fixture
def scored(house: House) -> House:
    """The bank with both scores in use."""
    for kind in ScoreKind:
        if house.registry.model_in_use(ModelClass.RATING, MARKETS[kind]) is None:
            use_dimensions(house, kind)
    return house


@pytest.mark.parametrize("width", [1440, 360])
def test_a_party_is_looked_up_and_its_score_explained(desk_in: Open, scored: House, width: int) -> None:
    desk = desk_in("zh", width)
    desk.log_in("officer")
    page = desk.open("/dimensions")
    expect(page.get_by_text("社交圈 · ")).to_contain_text("须点名同意")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_label("客户编号或来源编号").fill("s1")
    page.get_by_role("button", name="查看").click()
    page.wait_for_url("**/dimensions/s1?kind=enterprise")
    expect(page.get_by_role("heading", level=1)).to_have_text("企业五维评分")
    main = page.locator("main")
    expect(main).to_contain_text("征信: 今天没有有效的同意，按中性计 0 分。 缺少同意的证据：征信账户。")
    expect(main).to_contain_text("社交圈: 只有客户点名要求才看")
    expect(page.get_by_role("img", name="经营行为：")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_points_add_up_on_the_page_and_the_other_score_is_a_click_away(desk_in: Open, scored: House) -> None:
    desk = desk_in("en")
    desk.log_in("auditor")
    page = desk.open(f"/dimensions/{desk.served.ids['using']}")
    told = page.get_by_text(" = ").last.inner_text()
    parts, total = told.split(" = ")
    assert sum(map(int, parts.split())) == int(total)
    expect(page.locator("main")).to_contain_text("it takes part in no decision")
    page.get_by_role("link", name="Five dimensions of a person").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Five dimensions of a person")
    expect(page.locator("main")).to_contain_text("between 350 and 950")
    page.goto(f"{desk.served.url}/models")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text("Enterprise")
