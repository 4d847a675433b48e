"""What nobody types on purpose: bytes that are no text, and ids that no database can hold. Each is a page, never a broken one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from httpx import Client
from tests.web.conftest import Served, form_token

Visitor = Callable[..., Client]
ADDRESSES = (
    "/decisions/x%00", "/decisions/%ED%A0%80", "/lines/x%00", "/lines/%FF", "/lines?sort=%00&offset=%00", "/book/lines?day=%00",
    "/book/lines?day=2025-06-30&bucket=%00", "/book/lines?day=2025-06-30&loan_class=%ED%A0%80", "/policies?policy=%00", "/models?model=%00",
    "/audit?event=x%00", "/audit?stream=%00", "/audit?kind=%00", "/audit?person=%ED%A0%80%00", "/audit?after=%00", "/audit?party=%00",
    "/books?from=%00", "/books/account?account=%00&from=2025-06-30&to=2025-06-30",
    "/books/account?account=1301&from=2025-06-30&to=2025-06-30&product=%00&offset=%00",
    "/books/posting?day=2025-06-30&account=1301&product=%00&after=%ED%A0%80", "/events/x%00", "/months/%00", "/months/0000-01",
    "/statements/x%00.pdf?from=2025-06-30&to=2025-06-30", "/statements/%ED%A0%80.pdf?from=%00",
    "/applications?outcome=%00&offset=%00&sort=%00", "/my/decisions/x%00", "/language/x%00",
)  # fmt: skip


@pytest.mark.parametrize("login", ["officer", "manager", "auditor", "using"])
def test_an_odd_address_opens_a_page(served: Served, visitor: Visitor, login: str) -> None:
    client = visitor(served.url, login)
    assert {address: answer.status_code for address in ADDRESSES if (answer := client.get(address)).status_code >= 500} == {}


def test_an_odd_token_is_no_token(served: Served, visitor: Visitor) -> None:
    client = visitor(served.url, "officer")
    for token in ("é", "\x00", "令"):
        again = client.post("/login", data={"login": "officer", "password": "x", "token": token})
        assert again.status_code == 403
        assert 'name="password"' in again.text
        assert client.post("/logout", data={"token": token}).headers["location"] == "/"
    assert client.get("/applications").status_code == 200, "still logged in"


@pytest.mark.parametrize("form", [{}, {"login": "officer"}, {"login": "a" * 81, "password": "x"}, {"login": "a", "password": "x" * 257}])
def test_a_form_that_is_not_filled_in_comes_back_with_a_sentence(served: Served, visitor: Visitor, form: dict[str, str]) -> None:
    client = visitor(served.url)
    answer = client.post("/login", data={**form, "token": form_token(client.get("/login"))})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert "Fill in a login of at most 80 characters" in answer.text
    assert 'name="password"' in answer.text


def test_a_login_with_odd_bytes_is_a_wrong_one(served: Served, visitor: Visitor) -> None:
    client = visitor(served.url)
    token = form_token(client.get("/login"))
    body = f"login=%ff%00%fe&password=%ed%a0%80%00&token={token}"
    answer = client.post("/login", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 401
