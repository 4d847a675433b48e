"""Models on the workbench: the inventory of nine classes, and what a risk manager may do, each effect before consent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import expect
from tests.flows.applicants import CARD, DAY, artefact, save_model
from tests.models.own_table.shops import MAPPING, shops
from tests.store_fixture import Database
from tests.web.conftest import OPEN, PASSWORD, SYSTEM, Desk, Served, serving

from farthing import wiring
from farthing.domain.model_card import ModelAppointed, ModelCard, ModelStatus
from farthing.domain.staff import Accountable, Actor, NewStaff, Role
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.model.build import BuildRequest, build_model, mapping_of
from farthing.flows.needs.drift import BASE, Cell, Watch
from farthing.flows.ports import House
from farthing.flows.staff import add_staff
from farthing.settings import Settings

Open = Callable[..., Desk]


def watched(model: str) -> list[Watch]:
    return [Watch(model, "pd_ppm", (30_000,))]


def counted(model: str) -> list[Cell]:
    """Half of a thousand were below three per cent; of those of January, nearly all."""
    counts = ((BASE, 0, 500), (BASE, 1, 500), (24313, 0, 960), (24313, 1, 40))
    return [Cell(model, month, "pd_ppm", bin_, cases) for month, bin_, cases in counts]


OWNER, SECOND = Actor("stf_owner", "林建模", Role.RISK_MANAGER), Actor("stf_second", "郑复核", Role.RISK_MANAGER)


@pytest.fixture(scope="module")
def served(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A bank of its own with the people of the desk: what models these tests use decides about nobody else's."""
    database, home = new_database(), tmp_path_factory.mktemp("models")
    settings = Settings(home=home, database_url=database.owner_url, host="127.0.0.1", port=0)
    with wiring.open_house(settings) as house:
        house.clock.open_day(DAY)
        for login, role in (("manager", Role.RISK_MANAGER), ("auditor", Role.AUDITOR)):
            add_staff(house, SYSTEM, NewStaff(login, login, role, PASSWORD))
    with serving(home, database.owner_url) as url:
        yield Served(url, settings)


def drafted(house: House, name: str, title: str) -> ModelCard:
    card = replace(CARD, id=f"mdl_{name}", title=title, status=ModelStatus.DRAFT, accountable=Accountable(OWNER.name, "—"))
    save_model(house, card, artefact(name))
    return card


def appointed(house: House, card: ModelCard, status: ModelStatus = ModelStatus.APPROVED) -> None:
    body = ModelAppointed(card.id, status, card.market, house.clock.today() + dt.timedelta(days=20), "better_by_backtest")
    asked = propose(house, OWNER, body, f"ask {card.id}")
    resolve(house, SECOND, ResolveRequest(asked.id, agree=True), f"yes {card.id}")


def test_the_inventory_shows_nine_classes_and_a_proposal_is_made_from_it(desk_in: Open, house: House) -> None:
    drafted(house, "web_draft", "网页评分卡")
    desk = desk_in("zh", 1440)
    desk.log_in("manager")
    page = desk.open("/models")
    table = page.get_by_role("table", name="模型清单")
    for name in ("身份认证", "反欺诈", "反洗钱", "合规", "风险评价", "风险定价", "授信审批", "风险预警", "贷款清收"):
        expect(table.get_by_text(name, exact=True)).to_be_visible()
    expect(table.locator("tr").filter(has_text="网页评分卡")).to_contain_text("林建模")
    page.get_by_role("button", name="启用", exact=True).first.click()
    dialog = page.locator(OPEN)
    dialog.get_by_role("button", name="看看影响").click()
    expect(dialog.get_by_text("同意之后：网页评分卡 在用")).to_be_visible()
    dialog.get_by_role("button", name="提出").click()
    page.wait_for_url("**/proposals")
    expect(page.get_by_text("mdl_web_draft 在 CN 市场启用").first).to_be_visible()


def test_one_person_returns_to_the_model_before(desk_in: Open, house: House) -> None:
    old, new = drafted(house, "web_old", "Card before"), drafted(house, "web_new", "Card after")
    for card in (old, new):
        appointed(house, card)
    desk = desk_in("en", 360)
    desk.log_in("manager")
    page = desk.open("/models")
    expect(page.get_by_role("table", name="Model inventory").locator("tr").filter(has_text="Card after")).to_contain_text("20 days left")
    page.get_by_role("button", name="Return to the model before").click()
    dialog = page.locator(OPEN)
    dialog.get_by_role("button", name="See the effect").click()
    expect(dialog.get_by_text("Card before is in use at once, and Card after stands by.")).to_be_visible()
    dialog.get_by_role("button", name="Return now").click()
    expect(page.get_by_role("table", name="Model inventory").locator("tr").filter(has_text="Card before")).to_contain_text("In use")


def test_the_validation_is_drawn_with_its_tables(desk_in: Open, house: House) -> None:
    told = BuildRequest("c" * 64, mapping_of(MAPPING | {"title": "画出来的 Drawn card"}))
    build_model(house, OWNER, (shops(1_500), told), "build")
    desk = desk_in("en", 1440)
    desk.log_in("auditor")
    page = desk.open("/models")
    page.get_by_role("table", name="Model inventory").get_by_role("link", name="Drawn card").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Drawn card")
    for title in ("ROC curve", "Predicted and observed", "Lift", "Month by month"):
        expect(page.get_by_role("img", name=title)).to_be_visible()
    expect(page.get_by_text("Share among the safest 70 %: gender: f")).to_be_visible()
    expect(page.get_by_text("Information value: monthly_sales")).to_have_count(1)


@pytest.mark.parametrize(("language", "width"), [("zh", 360), ("en", 1440)])
def test_the_report_answers_question_by_question_and_is_saved_as_paper(desk_in: Open, house: House, language: str, width: int) -> None:
    told = BuildRequest("d" * 64, mapping_of(MAPPING | {"title": "报告 Reported card"}))
    card, _ = build_model(house, OWNER, (shops(1_500), told), "build for a report")
    desk = desk_in(language, width)
    desk.log_in("auditor")
    page = desk.open(f"/models/{card.id}/report")
    said = {
        "zh": ("1. 可以用来做什么，不能做什么", "9. 出了问题会怎样", "保存 PDF"),
        "en": ("1. What it supports, and what it cannot", "9. What happens when something goes wrong", "Save as PDF"),
    }[language]
    for heading in said[:2]:
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    assert page.locator("details").count() == 7, "a table behind each of ROC, KS, gains, lift, calibration, and two by month"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    with page.expect_download() as saved:
        page.get_by_role("button", name=said[2]).click()
    assert saved.value.suggested_filename == f"report-{card.id}.pdf"


def test_drift_is_empty_until_something_was_decided(desk_in: Open, house: House) -> None:
    card = drafted(house, "web_still", "Card that stands still")
    desk = desk_in("en", 1440)
    desk.log_in("manager")
    page = desk.open(f"/models/{card.id}/drift")
    expect(page.get_by_text("Nothing was counted yet")).to_be_visible()
    assert house.drift.add(house.drift.counted(), house.drift.counted(), watched(card.id), counted(card.id))
    page = desk.open(f"/models/{card.id}/drift")
    row = page.get_by_role("table", name="PSI by feature and month").locator("tr").filter(has_text="12-month probability of default")
    expect(row).to_contain_text("▲")
    expect(page.get_by_text("The bin that moved most (>= 3.0 %) went from 50.0 % to 4.0 %.")).to_be_visible()


def test_an_auditor_reads_and_does_nothing(desk_in: Open, house: House) -> None:
    card = drafted(house, "web_read", "Challenging card")
    appointed(house, card, ModelStatus.CHALLENGER)
    desk = desk_in("en", 1440)
    desk.log_in("auditor")
    page = desk.open("/models")
    expect(page.get_by_role("heading", name="Challenger: Challenging card")).to_be_visible()
    expect(page.get_by_text("There is no newer decision to look at yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Retire")).to_have_count(0)
