"""The door: who may come in, in which language, and what a stranger sees."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from tests.web.conftest import Desk, Served

Open = Callable[..., Desk]


def test_a_stranger_is_sent_to_the_door(desk_in: Open) -> None:
    desk = desk_in()
    for path in ("/", "/book", "/my", "/decisions/dec_x"):
        desk.open(path)
        expect(desk.page).to_have_url(f"{desk.served.url}/login")


def test_a_wrong_password_says_so_and_lets_nobody_in(desk_in: Open) -> None:
    page = desk_in().log_in("nobody", "a wrong pass phrase")
    expect(page.get_by_role("alert")).to_contain_text("密码不对")
    expect(page.locator("#login")).to_be_visible()


def test_logging_out_ends_the_session(desk_in: Open) -> None:
    desk = desk_in("en")
    desk.log_in("officer")
    expect(desk.page.get_by_role("heading", name="Applications", level=1)).to_be_visible()
    desk.page.get_by_text("Log out").click()
    desk.open("/applications")
    expect(desk.page).to_have_url(f"{desk.served.url}/login")


def test_the_language_is_changed_and_kept(desk_in: Open) -> None:
    desk = desk_in("zh")
    desk.log_in("officer")
    desk.page.get_by_text("English").click()
    expect(desk.page.get_by_role("heading", name="Applications", level=1)).to_be_visible()
    expect(desk.page.locator("html")).to_have_attribute("lang", "en-US")


@pytest.mark.parametrize(("login", "path"), [("officer", "/audit"), ("using", "/book"), ("auditor", "/applications"), ("manager", "/my")])
def test_a_page_of_another_role_is_refused(desk_in: Open, login: str, path: str) -> None:
    desk = desk_in("en")
    desk.log_in(login)
    expect(desk.page.locator("h1")).to_be_visible()
    desk.open(path)
    expect(desk.page.get_by_role("alert")).to_contain_text("not for your role")


def test_another_customers_line_and_decision_stay_closed(desk_in: Open) -> None:
    desk = desk_in("en")
    desk.log_in("applying")
    expect(desk.page.locator("h1")).to_be_visible()
    desk.open(f"/my/decisions/{desk.served.ids['decision']}")
    expect(desk.page.get_by_role("alert")).to_contain_text("another customer")


def test_the_api_carries_no_session_of_the_pages(served: Served) -> None:
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(f"{served.url}/api/v1/no-such-thing", timeout=10)
    assert answer.value.headers.get("set-cookie") is None
    assert "nicegui" not in answer.value.read().decode().lower()


def test_a_page_is_kept_nowhere_and_framed_nowhere(served: Served) -> None:
    with urllib.request.urlopen(f"{served.url}/login", timeout=10) as answer:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers.get("strict-transport-security") is None
        assert "secure" not in answer.headers["set-cookie"].lower()


def test_behind_https_cookies_go_by_nothing_else(served: Served) -> None:
    asked = urllib.request.Request(f"{served.url}/login", headers={"X-Forwarded-Proto": "https"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert "secure" in answer.headers["set-cookie"].lower()
        assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_another_site_cannot_log_a_reader_out(desk_in: Open) -> None:
    desk = desk_in("en")
    desk.log_in("officer")
    expect(desk.page.get_by_role("heading", name="Applications", level=1)).to_be_visible()
    assert desk.page.request.get(f"{desk.served.url}/logout").status in (404, 405)
    desk.page.request.post(f"{desk.served.url}/logout", form={"token": "guessed"})
    desk.open("/applications")
    expect(desk.page.get_by_role("heading", name="Applications", level=1)).to_be_visible()
