"""`farthing db`: the embedded server of a home, started, told of, stopped; an outside one is looked at and left alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store_fixture import Database, scratch
from typer.testing import CliRunner, Result

from farthing.cli.db import app
from farthing.store.postgres import server as postgres


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("FARTHING_DATABASE_URL", raising=False)
    with scratch() as directory:
        monkeypatch.setenv("FARTHING_HOME", str(directory / "bank"))
        yield directory / "bank"


def test_a_database_is_started_told_of_and_stopped(home: Path) -> None:
    before = run("status")
    assert (before.exit_code, "stopped" in before.output) == (1, True)
    started = run("start")
    assert started.exit_code == 0
    assert "The database is running." in started.output
    told = run("status", "--json")
    assert (told.exit_code, json.loads(told.output)) == (0, {"home": str(home), "running": True, "outside": False})
    assert run("migrate").output.endswith("The schema is up to date.\n")
    assert run("stop").output == "Stopped.\n"
    assert run("stop").output == "It was not running.\n"
    assert postgres.status(home).state == "stopped"
    assert run("status", "--json").exit_code == 1
    for verb, said in (
        ("start", {"running": True}),
        ("migrate", {"up_to_date": True}),
        ("stop", {"stopped": True}),
        ("stop", {"stopped": False}),
    ):
        assert json.loads(run(verb, "--json").output) == {"home": str(home), **said}


def test_an_outside_server_is_not_ours_to_stop(home: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARTHING_DATABASE_URL", database.owner_url)
    assert run("start").exit_code == 0
    assert json.loads(run("status", "--json").output)["outside"] is True
    assert run("stop").output == "It was not running.\n"
    assert "an outside server" in run("status").output
    assert not (home / "postgres").exists()
