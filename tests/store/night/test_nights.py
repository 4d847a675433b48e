"""The book at one moment: every line once, though it is paid on meanwhile, and marked if it was written since the last close."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text
from tests.store.ledger_bank import START, Bank, opening
from tests.store_fixture import Database

from farthing.flows.needs.night import Reading
from farthing.ledger.day_end import close_by_steps
from farthing.store.night import nights

LINES = [f"lin_{number:020d}" for number in range(60)]


@pytest.fixture
def bank(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    monkeypatch.setattr(nights, "PAGES", 2)  # so that sixty lines are several parts
    made = Bank.open(database.url, tmp_path / "secrets")
    with made.commands.batch() as batch:
        for line in LINES:
            batch.run(*opening(line))
    yield made
    made.engine.dispose()


def read(reading: Reading) -> dict[str, bool]:
    """Every line, and whether it was written since the last close."""
    found = [row for number in range(reading.parts) for row in reading.part(number).rows]
    told = {row["line"].decode(): bool(row["touched"]) for row in found}
    assert len(found) == len(told), "no line twice"
    return told


def owner(database: Database, statement: str) -> None:
    url = make_url(database.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def test_parts_cover_every_line_once_though_lines_move_meanwhile(bank: Bank) -> None:
    with bank.nights.begin(START, 1) as reading:
        assert reading.parts > 3
        first = reading.part(0)
        for turn in range(6):  # a row finds no more room on its page, and goes to another
            for line in LINES[::3]:
                bank.draw(line, 1_000, f"{line} {turn}")
        rest = [row["line"].decode() for number in range(1, reading.parts) for row in reading.part(number).rows]
    assert sorted([*rest, *(row["line"].decode() for row in first.rows)]) == LINES


def test_states_are_those_of_the_moment(bank: Bank) -> None:
    with bank.nights.begin(START, 2) as reading:
        bank.draw(LINES[0], 1_000, "d")
        with ThreadPoolExecutor(2) as hands:
            found = list(hands.map(reading.states, [LINES[:2], LINES[:1], []]))
    assert [[state.drawn_fen for state in states] for states in found] == [[0, 0], [0], []]


def test_lines_written_since_the_last_close_are_marked(bank: Bank) -> None:
    with bank.nights.begin(START, 1) as reading:
        assert reading.last is None
    bank.close_day(START)
    bank.draw(LINES[7], 1_000, "d")
    with bank.nights.begin(START, 1) as reading:
        assert reading.last == START
        assert [line for line, touched in read(reading).items() if touched] == [LINES[7]]


def test_a_line_written_while_the_night_read_is_marked_the_next(bank: Bank) -> None:
    with bank.nights.begin(START, 1) as reading:
        read(reading)
        bank.draw(LINES[3], 1_000, "d")
    bank.close(reading.night)
    with bank.nights.begin(START, 1) as reading:
        assert [line for line, touched in read(reading).items() if touched] == [LINES[3]]


@pytest.mark.parametrize(
    "other", ["seen = '99999999999:99999999999:'::pg_snapshot", "release = 'farthing 0'", "release = NULL", "seen = NULL"]
)
def test_after_a_night_of_another_server_or_release_every_line_is_compared(bank: Bank, database: Database, other: str) -> None:
    bank.close_day(START)
    owner(database, f"UPDATE bank_day SET {other} WHERE night IS NOT NULL")
    with bank.nights.begin(START, 1) as reading:
        assert reading.last is None


@pytest.mark.parametrize("said", ["''", "overlay(form placing '\\xff' from 1)", "substring(form from 1 for 20)"])
def test_a_line_without_a_form_of_this_release_is_named_apart(bank: Bank, database: Database, said: str) -> None:
    owner(database, f"UPDATE line_state SET form = {said} WHERE line = '{LINES[5]}'")
    with bank.nights.begin(START, 1) as reading:
        parts = [reading.part(number) for number in range(reading.parts)]
    assert [line for part in parts for line in part.others] == [LINES[5]]
    assert sum(len(part.rows) for part in parts) == len(LINES) - 1
    assert bank.close_day(START).height == len(LINES)


def test_a_line_gets_the_form_it_lacks_unless_it_is_being_written(bank: Bank, database: Database) -> None:
    owner(database, "UPDATE line_state SET form = ''")
    with bank.nights.begin(START, 1) as reading:
        states = reading.states([*LINES[:3], "lin_nowhere"])
    forms = close_by_steps(states, START).forms
    assert set(forms) == set(LINES[:3])
    bank.draw(LINES[1], 1_000, "d")
    with bank.engine.begin() as other:
        other.execute(text("SELECT 1 FROM line_state WHERE line = :line FOR UPDATE"), {"line": LINES[2]})
        assert bank.nights.renew(states, forms) == 1, "not the one that was written, nor the one that is locked"
    assert bank.nights.renew(states, {}) == 0
    with bank.nights.begin(START, 1) as reading:
        assert set(read(reading)) == {LINES[0], LINES[1]}
    assert all(bank.lines.repeats(line) for line in LINES)


def test_an_empty_book_has_one_empty_part(database: Database, tmp_path: Path) -> None:
    bank = Bank.open(database.url, tmp_path)
    with bank.nights.begin(START, 1) as reading:
        part = reading.part(0)
        assert (reading.parts, len(part.rows), part.others) == (1, 0, ())
    bank.engine.dispose()


def test_each_try_of_a_day_has_its_number(bank: Bank) -> None:
    numbers = []
    for _ in range(3):
        with bank.nights.begin(START, 1) as reading:
            numbers.append(reading.night.number)
    assert numbers == [1, 2, 3]
