"""`farthing import`, as a person with a file sees it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import Result
from tests.store_fixture import Database
from typer.testing import CliRunner

from farthing.cli import intake
from farthing.domain.errors import Invalid, NotFound

ROOT = Path(__file__).parents[2]
FILE, MAP = ROOT / "docs" / "examples" / "invoices.csv", ROOT / "docs" / "examples" / "invoices.yaml"


@pytest.fixture(autouse=True)
def bank(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FARTHING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FARTHING_DATABASE_URL", database.owner_url)
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(intake.app, [str(argument) for argument in arguments])


def test_the_documented_example_is_told_row_by_row_and_a_second_time_is_known(bank: Path) -> None:
    told = run("invoices", FILE, "--map", MAP, "--quarantine", bank / "refused.csv")
    assert told.exit_code == 0, told.output
    for line in (
        "repeats dropped",
        "issued_on: not a date like %Y-%m-%d or %Y/%m/%d · 不是",
        "row 6: 2024-13-09",
        "5 cells where the header has 7",
        "row 8: line 9",
    ):
        assert line in told.stdout
    with (bank / "refused.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["row"], row["field"]) for row in rows] == [("6", "issued_on"), ("7", "gross_fen"), ("8", "(whole row)")]
    assert "known before" in run("invoices", FILE, "--map", MAP).stdout
    (again,) = json.loads(run("invoices", FILE, "--map", MAP, "--json").stdout)
    assert (again["rows"], again["accepted"], again["quarantined_rows"], again["repeated"], again["already_known"]) == (8, 4, 3, 1, True)


def test_a_choice_on_the_command_line_overrules_the_mapping() -> None:
    (told,) = json.loads(run("invoices", FILE, "--map", MAP, "--repeats", "keep", "--as-of", "2024-03-05", "--json").stdout)
    assert (told["accepted"], told["repeats"]) == (4, "keep")
    assert {"field": "issued_on", "reason": "a date after 2024-03-05", "rows": 2} in told["faults"]


def test_nothing_accepted_ends_with_a_failure_that_shows_why() -> None:
    told = run("invoices", FILE, "--map", MAP, "--known-only")
    assert told.exit_code == 1
    assert "nothing taken" in told.stdout
    assert "no such party is known" in told.stdout


def test_what_cannot_be_read_is_refused_with_what_to_do(bank: Path) -> None:
    (bank / "other.csv").write_text("a,b\n1,2\n")
    refused = run("invoices", bank / "other.csv", "--map", MAP).exception
    assert isinstance(refused, Invalid)
    assert (refused.code, refused.field) == ("missing_columns", "发票号码")
    assert "It has: a, b" in refused.remedy
    assert isinstance(run("cumcm2020c", bank / "nowhere").exception, NotFound)
    assert isinstance(run("invoices", FILE, "--map", MAP, "--quarantine", bank / "no" / "q.csv").exception, Invalid)
    assert run("invoices", FILE).exit_code == 2


@pytest.mark.parametrize(("cell", "written"), [("=1+1", "'=1+1"), ("-23.22", "-23.22"), ("+86 139", "'+86 139"), ("@x", "'@x"), ("", "")])
def test_no_cell_runs_as_a_formula_in_a_spreadsheet(cell: str, written: str) -> None:
    assert intake._harmless(cell) == written
