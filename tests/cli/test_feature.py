"""`farthing feature`: looked up and read at the command line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest
from tests.cli.desk import WIDE, typed
from tests.store_fixture import Database


@pytest.fixture(scope="module", autouse=True)
def bank(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    found = {"FARTHING_HOME": str(tmp_path_factory.mktemp("bank")), "FARTHING_DATABASE_URL": new_database().owner_url, "COLUMNS": WIDE}
    with patch.dict(os.environ, found):
        yield


def test_features_are_listed_and_shown() -> None:
    told = typed("feature", "list", "night share", "--kind", "receipt", "--json").json
    assert told["total"] == len(told["items"])
    assert told["items"][0]["feature"]["name"] == "receipt_night_share_3m"
    shown = typed("feature", "show", "turnover_trend_12m").out
    assert "sale.amount, months 0 to 11" in shown
    assert "gross_fen" in shown


def test_an_unknown_name_says_where_to_look() -> None:
    refused = typed("feature", "show", "nothing")
    assert refused.code == 1
    assert "farthing feature list" in refused.err
