"""Logins: a slow salted hash, a limit on guesses, and no name of a customer."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from tests.people_fixture import People

from farthing.domain.errors import Conflict, FarthingError, Forbidden, Invalid, NotFound
from farthing.domain.staff import Actor, Role
from farthing.store.staff import ATTEMPTS, WINDOW, Cost

RIGHT = "correct horse"


@pytest.fixture
def li(people: People) -> Actor:
    return people.staff.add("Li", "李审批", Role.CREDIT_OFFICER, RIGHT)


def test_the_right_password_lets_in_by_any_spelling_of_the_login(people: People, li: Actor) -> None:
    assert people.staff.check(" lＩ", RIGHT) == li == people.staff.get(li.id)
    assert people.staff.check("li", RIGHT + "x") is None
    assert people.staff.check("wang", RIGHT) is None
    assert people.staff.check("", "") is None


def test_passwords_are_kept_as_salted_hashes(people: People, li: Actor) -> None:
    people.staff.add("wu", "吴风控", Role.RISK_MANAGER, RIGHT)
    with people.engine.connect() as connection:
        hashes = connection.scalars(text("SELECT hash FROM staff")).all()
    assert len(set(hashes)) == 2
    assert all(stored.startswith("scrypt$4$8$1$") and RIGHT not in stored for stored in hashes)
    assert Cost() == Cost(15, 8, 2), "what a bank uses is slow; only tests are quick"


def test_too_many_wrong_passwords_lock_for_a_while(people: People, li: Actor) -> None:
    for _ in range(ATTEMPTS):
        assert people.staff.check("li", "wrong") is None
    with pytest.raises(Forbidden) as refused:
        people.staff.check("li", RIGHT)
    assert refused.value.code == "locked_out"
    assert "Wait 15 minutes" in refused.value.remedy
    people.clock.at += WINDOW
    assert people.staff.check("li", RIGHT) == li


def test_an_unknown_login_is_locked_just_the_same(people: People) -> None:
    for _ in range(ATTEMPTS):
        assert people.staff.check("nobody", "wrong") is None
    with pytest.raises(Forbidden, match="wrong passwords"):
        people.staff.check("nobody", "wrong")


def test_a_right_password_starts_the_count_anew(people: People, li: Actor) -> None:
    for _ in range(3):
        for _ in range(ATTEMPTS - 1):
            assert people.staff.check("li", "wrong") is None
        assert people.staff.check("li", RIGHT) == li


def test_guesses_side_by_side_gain_nothing(people: People, li: Actor) -> None:
    def guess(number: int) -> str:
        try:
            return "tried" if people.staff.check("li", f"guess {number}") is None else "in"
        except FarthingError as refused:
            return refused.code

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(guess, range(16)))
    assert told.count("tried") == ATTEMPTS
    assert told.count("locked_out") == 16 - ATTEMPTS


def test_an_ended_session_stays_ended_until_it_would_be_over(people: People, li: Actor) -> None:
    over = people.clock.now() + dt.timedelta(hours=4)
    for _ in range(2):
        people.staff.end_session("one", over)
    assert people.another().staff.session_ended("one"), "another process, or the same after a restart"
    assert not people.staff.session_ended("two")
    people.clock.at = over + dt.timedelta(seconds=1)
    people.staff.end_session("two", over + dt.timedelta(hours=1))
    with people.engine.connect() as connection:
        assert connection.scalars(text("SELECT session FROM ended_session")).all() == ["two"]


def test_of_a_borrower_neither_name_nor_login_is_kept(people: People, li: Actor) -> None:
    chen = people.add()
    made = people.staff.add("13800000001", "陈大妹", Role.BORROWER, RIGHT, chen.id)
    assert made == Actor(made.id, chen.id, Role.BORROWER, chen.id)
    assert people.staff.check("13800000001", RIGHT) == made
    assert people.staff.list() == [li]
    people.parties.erase(chen.id)
    assert people.staff.check("13800000001", RIGHT) is None
    with pytest.raises(NotFound):  # a session that is open ends, too
        people.staff.get(made.id)


@pytest.mark.parametrize(
    ("login", "name", "role", "password", "party", "field"),
    [
        (" ", "李", Role.AUDITOR, RIGHT, None, "login"),
        ("li", " ", Role.AUDITOR, RIGHT, None, "name"),
        ("li", "李", Role.AUDITOR, "short", None, "password"),
        ("li", "李", Role.AUDITOR, "x" * 257, None, "password"),
        ("li", "李", Role.BORROWER, RIGHT, None, "party"),
        ("li", "李", Role.AUDITOR, RIGHT, "pty_x", "party"),
    ],
)
def test_what_cannot_be_right_is_refused(
    people: People, login: str, name: str, role: Role, password: str, party: str | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        people.staff.add(login, name, role, password, party)
    assert refused.value.field == field


def test_a_login_is_taken_once(people: People, li: Actor) -> None:
    with pytest.raises(Conflict, match="taken"):
        people.staff.add(" LI ", "李四", Role.AUDITOR, RIGHT)
    with pytest.raises(NotFound):
        people.staff.get("stf_nobody")
    people.clock.at += dt.timedelta(days=1)
    assert people.staff.check("li", RIGHT) == li
