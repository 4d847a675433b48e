"""A sealed journal for the laws, and somebody with every right who tampers with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from tests.flows.bank import OFFICER, OPENED, SYSTEM, open_bank, opened
from tests.store_fixture import Database

from farthing.flows.day_end import DayEndRequest, day_end
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    """A bank with a few lines, draws, repayments and a closed day, sealed in several heads; nothing wrong with it."""
    with open_bank(database, tmp_path / "home") as made:
        lines = [opened(made, number).line for number in range(1, 4)]
        made.journal.seal()
        for number, line in enumerate(lines):
            draw(made, OFFICER, DrawRequest(line, 100_000 * (number + 1)), f"draw {number}")
        made.journal.seal()
        for number, line in enumerate(lines):
            repay(made, OFFICER, RepayRequest(line, 30_000, OPENED), f"repay {number}")
        day_end(made, SYSTEM, DayEndRequest(OPENED), "night")
        made.journal.seal()
        yield made


@pytest.fixture
def tamper(database: Database) -> Iterator[Callable[..., None]]:
    """Runs SQL as somebody with every right over the tables, triggers switched off."""
    url = make_url(database.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        for table in ("event", "command", "receipt", "seal", "node", "head", "posting", "standing"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")

        def run(statement: str, *values: object) -> None:
            assert connection.execute(statement, values).rowcount > 0, "the tampering did something"

        yield run
