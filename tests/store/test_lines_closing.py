"""Standings: what the day end said comes back to the fen, from a row only where something happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from tests.store.ledger_bank import OFFICER, START, Bank, drawing, opening, repaying

from farthing.domain.errors import Broken, Conflict
from farthing.domain.posting import Account, Posting
from farthing.flows.ports import Command, Transaction
from farthing.ledger.day_end import close

DAY = dt.timedelta(days=1)


@pytest.fixture
def bank(database_url: str, tmp_path: Path) -> Iterator[Bank]:
    made = Bank.open(database_url, tmp_path / "secrets")
    yield made
    made.engine.dispose()


def close_day(bank: Bank, day: dt.date, frame: pl.DataFrame | None = None, postings: tuple[Posting, ...] = ()) -> pl.DataFrame:
    """Close a day with what the ledger's day end makes of the lines, or with this frame."""
    told = close(list(bank.lines.states(0, 1)), day).standings if frame is None else frame

    def think(transaction: Transaction) -> int:
        transaction.close_day(day, told, postings)
        return told.height

    bank.commands.run(Command(f"close {day}", "close", OFFICER, {"day": day}), think, int)
    return told


def rows(bank: Bank, table: str = "standing") -> int:
    with bank.engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_a_line_left_alone_keeps_one_row_while_its_interest_grows(bank: Bank) -> None:
    bank.open_line("lin_a")
    bank.draw("lin_a", 1_234_567, "d")
    said = {day: close_day(bank, day) for day in (START + DAY * number for number in range(12))}
    assert rows(bank) == 1
    interest = [bank.lines.standings(day)["interest_owed_fen"][0] for day in said]
    assert interest == sorted(set(interest)), "it grows every day"
    for day, told in said.items():
        assert bank.lines.standings(day).equals(told)


def test_an_overdue_line_is_written_when_it_becomes_so_and_counts_by_itself(bank: Bank) -> None:
    bank.open_line("lin_a")
    bank.draw("lin_a", 1_000_000, "d")
    said = {day: close_day(bank, day) for day in (START + DAY * number for number in range(40))}
    assert bank.lines.standings(START + DAY * 39)["dpd"][0] == (START + DAY * 39 - dt.date(2025, 1, 20)).days
    assert rows(bank) < 6
    for day, told in said.items():
        assert bank.lines.standings(day).equals(told)


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    deeds=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["draw", "repay", "none"]), st.integers(1, 400_000)), min_size=5, max_size=25
    ),
    tag=st.uuids(),
)
def test_every_closed_day_reads_as_the_day_end_said(bank: Bank, deeds: list[tuple[int, str, int]], tag: object) -> None:
    first = bank.lines.days()[-1] + DAY if bank.lines.days() else START
    if not bank.lines.ids():
        with bank.commands.batch() as batch:
            for number in range(4):
                batch.run(*opening(f"lin_{number}"))
    said = {}
    for number, (line, deed, amount) in enumerate(deeds):
        if deed == "draw":
            bank.commands.run(*drawing(f"lin_{line}", amount, f"{tag} {number}"))
        elif deed == "repay":
            bank.commands.run(*repaying(f"lin_{line}", amount, f"{tag} {number}"))
        said[first + DAY * number] = close_day(bank, first + DAY * number)
    for day, told in said.items():
        assert bank.lines.standings(day).equals(told)


def test_a_day_is_closed_once_and_in_order(bank: Bank) -> None:
    bank.open_line("lin_a")
    close_day(bank, START + DAY)
    for day in (START + DAY, START):
        with pytest.raises(Conflict) as again:
            bank.commands.run(
                Command(f"again {day}", "close", OFFICER, {}), lambda t, day=day: t.close_day(day, told(bank), ()), type(None)
            )
        assert again.value.code == "day_closed"
    assert bank.lines.days() == [START + DAY]


def told(bank: Bank) -> pl.DataFrame:
    return close(list(bank.lines.states(0, 1)), START + DAY).standings


def posting(account: Account, amount_fen: int, day: dt.date = START) -> Posting:
    return Posting(day, "p", account, amount_fen)


def test_postings_are_summed_and_give_balances(bank: Bank) -> None:
    bank.open_line("lin_a")
    first = (posting(Account.LOANS, 500), posting(Account.LOANS, 200), posting(Account.CASH, -700))
    close_day(bank, START, postings=first)
    close_day(bank, START + DAY, postings=(posting(Account.LOANS, -200, START + DAY), posting(Account.CASH, 200, START + DAY)))
    assert rows(bank, "posting") == 4
    assert bank.lines.balances(START) == {Account.CASH: -700, Account.LOANS: 700}
    assert bank.lines.balances(START + DAY) == {Account.CASH: -500, Account.LOANS: 500}


def test_postings_that_do_not_sum_to_zero_close_nothing(bank: Bank) -> None:
    bank.open_line("lin_a")
    with pytest.raises(Broken) as off:
        close_day(bank, START, postings=(posting(Account.LOANS, 500), posting(Account.CASH, -499)))
    assert off.value.code == "postings_unbalanced"
    assert bank.lines.days() == []
    assert rows(bank, "posting") == 0
