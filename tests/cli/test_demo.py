"""The demonstration as a command: what it tells, what it does the second time, and its logins, made by runs that may be killed."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from tests.flows import small_demo
from tests.flows.bank import OFFICER, open_bank, opened
from tests.store_fixture import Database
from typer.testing import CliRunner

from farthing import wiring
from farthing.cli import demo
from farthing.domain.party import PartyKind, PersonalData
from farthing.domain.staff import NewStaff
from farthing.flows.ports import House
from farthing.flows.register import RegisterRequest, register
from farthing.settings import Settings


@pytest.mark.parametrize("killed_after", [0, 1, 2])
def test_a_run_killed_among_its_logins_is_finished_by_the_next(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_after: int
) -> None:
    settings = Settings(home=tmp_path, database_url=None, host="127.0.0.1", port=1)
    let_in, done = demo.add_staff, []

    def dying(house: House, actor: object, person: NewStaff) -> object:
        if len(done) == killed_after:
            raise KeyboardInterrupt
        done.append(person.login)
        return let_in(house, actor, person)  # type: ignore[arg-type]

    with open_bank(database, tmp_path) as house:
        with monkeypatch.context() as patched:
            patched.setattr(demo, "add_staff", dying)
            with pytest.raises(KeyboardInterrupt):
                demo._logins(settings, house)
        demo._logins(settings, house)
        demo._logins(settings, house)
        lines = (tmp_path / "secrets" / "demo-logins").read_text().splitlines()
        assert [_role(house, line) for line in lines] == [line.split()[2] for line in lines]
        assert len(house.staff.list()) == len(lines) == len(demo.PEOPLE)


def test_the_borrower_logs_in_to_their_own_line(database: Database, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=None, host="127.0.0.1", port=1)
    with open_bank(database, tmp_path) as house:
        party = register(house, OFFICER, RegisterRequest(PartyKind.PERSON, PersonalData("陈借款")), "chen").id
        opened(house, party=party)
        demo._logins(settings, house)
        login, password, *_ = (tmp_path / "secrets" / "demo-logins").read_text().splitlines()[-1].split()
        entered = house.staff.check(login, password)
        assert entered is not None
        assert entered.party == party


def _role(house: House, line: str) -> str | None:
    login, password, *_ = line.split()
    entered = house.staff.check(login, password)
    return None if entered is None else entered.role.value


def test_the_whole_command_fills_a_bank_proves_it_and_stops_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a small world, lived for six weeks; a second run finds everything done."""
    request = replace(small_demo.request(small_demo.world()), days=42)
    monkeypatch.setattr(wiring, "demo_of", lambda _: request)
    monkeypatch.setenv("FARTHING_HOME", str(tmp_path))
    monkeypatch.setenv("FARTHING_DATABASE_URL", database.owner_url)
    told = []
    for _ in range(2):
        with monkeypatch.context() as patched:
            patched.setattr(demo, "console", Console(file=(heard := io.StringIO()), width=110))
            assert CliRunner().invoke(demo.app, ["--no-serve"]).exit_code == 0
        told.append(heard.getvalue())
    summary = json.loads(CliRunner().invoke(demo.app, ["--no-serve", "--json"]).stdout)
    assert (summary["home"], summary["findings"], summary["lived"]["days"]) == (str(tmp_path), [], 0)
    assert sum(row["count"] for row in summary["decided"]) > 0
    assert summary["beside"]
    assert f"Beside it {summary['beside'][-1]}: 反欺诈模型" in told[0]
    assert Path(summary["logins"]).exists()
    assert "Evidence: synthetic (the seeded world). Repayments: simulated." in told[0]
    for heading in ("Evidence", "The model out of fold", "decisions", "The book at the close of", "Logins of this demonstration"):
        assert heading in told[0]
    assert "sum of all postings" in told[0]
    assert ", 0 findings." in told[0]
    assert "42 days closed in this run." in told[0]
    assert "0 days closed in this run." in told[1]
    assert told[0].partition("The book at")[2] == told[1].partition("The book at")[2]
