"""`farthing model capacity` as a person sees it: a table by month, and levels kept in a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from tests.cli.desk import WIDE, typed
from tests.flows.bank import SYSTEM, open_bank
from tests.flows.estimate.test_capacity import END, flows
from tests.flows.model.test_develop import table
from tests.store_fixture import Database

from farthing.domain.evidence import EvidenceKind
from farthing.domain.staff import NewStaff, Role
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.staff import add_staff

DAY = ("--as-of", END.isoformat())
STAFF: dict[str, str] = {}


@pytest.fixture(scope="module", autouse=True)
def bank(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    database, home = new_database(), tmp_path_factory.mktemp("bank")
    with open_bank(database, home) as house:
        STAFF["risk"] = add_staff(house, SYSTEM, NewStaff("risk", "周风险", Role.RISK_MANAGER, "correct horse")).id
        intake(house, SYSTEM, IntakeRequest((table(EvidenceKind.TRANSACTION, flows(), "f10f10f1"),)), "import")
    found = {"FARTHING_HOME": str(home), "FARTHING_DATABASE_URL": database.owner_url, "COLUMNS": WIDE}
    with patch.dict(os.environ, found):
        yield


def test_capacity_is_told_month_by_month(tmp_path: Path) -> None:
    told = typed("model", "capacity", "F2", *DAY).out
    assert "第12月 month 12" in told
    assert "合成数据 synthetic" in told
    assert "三个月" in typed("model", "capacity", "F0", *DAY).out
    levels = str(tmp_path / "levels.json")
    assert typed("model", "capacity-levels", "--out", levels, *DAY, "--json").json["cases"] == 4 * 63
    own = typed("model", "capacity", "F2", "--levels", levels, *DAY, "--json").json
    assert own["levels"] == "own book to 2024-06-30"
    assert own["found"]["capacity_monthly_fen"] > typed("model", "capacity", "F2", *DAY, "--json").json["found"]["capacity_monthly_fen"]
    assert typed("model", "capacity-levels", "--out", levels).code == 1


def test_levels_are_drafted_in_somebodys_name_and_it_says_what_comes_next() -> None:
    card = typed("model", "capacity-draft", "--by", STAFF["risk"], *DAY, "--json").json
    assert (card["status"], card["market"], card["accountable"]["owner"]) == ("draft", "CN-CAPACITY", "周风险")
    told = typed("model", "capacity-draft", "--by", STAFF["risk"], *DAY).out
    assert f"farthing model appoint {card['id']} --market CN-CAPACITY" in told
    assert typed("model", "list", "--json").json, "it stands in the inventory"
