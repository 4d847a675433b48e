"""Constructs from what the bank's owners told: fitted, read for one, checked by segment, and only by those who may."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from tests.flows.bank import AUDITOR, BORROWER, OFFICER, RISK, SYSTEM
from tests.flows.model.test_develop import END, table
from tests.store_fixture import Database

from farthing.domain.errors import Forbidden, Invalid
from farthing.domain.evidence import EvidenceKind
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.model.construct import (
    Constructs,
    check_constructs,
    construct_facts,
    decode,
    encode,
    measure_constructs,
    show_constructs,
)
from farthing.flows.ports import House
from farthing.settings import Settings
from farthing.wiring import open_house

OWNERS = 120
SCHOOLS = ("primary", "middle", "high", "degree")


def profiles() -> list[dict[str, object]]:
    """Owners whose answers all follow one quality, the able last; the first left out what may be left out."""
    rng = np.random.default_rng(2)
    rows: list[dict[str, object]] = []
    for place in range(OWNERS):
        able = 2.0 * place / OWNERS - 1.0
        yes = [bool(rng.random() < 0.5 + 0.45 * able) for _ in range(4)]
        months = [max(int(80 + 60 * able + rng.normal(0, 25)), 0) for _ in range(3)]
        rows.append({
            "party": f"O{place:03d}", "answered_on": END.isoformat(), "schooling": SCHOOLS[min(int(2 + 2 * able), 3)],
            "trade_months": months[0], "business_months": months[1], "address_months": months[2] if place else None, "premises": "rented",
            "employees": 2, "dependants": 1, "training_days": max(int(3 + 3 * able), 0) if place else None,
            "certified": yes[0], "keeps_books": yes[1], "separate_account": yes[2], "plans_ahead": yes[3],
        })  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def house(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("bank")
    with open_house(Settings(home=home, database_url=new_database().owner_url, host="127.0.0.1", port=0)) as found:
        intake(found, SYSTEM, IntakeRequest((table(EvidenceKind.OWNER_PROFILE, profiles(), "0wne20wn"),)), "import")
        yield found


DAY = END + dt.timedelta(days=2)


@pytest.fixture(scope="module")
def made(house: House) -> Constructs:
    found, left = measure_constructs(house, RISK, DAY)
    assert {one.feature for one in left} == {"vat_late_days_12m", "app_night_share_12m"}
    assert {one.why for one in left} == {"unanswered"}
    return decode(encode(found))


def test_the_able_stand_higher_and_who_answered_less_is_less_sure(house: House, made: Constructs) -> None:
    low, high, least = (house.parties.find(key) for key in ("O005", "O115", "O000"))
    assert low is not None
    assert high is not None
    assert least is not None
    first, last, unsure = (show_constructs(house, OFFICER, one.id, made, DAY).readings for one in (low, high, least))
    assert [one.construct for one in first] == ["experience", "management", "qualification"]
    assert all(one.score < other.score for one, other in zip(first, last, strict=True))
    assert unsure[0].bar > first[0].bar
    assert unsure[0].missing == ("owner_address_months",)
    assert construct_facts(house, high, DAY, made)["management_low"] == last[1].low


def test_before_anybody_answered_nothing_is_known(house: House, made: Constructs) -> None:
    party = house.parties.find("O050")
    assert party is not None
    assert set(construct_facts(house, party, END - dt.timedelta(days=400), made).values()) == {None}
    with pytest.raises(Invalid, match="cannot carry a scale"):
        measure_constructs(house, RISK, END - dt.timedelta(days=400))


def test_segments_are_checked(house: House, made: Constructs) -> None:
    found = check_constructs(house, AUDITOR, made, DAY)
    assert {one.segment for one in found} == {"county —", "industry —", "kind enterprise"}
    assert {one.grade for one in found} == {"A"}, "all are of one segment: there is nobody to differ from"


def test_who_may_not(house: House, made: Constructs) -> None:
    party = house.parties.find("O050")
    assert party is not None
    for journey in (
        lambda: measure_constructs(house, OFFICER, DAY),
        lambda: show_constructs(house, BORROWER, party.id, made, DAY),
        lambda: check_constructs(house, OFFICER, made, DAY),
    ):
        with pytest.raises(Forbidden):
            journey()
