"""Proving the past from the outside: what an auditor asks, and what the command line answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from tests.flows.applicants import DAY, known, ready
from tests.flows.bank import AUDITOR, BORROWER, OFFICER, SYSTEM, open_bank
from tests.store_fixture import Database
from typer.testing import CliRunner

from farthing.cli.audit import app
from farthing.domain.errors import Forbidden, NotFound
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.erase import EraseRequest, erase
from farthing.flows.ports import House
from farthing.flows.prove import head, log, proof, replay, verify
from farthing.flows.review import ReviewRequest, review


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    """Two merchants, each decided."""
    with open_bank(database, tmp_path, DAY) as made:
        ready(made)
        for key in ("E1", "E2"):
            apply(made, SYSTEM, ApplyRequest(known(made, key).id, "sme_term", 40_000_000), key)
        yield made


def party(house: House, key: str) -> str:
    found = house.parties.find(key)
    assert found is not None
    return found.id


def test_every_decision_replays_to_the_byte(house: House) -> None:
    again = replay(house, AUDITOR)
    assert (again.same, again.erased, again.findings) == (2, (), ())


def test_an_erased_record_is_told_and_the_proof_stays_whole(house: House) -> None:
    erase(house, SYSTEM, EraseRequest(party(house, "E1"), "customer_request"), "erase")
    again = replay(house, AUDITOR)
    assert (again.same, len(again.erased), again.findings) == (1, 1, ())
    assert verify(house, AUDITOR).findings == ()


@pytest.mark.usefixtures("house")
def test_a_policy_that_was_changed_afterwards_is_found(database: Database, tmp_path: Path) -> None:
    plain = make_url(database.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as tamperer:
        tamperer.execute("ALTER TABLE policy DISABLE TRIGGER USER")
        tamperer.execute('UPDATE policy SET policy = replace(policy, \'"accountable":{"approver":"\', \'"accountable":{"approver":"X\')')
        changed = tamperer.execute("SELECT count(*) FROM policy WHERE policy LIKE '%:\"X%'").fetchone()
    assert changed is not None
    assert changed[0] > 0
    with open_bank(database, tmp_path, DAY) as reopened:
        found = replay(reopened, AUDITOR).findings
    assert len(found) >= 2
    assert all(finding.check.startswith("decision") for finding in found)


def test_verifying_tells_its_progress_and_counts(house: House) -> None:
    told: set[str] = set()
    checked = verify(house, AUDITOR, lambda what, _: told.add(what))
    assert checked.findings == ()
    assert checked.events == house.journal.seal().size > 8
    assert "events" in told


def test_an_event_is_proven_under_the_newest_head(house: House) -> None:
    decided = log(house, AUDITOR, kind="Decided")[0]
    made = proof(house, AUDITOR, decided.id)
    assert made.holds
    assert made.event == decided
    assert made.head == head(house, AUDITOR)
    with pytest.raises(NotFound):
        proof(house, AUDITOR, "evt_nowhere")


def test_borrowers_do_not_audit(house: House) -> None:
    for question in (verify, replay, head):
        with pytest.raises(Forbidden):
            question(house, BORROWER)  # type: ignore[operator]
    with pytest.raises(Forbidden):
        verify(house, OFFICER)


def test_a_decision_of_a_person_replays_too(house: House) -> None:
    referred = apply(house, SYSTEM, ApplyRequest(known(house, "E3", buyers=3).id, "sme_term", 40_000_000), "E3")
    review(house, OFFICER, ReviewRequest(referred.id, True, 20_000_000, "看过合同"), "r")
    again = replay(house, AUDITOR)
    assert (again.same, again.findings) == (4, ())


def test_the_command_line_says_what_was_checked(house: House, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FARTHING_DATABASE_URL", database.owner_url)
    monkeypatch.setenv("FARTHING_HOME", str(tmp_path))
    run = CliRunner()
    assert "nothing wrong" in run.invoke(app, ["verify"]).output
    answer = run.invoke(app, ["replay", "--json"])
    assert (answer.exit_code, json.loads(answer.stdout)["same"]) == (0, 2)
    event = log(house, AUDITOR, kind="Decided")[0].id
    assert "the proof holds" in run.invoke(app, ["proof", event]).output
    assert event in run.invoke(app, ["log", "--kind", "Decided", "--json"]).stdout
    assert json.loads(run.invoke(app, ["head", "--json"]).stdout)["size"] == head(house, AUDITOR).size
    plain = make_url(database.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as tamperer:
        tamperer.execute("ALTER TABLE event DISABLE TRIGGER USER")
        tamperer.execute("UPDATE event SET data = set_byte(data, 30, 65) WHERE id = %s", (event,))
    broken = run.invoke(app, ["verify", "--json"])
    assert broken.exit_code == 1
    assert event in broken.stdout


@pytest.mark.usefixtures("house")
def test_a_record_that_was_edited_is_found_by_verify_and_told_by_replay(database: Database, tmp_path: Path) -> None:
    """One byte of each sealed record is changed by the owner of the table: nothing breaks off, everything is told."""
    plain = make_url(database.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as tamperer:
        tamperer.execute("ALTER TABLE decision_record DISABLE TRIGGER USER")
        tamperer.execute("UPDATE decision_record SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)")
    with open_bank(database, tmp_path, DAY) as reopened:
        replayed, checked = replay(reopened, AUDITOR), verify(reopened, AUDITOR)
    assert replayed.same == 0
    assert [finding.check for finding in replayed.findings] == ["decision can be read"] * 2
    assert "decision record is what was committed to" in {finding.check for finding in checked.findings}
