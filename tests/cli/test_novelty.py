"""`farthing model novelty` as a person sees it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from tests.cli.desk import WIDE, typed
from tests.flows.bank import SYSTEM, open_bank
from tests.flows.model.test_develop import table
from tests.flows.model.test_novelty import DAY, sales
from tests.store_fixture import Database

from farthing.domain.evidence import EvidenceKind
from farthing.flows.intake import IntakeRequest, intake

ON = ("--as-of", DAY.isoformat())


@pytest.fixture(scope="module", autouse=True)
def bank(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    database, home = new_database(), tmp_path_factory.mktemp("bank")
    with open_bank(database, home) as house:
        intake(house, SYSTEM, IntakeRequest((table(EvidenceKind.INVOICE, sales(), "5a1e55a1"),)), "import")
    found = {"FARTHING_HOME": str(home), "FARTHING_DATABASE_URL": database.owner_url, "COLUMNS": WIDE}
    with patch.dict(os.environ, found):
        yield


def test_a_gate_is_measured_and_a_party_shown_at_it(tmp_path: Path) -> None:
    file = str(tmp_path / "gate.json")
    assert "写入 wrote" in typed("model", "novelty", "fit", "--out", file, *ON).out
    told = typed("model", "novelty", "show", file, "S007", *ON).out
    assert "见过 known" in told
    assert "segment young/no_credit" in told
    assert typed("model", "novelty", "show", file, "S007", *ON, "--json").json["file"]["thickness"] == 1
    assert typed("model", "novelty", "fit", "--out", file, *ON, "--json").code == 1
