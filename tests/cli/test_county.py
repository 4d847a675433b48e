"""`farthing model county`: fitted, shown, scored and started at the command line, without a bank."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.desk import typed
from tests.models.county.farmland import frame


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("counties")
    frame().write_parquet(made / "farms.parquet")
    told = typed("model", "county", "fit", str(made / "farms.parquet"), "--out", str(made / "c.json"), "--json").json
    assert (told["cases"], told["left_out"], told["unreadable"]) == (frame().height, 0, {})
    return made


def test_cards_are_shown_and_a_case_is_scored(folder: Path) -> None:
    file = str(folder / "c.json")
    assert "县002" in typed("model", "county", "show", file).out
    assert "未开放 closed" in typed("model", "county", "show", file, "县002").out
    told = typed("model", "county", "score", file, "县001", "--fact", "late_days_12m=40", "--json").json
    assert told["low_ppm"] < told["pd_ppm"] < told["high_ppm"]
    assert told["parts"][0]["field"] == "late_days_12m"


def test_a_county_is_started_in_a_new_file(folder: Path) -> None:
    file, grown = str(folder / "c.json"), str(folder / "d.json")
    assert typed("model", "county", "start", file, "县099", "--open", "sales_12m_fen", "--out", grown, "--json").json["known"] is False
    assert "县099" in typed("model", "county", "show", grown).out
    again = typed("model", "county", "start", file, "县098", "--open", "sales_12m_fen", "--out", grown)
    assert (again.code, "exists" in again.err) == (1, True)


@pytest.mark.parametrize("fact", ["late_days_12m", "late_days_12m=", "late_days_12m=many"])
def test_what_is_no_fact_is_told(folder: Path, fact: str) -> None:
    refused = typed("model", "county", "score", str(folder / "c.json"), "县001", "--fact", fact)
    assert refused.code == 1
    assert "late_days_12m=20" in refused.err
