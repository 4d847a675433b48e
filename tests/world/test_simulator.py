"""The whole-bank simulator: a bank in a process of its own lives through everything that may go wrong, and nobody can tell afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows.simulation.banks import GENTLE, SMALL, stage
from tests.flows.simulation.oracle_check import the_bookkeeper_agrees
from tests.store_fixture import Database, scratch

from farthing.cli.simulation import again, lived
from farthing.domain.errors import Invalid
from farthing.flows.simulation.run import FAULTS, SimulationRequest, simulate_bank

HARD = SimulationRequest(seed=104, borrowers=40, days=25)
"""Two deaths of the process and two of the database, in a thought and behind a commit, among all other faults."""


@pytest.fixture
def home() -> Iterator[Path]:
    with scratch() as directory:
        yield directory / "bank"


def test_whatever_goes_wrong_the_record_comes_out_as_if_nothing_had(home: Path, database: Database, tmp_path: Path) -> None:
    half = lived(home, replace(HARD, until=dt.date(2025, 1, 17)))
    hard = lived(home, HARD)  # goes on where the notes end
    assert half.findings == hard.findings == ()
    assert hard.last == HARD.last
    assert {*half.faults, *hard.faults} == set(FAULTS)
    assert half.lives + hard.lives == 2 + half.faults.get("kill", 0) + hard.faults.get("kill", 0)
    easy = replace(HARD, faults=())
    with stage(database, tmp_path / "home") as made:
        told = simulate_bank(made, easy, more=(the_bookkeeper_agrees,))
    assert told.findings == ()
    assert told.faults == {}
    assert hard.digest == told.digest
    with pytest.raises(Invalid, match="Another simulation"):
        lived(home, replace(HARD, seed=40))


def test_the_same_seed_is_the_same_life(new_database: Callable[[], Database], tmp_path: Path) -> None:
    short = replace(SMALL, until=dt.date(2025, 1, 22))
    told = []
    for name, request in (("one", short), ("two", short), ("three", replace(short, seed=2))):
        with stage(new_database(), tmp_path / name) as made:
            told.append(simulate_bank(made, request))
    first, twice, other = told
    assert first == twice
    assert first.findings == other.findings == ()
    assert first.digest != other.digest
    assert again(replace(SMALL, only=3), first) == (
        f"farthing world simulate --seed 1 --borrowers 16 --days 40 --faults {','.join(GENTLE)} --sample 4 --until {first.last}"
        " --only-borrower 3"
    )
