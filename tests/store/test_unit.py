"""The unit of work: what it shows of a line, and how it survives commits of any size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from tests.store.ledger_bank import OFFICER, START, Bank, opening, terms
from tests.store_fixture import Database

from farthing.domain.facility import Obligation
from farthing.domain.line_event import Frozen
from farthing.domain.product import Claim
from farthing.flows.ports import Command, Transaction
from farthing.ledger.facility import open_line
from farthing.store.engine import driver, open_engine
from farthing.store.journal_tables import PARTITIONS, line_state
from farthing.store.unit import array, arrays, line_row, partition, read_receipt


@pytest.fixture
def bank(database_url: str, tmp_path: Path) -> Iterator[Bank]:
    made = Bank.open(database_url, tmp_path / "secrets")
    yield made
    made.engine.dispose()


def test_a_row_shows_the_state_column_by_column() -> None:
    due = [Obligation(START + dt.timedelta(days=30 * n), Claim.INTEREST, 0, 100, paid) for n, paid in ((1, 100), (2, 40), (3, 0))]
    state = replace(open_line(terms("lin_a")), obligations=tuple(due), drawn_fen=700, principal_paid_fen=200)
    row = dict(zip([column.name for column in line_state.columns], line_row(state), strict=True))
    assert row["oldest_unpaid_on"] == START + dt.timedelta(days=60)
    assert row["principal_fen"] == 500
    assert (row["line"], row["party"], row["status"]) == ("lin_a", "pty_a", "active")


def test_partitions_are_fixed_and_even() -> None:
    spread = [partition(f"lin_{number}") for number in range(6400)]
    assert partition("lin_a") == 10, "it never changes"
    assert set(spread) == set(range(PARTITIONS))
    assert max(map(spread.count, range(PARTITIONS))) < 200


def test_leaves_of_a_receipt_lie_one_after_the_other() -> None:
    row = [b"signature", "key", dt.datetime(2025, 1, 1, tzinfo=dt.UTC), b"a" * 32 + b"b" * 32, *[None] * 5]
    assert read_receipt(row).leaves == (b"a" * 32, b"b" * 32)
    assert read_receipt([*row[:3], b"", *row[4:]]).leaves == ()


def test_a_commit_larger_than_any_socket_buffer_goes_through(bank: Bank) -> None:
    """A pipeline would wait for ever here: see `_small`."""

    def think(transaction: Transaction) -> int:
        for _ in range(3000):
            transaction.append("str_a", START, Frozen("lin_a", "理由" * 100))
        return 3000

    assert bank.commands.run(Command("k", "freeze", OFFICER, {}), think, int) == 3000
    with bank.engine.connect() as connection:
        assert connection.execute(text("SELECT sum(length(data)) FROM event")).scalar_one() > 2_000_000


def test_time_in_a_stream_never_runs_back(bank: Bank) -> None:
    """Folding by time is folding by sequence, though a machine's clock was set back."""
    bank.commands.run(*opening("lin_a"))
    bank.clock.at -= dt.timedelta(hours=1)
    bank.draw("lin_a", 100, "d")
    first, second = bank.journal.events(stream="lin_a")
    assert first.known_at == second.known_at


# ---- columns as array texts ------------------------------------------------------------------------------------------

COLUMNS = {
    "text": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
    | st.sampled_from(["NULL", "null", "", "{}", '"', "\\", "a,b"]),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "numeric": st.integers(-(10**37), 10**37),
    "bool": st.booleans(),
    "bytea": st.binary(max_size=40),
    "date": st.dates(),
    "timestamptz": st.datetimes(min_value=dt.datetime(1000, 1, 1), timezones=st.just(dt.UTC)),  # noqa: DTZ001 - hypothesis asks for naive bounds
}


@pytest.fixture
def engine(database: Database):
    with open_engine(database.url) as made:
        yield made


@pytest.mark.parametrize("kind", COLUMNS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(data=st.data())
def test_the_server_reads_what_was_written(engine: Engine, kind: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | COLUMNS[kind], max_size=6))
    with engine.connect() as connection:
        rows = driver(connection).execute(f"SELECT value FROM unnest(%s::{kind}[]) AS value", (array(values),)).fetchall()
    assert [row[0] for row in rows] == values


def test_rows_become_columns() -> None:
    assert arrays([(1, "a"), (2, None)]) == ["{1,2}", '{"a",NULL}']


def test_a_type_that_no_column_has_is_refused() -> None:
    with pytest.raises(KeyError):
        array([1.5])
