"""Capacity of a party from what the bank holds: flows, the credit report, its own lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from tests.flows.bank import BORROWER, OFFICER, RISK, SYSTEM
from tests.flows.model.test_develop import table
from tests.ledger.lives import life, terms
from tests.store_fixture import Database

from farthing.domain.calendar import add_months
from farthing.domain.errors import Forbidden
from farthing.domain.evidence import EvidenceKind
from farthing.domain.party import Party
from farthing.flows.estimate.capacity import (
    OF_THE_WORLD,
    WORLD,
    as_facts,
    capacity_facts,
    due_each_month_fen,
    levels_in_use,
    show_capacity,
)
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.ports import House
from farthing.ledger.facility import fold, open_line
from farthing.settings import Settings
from farthing.wiring import open_house

END = dt.date(2024, 6, 30)
FIRMS = [f"F{number}" for number in range(64)]


def flows() -> list[dict[str, object]]:
    """Two years of each firm: a deposit and a payment a month; F0 begins in the last two months, F1 pays out all it has."""
    rng = np.random.default_rng(5)
    rows: list[dict[str, object]] = []
    for place, firm in enumerate(FIRMS):
        for back in range(2 if firm == "F0" else 25):
            day = add_months(END, -back) - dt.timedelta(days=9)
            paid = int(rng.integers(60_000, 90_000)) * 100
            for direction, fen in (("credit", paid if firm == "F1" else 100_000_00 + place), ("debit", paid)):
                rows.append({
                    "party": firm, "account": f"{firm}-1", "reference": f"{firm}/{back}/{direction}", "booked_on": day.isoformat(),
                    "direction": direction, "operation": "transfer", "amount_fen": fen,
                })  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def house(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("bank")
    with open_house(Settings(home=home, database_url=new_database().owner_url, host="127.0.0.1", port=0)) as found:
        intake(found, SYSTEM, IntakeRequest((table(EvidenceKind.TRANSACTION, flows(), "f10f10f1"),)), "import")
        yield found


def firm(house: House, key: str) -> Party:
    found = house.parties.find(key)
    assert found is not None
    return found


def test_a_party_is_told_what_it_could_pay(house: House) -> None:
    view = show_capacity(house, OFFICER, firm(house, "F2").id, END)
    assert view.found is not None
    assert (view.found.months, view.elsewhere_fen, view.with_us_fen, view.synthetic) == (24, None, 0, True)
    assert view.found.free_fen[0] < 100_000_02 - 75_000_00 < view.found.free_fen[-1]
    assert view.found.capacity_monthly_fen == view.found.free_fen[0] > 0
    assert view.found.dscr_ppm is None
    facts = capacity_facts(house, firm(house, "F2"), END)
    assert facts == {"capacity_monthly_fen": view.found.capacity_monthly_fen, "dscr_12m": None}


def test_who_keeps_nothing_can_pay_nothing_and_who_is_new_is_missing(house: House) -> None:
    assert capacity_facts(house, firm(house, "F1"), END)["capacity_monthly_fen"] == 0
    assert capacity_facts(house, firm(house, "F0"), END) == {"capacity_monthly_fen": None, "dscr_12m": None}
    assert show_capacity(house, RISK, firm(house, "F0").id, END).found is None


def test_a_day_in_the_past_sees_what_was_known_then(house: House) -> None:
    before = show_capacity(house, OFFICER, firm(house, "F2").id, add_months(END, -15)).found
    assert before is not None
    assert before.months == 9


def test_without_levels_of_its_own_a_bank_goes_by_those_of_the_world(house: House) -> None:
    name, levels = levels_in_use(house, END)
    assert levels is WORLD
    assert name == OF_THE_WORLD == as_facts(house, firm(house, "F2"), END)[0]


def test_who_may_not(house: House) -> None:
    with pytest.raises(Forbidden):
        show_capacity(house, BORROWER, firm(house, "F2").id)


def test_what_a_line_asks_for_in_a_year_is_a_debt() -> None:
    of = terms()
    assert due_each_month_fen(open_line(of), of.opened_on) == 0, "nothing is drawn"
    drawn = fold(life(of, [(0, "draw", 1_200_000)]))
    interest = 1_200_000 * 366 * 3 // 10_000  # a year at three in ten thousand a day, all of it due within the year but the last days
    assert 1_200_000 < 12 * due_each_month_fen(drawn, of.opened_on) <= 1_200_000 + interest + 12
    small = fold(life(of, [(0, "draw", 120_000)]))
    assert due_each_month_fen(small, of.opened_on) < due_each_month_fen(drawn, of.opened_on)
