"""The false-sales check on worlds whose false months are known."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from farthing.domain.evidence import EvidenceKind
from farthing.evidence.monitor.contradict import EXCESS_PPM, contradict, monthly
from farthing.world.economy import Plan
from farthing.world.told import Told, tell

PLANS = (Plan(seed=31, merchants=600), Plan(seed=37, merchants=600))
INVOICE, METER = EvidenceKind.INVOICE, EvidenceKind.METER_READING


@pytest.fixture(scope="module")
def worlds() -> tuple[Told, ...]:
    return tuple(tell(plan, every=True) for plan in PLANS)


def test_false_sales_are_found_and_the_honest_left_alone(worlds: tuple[Told, ...]) -> None:
    """Nine in ten of those who traded eight months before and kept it up for three; at most one honest party in a hundred."""
    found, false, honest, wrongly = 0, 0, 0, 0
    for told in worlds:
        sales, goods = (monthly(kind, told.tables[kind].lazy(), told.plan.end) for kind in (INVOICE, METER))
        named = set(contradict((INVOICE, sales), (METER, goods)).found["subject"])
        lasted = (pl.col("false_until_month") - pl.col("false_from_month") >= 3) & (pl.col("false_from_month") >= 8)
        liars = set(told.truth.filter(lasted)["party"])
        others = set(told.truth.filter(pl.col("false_from_month").is_null())["party"])
        found, false = found + len(named & liars), false + len(liars)
        wrongly, honest = wrongly + len(named & others), honest + len(others)
    assert false > 10
    assert found / false >= 0.9
    assert wrongly / honest <= 0.01


def rows(kind: EvidenceKind, amounts: list[int]) -> pl.DataFrame:
    days = [dt.date(2024, 1 + i, 28) if i < 12 else dt.date(2025, i - 11, 28) for i in range(len(amounts))]
    if kind is METER:
        frame = pl.DataFrame({"party": "M1", "read_on": days, "used_wh": amounts})
    else:
        frame = pl.DataFrame({"party": "M1", "issued_on": days, "side": "sale", "gross_fen": amounts})
    return monthly(kind, frame.lazy(), dt.date(2025, 12, 31))


def test_a_season_that_moves_both_is_no_contradiction_and_one_that_moves_sales_alone_is() -> None:
    season = [100, 100, 100, 100, 100, 100, 100, 100, 100, 300, 300, 300]
    power = rows(METER, [value * 7 for value in season])
    assert contradict((INVOICE, rows(INVOICE, season)), (METER, power)).parties == 0
    flat = rows(METER, [700] * 12)
    (row,) = contradict((INVOICE, rows(INVOICE, season)), (METER, flat)).found.tail(1).rows()
    assert row[:2] == ("M1", dt.date(2024, 12, 1))
    assert row[2] > EXCESS_PPM


def test_a_month_that_is_not_over_is_not_held_against_anybody() -> None:
    frame = pl.DataFrame({"party": "M1", "read_on": [dt.date(2025, 1, 31), dt.date(2025, 2, 10)], "used_wh": [5, 6]})
    assert monthly(METER, frame.lazy(), dt.date(2025, 2, 27))["month"].to_list() == [dt.date(2025, 1, 1)]
    assert monthly(METER, frame.lazy(), dt.date(2025, 2, 28)).height == 2
