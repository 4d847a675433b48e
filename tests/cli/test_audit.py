"""`farthing audit`: what an auditor types, on a whole journal and on one that somebody changed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from tests.cli.desk import Desk, desk, typed
from tests.flows.applicants import DAY
from tests.flows.bank import open_bank, opened
from tests.store_fixture import Database

EMPTY = "No such event."


def sql(database: Database, *statements: str) -> None:
    """What somebody with the owner's password may do."""
    plain = make_url(database.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as tamperer:
        for statement in statements:
            tamperer.execute(statement)


@pytest.fixture(scope="module")
def bank(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(new_database(), tmp_path_factory.mktemp("bank")) as open_desk:
        for key in ("E1", "E3"):
            assert typed("decision", "make", key, "--amount", "400000").code == 0
        yield open_desk


@pytest.fixture(scope="module")
def decided(bank: Desk) -> list[str]:
    """The ids of the two decisions' events, oldest first, as the log tells them."""
    lines = typed("audit", "log", "--kind", "Decided", "--json").out.splitlines()
    assert len(lines) == len(bank.parties) - 3
    return [json.loads(line)["id"] for line in lines]


@pytest.mark.usefixtures("bank")
def test_a_whole_journal_verifies_and_replays() -> None:
    told = typed("audit", "verify")
    assert (told.code, "nothing wrong" in told.out, "0 lines" in told.out) == (0, True, True)
    checked = typed("audit", "verify", "--json").json
    assert (checked["findings"], checked["lines"]) == ([], 0)
    assert checked["events"] == typed("audit", "head", "--json").json["size"]
    assert "2 decisions the same to the byte" in typed("audit", "replay").out
    assert typed("audit", "replay", "--json").json == {"same": 2, "erased": [], "findings": []}


def test_an_event_is_proven_with_its_path(decided: list[str]) -> None:
    told = typed("audit", "proof", decided[0])
    made = typed("audit", "proof", decided[0], "--json").json
    assert (told.code, made["holds"], "the proof holds" in told.out) == (0, True, True)
    assert made["head"]["root"] in told.out
    assert [step for step in made["inclusion"]["path"] if f"path  {step}" not in told.out] == []
    assert made["inclusion"]["size"] == made["head"]["size"]


def test_a_compact_proof_is_a_small_file(decided: list[str]) -> None:
    told = typed("audit", "proof", decided[0], "--compact")
    assert {"event", "index", "size", "leaf", "path"} == told.json.keys()
    assert len(told.out.encode()) <= 1024


@pytest.mark.usefixtures("bank")
def test_the_journal_is_exported_and_checked_without_the_bank(tmp_path: Path) -> None:
    told = typed("audit", "export", tmp_path / "journal", "--json").json
    size = typed("audit", "head", "--json").json["size"]
    assert (told["size"], told["new"]) == (size, size)
    again = typed("audit", "export", tmp_path / "journal")
    command = [line for line in again.out.splitlines() if line.startswith("python -I ")]
    assert "0 of them new" in again.out
    ran = subprocess.run([sys.executable, *command[0].split()[1:]], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout.split(":")[0]) == (0, "OK")
    assert typed("audit", "export", tmp_path / "new", "--since", size - 1).err.split()[0] == "no_head"


@pytest.mark.usefixtures("bank")
def test_a_head_that_was_kept_is_compared(tmp_path: Path) -> None:
    kept = tmp_path / "head.json"
    kept.write_text(typed("audit", "head", "--json").out, encoding="utf-8")
    typed("decision", "make", "E2", "--amount", "400000")
    told = typed("audit", "consistency", kept)
    assert (told.code, "still the beginning" in told.out) == (0, True)
    size = json.loads(kept.read_text(encoding="utf-8"))["size"]
    made = typed("audit", "consistency", size, "--json").json
    assert (made["answer"], made["holds"], made["proof"]["old"]) == ("grown", True, size)
    kept.write_text(kept.read_text(encoding="utf-8").replace('"size": ', '"size": 9'), encoding="utf-8")
    forged = typed("audit", "consistency", kept)
    assert (forged.code, "signature does not hold" in forged.out) == (1, True)
    assert typed("audit", "consistency", tmp_path / "nowhere").err.split()[0] == "no_file"


@pytest.mark.usefixtures("bank")
def test_the_head_can_be_handed_over() -> None:
    newest = typed("audit", "head", "--json").json
    assert {"size", "root", "at", "key_id", "signature"} <= newest.keys()
    told = typed("audit", "head").out
    assert newest["root"] in told
    assert newest["signature"] in told.replace("\n", "")


def test_the_log_is_read_by_stream_by_kind_and_onwards(bank: Desk, decided: list[str]) -> None:
    party = bank.parties["E1"]
    mine = [json.loads(line) for line in typed("audit", "log", "--stream", party, "--json").out.splitlines()]
    assert [(event["kind"], event["sequence"]) for event in mine] == [("PartyKnown", 1), ("ConsentGiven", 2)]
    assert {"id", "stream", "effective_on", "known_at", "actor", "synthetic", "body"} <= mine[0].keys()
    behind = typed("audit", "log", "--kind", "Decided", "--after", decided[0]).out
    assert decided[1] in behind
    assert decided[0] not in behind
    assert EMPTY in typed("audit", "log", "--kind", "Drawn").out
    assert EMPTY in typed("audit", "log", "--stream", "lin_nowhere").out


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("proof", "evt_nowhere"), "no_event", "Copy the id from the log"),
        (("log", "--kind", "Dreamt"), "no_kind", "Decided"),
        (("log", "--after", "evt_nowhere"), "no_event", "Copy the id from the log"),
    ],
)
def test_what_is_not_there_is_refused(words: tuple[str, ...], code: str, said: str) -> None:
    told = typed("audit", *words)
    assert (told.code, told.out, told.err.split()[0]) == (1, "", code)
    assert said in told.err
    assert typed("audit", "proof").code == 2


def test_a_full_page_tells_how_to_go_on(database: Database, tmp_path_factory: pytest.TempPathFactory) -> None:
    with desk(database, tmp_path_factory.mktemp("bank")) as at:
        with open_bank(database, at.home, DAY) as house:
            for number in range(1, 111):
                opened(house, number)
        page = typed("audit", "log").out
        last = page.rsplit("--after ", 1)[1].strip()
        following = typed("audit", "log", "--after", last)
        assert last in page
        assert "--after" not in following.out
        assert following.out.count("evt_") == typed("audit", "head", "--json").json["size"] - 100


def test_what_was_changed_is_found_and_shown_as_it_is(database: Database, tmp_path_factory: pytest.TempPathFactory) -> None:
    with desk(database, tmp_path_factory.mktemp("bank")):
        assert typed("decision", "make", "E1", "--amount", "400000").code == 0
        assert typed("audit", "verify").code == 0
        sql(
            database,
            "ALTER TABLE policy DISABLE TRIGGER USER",
            'UPDATE policy SET policy = replace(policy, \'"accountable":{"approver":"\', \'"accountable":{"approver":"[/red]\')',
        )
        assert "policy is what was approved" in typed("audit", "verify").out
        replayed = typed("audit", "replay")
        assert replayed.code == 1
        assert "[/red]" in replayed.out
        sql(
            database,
            "ALTER TABLE event DISABLE TRIGGER USER",
            "UPDATE event SET data = data || '[/bold]' WHERE kind = 'Decided'",
        )
        verified = typed("audit", "verify")
        assert verified.code == 1
        assert "不符 findings" in verified.out
        assert "leaves come to their head" in verified.out
        assert json.loads(typed("audit", "verify", "--json").out)["findings"]
        for words in (("replay",), ("log", "--kind", "Decided")):
            stopped = typed("audit", *words)
            assert (stopped.code, stopped.err.split()[0]) == (1, "event_unreadable")
            assert "audit verify" in stopped.err
