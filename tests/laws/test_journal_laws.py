"""Laws of the journal: whoever edits the past is found out and where, and a process killed anywhere loses and doubles nothing."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tests.flows.bank import AUDITOR, OFFICER, OPENED, opened
from tests.store.ledger_bank import Bank
from tests.store_fixture import Database

from farthing.audit.signed import head_text
from farthing.domain.event import encode_event
from farthing.domain.line_event import Frozen
from farthing.flows.ports import Clock, Command, House, Transaction
from farthing.flows.prove import verify
from farthing.ledger.facility import fold
from farthing.store.keys import Signer

ROOT = Path(__file__).parents[2]
VICTIM = 7
"""The leaf that is tampered with."""


@dataclass(frozen=True)
class Later:
    """The house's clock a minute on, when every promise of a seal is due."""

    clock: Clock

    def now(self) -> dt.datetime:
        return self.clock.now() + dt.timedelta(minutes=1)

    def today(self) -> dt.date:
        return self.clock.today()

    def open_day(self, day: dt.date) -> None:
        self.clock.open_day(day)


@dataclass
class Busy:
    """The house's clock; when it is looked at for the first time, somebody opens a line and has it sealed."""

    house: House
    done: bool = False

    def now(self) -> dt.datetime:
        if not self.done:
            self.done = True
            opened(self.house, 4)
            self.house.journal.seal()
        return self.house.clock.now()

    def today(self) -> dt.date:
        return self.house.clock.today()

    def open_day(self, day: dt.date) -> None:
        self.house.clock.open_day(day)


def told(house: House) -> str:
    """Everything that verifying finds, as text."""
    checked = verify(replace(house, clock=Later(house.clock)), AUDITOR)
    return "\n".join(f"{finding.check}: {finding.item}" for finding in checked.findings)


def victim(house: House, index: int = VICTIM) -> str:
    """The id of the event at a leaf."""
    events = [*house.journal.each()]
    assert encode_event(events[index]) == dict(house.journal.every())[index]
    return events[index].id


CONSISTENT = """WITH untrue AS (
    SELECT id, convert_to(replace(convert_from(data, 'UTF8'), '"amount_fen":', '"amount_fen":9'), 'UTF8') AS data
    FROM event WHERE id = %s),
  forged AS (UPDATE event SET data = untrue.data, leaf_hash = sha256('\\x00'::bytea || untrue.data) FROM untrue WHERE event.id = untrue.id
    RETURNING event.id, leaf_hash)
UPDATE seal SET leaf_hash = forged.leaf_hash FROM forged WHERE event_id = forged.id"""
SWAPPED = """UPDATE {table} AS one SET ({columns}) = (SELECT {columns} FROM {table} AS other
  WHERE other.{key} = CASE one.{key} WHEN %s THEN %s ELSE %s END) WHERE one.{key} IN (%s, %s)"""


def test_an_honest_journal_has_no_findings(house: House) -> None:
    checked = verify(house, AUDITOR)
    assert checked.findings == ()
    assert (checked.events, checked.heads, checked.lines) == (10, 3, 3)


def test_a_changed_byte_is_located(house: House, tamper: Callable[..., None]) -> None:
    event = victim(house)
    tamper("UPDATE event SET data = set_byte(data, 20, get_byte(data, 20) # 1) WHERE id = %s", event)
    found = told(house)
    assert f"event bytes match their leaf: {event}" in found
    assert f"leaf was promised by a receipt: leaf {VICTIM}" in found
    assert "leaves come to their head: leaves 6 to 9" in found


def test_a_changed_event_with_all_its_hashes_is_located_by_its_receipt(house: House, tamper: Callable[..., None]) -> None:
    event = victim(house)
    tamper(CONSISTENT, event)
    found = told(house)
    assert f"leaf was promised by a receipt: leaf {VICTIM}" in found
    assert "promised leaf is there" in found
    assert "leaves come to their head: leaves 6 to 9" in found
    assert "leaves come to their head: leaves 0 to 2" not in found


def test_a_changed_column_beside_true_bytes_is_located(house: House, tamper: Callable[..., None]) -> None:
    event = victim(house)
    tamper("UPDATE event SET effective_on = effective_on - 1 WHERE id = %s", event)
    assert told(house) == f"event columns repeat the event: {event}"


def test_a_lost_event_is_located(house: House, tamper: Callable[..., None]) -> None:
    event = victim(house)
    tamper("DELETE FROM event WHERE id = %s", event)
    found = told(house)
    assert f"leaf is there: leaf {VICTIM}" in found
    assert f"leaf {VICTIM}, {event}" in found


def test_an_event_lost_with_its_seal_is_located(house: House, tamper: Callable[..., None]) -> None:
    event = victim(house)
    tamper("DELETE FROM event WHERE id = %s", event)
    tamper("DELETE FROM seal WHERE event_id = %s", event)
    assert f"leaf is there: leaf {VICTIM}" in told(house)


def test_a_cut_off_end_is_located_by_its_receipts(house: House, tamper: Callable[..., None]) -> None:
    tamper("DELETE FROM event WHERE id IN (SELECT event_id FROM seal WHERE leaf_index >= 6)")
    tamper("DELETE FROM seal WHERE leaf_index >= 6")
    tamper("DELETE FROM head WHERE size > 6")
    assert told(house).count("promised leaf is there") == 4


def test_two_swapped_events_are_located(house: House, tamper: Callable[..., None]) -> None:
    one, other = victim(house, 6), victim(house, 8)
    tamper(SWAPPED.format(table="event", key="id", columns="data, leaf_hash"), one, other, one, one, other)
    found = told(house)
    assert one in found
    assert other in found
    assert "leaves come to their head: leaves 6 to 9" in found


def test_two_swapped_seals_are_found(house: House, tamper: Callable[..., None]) -> None:
    tamper("UPDATE seal SET leaf_index = -1 WHERE leaf_index = 6")
    tamper("UPDATE seal SET leaf_index = 6 WHERE leaf_index = 8")
    tamper("UPDATE seal SET leaf_index = 8 WHERE leaf_index = -1")
    found = told(house)
    assert "leaves come to their head: leaves 6 to 9" in found
    for index in (6, 8):
        assert f"leaves are in the order of their commits: leaf {index}, " in found


def test_a_past_cut_short_and_signed_by_another_key_is_found(house: House, tamper: Callable[..., None]) -> None:
    other = Signer.of(b"o" * 32)
    tamper("DELETE FROM event WHERE id IN (SELECT event_id FROM seal WHERE leaf_index >= 6)")
    tamper("DELETE FROM receipt WHERE NOT EXISTS (SELECT FROM event WHERE leaf_hash = substring(leaves FOR 32)) AND leaves <> ''")
    tamper("DELETE FROM seal WHERE leaf_index >= 6")
    tamper("DELETE FROM head WHERE size > 6")
    old = house.journal.head_of(6)
    signature = other.sign(head_text(6, old.root, old.at, other.key_id))
    tamper("UPDATE head SET key_id = %s, signature = %s WHERE size = 6", other.key_id, signature)
    assert "head is signed: head of 6 leaves" in told(house)


@pytest.mark.parametrize("column", ["signature", "root"])
def test_a_flipped_bit_of_a_head_is_located(house: House, tamper: Callable[..., None], column: str) -> None:
    tamper(f"UPDATE head SET {column} = set_byte({column}, 9, get_byte({column}, 9) # 4) WHERE size = 6")
    assert "head is signed: head of 6 leaves" in told(house)


def test_a_flipped_bit_of_a_stored_leaf_is_located(house: House, tamper: Callable[..., None]) -> None:
    event = victim(house)
    tamper("UPDATE seal SET leaf_hash = set_byte(leaf_hash, 9, get_byte(leaf_hash, 9) # 4) WHERE leaf_index = %s", VICTIM)
    assert f"sealed leaf is its event's: leaf {VICTIM}, {event}" in told(house)


def test_a_forged_head_is_found(house: House, tamper: Callable[..., None]) -> None:
    tamper("UPDATE head SET root = sha256('x') WHERE size = 6")
    found = told(house)
    assert "head is signed: head of 6 leaves" in found
    assert "leaves come to their head: leaves 3 to 5" in found


def test_a_forged_receipt_is_found(house: House, tamper: Callable[..., None]) -> None:
    tamper("UPDATE receipt SET leaves = sha256('x') WHERE leaves = (SELECT leaf_hash FROM seal WHERE leaf_index = %s)", VICTIM)
    found = told(house)
    assert "receipt is signed" in found
    assert f"leaf was promised by a receipt: leaf {VICTIM}" in found


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE command SET result = replace(convert_from(result, 'UTF8'), '1', '2')::bytea WHERE key = 'draw 1'",
        "UPDATE command SET digest = sha256(digest) WHERE key = 'draw 1'",
        "UPDATE command SET name = 'repay' WHERE key = 'draw 1'",
        "UPDATE command SET at = at - interval '1 day' WHERE key = 'draw 1'",
        "UPDATE command SET key = 'draw 9' WHERE key = 'draw 1'",
        "DELETE FROM command WHERE key = 'draw 1'",
        "INSERT INTO command SELECT 'draw 9', name, digest, result, receipt, at FROM command WHERE key = 'draw 1'",
    ],
)
def test_a_command_edited_lost_or_slipped_in_is_found_by_its_receipt(house: House, tamper: Callable[..., None], tampering: str) -> None:
    signed = house.commands.receipt("draw 1")
    tamper(tampering)
    assert f"receipt is signed: receipt of {signed.at.isoformat()}" in told(house).splitlines()


def test_each_command_of_a_batch_is_held_by_its_receipt(house: House, tamper: Callable[..., None]) -> None:
    with house.commands.batch() as commands:
        for number in range(3):
            commands.run(Command(f"nothing {number}", "nothing", OFFICER, number), lambda _: "done", str)
    assert told(house) == ""
    tamper("DELETE FROM command WHERE key = 'nothing 1'")
    assert told(house).startswith("receipt is signed: ")


def test_a_kept_node_edited_or_lost_is_located(house: House, tamper: Callable[..., None]) -> None:
    def think(transaction: Transaction) -> None:
        for _ in range(512):
            transaction.append("str_a", OPENED, Frozen("lin_a", "test"))

    house.commands.run(Command("many", "many", OFFICER, ""), think, type(None))
    assert told(house) == ""
    tamper("UPDATE node SET hash = sha256(hash) WHERE level = 8 AND position = 1")
    tamper("DELETE FROM node WHERE level = 9")
    node = "kept node is what its leaves come to: node"
    assert told(house).splitlines() == [f"{node} 1 of level 8", f"{node} 0 of level 9"]


def test_a_forged_event_is_found(house: House, tamper: Callable[..., None]) -> None:
    tamper("""INSERT INTO event SELECT 'evt_forged', stream, sequence + 1, kind, effective_on, known_at, actor, 'nobody', synthetic,
      data, leaf_hash, pg_current_xact_id() FROM event WHERE sequence = 3 LIMIT 1""")
    found = told(house)
    assert "events come from commands: evt_forged" in found
    assert "leaf stands once" in found


def test_an_edited_balance_is_located(house: House, tamper: Callable[..., None]) -> None:
    line = house.lines.ids()[1]
    tamper("UPDATE line_state SET state = replace(state, '\"drawn_fen\":200000,', '\"drawn_fen\":100000,') WHERE line = %s", line)
    assert told(house).splitlines() == [f"line row repeats its state: {line}", f"line is the fold of its events: {line}"]


@pytest.mark.parametrize(
    "column",
    [
        "principal_fen = 0", "oldest_unpaid_on = opened_on", "party = 'pty_x'", "state = state || ' '",
        "form = set_byte(form, 40, 1 - get_byte(form, 40))", "form = set_byte(form, 10, 255)",
    ],
)  # fmt: skip
def test_a_column_of_a_line_edited_beside_its_state_is_located(house: House, tamper: Callable[..., None], column: str) -> None:
    line = house.lines.ids()[1]
    tamper(f"UPDATE line_state SET {column} WHERE line = %s", line)
    assert told(house) == f"line row repeats its state: {line}"


def test_a_state_that_is_none_is_located(house: House, tamper: Callable[..., None]) -> None:
    line = house.lines.ids()[1]
    tamper("UPDATE line_state SET state = '{}' WHERE line = %s", line)
    assert told(house) == f"line is the fold of its events: {line}"


def test_a_bank_at_work_is_not_accused(house: House) -> None:
    """What is sealed between one look and the next is no finding: here the clock, asked half-way, lets one more line be opened."""
    assert verify(replace(house, clock=Busy(house)), AUDITOR).findings == ()
    assert len(house.lines.ids()) == 4


def test_an_edited_posting_is_located(house: House, tamper: Callable[..., None]) -> None:
    tamper("UPDATE posting SET amount_fen = amount_fen + 1 WHERE id = (SELECT min(id) FROM posting)")
    assert told(house).splitlines() == [f"postings of a day sum to zero: {OPENED}", f"day is as it was closed: {OPENED}"]


# ---- kills -----------------------------------------------------------------------------------------------------------


def test_a_writer_killed_at_any_step_loses_and_doubles_nothing(database: Database, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    bank = Bank.open(database.url, secrets)
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "tests.laws.dying_writer", database.url, str(secrets)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False, timeout=200)
    assert run.returncode == 0, run.stderr
    deaths = [json.loads(line) for line in run.stdout.splitlines()]
    assert deaths[-1]["lived"], "the last one died nowhere: every step was died at"
    assert len(deaths) > 10
    for death in deaths:
        assert set(death["answered"]) <= set(death["kept"]), "what was answered is kept"
        assert death["finished"]
    for step in range(1, len(deaths) + 1):
        events = bank.journal.events(stream=f"lin_{step:03}")
        assert [event.kind for event in events] == ["Opened", "Drawn", "Repaid"]
        assert bank.lines.get(f"lin_{step:03}") == fold(events)
    head = bank.journal.seal()
    assert head.size == 3 * len(deaths) == len(list(bank.journal.every()))
    bank.engine.dispose()
