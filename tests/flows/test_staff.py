"""Taking on staff, and letting people in."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.bank import OFFICER, RISK, SYSTEM, open_bank
from tests.store_fixture import Database

from farthing.domain import canon
from farthing.domain.errors import Conflict, FarthingError, Forbidden, NotFound
from farthing.domain.event import LoginOpened, PasswordChanged
from farthing.domain.party import PartyKind, PersonalData
from farthing.domain.staff import Actor, NewStaff, Role
from farthing.flows.access import Allowance, logins
from farthing.flows.erase import EraseRequest, erase
from farthing.flows.ports import Command, House
from farthing.flows.register import RegisterRequest, register
from farthing.flows.staff import add_staff, change_password, end_login, log_in

RIGHT = "correct horse"


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as made:
        yield made


def entering(house: House, login: str, password: str, allowed: Allowance | None = None) -> Actor | None:
    return log_in(house, allowed or logins(lambda: 0.0), "192.0.2.1", login, password)


def happened(house: House, login: str) -> list[str]:
    return [event.kind for event in house.journal.events(stream=login)]


def test_a_new_colleague_logs_in_under_their_own_name(house: House) -> None:
    added = add_staff(house, RISK, NewStaff("li", "李审批", Role.CREDIT_OFFICER, RIGHT))
    assert entering(house, "LI", RIGHT) == added
    assert added in house.staff.list()
    assert happened(house, added.id) == ["LoginOpened"]


def test_a_wrong_password_and_an_unknown_login_are_told_alike(house: House) -> None:
    add_staff(house, SYSTEM, NewStaff("li", "李审批", Role.CREDIT_OFFICER, RIGHT))
    assert entering(house, "li", "wrong") is None
    assert entering(house, "nobody", "wrong") is None


def test_an_address_that_guesses_waits_and_one_that_knows_does_not(house: House) -> None:
    add_staff(house, SYSTEM, NewStaff("li", "李审批", Role.CREDIT_OFFICER, RIGHT))
    allowed = Allowance(0.5, 3, lambda: 0.0)
    for _ in range(5):
        assert entering(house, "li", RIGHT, allowed) is not None
    for guess in range(3):
        assert entering(house, f"guess-{guess}", "wrong", allowed) is None
    with pytest.raises(Conflict) as refused:
        entering(house, "li", RIGHT, allowed)
    assert refused.value.code == "too_many"


def test_who_leaves_may_not_act_and_keeps_their_name(house: House) -> None:
    added = add_staff(house, RISK, NewStaff("li", "李审批", Role.CREDIT_OFFICER, RIGHT))
    assert end_login(house, RISK, "Li") == added
    assert entering(house, "li", RIGHT) is None
    with pytest.raises(NotFound):
        house.staff.get(added.id)
    assert added not in house.staff.list()
    assert added in house.staff.list(everyone=True)
    assert happened(house, added.id) == ["LoginOpened", "LoginEnded"]
    again = add_staff(house, RISK, NewStaff("li", "李新人", Role.AUDITOR, RIGHT))
    assert again.id != added.id, "another person under the old login is another person"


def test_a_new_password_ends_what_the_old_one_began(house: House) -> None:
    added = add_staff(house, RISK, NewStaff("li", "李审批", Role.CREDIT_OFFICER, RIGHT))
    before = house.clock.now() - dt.timedelta(minutes=5)
    assert house.staff.get(added.id, before) == added
    change_password(house, added, "li", "another horse")
    assert entering(house, "li", RIGHT) is None
    assert entering(house, "li", "another horse") == added
    with pytest.raises(NotFound):
        house.staff.get(added.id, before)
    assert house.staff.get(added.id, house.clock.now()) == added
    assert happened(house, added.id) == ["LoginOpened", "PasswordChanged"]


def test_only_a_manager_touches_another_login_and_nobody_ends_their_own(house: House) -> None:
    li = add_staff(house, RISK, NewStaff("li", "李审批", Role.CREDIT_OFFICER, RIGHT))
    wu = add_staff(house, RISK, NewStaff("wu", "吴风控", Role.RISK_MANAGER, RIGHT))
    for act in (
        lambda: change_password(house, li, "wu", "another horse"),
        lambda: end_login(house, li, "wu"),
        lambda: end_login(house, wu, "wu"),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(NotFound, match="nobody"):
        end_login(house, wu, "nobody")
    assert happened(house, wu.id) == ["LoginOpened"]


@pytest.mark.parametrize(("role", "party", "code"), [(Role.SYSTEM, None, "system_login"), (Role.BORROWER, "pty_nobody", "no_party")])
def test_some_cannot_be_added(house: House, role: Role, party: str | None, code: str) -> None:
    with pytest.raises(FarthingError) as refused:
        add_staff(house, RISK, NewStaff("li", "李", role, RIGHT, party))
    assert refused.value.code == code
    with pytest.raises(Forbidden):
        add_staff(house, OFFICER, NewStaff("li", "李", Role.AUDITOR, RIGHT))


def test_events_commit_to_name_and_password_and_tell_neither(house: House) -> None:
    li, twin = (add_staff(house, RISK, NewStaff(login, "李审批", Role.AUDITOR, RIGHT)) for login in ("li", "twin"))
    change_password(house, RISK, "li", RIGHT)
    bodies = [event.body for login in (li, twin) for event in house.journal.events(stream=login.id)]
    told = {body.name_commitment for body in bodies if isinstance(body, LoginOpened)}
    told |= {body.password_commitment for body in bodies if isinstance(body, LoginOpened | PasswordChanged)}
    assert len(told) == 5, "the same name and the same password come to another commitment each time"
    written = canon.encode(bodies).decode()
    for guess in ("李审批", RIGHT):
        assert guess not in written
        assert hashlib.sha256(guess.encode()).hexdigest() not in written


def test_who_left_gets_no_new_password(house: House) -> None:
    li = add_staff(house, RISK, NewStaff("li", "李审批", Role.AUDITOR, RIGHT))
    end_login(house, RISK, "li")
    with pytest.raises(NotFound):
        house.commands.run(
            Command("late", "late", RISK, li.id), lambda transaction: transaction.change_password(li.id, RIGHT), PasswordChanged
        )
    assert entering(house, "li", RIGHT) is None


def test_a_password_is_never_shown() -> None:
    assert RIGHT not in repr(NewStaff("li", "李", Role.AUDITOR, RIGHT))


def test_an_erased_party_is_let_in_no_more(house: House) -> None:
    party = register(house, SYSTEM, RegisterRequest(PartyKind.PERSON, PersonalData("陈大妹")), "chen").id
    erase(house, SYSTEM, EraseRequest(party, "customer_request"), "erase")
    with pytest.raises(Conflict) as refused:
        add_staff(house, RISK, NewStaff("chen", "陈大妹", Role.BORROWER, RIGHT, party))
    assert refused.value.code == "erased_already"
    assert house.staff.find("chen") is None
