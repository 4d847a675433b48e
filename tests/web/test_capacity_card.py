"""The card of capacity: its sums, its fan with the table behind it, and what it says where nothing can be said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import expect
from tests.models.capacity.people import history
from tests.web.conftest import Desk

from farthing.flows.estimate.capacity import WORLD, CapacityView
from farthing.models.capacity.estimate import capacity
from farthing.web.estimate.capacity import fan, sums
from farthing.web.text import Words

WORDS = Words("en")
FOUND = capacity(history([90_000_00, 110_000_00, 100_000_00], [60_000_00], due=5_000_00), WORLD)
assert FOUND is not None
VIEW = CapacityView("pty_a", dt.date(2026, 3, 31), FOUND, None, 5_000_00, WORLD.told, WORLD.synthetic)


def test_the_sums_are_those_of_the_view() -> None:
    told = {str(name): str(value) for name, value in sums(WORDS, VIEW, FOUND)}
    assert told["Could pay more a month (nine in ten)"] == f"¥{FOUND.capacity_monthly_fen / 100:,.2f}"
    assert told["Due elsewhere a month"].startswith("Unknown")
    assert told["Cover of debts (middle)"] == f"{(FOUND.dscr_12m_ppm or 0) / 1e6:.2f}"
    assert dict(sums(WORDS, replace(VIEW, elsewhere_fen=0), replace(FOUND, dscr_ppm=None)))["Cover of debts (middle)"] == "—"


def test_the_fan_has_a_line_for_each_level_and_a_row_for_each_month() -> None:
    picture = fan(WORDS, VIEW, FOUND)
    series = picture.options["series"]
    assert [one["name"] for one in series] == ["10 %", "25 %", "50 %", "75 %", "90 %"]
    assert {len(one["data"]) for one in series} == {12} == {len(picture.figures.rows)}
    assert series[0]["data"][0] == pytest.approx(FOUND.fan_fen[0][0] / 1_000_000, abs=0.005), "to a hundred yuan"
    assert picture.synthetic


def test_a_decision_says_that_there_are_too_few_months(desk_in: Callable[..., Desk]) -> None:
    desk = desk_in("en")
    desk.log_in("officer")
    page = desk.open(f"/decisions/{desk.served.ids['decision']}")
    expect(page.get_by_text("Account flows of less than three whole months")).to_be_visible()
