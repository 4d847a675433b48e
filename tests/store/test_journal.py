"""Sealing: every committed event once, in order, at the cost of what is new; and proofs of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from tests.store.ledger_bank import OFFICER, START, Bank, drawing, opening
from tests.store_fixture import Database

from farthing.audit.merkle import EMPTY_ROOT, Frontier, grow, included, leaf_hash
from farthing.audit.signed import head_holds
from farthing.domain.errors import Broken, NotFound
from farthing.domain.event import encode_event
from farthing.domain.line_event import Frozen
from farthing.flows.ports import Command, Transaction


@pytest.fixture
def bank(database_url: str, tmp_path: Path) -> Iterator[Bank]:
    made = Bank.open(database_url, tmp_path / "secrets")
    yield made
    made.engine.dispose()


def fill(bank: Bank, first: int, count: int) -> None:
    """So many events in one commit."""
    with bank.commands.batch() as batch:
        for number in range(first, first + count):
            batch.run(*opening(f"lin_{number:04}"))


def owner(database: Database) -> psycopg.Connection:
    return psycopg.connect(make_url(database.owner_url).set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)


def test_an_empty_journal_has_the_empty_head(bank: Bank) -> None:
    assert bank.journal.head() is None
    head = bank.journal.seal()
    assert (head.size, head.root) == (0, EMPTY_ROOT)
    assert bank.journal.seal() == head


def test_sealing_takes_what_is_new_in_order(bank: Bank) -> None:
    fill(bank, 0, 3)
    first = bank.journal.seal()
    fill(bank, 3, 4)
    second = bank.journal.seal()
    assert (first.size, second.size) == (3, 7)
    assert bank.journal.heads() == [first, second]
    assert bank.journal.head() == second
    sealed = list(bank.journal.every())
    assert [index for index, _ in sealed] == list(range(7))
    assert second.root == grow(Frontier(), (leaf_hash(data) for _, data in sealed)).root()
    assert [encode_event(one) for one in bank.journal.each()] == [data for _, data in sealed]
    assert head_holds(second, bank.journal.public_key())


def test_sealing_again_signs_nothing_new(bank: Bank) -> None:
    fill(bank, 0, 3)
    head = bank.journal.seal()
    assert bank.journal.seal() == head
    assert len(bank.journal.heads()) == 1


def test_a_late_commit_is_not_skipped(bank: Bank, database: Database) -> None:
    """A transaction that began first and commits last holds the horizon back; it is sealed in its turn, before the later ones."""
    with owner(database) as slow:
        slow.execute("BEGIN")
        early = slow.execute("SELECT pg_current_xact_id()::text").fetchone()
        fill(bank, 0, 2)
        assert early is not None
        assert bank.journal.seal().size == 0, "a transaction below these events may still commit"
        slow.execute("COMMIT")
    assert bank.journal.seal().size == 2


def test_many_writers_and_sealers_lose_and_double_nothing(bank: Bank) -> None:
    def write(number: int) -> None:
        bank.commands.run(*opening(f"lin_{number:04}"))
        bank.journal.seal()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(write, range(40)))
    head = bank.journal.seal()
    assert head.size == 40
    assert [index for index, _ in bank.journal.every()] == list(range(40))
    assert len({data for _, data in bank.journal.every()}) == 40


@pytest.mark.parametrize("sizes", [[1], [255, 1], [256], [257], [300, 300, 1], [1024, 3]])
def test_every_leaf_has_its_proof(bank: Bank, sizes: list[int]) -> None:
    for place, size in enumerate(sizes):
        fill(bank, place * 2000, size)
        head = bank.journal.seal()
    events = list(bank.journal.each())
    assert len(events) == head.size == sum(sizes)
    for place in {0, 1, 254, 255, 256, 257, 511, 512, len(events) // 2, len(events) - 1} & set(range(len(events))):
        proof = bank.journal.inclusion(events[place].id)
        assert (proof.index, proof.size, proof.leaf) == (place, head.size, leaf_hash(encode_event(events[place])))
        assert included(proof.leaf, proof.index, proof.size, proof.path, head.root)
        assert sum(map(len, proof.path)) <= 1024


def test_what_is_not_sealed_has_no_proof_yet(bank: Bank) -> None:
    fill(bank, 0, 1)
    with pytest.raises(NotFound) as early:
        bank.journal.inclusion(next(bank.journal.each()).id)
    assert early.value.code == "not_sealed"


def test_a_seal_costs_what_is_new_not_what_is_old(bank: Bank) -> None:
    """Rows read to seal one event on top of many: the newest leaves and a node for each power of two, never the log."""
    fill(bank, 0, 2000)
    bank.journal.seal()
    fill(bank, 2000, 1)
    read: list[int] = []
    original = psycopg.Cursor.fetchall

    def counted(cursor: psycopg.Cursor) -> list[object]:
        rows = original(cursor)
        read.append(len(rows))
        return rows

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "fetchall", counted)
        assert bank.journal.seal().size == 2001
    assert sum(read) < 256 + 16


def test_a_log_that_no_longer_comes_to_its_head_is_not_sealed_on(bank: Bank, database: Database) -> None:
    fill(bank, 0, 3)
    bank.journal.seal()
    with owner(database) as tamperer:
        tamperer.execute("ALTER TABLE seal DISABLE TRIGGER USER")
        tamperer.execute("UPDATE seal SET leaf_hash = sha256('x') WHERE leaf_index = 2")
    fill(bank, 3, 1)
    with pytest.raises(Broken) as changed:
        bank.journal.seal()
    assert changed.value.code == "log_changed"


def test_a_database_moved_to_a_younger_server_is_not_sealed_on(bank: Bank, database: Database) -> None:
    fill(bank, 0, 1)
    bank.journal.seal()
    with owner(database) as mover:
        mover.execute("ALTER TABLE head DISABLE TRIGGER USER")
        mover.execute("UPDATE head SET horizon = '4000000000000'")
    with pytest.raises(Broken) as moved:
        bank.journal.seal()
    assert moved.value.code == "database_moved"


def test_events_are_read_by_stream_by_kind_and_page_by_page(bank: Bank) -> None:
    fill(bank, 0, 3)
    bank.commands.run(*drawing("lin_0001", 500, "d"))
    assert [one.kind for one in bank.journal.events(stream="lin_0001")] == ["Opened", "Drawn"]
    assert [one.stream for one in bank.journal.each("Drawn")] == ["lin_0001"]
    first = bank.journal.events(limit=2)
    assert [*first, *bank.journal.events(after=first[-1].id, limit=100)] == [*bank.journal.each()]
    assert bank.journal.event(first[0].id) == first[0]
    assert [bank.journal.newest(stream) for stream in ("lin_0001", "nowhere")] == [bank.journal.events(stream="lin_0001")[-1], None]
    with pytest.raises(NotFound):
        bank.journal.event("evt_nowhere")


def test_an_event_left_unsealed_is_a_finding(bank: Bank) -> None:
    """This is what holds the sealer to its five seconds."""
    bank.commands.run(*opening("lin_a"))
    for _ in range(8):
        bank.clock.now()
    assert [finding.check for finding in bank.journal.findings()] == ["events are sealed within 5 s"]
    bank.journal.seal()
    assert bank.journal.findings() == []


def test_a_whole_journal_has_no_findings(bank: Bank) -> None:
    fill(bank, 0, 20)

    def think(transaction: Transaction) -> int:
        return transaction.append("bank", START, Frozen("lin_0001", "疑点")).sequence

    bank.commands.run(Command("f", "freeze", OFFICER, {}), think, int)
    bank.journal.seal()
    assert bank.journal.findings() == []


def test_a_stream_is_read_whole_however_long_and_a_page_is_asked_for(bank: Bank) -> None:
    bank.open_line("lin_0001")
    with bank.commands.batch() as batch:
        for number in range(1_004):
            batch.run(*drawing("lin_0001", 100, f"d {number}"))
    told = bank.journal.events("lin_0001")
    assert [event.sequence for event in told] == list(range(1, 1_006))
    assert [event.sequence for event in bank.journal.events("lin_0001", limit=3)] == [1, 2, 3]
    assert [*bank.journal.events("lin_0001", after=told[999].id)] == [*told[1_000:]]
    assert [*bank.journal.each("Drawn")] == [*told[1:]], "pages join without a gap"
