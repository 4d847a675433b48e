"""A bank with its day at hand: lines, days that pass, and what the journal says of a line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.bank import RISK, open_bank
from tests.store_fixture import Database

from farthing.flows.day_end import run_to
from farthing.flows.ports import House


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as made:
        yield made


def to(house: House, day: dt.date) -> None:
    """Days are closed until `day` is the open one."""
    run_to(house, RISK, day, "days")
