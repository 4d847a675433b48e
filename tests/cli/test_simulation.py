"""`farthing world simulate` as a person sees it: what it tells, what it refuses, and what it prints when an invariant is broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.desk import typed
from tests.store.server import ask
from tests.store_fixture import scratch

from farthing.flows.simulation.invariants import INVARIANTS
from farthing.store.postgres.server import OWNER, start, stop

WORLD = ("world", "simulate", "--seed", 3, "--borrowers", 6, "--days", 9, "--faults", "none")


@pytest.fixture
def home() -> Iterator[Path]:
    with scratch() as directory:
        yield directory / "bank"


def test_a_bank_that_is_tampered_with_is_found_and_the_command_that_repeats_it_is_told(home: Path) -> None:
    told = typed(*WORLD, "--home", home, "--until", "2025-01-10", "--json").json
    assert told["told"]["findings"] == []
    assert told["told"]["days"] == 5
    assert told["invariants"] == len(INVARIANTS)
    again = "farthing world simulate --seed 3 --borrowers 6 --days 9 --faults none --sample "
    assert told["again"] == f"{again}20 --until 2025-01-10"
    ask(start(home), OWNER, "UPDATE line_state SET limit_fen = limit_fen + 1")
    stop(home)
    found = typed(*WORLD, "--home", home, "--sample", 6)
    assert found.code == 3
    assert "columns_repeat_the_state on 2025-01-10: lin_" in found.out
    assert "expected the columns as the state has them" in found.out
    assert f"again: {again}6 --until 2025-01-10" in found.out


@pytest.mark.parametrize(("words", "code"), [
    (("--faults", "kill,flood"), "unknown_fault"),
    (("--borrowers", 5, "--only-borrower", 5), "no_borrower"),
    (("--until", "tomorrow"), "bad_day"),
])  # fmt: skip
def test_what_cannot_be_simulated_is_told(words: tuple[object, ...], code: str) -> None:
    told = typed("world", "simulate", *words, "--json")
    assert told.code == 1
    assert json.loads(told.err)["code"] == code


def test_a_real_bank_is_not_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secrets").mkdir()
    monkeypatch.setattr("farthing.wiring.stop_database", lambda _: pytest.fail("the database of a real bank was stopped"))
    told = typed("world", "simulate", "--home", tmp_path, "--json")
    assert told.code == 1
    assert json.loads(told.err)["code"] == "not_a_simulation"


def test_nobody_works_where_nothing_is_simulated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARTHING_HOME", str(tmp_path))
    told = typed("world", "work")
    assert told.code == 1
    assert "not_a_simulation" in told.err
