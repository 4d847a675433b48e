"""Laws of the exported journal: its own checker, alone in an isolated interpreter, names whatever was changed, and nothing else."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.flows.bank import AUDITOR, opened

from farthing.audit.signed import head_text, key_id
from farthing.cli import export_files
from farthing.domain import canon
from farthing.domain.errors import Broken, Invalid, NotFound
from farthing.domain.journal import SignedHead
from farthing.flows import prove
from farthing.flows.export import export
from farthing.flows.ports import House

VICTIM = 7
"""The leaf that is tampered with; six are under the second head, ten under the third."""
OTHER = Ed25519PrivateKey.from_private_bytes(b"another bank's key, of 32 bytes!")


@dataclass(frozen=True)
class Told:
    """What the checker said, and its exit code."""

    code: int
    lines: tuple[str, ...]

    @property
    def wrong(self) -> list[str]:
        """The items that it names."""
        return [line.removeprefix("WRONG  ").split(": ")[0] for line in self.lines if line.startswith("WRONG")]


def check(folder: Path, *more: str | Path) -> Told:
    """The checker that lies in the folder, by an interpreter that sees nothing of this project."""
    command = [sys.executable, "-I", folder / export_files.VERIFIER, folder, *more]
    run = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd=folder, env={}, check=False, timeout=60)
    assert run.stderr == "" or run.returncode == 2, run.stderr
    return Told(run.returncode, tuple(run.stdout.splitlines()))


def kept(folder: Path, head: SignedHead) -> Path:
    """A head as a file, as somebody else would keep it."""
    path = folder.parent / f"head-{head.size}.json"
    path.write_bytes(canon.encode(head))
    return path


def written(house: House, folder: Path, since: int = 0) -> Path:
    """The journal, exported."""
    export_files.write(house, export(house, AUDITOR, since), folder)
    return folder


@pytest.fixture
def folder(house: House, tmp_path: Path) -> Path:
    return written(house, tmp_path / "journal")


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def name(folder: Path, index: int = VICTIM) -> str:
    """What the checker calls an event of the untouched export."""
    return f"event {index} ({json.loads(lines(folder / export_files.EVENTS)[index])['id']})"


def test_a_whole_journal_holds_and_the_checker_is_short_and_alone(folder: Path) -> None:
    told = check(folder)
    assert (told.code, told.lines) == (0, ("OK: 10 events, 3 heads, 0 heads kept",))
    program = (folder / export_files.VERIFIER).read_text(encoding="utf-8")
    assert len(program.splitlines()) < 200
    assert "import farthing" not in program
    assert "from farthing" not in program


def test_the_same_journal_gives_the_same_bytes(house: House, folder: Path, tmp_path: Path) -> None:
    again = written(house, tmp_path / "again")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {path.name: path.read_bytes() for path in again.iterdir()}


def test_what_is_missing_or_unreadable_cannot_be_checked(folder: Path) -> None:
    (folder / export_files.LEAVES).unlink()
    assert check(folder).code == 2
    (folder / export_files.KEY).unlink()
    assert check(folder).code == 2


# ---- tampering with the files ----------------------------------------------------------------------------------------


def flip(path: Path, number: int, at: int) -> None:
    """One bit of a line, near its middle or where it is told."""
    every = lines(path)
    line = bytearray(every[number])
    line[at] ^= 1
    path.write_bytes(b"".join([*every[:number], bytes(line), *every[number + 1 :]]))


def test_a_flipped_bit_of_an_event_is_located(folder: Path) -> None:
    due = name(folder)
    flip(folder / export_files.EVENTS, VICTIM, 12)
    assert (check(folder).code, check(folder).wrong) == (1, [due])


@pytest.mark.parametrize("at", [0, 40, 63])
def test_a_flipped_bit_of_a_leaf_is_located(folder: Path, at: int) -> None:
    flip(folder / export_files.LEAVES, VICTIM, at)
    assert check(folder).wrong == [f"leaf {VICTIM}"]


@pytest.mark.parametrize("field", ['"root":"', '"signature":"', '"at":"', '"size":'])
def test_a_flipped_bit_of_a_head_is_located(folder: Path, field: str) -> None:
    path = folder / export_files.HEADS
    flip(path, 1, lines(path)[1].index(field.encode()) + len(field))
    assert check(folder).wrong == ["head 2"]


def test_a_flipped_bit_of_a_receipt_is_located(folder: Path) -> None:
    path = folder / export_files.RECEIPTS
    flip(path, VICTIM, lines(path)[VICTIM].index(b'"signature":"') + 20)
    assert check(folder).wrong == [f"receipt {VICTIM + 1}", name(folder)]


@pytest.mark.parametrize("victim", [0, VICTIM, 9])
def test_a_lost_event_is_located(folder: Path, victim: int) -> None:
    path = folder / export_files.EVENTS
    every = lines(path)
    path.write_bytes(b"".join(every[:victim] + every[victim + 1 :]))
    assert check(folder).wrong == [f"event {victim}"]


def test_an_event_lost_with_its_leaf_is_located_by_its_receipt(folder: Path) -> None:
    for file in (export_files.EVENTS, export_files.LEAVES):
        every = lines(folder / file)
        (folder / file).write_bytes(b"".join(every[:VICTIM] + every[VICTIM + 1 :]))
    wrong = check(folder).wrong
    assert len(wrong) == 2
    assert wrong[0].startswith(f"receipt {VICTIM + 1} of ")
    assert wrong[1] == "head of 10 events"


def test_two_swapped_events_are_located(folder: Path) -> None:
    path = folder / export_files.EVENTS
    every, ids = lines(path), [json.loads(line)["id"] for line in lines(path)]
    every[6], every[8] = every[8], every[6]
    path.write_bytes(b"".join(every))
    assert check(folder).wrong == [f"event 6 ({ids[8]})", f"event 8 ({ids[6]})"]


def test_a_changed_event_with_its_leaf_is_located(folder: Path) -> None:
    events, leaves = lines(folder / export_files.EVENTS), lines(folder / export_files.LEAVES)
    events[VICTIM] = events[VICTIM].replace(b'"amount_fen":', b'"amount_fen":9')
    leaves[VICTIM] = export_files.verify_farthing.event_hash(events[VICTIM]).hex().encode() + b"\n"
    due = name(folder)
    (folder / export_files.EVENTS).write_bytes(b"".join(events))
    (folder / export_files.LEAVES).write_bytes(b"".join(leaves))
    first, second, third = check(folder).wrong
    assert (first, third) == (due, "head of 10 events")
    assert second.startswith(f"receipt {VICTIM + 1} of ")


def test_a_past_cut_short_and_signed_by_another_key_is_found_by_a_kept_head(house: House, folder: Path) -> None:
    """The forger holds the folder and a key of their own: everything in it is theirs and fits, but for what others were given before."""
    newest = house.journal.heads()[-1]
    mine = OTHER.public_key().public_bytes_raw()
    for file in (export_files.EVENTS, export_files.LEAVES, export_files.RECEIPTS):
        (folder / file).write_bytes(b"".join(lines(folder / file)[:6]))
    old = house.journal.head_of(6)
    signature = OTHER.sign(head_text(6, old.root, old.at, key_id(mine)))
    forged = dataclasses.replace(old, key_id=key_id(mine), signature=signature)
    (folder / export_files.HEADS).write_bytes(canon.encode(forged) + b"\n")
    bank = (folder / export_files.KEY).read_text(encoding="ascii").strip()
    assert "head 1" in check(folder, "--key", bank).wrong
    (folder / export_files.KEY).write_text(mine.hex(), encoding="ascii")
    told = check(folder, "--head", kept(folder, newest))
    assert told.code == 1
    assert any(line.startswith(f"WRONG  kept head head-{newest.size}.json 1: is signed by another key") for line in told.lines)


def test_a_cut_off_end_is_found_by_a_kept_head(house: House, folder: Path) -> None:
    newest = house.journal.heads()[-1]
    for file, left in ((export_files.EVENTS, 6), (export_files.LEAVES, 6), (export_files.RECEIPTS, 6), (export_files.HEADS, 2)):
        (folder / file).write_bytes(b"".join(lines(folder / file)[:left]))
    assert check(folder).code == 0, "whole and shorter: nothing in the folder can tell"
    told = check(folder, "--head", kept(folder, newest))
    assert told.lines[0] == f"WRONG  kept head of {newest.size} events: the journal has only 6: its end was cut off"


# ---- heads and proofs that were kept ---------------------------------------------------------------------------------


def test_kept_heads_are_the_beginning_and_a_proof_leads_to_its_head(house: House, folder: Path, tmp_path: Path) -> None:
    event = json.loads(lines(folder / export_files.EVENTS)[VICTIM])["id"]
    proof = tmp_path / "proof.json"
    proof.write_bytes(prove.compact(prove.proof(house, AUDITOR, event)))
    heads = [kept(folder, head) for head in house.journal.heads()]
    told = check(folder, "--proof", proof, *(word for path in heads for word in ("--head", path)))
    assert (told.code, told.lines) == (0, ("OK: 10 events, 3 heads, 3 heads kept",))
    proof.write_bytes(proof.read_bytes().replace(f'"index":{VICTIM}'.encode(), b'"index":6'))
    assert check(folder, "--proof", proof).wrong == [f"proof proof.json of {event}"]


def test_an_export_of_what_is_new_holds_from_a_head_on(house: House, tmp_path: Path) -> None:
    folder = written(house, tmp_path / "new", since=6)
    assert check(folder).lines == ("OK: 4 events, 2 heads, 0 heads kept",)
    assert check(folder, "--head", kept(folder, house.journal.head_of(3))).wrong == ["kept head of 3 events"]
    flip(folder / export_files.EVENTS, 1, 12)
    assert check(folder).wrong[0].startswith("event 7 (")
    with pytest.raises(NotFound, match="5 leaves"):
        export(house, AUDITOR, since=5)


# ---- breaks ----------------------------------------------------------------------------------------------------------


def test_an_export_goes_on_where_it_broke_off_or_ended(house: House, folder: Path, tmp_path: Path) -> None:
    events = folder / export_files.EVENTS
    whole = events.read_bytes()
    events.write_bytes(whole[: len(whole) // 2])
    assert 0 < export_files.write(house, export(house, AUDITOR), folder) < 10
    assert events.read_bytes() == whole
    opened(house, 4)
    assert export_files.write(house, export(house, AUDITOR), folder) == 1
    assert events.read_bytes().startswith(whole)
    assert check(folder).lines == ("OK: 11 events, 4 heads, 0 heads kept",)
    (folder / export_files.LEAVES).unlink()
    assert export_files.write(house, export(house, AUDITOR), folder) == 11
    with pytest.raises(Invalid, match="starts elsewhere"):
        written(house, folder, since=6)
    (folder / export_files.KEY).write_text("00", encoding="ascii")
    with pytest.raises(Invalid, match="another key"):
        written(house, folder)


# ---- tampering with the database, then exporting it ------------------------------------------------------------------


def test_what_was_changed_in_the_database_is_located_in_its_export(house: House, tamper: Callable[..., None], tmp_path: Path) -> None:
    ids = [json.loads(data)["id"] for _, data in house.journal.every()]
    tamper("UPDATE event SET data = set_byte(data, 20, get_byte(data, 20) # 1) WHERE id = %s", ids[2])
    tamper("DELETE FROM event WHERE id = %s", ids[VICTIM])
    tamper("UPDATE head SET signature = set_byte(signature, 5, get_byte(signature, 5) # 1) WHERE size = 6")
    tamper("UPDATE event SET data = data || '\\x0a'::bytea WHERE id = %s", ids[9])
    told = check(written(house, tmp_path / "journal"))
    assert told.wrong == ["head 2", f"event 2 ({ids[2]})", f"event {VICTIM}", f"event 9 ({ids[9]})"]


def test_an_event_lost_with_its_seal_is_located_in_the_export(house: House, tamper: Callable[..., None], tmp_path: Path) -> None:
    tamper("DELETE FROM event WHERE id = (SELECT event_id FROM seal WHERE leaf_index = %s)", VICTIM)
    tamper("DELETE FROM seal WHERE leaf_index = %s", VICTIM)
    wrong = check(written(house, tmp_path / "journal")).wrong
    assert wrong[0] == f"event {VICTIM}"


def test_a_journal_that_became_shorter_does_not_overwrite_its_export(house: House, folder: Path, tamper: Callable[..., None]) -> None:
    tamper("DELETE FROM event WHERE id IN (SELECT event_id FROM seal WHERE leaf_index >= 6)")
    tamper("DELETE FROM seal WHERE leaf_index >= 6")
    tamper("DELETE FROM head WHERE size > 6")
    with pytest.raises(Broken, match="the journal only 6"):
        written(house, folder)
    wrong = check(written(house, folder.parent / "after")).wrong
    assert len(wrong) == 4
    assert all(item.startswith("receipt ") for item in wrong)
