"""What staff do with a line that runs, in a real browser: the effect first, then consent, and a second person where one is needed."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.web.conftest import OPEN, Desk

Open = Callable[..., Desk]


def act(desk: Desk, name: str) -> Page:
    """The line's page with the dialog of an act open."""
    page = desk.open(f"/lines/{desk.served.ids['line']}")
    page.get_by_role("button", name="Act", exact=True).click()
    page.get_by_role("listitem").filter(has_text=name).click()
    expect(page.locator(OPEN)).to_be_visible()
    return page


def again(desk: Desk, login: str) -> None:
    """The same window, another person."""
    desk.page.context.clear_cookies(name="farthing_session")
    desk.log_in(login)


def test_an_act_shows_its_effect_before_consent(desk_in: Open) -> None:
    desk = desk_in("en")
    desk.log_in("manager")
    page = act(desk, "Take an entry back")
    asked = page.locator(OPEN)
    expect(asked.get_by_role("button", name="Do it")).to_be_disabled()
    asked.get_by_role("button", name="See the effect").click()
    expect(asked.locator("tr").filter(has_text="Owed")).to_contain_text("¥0.00")
    expect(asked.get_by_role("button", name="Do it")).to_be_enabled()


def test_a_line_is_frozen_and_the_story_says_why(desk_in: Open) -> None:
    desk = desk_in("en")
    desk.log_in("manager")
    for name, ground in (("Freeze", "Suspected fraud"), ("Unfreeze", "Cleared")):
        page = act(desk, name)
        page.get_by_role("button", name="See the effect").click()
        expect(page.locator(OPEN).locator("tr").filter(has_text="Headroom")).to_contain_text("¥0.00")
        page.get_by_role("button", name="Do it").click()
        expect(page.locator(OPEN)).to_have_count(0)
        expect(page.get_by_role("table", name="What happened").locator("tbody tr").first).to_contain_text(ground)


def test_only_what_the_role_may_do_is_offered(desk_in: Open) -> None:
    desk = desk_in("en")
    desk.log_in("officer")
    page = desk.open(f"/lines/{desk.served.ids['line']}")
    page.get_by_role("button", name="Act", exact=True).click()
    expect(page.get_by_text("Restructure", exact=True)).to_be_visible()
    expect(page.get_by_text("Take an entry back")).to_have_count(0)
    again(desk, "auditor")
    page = desk.open(f"/lines/{desk.served.ids['line']}")
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    expect(page.get_by_role("button", name="Act", exact=True)).to_have_count(0)


def test_a_refusal_is_told_in_the_dialog(desk_in: Open) -> None:
    desk = desk_in("en")
    desk.log_in("officer")
    page = act(desk, "Write off")
    page.get_by_role("button", name="See the effect").click()
    expect(page.get_by_role("alert").filter(has_text="It is not a loss")).to_be_visible()
    expect(page.get_by_role("button", name="Propose it")).to_be_disabled()


def test_what_a_payment_would_do_follows_as_it_is_typed(desk_in: Open) -> None:
    desk = desk_in("en")
    desk.log_in("officer")
    page = desk.open(f"/lines/{desk.served.ids['line']}")
    answer = page.get_by_role("table", name="What if a payment came")
    page.get_by_label("How much (yuan)").fill("1000")
    expect(answer.locator("tr").filter(has_text="Goes to Principal")).to_contain_text("¥99")
    page.get_by_label("How much (yuan)").fill("0.001")
    expect(answer).to_have_count(0)


def test_a_waiver_waits_for_another_person_who_sees_its_effect(desk_in: Open) -> None:
    desk = desk_in("en")
    desk.log_in("officer")
    page = act(desk, "Waive interest")
    page.get_by_label("Interest let go of").fill("0.50")
    page.get_by_role("button", name="See the effect").click()
    expect(page.locator(OPEN).locator("tr").filter(has_text="The bank lets go of")).to_contain_text("¥0.50")
    page.get_by_role("button", name="Propose it").click()
    expect(page).to_have_url(f"{desk.served.url}/proposals")
    waiting = page.locator("section").filter(has=page.get_by_role("heading", name="Waiver")).first
    expect(waiting).to_contain_text("Mistake of the bank")
    expect(waiting.get_by_role("button")).to_have_count(0)
    again(desk, "manager")
    page = desk.open("/proposals")
    page.get_by_role("button", name="Turn down").first.click()
    page.locator(OPEN).get_by_role("button", name="Turn down").click()
    expect(page.get_by_role("table", name="Decided").locator("tbody tr").first).to_contain_text("Turned down by manager")
    expect(page.get_by_role("heading", name="Waiver")).to_have_count(0)


def test_a_relief_is_planned_agreed_to_and_carried_out(desk_in: Open) -> None:
    desk = desk_in("en")
    desk.log_in("officer")
    page = desk.open("/relief")
    page.get_by_label("Code (like").fill("flood_2026")
    page.get_by_label("Counties").click()
    page.get_by_role("option").filter(has_text="平江县").click()
    page.keyboard.press("Escape")
    page.get_by_label("Months later").fill("1")
    page.get_by_role("button", name="See reach and cost").click()
    page.locator("summary").filter(has_text=re.compile("平江县: [1-9]")).click()  # other tests draw on lines there
    expect(page.get_by_role("table", name="平江县").get_by_role("link", name="lin_").first).to_be_visible()
    page.get_by_role("button", name="Propose it").click()
    expect(page).to_have_url(f"{desk.served.url}/proposals")
    again(desk, "manager")
    page = desk.open("/proposals")
    page.locator("section").filter(has_text="Disaster relief").get_by_role("button", name="Agree").click()
    expect(page.locator(OPEN)).to_contain_text("Lines reached")
    page.locator(OPEN).get_by_role("button", name="Agree").click()
    expect(page.get_by_role("heading", name="Carrying it out")).to_be_visible()
    page.get_by_role("button", name="Carry it out").click()
    expect(page.get_by_text(re.compile("Done: [1-9][0-9]* lines are relieved"))).to_be_visible()


def test_products_tell_their_whole_cost(desk_in: Open) -> None:
    desk = desk_in("zh")
    desk.log_in("officer")
    page = desk.open("/products")
    farm = page.locator("section").filter(has=page.get_by_role("heading", name="旺农贷"))
    expect(farm).to_contain_text("此外不收任何费用")
    expect(farm).to_contain_text("柑橘 12-31")
    expect(farm.get_by_role("table", name="全部成本").locator("tr").filter(has_text="其他费用")).to_contain_text("¥0.00")
