"""Taking on staff, and letting people in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.bank import OFFICER, RISK, SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain.errors import FarthingError, Forbidden
from farthing.domain.staff import Role
from farthing.flows.ports import House
from farthing.flows.staff import NewStaff, add_staff, log_in

RIGHT = "correct horse"


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as made:
        yield made


def test_a_new_colleague_logs_in_under_their_own_name(house: House) -> None:
    added = add_staff(house, RISK, NewStaff("li", "李审批", Role.CREDIT_OFFICER, RIGHT))
    assert log_in(house, "LI", RIGHT) == added
    assert added in house.staff.list()


def test_a_wrong_password_and_an_unknown_login_are_told_alike(house: House) -> None:
    add_staff(house, SYSTEM, NewStaff("li", "李审批", Role.CREDIT_OFFICER, RIGHT))
    told = []
    for login in ("li", "nobody"):
        with pytest.raises(Forbidden) as refused:
            log_in(house, login, "wrong")
        told.append(str(refused.value))
    assert told[0] == told[1]


@pytest.mark.parametrize(("role", "party", "code"), [(Role.SYSTEM, None, "system_login"), (Role.BORROWER, "pty_nobody", "no_party")])
def test_some_cannot_be_added(house: House, role: Role, party: str | None, code: str) -> None:
    with pytest.raises(FarthingError) as refused:
        add_staff(house, RISK, NewStaff("li", "李", role, RIGHT, party))
    assert refused.value.code == code
    with pytest.raises(Forbidden):
        add_staff(house, OFFICER, NewStaff("li", "李", Role.AUDITOR, RIGHT))


def test_a_password_is_never_shown() -> None:
    assert RIGHT not in repr(NewStaff("li", "李", Role.AUDITOR, RIGHT))
