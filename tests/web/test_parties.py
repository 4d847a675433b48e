"""The page of a party: identity and fraud at one look, who is tied to whom as a picture with its tables, and what each reader may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from httpx import Client
from playwright.sync_api import expect
from tests.web.conftest import Desk, Served

from farthing.domain.evidence import Evidence, EvidenceKind, KnownLag, Provenance
from farthing.domain.party import Party, PartyKind
from farthing.domain.policy import Outcome
from farthing.flows.ports import House
from farthing.flows.queries.party.surroundings import Mark, Neighbour, Step, Surroundings, TieKind
from farthing.web.party.fraud import circle_told, ring_told
from farthing.web.party.picture import drawn
from farthing.web.text import Words

DAY = dt.date(2025, 12, 31)
TOLD = Evidence("evd_a", EvidenceKind.DEVICE, Provenance("devices", "d", KnownLag(0, assumed=True)), "o", 9, DAY, DAY)
PARTIES = tuple(
    Neighbour(number, Party(f"pty_{number}", PartyKind.ENTERPRISE, f"s{number}", synthetic=True), Outcome.APPROVE, 9 * (number == 3))
    for number in (1, 2, 3)
)
MARKS = tuple(
    Mark(kind, ((1, dt.date(2025, 4, 1)), (2, dt.date(2025, 12, 1)), (3, dt.date(2025, 12, 2))), ((TOLD, 4),))
    for kind in (TieKind.DEVICE, TieKind.CONTACT)
)
RING = Surroundings(
    party="pty_1", on=DAY, card=None, assessment=None, suspicious=True, neighbours=PARTIES, marks=MARKS, ring_size=3, more=0,
    steps=(Step(1, 2, 300_00, 3), Step(2, 1, 200_00, 2)), round_fen=200_00, turnover_fen=500_00, signs=(), withheld=(), told_until=DAY,
)  # fmt: skip


def test_the_picture_has_a_disc_for_each_party_a_shape_for_what_they_share_and_an_arrow_for_each_sale() -> None:
    picture = drawn(Words("en"), RING)
    graph = picture.options["series"][0]
    assert [node["name"] for node in graph["data"]] == [
        "This party", "Party 2", "Party 3", "device · 2025-12-01", "contact point · 2025-12-01"
    ]  # fmt: skip
    places = [tuple(node["value"]) for node in graph["data"]]
    assert len(set(places)) == 5, "nothing stands upon another"
    assert all(-1 <= at <= 1 for place in places for at in place)
    arrows = [(link["source"], link["target"]) for link in graph["links"] if "symbol" in link]
    assert arrows == [("1", "2"), ("2", "1")]
    assert len(graph["links"]) == 2 + 6
    assert [node["itemStyle"]["borderWidth"] for node in graph["data"][:3]] == [1, 1, 3], "who is past due"
    assert len(picture.figures.rows) == 6
    assert picture.synthetic


@pytest.mark.parametrize(
    ("language", "ring", "circle"),
    [
        (
            "zh",
            "关联：3 户共用设备、联系方式。 其中 2 项是近 90 天内新出现的。",
            "经 2 次销售，近半年可能有 ¥200.00（销售额的 40.0 %）绕回自己。",
        ),
        (
            "en",
            "3 parties, by device, contact point. 2 of these ties appeared in the last 90 days.",
            "(40.0 % of turnover) can have come back",
        ),
    ],
)
def test_a_ring_and_a_circle_are_told_in_a_sentence(language: str, ring: str, circle: str) -> None:
    words = Words(language)  # type: ignore[arg-type]
    assert ring in ring_told(words, RING)
    assert circle in circle_told(words, RING)


def test_an_officer_reads_a_party_and_the_reading_is_on_record(desk_in: Callable[..., Desk], house: House) -> None:
    desk = desk_in("zh", width=360)
    desk.log_in("officer")
    page = desk.open("/parties")
    expect(page.get_by_text("没有三户及以上的关联环")).to_be_visible()
    page.get_by_label("客户编号或来源编号").fill("s1")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("和顺小吃店")
    main = page.locator("main")
    expect(main).to_contain_text("0 / 3")
    expect(main).to_contain_text("先请客户更正或补充证件")
    expect(main).to_contain_text("没有在用的反欺诈模型")
    expect(main).to_contain_text("没有谁与这位客户共用什么")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    reads = house.parties.reads(desk.served.ids["using"])
    assert any((row["name"], row["purpose"]) == ("officer", "underwriting") for row in reads)


def test_an_auditor_sees_ties_and_no_check_and_a_decision_leads_to_the_party(served: Served, visitor: Callable[..., Client]) -> None:
    party, decision = served.ids["using"], served.ids["decision"]
    auditor, manager = visitor(served.url, "auditor"), visitor(served.url, "manager")
    page = auditor.get(f"/parties/{party}").text
    assert "which credit officers and risk managers do" in page
    assert "Nobody shares anything with this party" in page
    told = manager.get(f"/decisions/{decision}").text
    assert f"/parties/{party}?on=2025-06-30" in told
    assert "See every check" in told
    assert f"/dimensions/{party}?kind=enterprise" in told
