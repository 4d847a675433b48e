"""`farthing model construct` as a person sees it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from tests.cli.desk import WIDE, typed
from tests.flows.bank import SYSTEM, open_bank
from tests.flows.model.test_construct import DAY, profiles
from tests.flows.model.test_develop import table
from tests.store_fixture import Database

from farthing.domain.evidence import EvidenceKind
from farthing.flows.intake import IntakeRequest, intake

ON = ("--as-of", DAY.isoformat())


@pytest.fixture(scope="module", autouse=True)
def bank(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    database, home = new_database(), tmp_path_factory.mktemp("bank")
    with open_bank(database, home) as house:
        intake(house, SYSTEM, IntakeRequest((table(EvidenceKind.OWNER_PROFILE, profiles(), "0wne20wn"),)), "import")
    found = {"FARTHING_HOME": str(home), "FARTHING_DATABASE_URL": database.owner_url, "COLUMNS": WIDE}
    with patch.dict(os.environ, found):
        yield


def test_scales_are_fitted_shown_and_checked(tmp_path: Path) -> None:
    file = str(tmp_path / "constructs.json")
    told = typed("model", "construct", "fit", "--out", file, *ON).out
    assert "经营管理 Management" in told
    assert "vat_late_days_12m (management), unanswered" in told
    assert "owner_address_months" in typed("model", "construct", "show", file, "O000", *ON).out
    (experience, *_) = typed("model", "construct", "show", file, "O110", *ON, "--json").json["readings"]
    assert experience["low"] < experience["score"] < experience["high"]
    assert "0 checked" in typed("model", "construct", "check", file, "--as-of", "2020-01-01").out
    assert typed("model", "construct", "fit", "--out", file, *ON, "--json").code == 1
