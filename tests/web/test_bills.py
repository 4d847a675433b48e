"""The bill desk in a real browser: what is due, whom it depends on, the price before consent, double financing told by the bill's name."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.web.conftest import OFFICER, OPEN, SYSTEM, Desk

from farthing.domain.bill.bill import BillKind
from farthing.domain.bill.event import BillAccepted
from farthing.domain.party import PartyKind, PersonalData
from farthing.flows.bill.act import StepRequest, act
from farthing.flows.bill.discount import DiscountRequest, discount
from farthing.flows.bill.draw import DrawBillRequest, Invoice, draw_bill
from farthing.flows.ports import House
from farthing.flows.register import RegisterRequest, register

Open = Callable[..., Desk]
NAMES = {"drawer": "远航机械厂", "acceptor": "远航集团", "payee": "顺达钢材行", "next": "宏发物流"}
NUMBERS = itertools.count(1)
FACE = 50_000_000


@pytest.fixture
def paper(house: House) -> Callable[..., str]:
    """Draws a bill in the served bank, accepted, and bought on `buy`; each with an invoice named after its number."""

    def make(*, buy: bool = False, accepted: bool = True, **changes: object) -> str:
        today, number = house.clock.today(), f"2{next(NUMBERS):029d}"
        hands = {role: party(house, role) for role in ("drawer", "acceptor", "payee")}
        told = {"number": number, "kind": BillKind.COMMERCIAL, **hands, "amount_fen": FACE, "drawn_on": today,
                "matures_on": today + dt.timedelta(days=120), "invoices": (Invoice(f"inv-{number[-4:]}", FACE),), **changes}  # fmt: skip
        bill = draw_bill(house, OFFICER, DrawBillRequest(**told), f"draw:{number}").bill  # type: ignore[arg-type]
        if accepted:
            act(house, OFFICER, StepRequest(BillAccepted(bill)), f"accept:{number}")
        if buy:
            request = DiscountRequest(bill, 28_000, (Invoice(f"seller-{number[-4:]}", int(str(told["amount_fen"]))),))
            discount(house, SYSTEM, request, f"buy:{number}")
        return bill

    return make


def party(house: House, role: str) -> str:
    known = house.parties.find(role)
    if known is not None:
        return known.id
    return register(house, OFFICER, RegisterRequest(PartyKind.ENTERPRISE, PersonalData(NAMES[role], external_key=role)), f"p:{role}").id


def form(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(OPEN)).to_be_visible()


def test_the_desk_shows_what_is_held_and_on_whom_it_depends(desk_in: Open, paper: Callable[..., str]) -> None:
    paper(buy=True)
    desk = desk_in("en")
    desk.log_in("officer")
    desk.page.get_by_role("link", name="Bills").click()
    expect(desk.page.get_by_role("heading", name="Bill desk")).to_be_visible()
    expect(desk.page.locator("ol.uses li").filter(has_text=NAMES["acceptor"])).to_contain_text("of ¥60,000,000.00")
    expect(desk.page.get_by_role("table", name="All bills")).to_contain_text("the bank")
    desk.page.get_by_role("link", name="Discounted", exact=True).click()
    expect(desk.page.get_by_role("table", name="All bills").locator("tbody tr").first).to_contain_text("Discounted")


def test_a_bill_is_taken_up_with_its_names_before_consent(desk_in: Open, paper: Callable[..., str], house: House) -> None:
    paper()
    desk = desk_in("en")
    desk.log_in("officer")
    page = desk.open("/bills")
    form(page, "Take a bill up")
    asked = page.locator(OPEN)
    asked.get_by_label("Number (30 digits)").fill("2" + "9" * 29)
    for label, key in (("Drawer", "drawer"), ("Acceptor", "acceptor"), ("Payee", "payee")):
        asked.get_by_label(f"{label} (party id or key)").fill(key)
    asked.get_by_label("Face").fill("200000")
    asked.get_by_label("Invoices").fill("new-1 150000\nnew-2 50000.00")
    expect(asked.get_by_role("button", name="Do it")).to_be_disabled()
    asked.get_by_role("button", name="See the effect").click()
    expect(asked.locator("tr").filter(has_text="Payee")).to_contain_text(NAMES["payee"])
    expect(asked.locator("tr").filter(has_text="Trade behind it")).to_contain_text("2 invoices, ¥200,000.00")
    asked.get_by_role("button", name="Do it").click()
    expect(page.get_by_text("To be accepted")).to_be_visible()
    expect(page.locator("ol.hands li")).to_have_count(2)
    assert house.bills.get(page.url.rpartition("/")[2]).bill.amount_fen == 20_000_000


def test_the_price_stands_before_consent_and_the_purchase_is_that_price(desk_in: Open, paper: Callable[..., str], house: House) -> None:
    bill = paper()
    desk = desk_in("en")
    desk.log_in("officer")
    page = desk.open(f"/bills/{bill}")
    form(page, "Discount")
    asked = page.locator(OPEN)
    asked.get_by_label("Discount rate a year").fill("2.80")
    asked.get_by_label("The seller's invoices").fill("fresh-9 500000")
    asked.get_by_role("button", name="See the effect").click()
    row = asked.locator("tr").filter(has_text="Paid to the seller")
    expect(row).to_contain_text("¥")
    shown = row.locator("td").last.inner_text()
    expect(asked.locator("ol.uses li")).to_have_count(2)
    asked.get_by_role("button", name="Do it").click()
    expect(page.get_by_text("less ¥")).to_be_visible()
    agreed = house.bills.get(bill).discount
    assert agreed is not None
    assert shown == f"¥{(FACE - agreed.interest_fen) / 100:,.2f}"
    expect(page.locator("ol.hands li.holds")).to_contain_text("the bank")


def test_an_invoice_financed_elsewhere_names_the_other_bill_and_cannot_be_consented_to(desk_in: Open, paper: Callable[..., str]) -> None:
    first, second = paper(buy=True, invoices=(Invoice("twice", FACE),)), paper()
    desk = desk_in("en")
    desk.log_in("officer")
    page = desk.open(f"/bills/{second}")
    form(page, "Discount")
    asked = page.locator(OPEN)
    asked.get_by_label("The seller's invoices").fill("TWICE 500000")
    asked.get_by_role("button", name="See the effect").click()
    expect(asked.get_by_role("alert").filter(has_text="Double financing")).to_be_visible()
    expect(asked.get_by_role("link", name=f"Look at {first}")).to_be_visible()
    expect(asked.get_by_role("button", name="Do it")).to_be_disabled()


def test_bills_that_look_alike_warn_on_their_page(desk_in: Open, paper: Callable[..., str]) -> None:
    first, second = (paper(amount_fen=FACE - 17) for _ in range(2))
    desk = desk_in("zh")
    desk.log_in("auditor")
    page = desk.open(f"/bills/{second}")
    expect(page.get_by_role("alert").filter(has_text="重复融资")).to_contain_text(first)
    expect(page.get_by_role("button", name="贴现")).to_have_count(0)  # an auditor only reads


def test_a_large_bill_is_proposed_and_a_second_person_sees_its_price(desk_in: Open, paper: Callable[..., str], house: House) -> None:
    large = 600_000_000
    bill = paper(amount_fen=large, invoices=(Invoice("large-one", large),))
    desk = desk_in("en")
    desk.log_in("officer")
    page = desk.open(f"/bills/{bill}")
    form(page, "Discount")
    asked = page.locator(OPEN)
    asked.get_by_label("The seller's invoices").fill("large-one 6000000")
    asked.get_by_role("button", name="See the effect").click()
    asked.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("heading", name="Discount a large bill")).to_be_visible()
    desk.page.context.clear_cookies(name="farthing_session")
    desk.log_in("manager")
    page = desk.open("/proposals")
    card = page.locator("section").filter(has_text="Discount a large bill").first
    expect(card.locator("tr").filter(has_text="Paid to the seller")).to_be_visible()
    card.get_by_role("button", name="Agree").click()
    page.locator(OPEN).get_by_role("button", name="Agree").click()
    expect(page.locator(OPEN)).to_have_count(0)
    assert house.bills.get(bill).status == "discounted"


def test_a_step_shows_the_bill_before_and_after(desk_in: Open, paper: Callable[..., str]) -> None:
    bill = paper(accepted=False)
    desk = desk_in("en")
    desk.log_in("manager")
    page = desk.open(f"/bills/{bill}")
    form(page, "Accept")
    asked = page.locator(OPEN)
    asked.get_by_role("button", name="See the effect").click()
    expect(asked.locator("tr").filter(has_text="Status")).to_contain_text("To be accepted")
    expect(asked.locator("tr").filter(has_text="Status")).to_contain_text("Accepted")
    asked.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("table", name="What happened")).to_contain_text("Accepted")
    expect(page.get_by_role("button", name="Discount", exact=True)).to_have_count(0)  # only officers buy


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_desk_and_a_bill_fit_a_narrow_screen(desk_in: Open, paper: Callable[..., str], language: str) -> None:
    bill = paper(buy=True)
    desk = desk_in(language, 360)
    desk.log_in("officer")
    for path in ("/bills", f"/bills/{bill}"):
        page = desk.open(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_sale_on_shows_how_its_price_splits_and_waits_for_a_second_person(desk_in: Open, paper: Callable[..., str], house: House) -> None:
    bill = paper(buy=True)
    desk = desk_in("en")
    desk.log_in("officer")
    page = desk.open(f"/bills/{bill}")
    form(page, "Sell on")
    asked = page.locator(OPEN)
    asked.get_by_label("Buyer").fill(party(house, "next"))
    asked.get_by_role("button", name="See the effect").click()
    expect(asked.locator("tr").filter(has_text="Kept of the rest")).to_contain_text("¥")
    expect(asked.locator("tr").filter(has_text="Holder")).to_contain_text(NAMES["next"])
    asked.get_by_role("button", name="Propose it").click()
    card = page.locator("section").filter(has=page.get_by_role("heading", name="Sell a bill on"))
    expect(card).to_contain_text("With recourse, at")
    expect(card.locator("tr").filter(has_text="The buyer pays")).to_contain_text("¥")
