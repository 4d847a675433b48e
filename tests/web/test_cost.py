"""The whole cost before signing: a plain page that needs no script, on which the server keeps the time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect
from tests.flows import applicants
from tests.flows.bank import SYSTEM
from tests.store_fixture import Database
from tests.web.conftest import PASSWORD, Client, form_token, serving

from farthing import wiring
from farthing.domain.ids import Id
from farthing.domain.party import PartyKind
from farthing.domain.staff import NewStaff, Role
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.staff import add_staff
from farthing.settings import Settings

DAY = dt.date(2026, 8, 3)
PEOPLE = ("chen", "lin")
Bank = tuple[str, dict[str, Id]]


@pytest.fixture(scope="module")
def bank(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """People with an approval each, on a day on which the rule is in force: the address of the bank, and the decision by login."""
    database, home = new_database(), tmp_path_factory.mktemp("bank")
    with (
        pytest.MonkeyPatch.context() as patched,
        wiring.open_house(Settings(home=home, database_url=database.owner_url, host="127.0.0.1", port=0)) as house,
    ):
        patched.setattr(applicants, "DAY", DAY)
        house.clock.open_day(DAY)
        applicants.ready(house)
        decisions = {}
        for login in PEOPLE:
            party = applicants.known(house, login, kind=PartyKind.PERSON).id
            decisions[login] = apply(house, SYSTEM, ApplyRequest(party, "revolving", 5_000_000), f"apply:{login}").id
            add_staff(house, SYSTEM, NewStaff(login, login, Role.BORROWER, PASSWORD, party))
    with serving(home, database.owner_url) as url:
        yield url, decisions


def test_pr_03_without_a_script_the_server_keeps_the_time(bank: Bank, visitor: Callable[..., Client]) -> None:
    url, decision = bank[0], bank[1]["chen"]
    page, client = f"/my/decisions/{decision}/cost", visitor(url, "chen", "en")
    shown = client.get(page)
    assert shown.status_code == 200
    assert shown.text.index("Cost a year when paid as agreed") < shown.text.index("% a day"), "the year before the day"
    for told in ("Nothing else is charged", "Penalty (only in default)", "¥50,000.00"):
        assert told in shown.text
    form = {"token": form_token(shown), "key": "k", "method": "", "crop": ""}
    early = client.post(page, data=form)
    assert early.status_code == 409
    assert "You have not had time to read it" in early.text
    assert client.post(page, data={**form, "token": "planted"}).status_code == 403
    assert visitor(url).get(page).status_code == 303, "nobody else sees it"


def test_pr_03_the_button_waits_with_the_reader(bank: Bank, browser: Browser) -> None:
    url, decision = bank[0], bank[1]["lin"]
    page = browser.new_context(viewport={"width": 360, "height": 800}).new_page()
    page.goto(f"{url}/login")
    page.locator("#login").fill("lin")
    page.locator("#password").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    page.goto(f"{url}/my/decisions/{decision}/cost")
    confirm = page.get_by_role("button", name="我已读完，确认签约")
    expect(confirm).to_be_disabled()
    expect(page.get_by_role("status")).to_contain_text("秒后可以确认")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(confirm).to_be_enabled(timeout=30_000)
    confirm.click()
    expect(page).to_have_url(f"{url}/my")
    page.context.close()
