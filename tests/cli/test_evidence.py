"""`farthing evidence watch`, as an officer sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from tests.store_fixture import Database
from typer.testing import CliRunner

from farthing.cli import evidence, intake

KINDS = Path(__file__).parents[2] / "docs" / "examples" / "kinds"


@pytest.fixture(autouse=True)
def bank(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARTHING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FARTHING_DATABASE_URL", database.owner_url)
    monkeypatch.setenv("COLUMNS", "120")


def watch(*words: str) -> Result:
    return CliRunner().invoke(evidence.app, ["watch", *words])


def test_a_bank_without_evidence_is_as_it_should_be() -> None:
    told = watch()
    assert told.exit_code == 0, told.output
    assert "All 0 kinds are as they should be" in told.stdout


def test_what_has_not_come_for_long_is_an_alarm_in_both_languages() -> None:
    taken = CliRunner().invoke(intake.app, ["orders", str(KINDS / "order.csv"), "--map", str(KINDS / "order.yaml")])
    assert taken.exit_code == 0, taken.output
    told = watch()
    assert told.exit_code == 1, "an alarm"
    assert "nothing new for" in told.stdout
    assert "天没有新数据" in told.stdout
    found = json.loads(watch("--json").stdout)["findings"]
    assert [(one["kind"], one["symptom"], one["severity"], one["since"]) for one in found] == [("order", "stale", "alarm", "2024-03-02")]
    assert "No run was kept" in told.stdout
    kept = watch("--keep")
    assert (kept.exit_code, "order 40.00 %" in kept.stdout) == (1, True), kept.output
    assert "Decisions go by the run kept on" in watch().stdout
    assert json.loads(watch("--json").stdout)["kept"]["ppm"] == {"order": 400_000}
