"""What staff see and do, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.web.conftest import OPEN, SYSTEM, Desk

from farthing.domain.bank.bank_event import SourcesWatched
from farthing.domain.evidence import EvidenceKind, Reliability
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.ports import Command, House, Transaction
from farthing.flows.reliability.rely import SOURCES

Open = Callable[..., Desk]


def test_an_officer_reads_why_and_decides_a_referred_case(desk_in: Open) -> None:
    desk = desk_in("zh")
    page = desk.log_in("officer")
    waiting = page.locator("section").filter(has_text="等我处理")
    waiting.get_by_role("link", name="新开的店").click()
    expect(page.get_by_role("heading", name="新开的店")).to_be_visible()
    decided = page.locator("ol.trace li.decided").first
    expect(decided).to_contain_text("可见的经营时间")
    expect(decided).to_contain_text("由此决定：转人工")
    expect(page.get_by_text("没有通到本行内部人的路径")).to_be_visible()

    page.get_by_role("button", name="不同意").click()
    expect(page.get_by_text("请写明理由")).to_be_visible()
    page.get_by_label("复核意见").fill("看过店面，刚开张。")
    page.get_by_label("额度（元）").fill("3000")
    page.get_by_role("button", name="同意", exact=True).click()
    effect = page.locator(OPEN)
    expect(effect).to_contain_text("¥3,000.00")
    expect(effect).to_contain_text("高于政策算出的 ¥0.00")
    effect.get_by_role("button", name="确认").click()
    expect(page.get_by_text("看过店面，刚开张。")).to_be_visible()
    expect(page.locator("main")).to_contain_text("信贷人员建议同意，待第二人复核")
    expect(page.get_by_role("heading", name="等第二人决定")).to_be_visible()


def test_a_decision_shows_its_bars_its_sum_and_its_evidence(desk_in: Open) -> None:
    desk = desk_in("en")
    desk.log_in("officer")
    page = desk.open(f"/decisions/{desk.served.ids['decision']}")
    binding = page.locator("li.decided").filter(has_text="The shortest binds")
    expect(binding).to_contain_text("¥20,000.00")
    expect(page.get_by_text("Funding cost")).to_be_visible()
    page.locator("summary").filter(has_text="turnover").first.click()
    expect(page.get_by_text("up to 2025-06-27 · last 365 days").first).to_be_visible()
    expect(page.get_by_text("陈立 (test)")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download the proof").click()
    proof = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))
    assert proof["event"]["body"]["decision"] == desk.served.ids["decision"]
    assert proof["holds"] is True


def test_the_queue_is_sorted_and_filtered_by_its_address(desk_in: Open) -> None:
    desk = desk_in("en")
    desk.log_in("manager")
    page = desk.open("/applications?outcome=approve")
    table = page.locator("section").filter(has_text="All decisions")
    expect(table.locator("tbody tr").first).to_contain_text("Approved")
    table.get_by_role("link", name="Requested").click()
    expect(page).to_have_url(f"{desk.served.url}/applications?outcome=approve&sort=-requested_fen")


def test_a_risk_manager_sees_the_book_and_the_lines_under_a_figure(desk_in: Open) -> None:
    page = desk_in("en").log_in("manager")
    expect(page.get_by_text("¥5,000.00").first).to_be_visible()
    expect(page.locator("svg").first).to_be_visible()
    page.locator("summary").filter(has_text="Show as a table").first.click()
    expect(page.locator("details[open] table")).to_be_visible()
    page.get_by_role("link", name="See which").first.click()
    page.get_by_role("link", name="lin_").first.click()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Drawn")


@pytest.mark.parametrize("width", [1440, 360])
def test_lines_go_by_their_borrowers_names_on_a_phone_too(desk_in: Open, width: int) -> None:
    desk = desk_in("zh", width=width)
    desk.log_in("officer")
    page = desk.open("/lines")
    page.get_by_role("link", name="和顺小吃店").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("和顺小吃店")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_policies_show_their_rules_and_people(desk_in: Open) -> None:
    desk = desk_in("en")
    desk.log_in("manager")
    page = desk.open("/policies")
    expect(page.get_by_text("months_active < 3")).to_be_visible()
    expect(page.get_by_text("陈立 (test)")).to_be_visible()


@pytest.mark.parametrize(("language", "why", "otherwise"), [("en", "not a date", "不是日期"), ("zh", "不是日期", "not a date")])
def test_evidence_tells_what_was_not_accepted(desk_in: Open, language: str, why: str, otherwise: str) -> None:
    desk = desk_in(language)
    desk.log_in("officer")
    page = desk.open("/evidence")
    page.locator("summary").nth(1).click()
    expect(page.get_by_text("some day").first).to_be_visible()
    expect(page.get_by_role("cell", name=why, exact=True).first).to_be_visible()
    expect(page.get_by_role("cell", name=otherwise, exact=True)).to_have_count(0)


@pytest.mark.parametrize(("language", "heads", "stale"), [
    ("en", ["Kind", "Last day", "Fresh", "Whole", "Steady", "Agreeing", "Reliability", "In decisions"], "Stale"),
    ("zh", ["种类", "最近日期", "及时", "完整", "平稳", "一致", "可靠度", "决策所用"], "久未更新"),
])  # fmt: skip
def test_each_source_is_told_as_fresh_whole_steady_and_agreeing_or_not(desk_in: Open, language: str, heads: list[str], stale: str) -> None:
    desk = desk_in(language)
    desk.log_in("officer")
    page = desk.open("/evidence")
    page.locator("summary").first.click()
    states = page.get_by_role("table", name="Sources" if language == "en" else "来源监测", exact=True)
    assert states.locator("th").all_inner_texts() == heads
    assert states.locator("tbody tr").count() > 0
    assert set(states.locator("tbody td:nth-child(n+3):nth-child(-n+6)").all_inner_texts()) <= {"✓", stale}
    assert set(states.locator("tbody td:nth-child(7)").all_inner_texts()) <= {"100 %", "90 %", "40 %"}


@pytest.mark.parametrize(("language", "said", "left"), [
    ("en", "Some of what we get from our sources cannot be relied on now and was left out", "left out"),
    ("zh", "本行取得的部分数据目前不可靠，未予采用，这不是您的原因（发票）", "未采用"),
])  # fmt: skip
def test_a_decision_beside_a_broken_feed_says_so(desk_in: Open, house: House, language: str, said: str, left: str) -> None:
    watched(house, f"broken {language}", 400_000)
    asked = ApplyRequest(desk_in("en").served.ids["using"], "revolving", 2_000_000)
    made = apply(house, SYSTEM, asked, f"broken feed {language}")
    watched(house, f"whole {language}", 1_000_000)
    desk = desk_in(language)
    desk.log_in("officer")
    page = desk.open(f"/decisions/{made.id}")
    expect(page.locator("main")).to_contain_text(said)
    row = page.get_by_role("row").filter(has_text="40.00 %")
    expect(row).to_contain_text(left)


def watched(house: House, key: str, ppm: int) -> None:
    """A run of the monitors that made so much of the invoices."""
    body = SourcesWatched((Reliability(EvidenceKind.INVOICE, ppm),))

    def think(transaction: Transaction) -> SourcesWatched:
        transaction.append(SOURCES, house.clock.today(), body)
        return body

    house.commands.run(Command(key, "keep_watch", SYSTEM, body), think, SourcesWatched)


def test_an_auditor_verifies_searches_proves_and_sees_who_looked(desk_in: Open) -> None:
    desk = desk_in("en")
    page = desk.log_in("auditor")
    page.get_by_role("button", name="Verify the whole journal").click()
    expect(page.get_by_text("Nothing was altered")).to_be_visible()
    expect(page.get_by_text("✓ Every event comes to its leaf")).to_be_visible()
    expect(page.locator('[role="status"] li')).to_have_count(9)
    desk.open(f"/audit?stream={desk.served.ids['line']}&kind=Drawn")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Prove").click()
    expect(page.get_by_text("the proof holds")).to_be_visible()
    desk.open(f"/audit?party={desk.served.ids['using']}")
    expect(page.get_by_role("table", name="Who read personal data")).to_be_visible()


@pytest.mark.parametrize(("language", "unchanged", "forged"), [("en", "Unchanged: the", "does not hold"), ("zh", "没有改动", "签名不成立")])
def test_an_auditor_compares_a_head_they_kept(desk_in: Open, tmp_path: Path, language: str, unchanged: str, forged: str) -> None:
    desk = desk_in(language)
    page, served = desk.log_in("auditor"), desk.served
    name, field = ("Compare", "The head you kept (JSON)") if language == "en" else ("比较", "保存的树头（JSON）")
    page.get_by_label(field).fill(served.ids["head"])
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_text(unchanged)).to_be_visible()
    (tmp_path / "head.json").write_text(served.ids["head"].replace('"size":', '"size":1'), encoding="utf-8")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="or choose a file" if language == "en" else "或选择文件").click()
    chooser.value.set_files(tmp_path / "head.json")
    expect(page.get_by_text(forged)).to_be_visible()


@pytest.mark.parametrize(("language", "width"), [("zh", 360), ("en", 360), ("en", 1440)])
def test_no_page_is_wider_than_its_window(desk_in: Open, language: str, width: int) -> None:
    desk = desk_in(language, width)
    for login, paths in (
        (
            "officer",
            (
                "/applications",
                f"/decisions/{desk.served.ids['decision']}",
                "/lines",
                f"/lines/{desk.served.ids['line']}",
                "/evidence",
                "/relief",
            ),
        ),
        ("manager", ("/book", "/policies", "/models", "/proposals", "/products")),
        ("auditor", ("/audit",)),
        ("using", ("/my",)),
    ):
        desk.page.context.clear_cookies(name="farthing_session")
        desk.log_in(login)
        for path in paths:
            page = desk.open(path)
            expect(page.locator("h1")).to_be_visible()
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over <= 0, f"{path} is {over} px too wide at {width}"
