"""A session ends when its reader says so, when their login ends, and when their password changes: a copy of the cookie opens nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from httpx import Client
from tests.web.conftest import PASSWORD, SYSTEM, Served, form_token

from farthing.domain.staff import NewStaff, Role
from farthing.flows.ports import House
from farthing.flows.staff import add_staff, change_password, end_login

Visitor = Callable[..., Client]


def copied(of: Client, visitor: Visitor, url: str) -> Client:
    """Another browser with the same cookies."""
    other = visitor(url)
    other.cookies.update(of.cookies)
    return other


def test_logging_out_ends_the_session_on_the_server(served: Served, visitor: Visitor) -> None:
    reader, other = visitor(served.url, "manager"), visitor(served.url, "manager")
    thief = copied(reader, visitor, served.url)
    assert thief.get("/book").status_code == 200
    left = reader.post("/logout", data={"token": form_token(reader.get("/book"))})
    assert left.headers["location"] == "/login"
    for gone in (reader, thief):
        assert gone.get("/book").headers["location"] == "/login"
    assert other.get("/book").status_code == 200, "another session of the same person goes on"


@pytest.mark.parametrize("loss", [lambda house, login: end_login(house, SYSTEM, login),
                                  lambda house, login: change_password(house, SYSTEM, login, "another long phrase")])  # fmt: skip
def test_a_session_ends_with_its_login_and_with_its_password(
    served: Served, house: House, visitor: Visitor, loss: Callable[[House, str], object], request: pytest.FixtureRequest
) -> None:
    login = f"leaver-{request.node.callspec.indices['loss']}"
    add_staff(house, SYSTEM, NewStaff(login, login, Role.AUDITOR, PASSWORD))
    reader = visitor(served.url, login)
    assert reader.get("/audit").status_code == 200
    loss(house, login)
    assert reader.get("/audit").headers["location"] == "/login"
