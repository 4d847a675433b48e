"""A bank on its first day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.bank import open_bank
from tests.store_fixture import Database

from farthing.flows.ports import House


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as made:
        yield made
