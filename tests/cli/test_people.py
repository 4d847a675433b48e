"""`farthing party` and `farthing staff`, as a person at the machine sees them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from tests.people_fixture import CHEN, NewParty, PartyKind, People, people_of
from tests.store_fixture import Database
from typer.testing import CliRunner

from farthing.cli.house import operator
from farthing.cli.people import party, staff
from farthing.domain.errors import FarthingError
from farthing.store.parties import insert_party

Cli = Callable[..., Result]


@pytest.fixture
def bank(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bank with one customer on file; their id."""
    monkeypatch.setenv("FARTHING_HOME", str(tmp_path))
    monkeypatch.setenv("FARTHING_DATABASE_URL", database.owner_url)
    monkeypatch.setenv("COLUMNS", "200")
    with people_of(database, tmp_path) as people:
        return _stored(people)


def _stored(people: People) -> str:
    with people.engine.begin() as connection:
        return insert_party(connection, people.vault, NewParty(PartyKind.PERSON, CHEN))[0].id


def run(app: object, *arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=typed)  # type: ignore[arg-type]


def test_showing_a_party_is_on_record(bank: str) -> None:
    assert "E7" in run(party.app, "show", bank).stdout
    shown = json.loads(run(party.app, "show", "e7", "--purpose", "audit", "--json").stdout)
    assert (shown["id"], shown["personal"]["name"]) == (bank, CHEN.name)
    reads = json.loads(run(party.app, "reads", bank, "--json").stdout)
    assert [read["purpose"] for read in reads] == ["audit", "servicing"]
    assert json.loads(run(party.app, "reads", bank, "--json").stdout)[0]["actor"] == operator().id


def test_a_list_shows_names_only_when_asked(bank: str) -> None:
    plain, named = run(party.app, "list"), run(party.app, "list", "--names")
    assert bank in plain.stdout
    assert CHEN.name not in plain.stdout
    assert CHEN.name in named.stdout
    assert json.loads(run(party.app, "list", "--json").stdout)[0]["id"] == bank


def test_erasing_asks_first_and_is_final(bank: str) -> None:
    assert run(party.app, "erase", bank, typed="n\n").exit_code == 1
    assert json.loads(run(party.app, "erase", bank, "--yes", "--json").stdout) == {"party": bank, "fate": "erased", "until": None}
    shown = json.loads(run(party.app, "show", bank, "--json").stdout)
    assert (shown["erased"], shown["personal"]) == (True, None)


def test_an_unknown_party_is_told(bank: str) -> None:
    failed = run(party.app, "show", "nobody")
    assert isinstance(failed.exception, FarthingError)
    assert "nobody" in failed.exception.message


def test_staff_are_added_with_a_password_from_a_pipe(bank: str) -> None:
    added = run(staff.app, "add", "li", "--name", "李审批", "--role", "credit_officer", "--json", typed="correct horse\n")
    assert json.loads(added.stdout)["name"] == "李审批"
    assert "李审批" in run(staff.app, "list").stdout
    assert json.loads(run(staff.app, "list", "--json").stdout)[0]["role"] == "credit_officer"
    short = run(staff.app, "add", "wu", "--name", "吴", "--role", "auditor", typed="short\n")
    assert isinstance(short.exception, FarthingError)
    assert short.exception.code == "bad_password"


def test_a_leaver_is_ended_and_still_listed_among_all(bank: str) -> None:
    run(staff.app, "add", "li", "--name", "李审批", "--role", "credit_officer", typed="correct horse\n")
    assert "new password" in run(staff.app, "password", "li", typed="another horse\n").stdout
    assert json.loads(run(staff.app, "password", "li", "--json", typed="a third horse\n").stdout)["role"] == "credit_officer"
    assert "may not act" in run(staff.app, "end", "li").stdout
    added = json.loads(run(staff.app, "add", "wu", "--name", "吴", "--role", "auditor", "--json", typed="correct horse\n").stdout)
    assert json.loads(run(staff.app, "end", "wu", "--json").stdout) == added
    assert "李审批" not in run(staff.app, "list").stdout
    assert "离开 left" in run(staff.app, "list", "--all").stdout
    assert json.loads(run(staff.app, "list", "--all", "--json").stdout)[0]["may_act"] is False


def test_a_password_is_no_argument() -> None:
    assert "--password" not in run(staff.app, "add", "--help").stdout
