"""Capacity: exact on months that are all alike, lawful on any, and as certain as it says where the future is like the past."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.models.capacity.people import histories, history

from farthing.models.capacity.estimate import MONTHS, Capacities, Histories, capacities, capacity, measure
from farthing.models.capacity.levels import CERTAINTIES_PPM, LENGTHS, MIDDLE, UNCORRECTED, Levels
from farthing.models.capacity.paths import PathPlan

CORRECTED = Levels("a test", True, 100, ((-200_000, -50_000, 10_000, 60_000, 300_000),) * 3, ((-300_000, -90_000, 0, 90_000, 400_000),) * 3)
BOTH = st.sampled_from([UNCORRECTED, CORRECTED])


def of(one: Histories, levels: Levels = UNCORRECTED) -> Capacities:
    return capacities(one, levels)


def test_months_that_are_all_alike_leave_no_doubt() -> None:
    found = capacity(history([10_000_01], [7_000_00], due=1_000_00), UNCORRECTED)
    assert found is not None
    assert found.free_fen == (3_000_01,) * 5
    assert found.fan_fen == ((3_000_01,) * 5,) * 12
    assert found.capacity_monthly_fen == 2_000_01
    assert found.dscr_ppm == (3_000_010,) * 5
    assert found.dscr_12m_ppm == 3_000_010


def test_what_an_account_paid_on_debts_is_free_cash_before_them() -> None:
    unknown = of(history([10_000_00], [7_000_00], due=1_000_00))
    shown = of(history([10_000_00], [7_000_00], due=1_000_00, shown=1_000_00))
    assert shown.capacity_monthly_fen[0] - unknown.capacity_monthly_fen[0] == 1_000_00
    assert shown.dscr_ppm()[0, MIDDLE] == 4_000_000


def test_who_spends_more_than_comes_in_can_serve_nothing() -> None:
    found = of(history([5_000_00], [7_000_00], due=100))
    assert found.capacity_monthly_fen.tolist() == [0]
    assert found.dscr_ppm()[0].tolist() == [0] * 5


def test_no_debt_has_no_cover_and_a_short_history_no_forecast() -> None:
    assert capacity(history([2], [1]), UNCORRECTED).dscr_ppm is None  # type: ignore[union-attr]
    for months in (-1, 0, LENGTHS[0] - 1):
        short = history([2_00], [1_00], months=months, due=1)
        assert capacity(short, UNCORRECTED) is None
        assert of(short).capacity_monthly_fen.tolist() == [0]
        assert of(short).dscr_ppm()[0].tolist() == [-1] * 5


def test_a_season_comes_again_in_its_months() -> None:
    """One month a year brings everything: the path that says so most is of the same month ahead."""
    harvest = history([0] * 3 + [12_000_00] + [0] * 8, [0])
    fan = np.array(capacity(harvest, UNCORRECTED).fan_fen)  # type: ignore[union-attr]
    top = fan[:, -1]
    assert top[12 - 3 - 1] == 12_000_00, "the fourth month back is the ninth ahead"
    assert fan[:, MIDDLE].argmax() == 12 - 3 - 1 or fan[:, MIDDLE].max() == 0
    assert top[2] == 0, "half a year off there is no harvest in nine paths of ten"


@settings(max_examples=60, deadline=None)
@given(histories(parties=3), BOTH, st.integers(0, MONTHS - 1), st.integers(0, 10**12))
def test_more_income_never_lowers_capacity(some: Histories, levels: Levels, month: int, more: int) -> None:
    inflow = some.inflow_fen.copy()
    inflow[:, month] += more
    before, after = of(some, levels), of(replace(some, inflow_fen=inflow), levels)
    assert (after.capacity_monthly_fen >= before.capacity_monthly_fen).all()
    assert (after.free_fen >= before.free_fen).all()
    assert (after.dscr_ppm() >= before.dscr_ppm()).all()


@settings(max_examples=60, deadline=None)
@given(histories(parties=3), BOTH, st.integers(0, 10**12))
def test_more_debt_never_raises_capacity(some: Histories, levels: Levels, more: int) -> None:
    before, after = of(some, levels), of(replace(some, due_fen=some.due_fen + more), levels)
    assert (after.capacity_monthly_fen <= before.capacity_monthly_fen).all()
    owed = some.due_fen > 0
    assert (after.dscr_ppm()[owed] <= before.dscr_ppm()[owed]).all()


@settings(max_examples=40, deadline=None)
@given(histories(parties=5), BOTH)
def test_one_party_is_what_it_is_among_many(some: Histories, levels: Levels) -> None:
    every = of(some, levels)
    for place in range(5):
        alone = capacity(some.rows(np.array([place])), levels)
        if alone is None:
            assert every.lengths[place] == -1
            continue
        assert alone.free_fen == tuple(every.free_fen[place].tolist())
        assert alone.capacity_monthly_fen == every.capacity_monthly_fen[place]
        assert (alone.dscr_ppm or (-1,) * 5) == tuple(every.dscr_ppm()[place].tolist())


@settings(max_examples=40, deadline=None)
@given(histories(parties=3), BOTH)
def test_levels_are_in_order_and_capacity_rounds_down(some: Histories, levels: Levels) -> None:
    found = of(some, levels)
    assert (np.diff(found.free_fen, axis=1) >= 0).all()
    assert (found.capacity_monthly_fen == np.where(found.lengths < 0, 0, np.maximum(found.free_fen[:, 0] - some.due_fen, 0))).all()


def test_corrections_make_nine_in_ten_mean_it_on_others_like_them() -> None:
    """A future that is worse than any month that was: paths alone are too sure, corrected ones are not."""
    rng = np.random.default_rng(3)
    parties, plan = 1_500, PathPlan()
    spending = rng.integers(5_000_00, 50_000_00, (parties, 1)) * np.ones((1, MONTHS), np.int64)
    inflow = (spending * rng.uniform(0.9, 1.5, (parties, MONTHS))).astype(np.int64)
    nothing = np.zeros(parties, np.int64)
    some = Histories(inflow, spending, np.full(parties, MONTHS), nothing, nothing)
    falls = np.where(rng.random((parties, 1)) < 0.25, rng.uniform(0.2, 0.6, (parties, 1)), rng.uniform(0.95, 1.1, (parties, 1)))
    later = (inflow[:, :12] * falls).astype(np.int64) - spending[:, :12]
    half = np.arange(parties) < parties // 2
    levels = measure(some.rows(np.flatnonzero(half)), later[half], "half", plan, synthetic=True)
    rest, actual = some.rows(np.flatnonzero(~half)), later[~half].sum(axis=1) // 12
    raw, corrected = ((actual < of(rest, one).free_fen[:, 0]).mean() for one in (UNCORRECTED, levels))
    assert raw > 0.2
    assert corrected == pytest.approx(0.1, abs=0.035)
    assert levels.cases == parties // 2
    assert len(levels.mean_ppm[0]) == len(CERTAINTIES_PPM)


def test_short_histories_speak_for_themselves_where_they_are_enough() -> None:
    """Who begins loses what who went on keeps: only beginners tell that, and only while there are too few do others stand in, cut."""
    parties, plan = 100, PathPlan(horizon=3, paths=39)
    flows = np.full((parties, MONTHS), 10_000_00)
    nothing, begins = np.zeros(parties, np.int64), np.arange(parties) < 30
    some = Histories(flows + 1_000_00, flows, np.where(begins, 4, MONTHS), nothing, nothing)
    later = np.where(begins[:, None], -5_000_00, 1_000_00) * np.ones((1, 3), np.int64)
    assert [row[0] for row in measure(some, later, "a test", plan, synthetic=True).mean_ppm] == [-600_000, 0, 0]
    few = np.flatnonzero(~begins | (np.arange(parties) < 5))
    assert measure(some.rows(few), later[few], "a test", plan, synthetic=True).mean_ppm[0][0] == 0
