"""Group commit: commands that wait together are committed together, and none of them can tell."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from tests.store.ledger_bank import OFFICER, START, Bank, as_someone_else, drawing, repaying
from tests.store.test_commands import count, terminate
from tests.store_fixture import Database

from farthing.audit.signed import receipt_holds
from farthing.domain.errors import Conflict, Invalid, Unavailable
from farthing.domain.line_event import Drawn, Frozen
from farthing.domain.party import PartyKind, PersonalData
from farthing.flows.ports import Command, Transaction
from farthing.ledger.facility import fold
from farthing.store import group
from farthing.store.commands import Commands
from farthing.store.postgres.server import Server

HOLD = "lin_hold"


@pytest.fixture
def bank(database_url: str, tmp_path: Path) -> Iterator[Bank]:
    made = Bank.open(database_url, tmp_path / "secrets")
    yield made
    made.engine.dispose()


@contextmanager
def together(bank: Bank) -> Iterator[ThreadPoolExecutor]:
    """What is sent inside waits while all writers are held, and is then one group."""
    go, held = threading.Event(), threading.Barrier(group.WRITERS + 1)

    def hold(_: Transaction) -> int:
        held.wait(20)
        go.wait(20)
        return 0

    with ThreadPoolExecutor(100) as threads:
        keys = [f"hold-{time.monotonic_ns()}-{number}" for number in range(group.WRITERS)]
        for key in keys:
            threads.submit(bank.commands.run, Command(key, "hold", OFFICER, {}, (f"{HOLD}-{key}",)), hold, int)
            while key not in bank.commands._group._busy.names:
                time.sleep(0.001)
        held.wait(20)
        try:
            yield threads
        finally:
            go.set()


def send(threads: ThreadPoolExecutor, bank: Bank, asked, commands: Commands | None = None) -> Future:
    """One more in the queue, behind those that were sent before."""
    before = len(bank.commands._group._waiting)
    sent = threads.submit((commands or bank.commands).run, *asked)
    while commands is None and len(bank.commands._group._waiting) == before and not sent.done():
        time.sleep(0.0005)
    return sent


def failing(line: str, key: str, error: BaseException):
    def think(transaction: Transaction) -> int:
        state = transaction.line(line)
        transaction.append(line, START, Drawn(line, state.draws_made + 1, 5))
        transaction.add_party(PartyKind.ENTERPRISE, PersonalData(name="甲公司"), {}, synthetic=True)
        raise error

    return Command(key, "fail", OFFICER, {}, (line,)), think, int


def test_what_waits_together_shares_one_receipt(bank: Bank) -> None:
    for number in range(8):
        bank.open_line(f"lin_{number}")
    with together(bank) as threads:
        sent = [send(threads, bank, drawing(f"lin_{number}", 1_000, f"d{number}")) for number in range(8)]
        assert not any(one.done() for one in sent), "nobody is answered before the commit"
        assert count(bank, "command") == 8
    assert [one.result() for one in sent] == [2] * 8
    receipts = {bank.commands.receipt(f"d{number}").signature for number in range(8)}
    assert len(receipts) == 1
    assert receipt_holds(bank.commands.receipt("d0"), bank.journal.public_key())
    assert len(bank.commands.receipt("d0").leaves) == 8


def test_one_key_twice_in_a_group_is_done_once(bank: Bank) -> None:
    bank.open_line("lin_a")
    with together(bank) as threads:
        asked = drawing("lin_a", 1_000, "d")
        first, again = send(threads, bank, asked), send(threads, bank, asked)
        other = send(threads, bank, (as_someone_else(asked[0]), *asked[1:]))
    assert first.result() == again.result() == 2
    with pytest.raises(Conflict, match="other inputs"):
        other.result()
    assert count(bank, "event") == 2


@pytest.mark.parametrize("error", [Invalid("no", "No."), ZeroDivisionError(), KeyboardInterrupt()])
def test_one_that_fails_in_a_group_is_undone_alone(bank: Bank, error: BaseException) -> None:
    bank.open_line("lin_a")
    with together(bank) as threads:
        before = send(threads, bank, drawing("lin_a", 1_000, "d1"))
        bad = send(threads, bank, failing("lin_a", "bad", error))
        after = send(threads, bank, drawing("lin_a", 1_000, "d2"))
    with pytest.raises(type(error)):
        bad.result()
    assert (before.result(), after.result()) == (2, 3)
    assert [count(bank, table) for table in ("event", "party")] == [3, 0]
    assert bank.lines.get("lin_a") == fold(bank.journal.events(stream="lin_a"))


def test_what_the_database_refuses_hurts_nobody_else(bank: Bank) -> None:
    """A statement that fails spoils the transaction; then each goes its own way."""
    bank.open_line("lin_a")

    def think(transaction: Transaction) -> int:
        transaction._unit._raw.execute("SELECT 1 / 0")
        return 0

    with together(bank) as threads:
        before = send(threads, bank, drawing("lin_a", 1_000, "d1"))
        bad = send(threads, bank, (Command("bad", "bad", OFFICER, {}, ("lin_a",)), think, int))
        after = send(threads, bank, drawing("lin_a", 1_000, "d2"))
    with pytest.raises(psycopg.errors.DivisionByZero):
        bad.result()
    assert (before.result(), after.result()) == (2, 3)


def test_commands_on_one_line_keep_their_order(bank: Bank) -> None:
    bank.open_line("lin_a", limit_fen=100_000)
    with together(bank) as threads:
        sent = [
            send(threads, bank, asked)
            for number in range(40)
            for asked in (drawing("lin_a", 100_000 - number, f"d{number}"), repaying("lin_a", 100_000 - number, f"r{number}"))
        ]
    assert [one.result() for one in sent] == list(range(2, 82))
    assert bank.lines.get("lin_a") == fold(bank.journal.events(stream="lin_a"))


def test_two_servers_share_lines_and_keys(bank: Bank, database_url: str, tmp_path: Path) -> None:
    """What one remembers of a line is nothing once another wrote it."""
    other = Bank.open(database_url, tmp_path / "secrets")
    for number in range(4):
        bank.open_line(f"lin_{number}")
    with ThreadPoolExecutor(16) as threads:
        sent = [
            threads.submit(who.commands.run, *drawing(f"lin_{number % 4}", 1_000, f"d{number}"))
            for number in range(80)
            for who in (bank, other)
        ]
        answers = [one.result() for one in sent]
    assert answers[::2] == answers[1::2], "one key, one answer"
    assert count(bank, "event") == 84
    for number in range(4):
        assert bank.lines.get(f"lin_{number}") == fold(bank.journal.events(stream=f"lin_{number}"))
    other.engine.dispose()


def test_a_remembered_line_is_checked(bank: Bank) -> None:
    bank.open_line("lin_a")
    bank.draw("lin_a", 1_000, "d1")
    with bank.engine.begin() as connection:
        changed = 'UPDATE line_state SET state = replace(state, \'"status":"active"\', \'"status":"frozen"\')'
        connection.execute(text(changed))

    def think(transaction: Transaction) -> str:
        return transaction.line("lin_a").status.value

    assert bank.commands.run(Command("k", "look", OFFICER, {}, ("lin_a",)), think, str) == "frozen"


def test_lines_that_were_not_named_are_found_all_the_same(bank: Bank) -> None:
    bank.open_line("lin_a")
    command, think, result = drawing("lin_a", 1_000, "d")
    other = Command(command.key, command.name, command.actor, command.inputs, ("lin_elsewhere",))
    assert bank.commands.run(other, think, result) == 2


def test_a_connection_cut_under_a_group_is_retried(bank: Bank, postgres_server: Server, database: Database) -> None:
    bank.open_line("lin_a")
    cut: list[int] = []

    def think(transaction: Transaction) -> int:
        if not cut:
            cut.append(terminate(postgres_server, database.name))
        return transaction.append("str_a", START, Frozen("lin_a", "doubt")).sequence

    with together(bank) as threads:
        sent = [send(threads, bank, drawing("lin_a", 1_000, "d1"))]
        sent.append(send(threads, bank, (Command("k", "freeze", OFFICER, {}, ("lin_a",)), think, int)))
        sent.append(send(threads, bank, drawing("lin_a", 1_000, "d2")))
    assert [one.result() for one in sent] == [2, 1, 3]
    assert count(bank, "event") == 4


def test_too_many_waiting_are_told_so(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "WAITING", 1)
    bank.open_line("lin_a")
    with together(bank) as threads:
        first = send(threads, bank, drawing("lin_a", 1_000, "d1"))
        with pytest.raises(Unavailable) as busy:
            bank.draw("lin_a", 1_000, "d2")
    assert busy.value.retryable
    assert first.result() == 2


def test_idle_writers_end_and_others_begin(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "_IDLE_S", 0.01)
    bank.open_line("lin_a")
    for number in range(5):
        assert bank.draw("lin_a", 1_000, f"d{number}") == number + 2
        time.sleep(0.02 * (number % 3))
    until = time.monotonic() + 20
    while bank.commands._group._busy.writers and time.monotonic() < until:
        time.sleep(0.01)
    assert not bank.commands._group._busy.writers


ACTS = st.lists(
    st.tuples(st.sampled_from(["draw", "repay", "fail", "repeat", "reuse"]), st.integers(0, 2), st.integers(100, 400_000)),
    min_size=1,
    max_size=20,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(acts=ACTS)
def test_a_group_answers_as_its_commands_one_by_one(bank: Bank, acts: list[tuple[str, int, int]]) -> None:
    """The law: sent together or each after the other, the same answers and the same events."""
    run = time.monotonic_ns()
    alone, grouped = [f"lin_{run}_a{n}" for n in range(3)], [f"lin_{run}_g{n}" for n in range(3)]
    for line in (*alone, *grouped):
        bank.open_line(line)
    expected = [told(lambda asked=asked: bank.commands.alone(*asked)) for asked in asked_of(acts, alone)]
    with together(bank) as threads:
        sent = [send(threads, bank, asked) for asked in asked_of(acts, grouped)]
    assert [told(one.result) for one in sent] == expected
    for one, other in zip(alone, grouped, strict=True):
        assert fold(bank.journal.events(stream=other)) == bank.lines.get(other)
        kinds = [[(event.kind, event.sequence) for event in bank.journal.events(stream=line)] for line in (one, other)]
        assert kinds[0] == kinds[1]


def asked_of(acts: list[tuple[str, int, int]], lines: list[str]):
    """The acts on these lines; a repeated key means the same draw again, a reused one another."""
    for number, (kind, place, amount) in enumerate(acts):
        line, key = lines[place], f"{lines[0]} {number}"
        if kind == "fail":
            yield failing(line, key, Invalid("no", "No."))
        elif kind == "repeat":
            yield drawing(lines[0], 100, f"{lines[0]} repeated")
        elif kind == "reuse":
            yield drawing(line, amount, f"{lines[0]} repeated")
        else:
            yield (drawing if kind == "draw" else repaying)(line, amount, key)


def told(ask) -> object:
    try:
        return ask()
    except (Conflict, Invalid) as refused:
        return refused.code


def test_a_stream_that_grew_while_its_line_stood_is_looked_at_again(bank: Bank, database_url: str, tmp_path: Path) -> None:
    bank.open_line("lin_a")
    bank.draw("lin_a", 1_000, "d1")
    other = Bank.open(database_url, tmp_path / "secrets")

    def think(transaction: Transaction) -> int:
        return transaction.append("lin_a", START, Frozen("lin_a", "odd")).sequence

    assert other.commands.run(Command("f", "freeze", OFFICER, {}), think, int) == 3
    other.engine.dispose()
    bank.draw("lin_a", 1_000, "d2")
    assert [(event.sequence, event.kind) for event in bank.journal.events("lin_a")] == list(
        enumerate(["Opened", "Drawn", "Frozen", "Drawn"], start=1)
    )


def test_whoever_waits_without_a_thread_is_told(bank: Bank) -> None:
    told = threading.Event()
    bank.open_line("lin_a")
    with together(bank):
        ticket = bank.commands._group.submit(lambda hand: hand.commands.run(*drawing("lin_a", 1_000, "d")), "d", ("lin_a",))
        ticket.tell(told.set)
        assert not told.is_set(), "not before the commit"
    assert told.wait(20)
    assert ticket.result() == 2
    late = threading.Event()
    ticket.tell(late.set)
    assert late.is_set(), "whoever asks too late is told at once"
