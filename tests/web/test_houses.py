"""A house on the pages, in a real browser: offered, valued, its lien taken step by step, raised on by two people, each effect first."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.flows.bank import RISK, opened
from tests.web.conftest import OFFICER, OPEN, SYSTEM, Desk
from tests.web.test_line_acts import again

from farthing.domain.collateral.house import HouseKind, LienTask, Premises
from farthing.flows.collateral.lien import AgreeRequest, RegisterRequest, TaskRequest, agree_lien, complete_task, register_lien
from farthing.flows.collateral.offer import OfferRequest, offer_house
from farthing.flows.collateral.raise_limit import RaiseRequest, ResolveRaiseRequest, propose_raise, resolve_raise
from farthing.flows.collateral.value import AppraisalRequest, appraise_house, bring_sales
from farthing.flows.imagine import imagine_town
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.ports import House

Open = Callable[..., Desk]
NUMBERS = itertools.count()


def offered(house: House, party: str) -> str:
    number = next(NUMBERS)
    premises = Premises(HouseKind.RESIDENCE, "D02", 9_250, 2012, 8)
    return offer_house(house, OFFICER, OfferRequest(party, premises, f"deed-{number}"), f"offer-{number}").house


def appraised(house: House, of: str, low_fen: int = 100_000_000) -> None:
    amounts = (low_fen, low_fen * 11 // 10, low_fen * 5 // 4)
    appraise_house(house, OFFICER, AppraisalRequest(of, *amounts, "A-2025-0001", house.clock.today()), f"value-{of}-{low_fen}")


def registered(house: House, party: str) -> tuple[str, str]:
    """A house in the register, on a line of its own of ¥100,000; the house and the line."""
    of, today, line = offered(house, party), house.clock.today(), opened(house, 900 + next(NUMBERS), party=party).line
    appraised(house, of)
    agree_lien(house, OFFICER, AgreeRequest(of, line, 60_000_000, 2, 20_000_000), f"agree-{of}")
    for task in (LienTask.SURVEY, LienTask.INSURANCE, LienTask.CUSTODY, LienTask.REGISTRATION):
        complete_task(house, OFFICER, TaskRequest(of, task, f"A-2025-{task.value}", today), f"{task}-{of}")
    register_lien(house, OFFICER, RegisterRequest(of, "CERT-2025-7"), f"register-{of}")
    return of, line


def act(page: Page, name: str) -> None:
    page.get_by_role("button", name="Act", exact=True).click()
    page.get_by_role("listitem").filter(has_text=name).click()
    expect(page.locator(OPEN)).to_be_visible()


def done(page: Page, yes: str = "Do it") -> None:
    """The effect first, then consent."""
    expect(page.locator(OPEN).get_by_role("button", name=yes)).to_be_disabled()
    page.locator(OPEN).get_by_role("button", name="See the effect").click()
    page.locator(OPEN).get_by_role("button", name=yes).click()
    expect(page.locator(OPEN)).to_have_count(0)


def test_an_officer_takes_a_house_from_offer_to_register(desk_in: Open, house: House) -> None:
    bring_sales(house, SYSTEM, imagine_town(7, 900).encode(), f"town-{next(NUMBERS)}")
    desk = desk_in("en")
    desk.log_in("officer")
    page = desk.open(f"/houses?party={desk.served.ids['owning']}")
    page.get_by_role("button", name="Record an offered house").click()
    for label, text in (
        ("District code", "D02"),
        ("Area", "92.5"),
        ("Built in", "2012"),
        ("Floor", "8"),
        ("Deed number", "deed-77"),
    ):
        page.locator(OPEN).get_by_label(label).fill(text)
    done(page)
    page.get_by_role("link", name="Residence").first.click()
    expect(page.get_by_text("◆ Offered")).to_be_visible()
    act(page, "Value from sales")
    done(page)
    expect(page.get_by_text("Value from made-up sales").first).to_be_visible()
    act(page, "Agree the lien")
    page.locator(OPEN).get_by_label("Secured at most").fill("500000")
    done(page)
    for name in ("Record the survey", "Record the insurance", "Record the custody", "Record the registration"):
        page.get_by_role("button", name=name).click()
        page.locator(OPEN).get_by_label("Document").fill("A-2025-0042")
        done(page)
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_text("officer · 2025-07-02 · document A-2025-0042")).to_have_count(4)
    page.get_by_role("button", name="State the registration").click()
    page.locator(OPEN).get_by_label("Certificate number").fill("CERT-2025-9")
    done(page)
    expect(page.get_by_text("● Registered")).to_be_visible()
    cut = "figure => figure.getBoundingClientRect().bottom > figure.closest('.card').getBoundingClientRect().bottom"
    assert not page.locator(".card .figure").first.evaluate(cut), "a number is seen whole"


def test_a_raise_is_decided_by_another_person_who_sees_the_line_on_both_sides(desk_in: Open, house: House) -> None:
    desk = desk_in("en")
    of, line = registered(house, desk.served.ids["owning"])
    desk.log_in("officer")
    page = desk.open(f"/houses/{of}")
    expect(page.get_by_role("heading", name="Room for a raise: ¥500,000.00")).to_be_visible()
    act(page, "Raise the limit")
    page.locator(OPEN).get_by_label("Rise by").fill("900000")
    page.locator(OPEN).get_by_role("button", name="See the effect").click()
    expect(page.get_by_role("alert").filter(has_text="more than there is room for")).to_be_visible()
    page.locator(OPEN).get_by_label("Rise by").fill("300000")
    done(page, "Propose it")
    expect(page.get_by_text("You asked for it; another risk manager decides.")).to_be_visible()
    again(desk, "manager")
    page = desk.open("/proposals")
    page.get_by_role("table", name="Raises that wait").get_by_role("link", name="Residence").first.click()
    page.get_by_role("button", name="Agree", exact=True).click()
    page.locator(OPEN).get_by_role("button", name="See the effect").click()
    limit = page.locator(OPEN).locator("tr").filter(has_text="Limit").last
    expect(limit).to_contain_text("¥100,000.00")
    expect(limit).to_contain_text("¥400,000.00")
    page.locator(OPEN).get_by_role("button", name="Do it").click()
    expect(page.get_by_role("heading", name="Room for a raise: ¥200,000.00")).to_be_visible()
    page = desk.open(f"/lines/{line}")
    expect(page.get_by_role("table", name="Houses behind this line").get_by_role("link", name="Residence").first).to_be_visible()


def test_a_lower_value_says_what_to_do_and_an_auditor_may_do_nothing(desk_in: Open, house: House) -> None:
    desk = desk_in("zh")
    of, line = registered(house, desk.served.ids["owning"])
    propose_raise(house, OFFICER, RaiseRequest(of, 40_000_000), f"ask-{of}")
    resolve_raise(house, RISK, ResolveRaiseRequest(of, agree=True), f"agree-raise-{of}")
    draw(house, SYSTEM, DrawRequest(line, 30_000_000), f"draw-{of}")
    appraised(house, of, 50_000_000)
    desk.log_in("auditor")
    page = desk.open(f"/houses/{of}")
    expect(page.get_by_role("alert").filter(has_text="不自动收回已支用的本金")).to_be_visible()
    expect(page.get_by_role("heading", name="历次估值")).to_be_visible()
    expect(page.get_by_role("button", name="办理", exact=True)).to_have_count(0)
    expect(page.get_by_text("额度还有欠款，结清后方可解除抵押")).to_be_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_of_a_house_is_wider_than_the_screen(desk_in: Open, house: House, width: int) -> None:
    desk = desk_in("en", width)
    of, _ = registered(house, desk.served.ids["owning"])
    desk.log_in("manager")
    for path in ("/houses", f"/houses/{of}"):
        page = desk.open(path)
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
