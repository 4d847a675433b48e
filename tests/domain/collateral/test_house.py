"""What a house, a value, a lien and a lending grid can be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from farthing.domain.collateral.grid import LendingGrid, LtvRow
from farthing.domain.collateral.house import (
    HouseKind,
    HouseStage,
    HouseState,
    Lien,
    LienTask,
    Premises,
    TaskDone,
    Valuation,
    ValuationMethod,
    parse_m2,
    require_document,
)
from farthing.domain.errors import Invalid

FLAT = Premises(HouseKind.RESIDENCE, "D02", 9_250, 2012, 8)
DAY = dt.date(2024, 1, 10)
GRID = LendingGrid(tuple(LtvRow(kind, months, 800_000 - months * 2_000) for kind in HouseKind for months in (12, 60)), 12, 6)


@pytest.mark.parametrize("change", [{"area_dm2": 999}, {"area_dm2": 500_001}, {"floor": 151}, {"built": 1899}, {"district": "岳阳楼"}])
def test_premises_that_cannot_be_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        replace(FLAT, **change)
    assert refused.value.code == "bad_house"


@pytest.mark.parametrize(("low", "mid", "high", "evidence"), [(0, 1, 2, ("A-1",)), (3, 2, 4, ("A-1",)), (1, 3, 2, ("A-1",)), (1, 2, 3, ())])
def test_a_value_is_an_interval_with_something_behind_it(low: int, mid: int, high: int, evidence: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        Valuation(low, mid, high, ValuationMethod.APPRAISAL, DAY, evidence)
    assert Valuation(1, 2, 3, ValuationMethod.APPRAISAL, DAY, ("A-1",)).lending_fen == 1


@pytest.mark.parametrize(("rank", "secured", "prior"), [(1, 10, 5), (2, 10, 0), (0, 10, 0), (1, 0, 0), (2, 10, -1)])
def test_a_lien_of_the_first_rank_has_nothing_before_it_and_any_other_has(rank: int, secured: int, prior: int) -> None:
    with pytest.raises(Invalid):
        Lien("lin_a", rank, secured, prior)


def test_the_last_time_a_task_was_done_is_the_one_that_counts() -> None:
    first, again = (TaskDone(LienTask.INSURANCE, "stf_a", day, "A-1") for day in (DAY, DAY.replace(year=2025)))
    state = HouseState("hse_a", "pty_a", FLAT, HouseStage.REGISTERED, DAY, tasks=(first, again))
    assert state.done(LienTask.INSURANCE) == again
    assert state.done(LienTask.SURVEY) is None
    assert state.valuation is None


@pytest.mark.parametrize("number", ["A-2026-0012", "evd_abcdefgh", "CERT.1:2"])
def test_a_document_has_a_number_of_the_archive(number: str) -> None:
    assert require_document(number) == number


@pytest.mark.parametrize("number", ["", "A-1", "上门看过", "a b c d", "x" * 65])
def test_what_is_no_number_is_refused(number: str) -> None:
    with pytest.raises(Invalid):
        require_document(number)


def test_the_grid_is_read_by_the_next_longer_term_and_ends_with_the_longest() -> None:
    kind = HouseKind.SHOP
    assert [GRID.ltv_ppm(kind, months) for months in (1, 12, 13, 60, 61)] == [776_000, 776_000, 680_000, 680_000, 0]


@pytest.mark.parametrize(
    ("rows", "revalue", "fresh"),
    [
        (GRID.rows[2:], 12, 6),  # a kind is missing
        ((*GRID.rows, LtvRow(HouseKind.SHOP, 90, 700_000)), 12, 6),  # more for longer
        ((*GRID.rows, LtvRow(HouseKind.SHOP, 6, 1_000_000)), 12, 6),  # all of it
        (GRID.rows, 13, 6),
        (GRID.rows, 12, 13),
    ],
)
def test_a_grid_that_lends_too_much_or_looks_too_rarely_is_refused(rows: tuple[LtvRow, ...], revalue: int, fresh: int) -> None:
    with pytest.raises(Invalid) as refused:
        LendingGrid(rows, revalue, fresh)
    assert refused.value.code == "bad_grid"


@pytest.mark.parametrize(("text", "dm2"), [("92.5", 9_250), ("92", 9_200), (" 10.05 ", 1_005)])
def test_an_area_is_read_to_the_hundredth(text: str, dm2: int) -> None:
    assert parse_m2(text) == dm2


@pytest.mark.parametrize("text", ["", "92.555", "-1", "1e3", "九十", "1,000"])
def test_what_is_no_area_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_m2(text)
