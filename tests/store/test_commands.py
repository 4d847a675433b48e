"""Commands: once for each key, all or nothing, together or alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from tests.store.ledger_bank import OFFICER, START, Bank, as_someone_else, drawing, opening
from tests.store_fixture import Database

from farthing.audit.merkle import leaf_hash
from farthing.audit.signed import receipt_holds
from farthing.domain import canon
from farthing.domain.consent import Consent
from farthing.domain.errors import Conflict, Invalid, NotFound, Unavailable
from farthing.domain.event import encode_event
from farthing.domain.evidence import EvidenceKind
from farthing.domain.facility import LineState
from farthing.domain.line_event import Drawn, Frozen
from farthing.domain.party import PartyKind, PersonalData
from farthing.flows.ports import Command, Transaction
from farthing.ledger.facility import fold
from farthing.store.engine import explained, open_engine
from farthing.store.postgres.server import Server


@pytest.fixture
def bank(database_url: str, tmp_path: Path) -> Iterator[Bank]:
    made = Bank.open(database_url, tmp_path / "secrets")
    yield made
    made.engine.dispose()


def count(bank: Bank, table: str) -> int:
    with bank.engine.connect() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def test_a_command_is_carried_out_once(bank: Bank) -> None:
    first = bank.open_line("lin_a")
    assert bank.open_line("lin_a") == first
    assert [count(bank, table) for table in ("event", "command", "receipt", "line_state")] == [1, 1, 1, 1]


def test_a_repeated_command_is_not_thought_about(bank: Bank) -> None:
    command, think, result = opening("lin_a")
    bank.commands.run(command, think, result)

    def never(_: Transaction) -> LineState:
        raise AssertionError("the first result was there")

    assert bank.commands.run(command, never, result) == bank.lines.get("lin_a")


def test_what_was_done_is_told_without_thinking(bank: Bank) -> None:
    command, think, result = opening("lin_a")
    assert bank.commands.done(command, result) is None
    first = bank.commands.run(command, think, result)
    assert bank.commands.done(command, result) == first
    with pytest.raises(Conflict, match="other inputs"):
        bank.commands.done(as_someone_else(command), result)
    with bank.commands.batch() as batch:
        later, think, result = opening("lin_b")
        assert batch.done(command, result) == first
        assert batch.done(later, result) is None
        assert batch.run(later, think, result) == batch.done(later, result)
        assert bank.commands.done(later, result) is None, "not committed yet"
        with pytest.raises(Conflict, match="other inputs"):
            batch.done(as_someone_else(later), result)


def test_more_commands_than_connections_wait_for_their_turn(bank: Bank) -> None:
    """Each reads by a connection of its own while it holds another."""
    meet = threading.Barrier(40)

    def send(number: int) -> int:
        def think(_: Transaction) -> int:
            return count(bank, "event") + number

        meet.wait()
        return bank.commands.run(Command(f"k{number}", "count", OFFICER, number), think, int)

    with ThreadPoolExecutor(40) as threads:
        assert list(threads.map(send, range(40))) == list(range(40))


def test_a_pool_that_is_empty_is_busy_and_may_be_asked_again(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank.engine.pool, "_timeout", 0.01)
    with ExitStack() as held:
        for _ in range(24):
            held.enter_context(bank.engine.connect())
        with pytest.raises(Unavailable) as busy:
            bank.open_line("lin_a")
    assert (busy.value.code, busy.value.retryable) == ("busy", True)
    bank.open_line("lin_a")


def test_the_application_does_not_wait_for_ever(bank: Bank, database: Database) -> None:
    limits = "SELECT current_setting('lock_timeout'), current_setting('statement_timeout'), " + (
        "current_setting('idle_in_transaction_session_timeout')"
    )
    with bank.engine.connect() as connection:
        assert connection.execute(text(limits)).one() == ("10s", "2min", "1min")
    with open_engine(database.owner_url, role=None) as migrating, migrating.connect() as connection:
        assert connection.execute(text(limits)).one() == ("0", "0", "0")


@pytest.mark.parametrize("limit", ["lock_timeout", "statement_timeout"])
def test_what_waits_too_long_is_busy(bank: Bank, limit: str) -> None:
    bank.open_line("lin_a")

    def slow(transaction: Transaction) -> int:
        with bank.engine.begin() as other, pytest.raises(Unavailable) as busy, explained():  # noqa: PT012
            transaction.line("lin_a")
            other.execute(text(f"SET LOCAL {limit} = '50ms'"))
            other.execute(text("SELECT 1 FROM line_state FOR UPDATE"))
        assert (busy.value.code, busy.value.retryable) == ("busy", True)
        return 1

    assert bank.commands.run(Command("k", "wait", OFFICER, {}), slow, int) == 1


def test_a_key_used_for_other_inputs_is_a_conflict(bank: Bank) -> None:
    bank.open_line("lin_a", key="k")
    with pytest.raises(Conflict) as refused:
        bank.open_line("lin_b", key="k")
    assert refused.value.code == "key_reused"
    command, think, result = opening("lin_a", key="k")
    with pytest.raises(Conflict):
        bank.commands.run(as_someone_else(command), think, result)


def test_no_plain_digest_of_what_was_sent_is_kept(bank: Bank) -> None:
    """Inputs may be guessable (an id number); without the bank's key a guess cannot be checked."""
    command, think, result = opening("lin_a")
    bank.commands.run(command, think, result)
    with bank.engine.connect() as connection:
        kept = connection.execute(text("SELECT digest FROM command")).scalar_one()
    assert len(kept) == 32
    assert kept != canon.digest({"name": command.name, "actor": command.actor.id, "inputs": command.inputs})


def test_what_failed_leaves_nothing_and_may_be_tried_again(bank: Bank) -> None:
    bank.open_line("lin_a")

    def fail(transaction: Transaction) -> int:
        transaction.append("lin_a", START, Frozen("lin_a", "doubt"))
        transaction.add_party(PartyKind.ENTERPRISE, PersonalData(name="甲公司"), {}, synthetic=True)
        raise Invalid("no", "No.")

    with pytest.raises(Invalid):
        bank.commands.run(Command("k", "freeze", OFFICER, {}), fail, int)
    assert [count(bank, table) for table in ("event", "command", "party")] == [1, 1, 0]
    assert bank.commands.run(Command("k", "freeze", OFFICER, {}), lambda _: 7, int) == 7


def test_the_line_is_the_fold_of_its_events(bank: Bank) -> None:
    bank.open_line("lin_a")
    bank.draw("lin_a", 500_000, "d1")
    bank.repay("lin_a", 200_000, "r1")
    events = bank.journal.events(stream="lin_a")
    assert [(event.kind, event.sequence) for event in events] == [("Opened", 1), ("Drawn", 2), ("Repaid", 3)]
    assert bank.lines.get("lin_a") == fold(events)


def test_a_missing_line_is_not_found(bank: Bank) -> None:
    with pytest.raises(NotFound, match="lin_nowhere"):
        bank.draw("lin_nowhere", 100, "d")


def test_two_with_one_key_at_once_think_once(bank: Bank) -> None:
    thought: list[int] = []
    meet = threading.Barrier(4)

    def think(transaction: Transaction) -> int:
        thought.append(1)
        return transaction.append("str_a", START, Frozen("lin_a", "doubt")).sequence

    def send(_: int) -> int:
        meet.wait()
        return bank.commands.run(Command("k", "freeze", OFFICER, {}), think, int)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(send, range(4))) == [1, 1, 1, 1]
    assert len(thought) == 1


def test_two_draws_at_once_on_one_line_take_turns(bank: Bank) -> None:
    bank.open_line("lin_a")
    with ThreadPoolExecutor(8) as threads:
        sequences = list(threads.map(lambda n: bank.draw("lin_a", 1_000, f"d{n}"), range(24)))
    assert sorted(sequences) == list(range(2, 26))
    assert bank.lines.get("lin_a").principal_fen == 24_000
    assert bank.lines.get("lin_a") == fold(bank.journal.events(stream="lin_a"))


def test_writers_who_never_meet_in_a_lock_still_number_a_stream_densely(bank: Bank) -> None:
    def send(number: int) -> int:
        def think(transaction: Transaction) -> int:
            return transaction.append("str_a", START, Frozen("lin_a", "doubt")).sequence

        return bank.commands.run(Command(f"k{number}", "freeze", OFFICER, {}), think, int)

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(send, range(100))) == list(range(1, 101))


def test_a_receipt_is_signed_over_the_leaves_of_the_events(bank: Bank) -> None:
    bank.open_line("lin_a")
    receipt = bank.commands.receipt("open lin_a")
    assert receipt.leaves == tuple(leaf_hash(encode_event(event)) for event in bank.journal.each())
    assert receipt_holds(receipt, bank.journal.public_key())
    with pytest.raises(NotFound):
        bank.commands.receipt("never sent")


def test_events_of_this_transaction_are_seen_in_it(bank: Bank) -> None:
    bank.open_line("lin_a")

    def think(transaction: Transaction) -> list[str]:
        transaction.append("lin_a", START, Frozen("lin_a", "doubt"))
        return [event.kind for event in transaction.events("lin_a")]

    assert bank.commands.run(Command("k", "freeze", OFFICER, {}), think, list) == ["Opened", "Frozen"]


# ---- many commands, one commit ---------------------------------------------------------------------------------------


def test_a_batch_is_one_commit_with_one_receipt(bank: Bank) -> None:
    with bank.commands.batch() as batch:
        for number in range(20):
            batch.run(*opening(f"lin_{number}"))
            batch.run(*drawing(f"lin_{number}", 1_000, f"d{number}"))
        assert count(bank, "event") == 0
    assert [count(bank, table) for table in ("event", "command", "receipt", "line_state")] == [40, 40, 1, 20]
    assert bank.lines.get("lin_7") == fold(bank.journal.events(stream="lin_7"))
    assert bank.commands.receipt("d3") == bank.commands.receipt("d3")
    assert len(bank.commands.receipt("d3").leaves) == 40


def test_one_that_fails_in_a_batch_is_undone_alone(bank: Bank) -> None:
    def fail(transaction: Transaction) -> int:
        transaction.append("lin_a", START, Drawn("lin_a", 1, 5))
        transaction.add_party(PartyKind.ENTERPRISE, PersonalData(name="甲公司"), {}, synthetic=True)
        raise Invalid("no", "No.")

    def keep(transaction: Transaction) -> str:
        party, _ = transaction.add_party(PartyKind.ENTERPRISE, PersonalData(name="乙公司"), {}, synthetic=True)
        return party.id

    with bank.commands.batch() as batch:
        batch.run(*opening("lin_a"))
        with pytest.raises(Invalid):
            batch.run(Command("bad", "bad", OFFICER, {}), fail, int)
        batch.run(Command("party", "party", OFFICER, {}), keep, str)
        batch.run(*drawing("lin_a", 700, "d"))
    assert [event.kind for event in bank.journal.events(stream="lin_a")] == ["Opened", "Drawn"]
    assert count(bank, "party") == 1
    assert count(bank, "command") == 3


def test_a_key_repeated_in_a_batch_gives_the_first_result(bank: Bank) -> None:
    with bank.commands.batch() as batch:
        first = batch.run(*opening("lin_a"))
        assert batch.run(*opening("lin_a")) == first
        with pytest.raises(Conflict):
            batch.run(*opening("lin_b", key="open lin_a"))
    assert count(bank, "event") == 1


def test_an_error_out_of_a_batch_undoes_it_all(bank: Bank) -> None:
    with pytest.raises(NotFound), bank.commands.batch() as batch:  # noqa: PT012
        batch.run(*opening("lin_a"))
        batch.run(*drawing("lin_nowhere", 100, "d"))
    assert [count(bank, table) for table in ("event", "command", "line_state")] == [0, 0, 0]


def test_a_batch_larger_than_memory_allows_is_flushed_on_the_way(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("farthing.store.unit._FLUSH", 3)
    with bank.commands.batch() as batch:
        batch.run(*opening("lin_a"))
        for number in range(10):
            batch.run(*drawing("lin_a", 1_000, f"d{number}"))
    assert len(bank.commands.receipt("d0").leaves) == 11
    assert bank.lines.get("lin_a") == fold(bank.journal.events(stream="lin_a"))


# ---- when the database goes away -------------------------------------------------------------------------------------


def test_a_connection_cut_in_the_middle_is_retried_and_nothing_doubled(bank: Bank, postgres_server: Server, database: Database) -> None:
    bank.open_line("lin_a")
    cut: list[int] = []

    def think(transaction: Transaction) -> int:
        state = transaction.line("lin_a")
        if not cut:
            cut.append(terminate(postgres_server, database.name))
        return transaction.append("lin_a", START, Drawn("lin_a", state.draws_made + 1, 100)).sequence

    assert bank.commands.run(Command("k", "draw", OFFICER, {}), think, int) == 2
    assert cut[0] > 0
    assert count(bank, "event") == 2


def test_a_batch_cut_in_the_middle_says_so_and_may_be_repeated(bank: Bank, postgres_server: Server, database: Database) -> None:
    with pytest.raises(Unavailable) as lost, bank.commands.batch() as batch:  # noqa: PT012
        batch.run(*opening("lin_a"))
        terminate(postgres_server, database.name)
        batch.run(*opening("lin_b"))
    assert lost.value.retryable
    bank.engine.dispose()
    with bank.commands.batch() as batch:
        batch.run(*opening("lin_a"))
        batch.run(*opening("lin_b"))
    assert count(bank, "event") == 2


def terminate(server: Server, database: str) -> int:
    """End every session of the database, as a crash of the server's side would."""
    password = (server.directory / "secrets" / "postgres.pw").read_text().strip()
    with psycopg.connect(host=str(server.socket), port=server.port, user="postgres", password=password, dbname="postgres") as connection:
        ended = connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database,)).fetchall()
    return len(ended)


def test_consent_and_party_are_stored_with_the_command(bank: Bank) -> None:
    def think(transaction: Transaction) -> str:
        party, commitment = transaction.add_party(PartyKind.ENTERPRISE, PersonalData(name="甲公司"), {"county": "330100"}, synthetic=True)
        transaction.add_consent(Consent(party.id, (EvidenceKind.INVOICE,), START, None))
        assert commitment
        return party.id

    bank.commands.run(Command("k", "know", OFFICER, {}), think, str)
    assert [count(bank, table) for table in ("party", "consent", "command")] == [1, 1, 1]
