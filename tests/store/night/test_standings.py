"""Standings: what the day end said comes back to the fen, from a row only where something happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from tests.store.ledger_bank import START, Bank, drawing, opening, repaying

from farthing.domain.errors import Broken, Conflict
from farthing.domain.posting import Account, Posting
from farthing.flows.needs.night import Night
from farthing.ledger.day_end import close_rows

DAY = dt.timedelta(days=1)


@pytest.fixture
def bank(database_url: str, tmp_path: Path) -> Iterator[Bank]:
    made = Bank.open(database_url, tmp_path / "secrets")
    yield made
    made.engine.dispose()


def rows(bank: Bank, table: str = "standing") -> int:
    with bank.engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_a_line_left_alone_keeps_one_row_while_its_interest_grows(bank: Bank) -> None:
    bank.open_line("lin_a")
    bank.draw("lin_a", 1_234_567, "d")
    said = {day: bank.close_day(day) for day in (START + DAY * number for number in range(12))}
    assert rows(bank) == 1
    interest = [bank.lines.standings(day)["interest_owed_fen"][0] for day in said]
    assert interest == sorted(set(interest)), "it grows every day"
    for day, told in said.items():
        assert bank.lines.standings(day).equals(told)


def test_an_overdue_line_is_written_when_it_becomes_so_and_counts_by_itself(bank: Bank) -> None:
    bank.open_line("lin_a")
    bank.draw("lin_a", 1_000_000, "d")
    said = {day: bank.close_day(day) for day in (START + DAY * number for number in range(40))}
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
        said[first + DAY * number] = bank.close_day(first + DAY * number)
    for day, told in said.items():
        assert bank.lines.standings(day).equals(told)


def test_a_day_is_closed_once_and_in_order(bank: Bank) -> None:
    bank.open_line("lin_a")
    bank.close_day(START + DAY)
    for day in (START + DAY, START):
        with pytest.raises(Conflict) as again:
            bank.close(Night(day, 7, "1:1:"))
        assert again.value.code == "day_closed"
    assert bank.lines.days() == [START + DAY]


def posting(account: Account, amount_fen: int, day: dt.date = START) -> Posting:
    return Posting(day, "p", account, amount_fen)


def test_postings_are_summed_and_give_balances(bank: Bank) -> None:
    bank.open_line("lin_a")
    first = (posting(Account.LOANS, 500), posting(Account.LOANS, 200), posting(Account.CASH, -700))
    bank.close_day(START, postings=first)
    bank.close_day(START + DAY, postings=(posting(Account.LOANS, -200, START + DAY), posting(Account.CASH, 200, START + DAY)))
    assert rows(bank, "posting") == 4
    assert bank.lines.balances(START) == {Account.CASH: -700, Account.LOANS: 700}
    assert bank.lines.balances(START + DAY) == {Account.CASH: -500, Account.LOANS: 500}


def test_postings_that_do_not_sum_to_zero_close_nothing(bank: Bank) -> None:
    bank.open_line("lin_a")
    with pytest.raises(Broken) as off:
        bank.close_day(START, postings=(posting(Account.LOANS, 500), posting(Account.CASH, -499)))
    assert off.value.code == "postings_unbalanced"
    assert bank.lines.days() == []
    assert rows(bank, "posting") == 0


def test_what_a_night_left_behind_that_was_broken_off_nobody_sees(bank: Bank) -> None:
    bank.open_line("lin_a")
    bank.draw("lin_a", 500_000, "d")
    first = bank.close_day(START)
    bank.night(START + DAY)  # nothing changed: nothing told
    bank.draw("lin_a", 100_000, "e")
    bank.night(START + DAY)
    assert rows(bank) == 2, "told, and left behind"
    bank.repay("lin_a", 250_000, "r")
    told = bank.close_day(START + DAY)
    assert rows(bank) == 3
    assert told["principal_fen"].to_list() == [350_000]
    assert bank.lines.standings(START + DAY).equals(told)
    assert bank.lines.standings(START).equals(first)


def test_a_payment_that_slips_into_the_night_is_told_the_next(bank: Bank) -> None:
    for line in ("lin_a", "lin_b"):
        bank.open_line(line)
        bank.draw(line, 500_000, f"d {line}")
    bank.close_day(START)
    with bank.nights.begin(START + DAY, 1) as reading:
        bank.repay("lin_a", 100_000, "r")
        part = reading.part(0)
        narrow = close_rows(part.rows, START + DAY, reading.last)
        assert narrow.standings["principal_fen"].to_list() == [500_000, 500_000]
        bank.nights.tell(reading.night, narrow.told)
        bank.repay("lin_b", 100_000, "s")
    bank.close(reading.night)
    told = bank.close_day(START + 2 * DAY)
    assert told["principal_fen"].to_list() == [400_000, 400_000]
    assert bank.lines.standings(START + 2 * DAY).equals(told)
    assert bank.lines.standings(START + DAY)["principal_fen"].to_list() == [500_000, 500_000]


def test_an_odd_id_and_an_odd_product_are_told_as_they_are(bank: Bank) -> None:
    for line in ("lin_,\"'", "lin_" + "x" * 60, "lin_贷"):
        bank.open_line(line)
        bank.draw(line, 1_000, f"d {line}")
    told = bank.close_day(START)
    assert set(told["line"]) == {"lin_,\"'", "lin_" + "x" * 60, "lin_贷"}
    assert bank.lines.standings(START).equals(told)
