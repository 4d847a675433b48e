"""What a command stores beside its events stands or falls with it, alone or in a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.store.ledger_bank import OFFICER, START, Bank, opening

from farthing.domain.errors import Invalid, NotFound
from farthing.domain.ids import Prefix, require_prefix
from farthing.domain.line_event import Frozen
from farthing.domain.party import PartyKind, PersonalData
from farthing.flows.ports import Command, Transaction


@pytest.fixture
def bank(database_url: str, tmp_path: Path) -> Iterator[Bank]:
    made = Bank.open(database_url, tmp_path / "secrets")
    yield made
    made.engine.dispose()


def parties(bank: Bank) -> int:
    with bank.engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM party")).scalar_one()


def knowing(name: str, then: Callable[[Transaction], None] = lambda _: None) -> Callable[[Transaction], str]:
    def think(transaction: Transaction) -> str:
        party, _ = transaction.add_party(PartyKind.ENTERPRISE, PersonalData(name=name), {}, synthetic=True)
        then(transaction)
        return party.id

    return think


def fail(_: Transaction) -> None:
    raise Invalid("no", "No.")


def test_an_event_says_who_when_and_by_which_command(bank: Bank) -> None:
    bank.commands.run(*opening("lin_a", key="k"))
    (event,) = bank.journal.each()
    assert (event.actor, event.command, event.stream, event.sequence) == (OFFICER.id, "k", "lin_a", 1)
    assert require_prefix(event.id, Prefix.EVENT) == event.id


def test_two_events_of_one_command_stand_in_order(bank: Bank) -> None:
    def think(transaction: Transaction) -> list[int]:
        return [transaction.append("str_a", START, Frozen("lin_a", ground)).sequence for ground in ("one", "two")]

    assert bank.commands.run(Command("k", "freeze", OFFICER, {}), think, list) == [1, 2]
    assert [event.body.ground for event in bank.journal.events(stream="str_a") if isinstance(event.body, Frozen)] == ["one", "two"]


def test_what_a_failed_command_stored_is_gone_alone_and_in_a_batch(bank: Bank) -> None:
    with pytest.raises(Invalid):
        bank.commands.run(Command("a", "know", OFFICER, {}), knowing("甲", fail), str)
    assert parties(bank) == 0
    with bank.commands.batch() as batch:
        batch.run(Command("b", "know", OFFICER, {}), knowing("乙"), str)
        with pytest.raises(Invalid):
            batch.run(Command("c", "know", OFFICER, {}), knowing("丙", fail), str)
        batch.run(Command("d", "know", OFFICER, {}), knowing("丁"), str)
    assert parties(bank) == 2


def test_a_line_read_twice_is_the_one_that_was_saved(bank: Bank) -> None:
    bank.open_line("lin_a")

    def think(transaction: Transaction) -> bool:
        state = transaction.line("lin_a")
        transaction.save_line(state)
        return transaction.line("lin_a") is state

    assert bank.commands.run(Command("k", "look", OFFICER, {}), think, bool)


def test_no_line_is_not_found(bank: Bank) -> None:
    with pytest.raises(NotFound):
        bank.commands.run(Command("k", "look", OFFICER, {}), lambda transaction: transaction.line("lin_x").events, int)
