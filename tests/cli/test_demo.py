"""The demonstration's logins, made by runs that may be killed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.flows.bank import OFFICER, open_bank, opened
from tests.store_fixture import Database

from farthing.cli import demo
from farthing.domain.party import PartyKind, PersonalData
from farthing.flows.ports import House
from farthing.flows.register import RegisterRequest, register
from farthing.flows.staff import NewStaff, log_in
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
        assert [log_in(house, *line.split()[:2]).role.value for line in lines] == [line.split()[2] for line in lines]
        assert len(house.staff.list()) == len(lines) == len(demo.PEOPLE)


def test_the_borrower_logs_in_to_their_own_line(database: Database, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=None, host="127.0.0.1", port=1)
    with open_bank(database, tmp_path) as house:
        party = register(house, OFFICER, RegisterRequest(PartyKind.PERSON, PersonalData("陈借款")), "chen").id
        opened(house, party=party)
        demo._logins(settings, house)
        login, password, *_ = (tmp_path / "secrets" / "demo-logins").read_text().splitlines()[-1].split()
        assert log_in(house, login, password).party == party
