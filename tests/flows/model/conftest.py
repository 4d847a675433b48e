"""A bank that holds the evidence of sixty firms, and, until a test trains one, no model."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.flows.bank import SYSTEM
from tests.flows.model.test_develop import evidence
from tests.store_fixture import Database

from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.ports import House
from farthing.settings import Settings
from farthing.wiring import open_house


@pytest.fixture(scope="module")
def house(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("bank")
    with open_house(Settings(home=home, database_url=new_database().owner_url, host="127.0.0.1", port=0)) as opened:
        intake(opened, SYSTEM, IntakeRequest(evidence()), "import")
        yield opened
