"""Levels learnt in the order of time: what was not known is not used, and nine in ten become nine in ten again when times change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from farthing.models.capacity.adapt import Step, learnt
from farthing.models.capacity.estimate import MONTHS, Histories, capacities, measure
from farthing.models.capacity.levels import LENGTHS, MIDDLE, PPM, Levels
from farthing.models.capacity.paths import PathPlan

PLAN = PathPlan(horizon=3, paths=39)
PARTIES = 120
TURN = 40
"""In this month times become worse, and stay so."""


def step(month: int, worse: float = 0.0, parties: int = PARTIES) -> Step:
    """Parties of all lengths of history, whose next months keep about as much as they did, or so much less."""
    rng = np.random.default_rng([7, month])
    spending = rng.integers(5_000_00, 50_000_00, (parties, 1)) * np.ones((1, MONTHS), np.int64)
    inflow = (spending * rng.uniform(0.9, 1.3, (parties, MONTHS))).astype(np.int64)
    nothing = np.zeros(parties, np.int64)
    months = np.resize(np.array([4, 8, MONTHS]), parties)
    later = (spending[:, :3] * (rng.uniform(0.9, 1.3, (parties, 3)) - 1.0 - worse * rng.uniform(0.0, 1.0, (parties, 1)))).astype(np.int64)
    return Step(month, month + PLAN.horizon, Histories(inflow, spending, months, nothing, nothing), later)


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    return [step(month, 0.4 if month >= TURN else 0.0) for month in range(30, 60)]


@pytest.fixture(scope="module")
def found(steps: list[Step]) -> tuple[tuple[Levels | None, ...], Levels | None]:
    return learnt(steps, "a test", PLAN, synthetic=True)


def under(levels: Levels, one: Step) -> float:
    actual = one.later_fen.sum(axis=1) // PLAN.horizon
    return float((actual < capacities(one.before, levels, PLAN).free_fen[:, 0]).mean())


def test_nothing_is_given_before_something_is_known(found: tuple[tuple[Levels | None, ...], Levels | None]) -> None:
    assert [one is None for one in found[0][:5]] == [True, True, True, False, False]
    assert found[1] is not None
    assert found[1].cases == 30 * PARTIES


def test_a_step_is_given_nothing_that_came_after_it(steps: list[Step], found: tuple[tuple[Levels | None, ...], Levels | None]) -> None:
    later = [replace(one, later_fen=one.later_fen - 10**9) if one.known > 45 else one for one in steps]
    given, last = learnt(later, "a test", PLAN, synthetic=True)
    then = [place for place, one in enumerate(steps) if one.month <= 45]
    assert [given[place] for place in then] == [found[0][place] for place in then]
    assert given[then[-1] + 1] != found[0][then[-1] + 1]
    assert last != found[1]


def test_nine_in_ten_again_after_times_have_changed(steps: list[Step], found: tuple[tuple[Levels | None, ...], Levels | None]) -> None:
    """What was measured at one stroke before the turn stays wrong; what learns is wrong at the turn, and right some months after."""
    before = [one for one in steps if one.known < TURN]
    early = measure(before[-1].before, before[-1].later_fen, "early", PLAN, synthetic=True)
    last = [(one, given) for one, given in zip(steps, found[0], strict=True) if one.month >= 52 and given is not None]
    still, learning = np.mean([under(early, one) for one, _ in last]), np.mean([under(given, one) for one, given in last])
    assert still > 0.25
    assert learning == pytest.approx(0.1, abs=0.04)
    assert found[1] is not None
    assert found[1].under_ppm is not None
    assert found[1].foretold == (30 - 3) * PARTIES
    assert found[1].under_ppm == pytest.approx(0.13 * PPM, abs=0.05 * PPM)


def test_what_is_learnt_widens_and_is_in_order(found: tuple[tuple[Levels | None, ...], Levels | None]) -> None:
    assert found[1] is not None
    assert len(found[1].mean_ppm) == len(LENGTHS)
    for row in found[1].mean_ppm:
        assert max(row[:MIDDLE]) <= 0 <= min(row[MIDDLE + 1 :])


def test_who_asks_is_not_everybody() -> None:
    """A quarter of the parties ask, and keep less: their nine in ten is theirs, and everybody's would be too sure of them."""
    steps = []
    for month in range(30, 56):
        one = step(month)
        asked = np.arange(PARTIES) % 4 == 0
        steps.append(replace(one, asked=asked, later_fen=one.later_fen - np.where(asked[:, None], one.before.outflow_fen[:, :3] // 4, 0)))
    known = learnt(steps, "a test", PLAN, synthetic=True)[0]
    blind = learnt([replace(one, asked=None) for one in steps], "a test", PLAN, synthetic=True)[0]
    rows = np.flatnonzero(steps[0].asked)
    told, untold = (
        np.mean([under(levels, replace(one, before=one.before.rows(rows), later_fen=one.later_fen[rows]))
                 for one, levels in zip(steps[12:], given[12:], strict=True) if levels is not None])
        for given in (known, blind)
    )  # fmt: skip
    assert untold > 0.25
    assert told == pytest.approx(0.1, abs=0.04)


def test_too_few_give_none() -> None:
    few = [step(month, parties=12) for month in (1, 2)]
    assert learnt(few, "a test", PLAN, synthetic=True) == ((None, None), None)
