"""What was posted and who listens, as the database keeps it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.flows.bank import BORROWER, OPENED, SYSTEM, open_bank, opened
from tests.people_fixture import People, people_of
from tests.store_fixture import Database

from farthing.domain.bank.listener import Letter, Progress
from farthing.domain.errors import Unavailable
from farthing.domain.posting import Account
from farthing.flows.day_end import run_to
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import Command, House, Transaction
from farthing.sources.entropy import SystemEntropy
from farthing.store import keyring
from farthing.store.bank.listeners import Listeners
from farthing.store.vault import rotate

AT = dt.datetime(2024, 5, 6, 9, tzinfo=dt.UTC)
ONE = "lin_00000000000000000001"


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as bank:
        opened(bank)
        draw(bank, BORROWER, DrawRequest(ONE, 1_000_000), "d")
        run_to(bank, SYSTEM, OPENED + dt.timedelta(days=3), "n")
        bank.journal.seal()
        yield bank


def test_turnover_days_and_closes_say_the_same(house: House) -> None:
    second = OPENED + dt.timedelta(days=1)
    cash, *_, loans, allowance = sorted(house.postings.turnover(second, second), key=lambda one: one.account)[:4]
    assert {one.account: (one.opening_fen, one.debits_fen, one.credits_fen) for one in house.postings.turnover(second, second)} == {
        Account.CASH: (-1_000_000, 0, 0), Account.LOANS: (1_000_000, 0, 0), Account.LOSS_ALLOWANCE: (-10_000, 0, 0),
        Account.IMPAIRMENT_LOSS: (10_000, 0, 0), Account.INTEREST_RECEIVABLE: (0, 300, 0), Account.INTEREST_INCOME: (0, 0, 300),
    }  # fmt: skip
    assert cash.product == loans.product == allowance.product == "revolving"
    rows = house.postings.daily(Account.INTEREST_INCOME, None, OPENED, OPENED + dt.timedelta(days=9))
    assert [(row.booked_on, row.amount_fen) for row in rows] == [(OPENED + dt.timedelta(days=2), -300), (second, -300)]
    assert house.postings.daily(Account.INTEREST_INCOME, "another", OPENED, second) == []
    closes = house.postings.closes()
    assert [close.day for close in closes] == [OPENED + dt.timedelta(days=number) for number in range(3)]
    assert house.postings.touched(None, closes[0]) == {ONE}
    assert house.postings.touched(closes[0], closes[2]) == frozenset()
    histories = house.postings.histories([ONE, "lin_none"], closes[0])
    assert {line: [event.kind for event in events] for line, events in histories.items()} == {ONE: ["Opened", "Drawn"], "lin_none": []}
    assert house.postings.written_off() == {}


def test_a_close_knew_what_was_written_when_its_night_read(house: House) -> None:
    """Not what slipped in before the day was closed."""
    day, two = house.clock.today(), opened(house, 2).line
    with house.nights.begin(day, 1) as reading:
        repay(house, BORROWER, RepayRequest(two, 500), "slipped in")
    night = reading.night

    def close(transaction: Transaction) -> str:
        transaction.close_day(night, ())
        return "closed"

    house.commands.run(Command("close", "close", SYSTEM, day), close, str)
    *_, before, knew = house.postings.closes()
    assert [event.kind for event in house.postings.histories([two], knew)[two]] == ["Opened"]
    assert house.postings.touched(before, knew) == {two}
    run_to(house, SYSTEM, day + dt.timedelta(days=2), "next")
    later = house.postings.closes()[-1]
    assert [event.kind for event in house.postings.histories([two], later)[two]] == ["Opened", "Repaid"]
    assert house.postings.touched(knew, later) == {two}


@pytest.fixture
def people(database: Database, tmp_path: Path) -> Iterator[People]:
    with people_of(database, tmp_path) as found:
        yield found


def letter(index: int, **changes: object) -> Letter:
    values = {"stream": "lin_a", "event": f"evt_{index}", "kind": "Drawn", "tries": 0, "next_at": AT, "error": ""}
    return Letter("lsn_a", index, **{**values, **changes})  # type: ignore[arg-type]


def test_a_listeners_place_and_letters_are_kept_together(people: People) -> None:
    listeners = Listeners(people.engine, people.vault)
    assert listeners.progress("lsn_a") is None
    listeners.told(Progress("lsn_a", 7, AT), [letter(3), letter(5)])
    listeners.told(Progress("lsn_a", 9, AT, 2, AT, "gone"), [])
    assert listeners.progress("lsn_a") == Progress("lsn_a", 9, AT, 2, AT, "gone")
    listeners.keep(letter(5, tries=3, error="HTTP 500", dead=True))
    assert listeners.letters("lsn_a", dead=True) == [letter(5, tries=3, error="HTTP 500", dead=True)]
    assert listeners.letters("lsn_b") == []
    listeners.drop("lsn_a", 3)
    assert [one.index for one in listeners.letters()] == [5]


def test_a_key_is_made_once_kept_sealed_rotated_with_the_others_and_forgotten(people: People) -> None:
    listeners = Listeners(people.engine, people.vault)
    assert listeners.key("lsn_a") is None
    key = listeners.make_key("lsn_a")
    assert (len(key), listeners.make_key("lsn_a"), listeners.key("lsn_a"), listeners.make_key("lsn_b") != key) == (32, key, key, True)
    with people.engine.connect() as connection:
        kept = connection.execute(text("SELECT wrapped FROM subject_key WHERE owner = 'lsn_a'")).scalar_one()
    assert key not in bytes(kept)
    keyring.add_master(people.home / "secrets", SystemEntropy())
    with people.engine.begin() as connection:
        assert rotate(connection, people.vault) == 2
    assert Listeners(people.engine, people.another().vault).key("lsn_a") == key
    listeners.told(Progress("lsn_a", 7, AT), [letter(3)])
    listeners.forget("lsn_a")
    assert (listeners.progress("lsn_a"), listeners.letters("lsn_a")) == (None, [])
    assert listeners.key("lsn_a") is None
    assert listeners.make_key("lsn_a") != key


def test_a_turn_is_one_tellers_and_comes_free_with_its_connection(people: People) -> None:
    listeners = Listeners(people.engine, people.vault)
    with listeners.turn("lsn_a") as mine, listeners.turn("lsn_a") as again, listeners.turn("lsn_b") as other:
        assert (mine, again, other) == (True, False, True)
    with pytest.raises(Unavailable), listeners.turn("lsn_a"), people.engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"))
    with listeners.turn("lsn_a") as mine:
        assert mine
