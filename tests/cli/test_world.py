from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from tests.cli.desk import typed
from tests.flows.bank import SYSTEM
from tests.store_fixture import Database
from typer.testing import CliRunner

from farthing.cli.world import app
from farthing.domain.evidence import EvidenceKind
from farthing.flows.intake import IntakeRequest, intake
from farthing.settings import Settings
from farthing.wiring import open_house, own_file


def _make(directory: Path, *more: str) -> dict[str, int]:
    ran = CliRunner().invoke(app, ["make", str(directory), "--merchants", "40", "--json", *more])
    assert ran.exit_code == 0, ran.output
    rows: dict[str, int] = json.loads(ran.output)["rows"]
    return rows


def test_a_world_is_files_and_the_same_seed_the_same_files(tmp_path: Path) -> None:
    rows = _make(tmp_path / "one")
    assert rows["evidence.invoice.parquet"] > 1000
    assert _make(tmp_path / "two") == rows
    for name in rows:
        assert pl.read_parquet(tmp_path / "one" / name).equals(pl.read_parquet(tmp_path / "two" / name))
    _make(tmp_path / "three", "--seed", "8")
    invoices = "evidence.invoice.parquet"
    assert not pl.read_parquet(tmp_path / "one" / invoices).equals(pl.read_parquet(tmp_path / "three" / invoices))


@pytest.mark.parametrize(("words", "code", "said"), [
    (("/proc/no-such-folder",), 1, "/proc/no-such-folder cannot be written to"),
    (("/dev/null",), 1, "/dev/null cannot be written to"),
    (("somewhere", "--seed", "-1"), 2, "--seed"),
])  # fmt: skip
def test_what_cannot_be_made_is_told(words: tuple[str, ...], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = typed("world", "make", *words)
    assert told.code == code
    assert said in told.err
    assert list(tmp_path.iterdir()) == []


def test_the_truth_stands_apart(tmp_path: Path) -> None:
    rows = _make(tmp_path)
    told = {column for name in rows if name != "truth.parquet" for column in pl.read_parquet(tmp_path / name).columns}
    assert "fate" in pl.read_parquet(tmp_path / "truth.parquet").columns
    assert "fate" not in told


def test_every_file_of_a_world_is_taken_in_by_the_importer_and_no_row_refused(tmp_path: Path, database: Database) -> None:
    rows = _make(tmp_path / "world", "--merchants", "25")
    settings = Settings(home=tmp_path / "home", database_url=database.owner_url, host="127.0.0.1", port=0)
    with open_house(settings) as house:
        for kind in EvidenceKind:
            file = tmp_path / "world" / f"evidence.{kind.value}.parquet"
            (told,) = intake(house, SYSTEM, IntakeRequest(own_file(kind, file, file.with_suffix(".yaml"))), "world")
            assert (told.quarantined_rows, told.accepted) == (0, rows[file.name]), kind
        manifests = house.lake.manifests()
    assert {one.kind for one in manifests} == set(EvidenceKind)
    assert all(one.provenance.synthetic for one in manifests), "a world never passes for real evidence"


def test_farms_are_vectors_with_their_truth_apart(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["farms", str(tmp_path), "--counties", "3", "--each", "50", "--json"])
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.output)["rows"] == {"farms.parquet": 150, "truth.parquet": 3}
    assert "level" not in pl.read_parquet(tmp_path / "farms.parquet").columns
