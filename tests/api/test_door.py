"""What the door refuses before anybody inside is asked, and what every answer says about itself."""

from __future__ import annotations

import socket
import time

import pytest
from itsdangerous import URLSafeTimedSerializer
from tests.api.conftest import PASSWORD, Bank, problem, problem_at, serving

from farthing.api.door import AT_WORK, LARGEST
from farthing.flows.access import Allowance
from farthing.store.staff import WINDOW


def test_every_answer_is_for_machines_only(bank: Bank) -> None:
    for answer in (bank.get("/products"), bank.get("/nothing"), bank.get("/lines", None)):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_without_a_token_nothing_is_told(bank: Bank) -> None:
    stale = URLSafeTimedSerializer("another secret", salt="token").dumps(["stf_x", "2026-01-01T00:00:00+00:00"])
    stranger = URLSafeTimedSerializer("a secret of tests", salt="token").dumps(["stf_nobody", "2026-01-01T00:00:00+00:00"])
    for authorization in ("", "Bearer", "Bearer nonsense", f"Bearer {stale}", f"Bearer {stranger}", "Basic eDp5", "bearer \xff"):
        answer = bank.client.get("/api/v1/lines", headers={"Authorization": authorization.encode("latin-1")})
        assert problem(answer) == (401, "not_logged_in")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_is_given_by_form_or_by_basic(bank: Bank) -> None:
    grant = {"grant_type": "client_credentials"}
    by_form = bank.client.post("/api/v1/token", data={**grant, "client_id": "officer", "client_secret": PASSWORD})
    by_basic = bank.client.post("/api/v1/token", data=grant, auth=("officer", PASSWORD))
    for answer in (by_form, by_basic):
        assert answer.json()["token_type"] == "Bearer"
        assert answer.json()["expires_in"] == 1800
    wrong = bank.client.post("/api/v1/token", data={**grant, "client_id": "nobody", "client_secret": "wrong"})
    assert problem(wrong) == (401, "invalid_client")
    assert wrong.json()["error"] == "invalid_client"
    assert problem(bank.client.post("/api/v1/token", data=grant)) == (401, "invalid_client")
    assert problem_at(bank.client.post("/api/v1/token", data={"grant_type": "password"})) == (422, "bad_request", "grant_type")
    assert problem(bank.client.post("/api/v1/token", json=grant)) == (415, "bad_content_type")


def test_a_login_waits_after_wrong_passwords(bank: Bank) -> None:
    form = {"grant_type": "client_credentials", "client_id": "guessed", "client_secret": "wrong"}
    answers = [bank.client.post("/api/v1/token", data=form) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert problem(answers[-1]) == (429, "locked_out")
    assert int(answers[-1].headers["retry-after"]) == WINDOW.total_seconds()


def test_too_many_requests_wait(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bank.app.state.tokens, "calls", Allowance(0.001, 2, time.monotonic))
    answers = [bank.get("/products") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert problem(answers[-1]) == (429, "too_many")
    assert answers[-1].headers["retry-after"] == "1"


def test_a_request_has_a_largest_size(bank: Bank) -> None:
    json_type = {"Content-Type": "application/json"}
    assert problem(bank.send("POST", "/applications", content=b" " * (LARGEST + 1), headers=json_type)) == (413, "too_large")
    chunks = (b" " * 10_000 for _ in range(8))
    assert problem(bank.send("POST", "/applications", content=chunks, headers=json_type)) == (413, "too_large")


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "json", ""])
def test_json_is_sent_as_json(bank: Bank, content_type: str) -> None:
    answer = bank.send("POST", "/applications", content=b"{}", headers={"Content-Type": content_type})
    assert problem(answer) == (415, "bad_content_type")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b'"text"', b"\xff\xfe", b'{"a": 1e999}', b"[" * 20_000, b'{"party": ' + b"9" * 5_000 + b"}", b"\x00"],
)
def test_a_body_that_cannot_be_read_is_refused(bank: Bank, body: bytes) -> None:
    answer = bank.send("POST", "/applications", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["remedy"]


@pytest.mark.parametrize(("body", "place"), [(b'{"party": }', 10), (b'{"a": 1', 7), (b"x", 0)])
def test_where_json_breaks_is_told_and_is_no_field(bank: Bank, body: bytes, place: int) -> None:
    answer = bank.send("POST", "/applications", content=body, headers={"Content-Type": "application/json"})
    assert problem_at(answer) == (422, "bad_json", "body")
    assert f"at character {place}" in answer.json()["detail"]


def test_what_is_not_there_is_a_problem_too(bank: Bank) -> None:
    assert problem(bank.get("/nothing")) == (404, "http_404")
    answer = bank.send("DELETE", "/lines")
    assert problem(answer) == (405, "http_405")
    assert answer.headers["allow"] == "GET"
    assert "GET" in answer.json()["remedy"]
    broken = bank.client.post("/api/v1/token", content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert problem(broken) == (415, "bad_content_type")
    upload = {"Authorization": f"Bearer {bank.tokens['officer']}", "Content-Type": "multipart/form-data; boundary=x"}
    assert problem(bank.client.post("/api/v1/evidence", content=b"--y--", headers={**upload, "Idempotency-Key": "k"})) == (400, "http_400")


@pytest.mark.parametrize(
    "path", ["/lines/lin_%00aaaaaaaa", "/lines/%ED%A0%80", "/lines/lin_" + "a" * 5_000, "/audit/receipts/%F0%9F%98%80"]
)
def test_an_odd_path_is_refused(bank: Bank, path: str) -> None:
    assert bank.get(path).status_code in (404, 422)


def test_the_unforeseen_shows_nothing_of_its_insides(bank: Bank, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret insides")

    monkeypatch.setattr(bank.house.lines, "list", broken)
    answer = bank.get("/lines")
    assert problem(answer) == (500, "broken")
    assert "insides" not in answer.text
    assert "the secret insides" in caplog.text
    assert answer.headers["cache-control"] == "no-store"


def test_slow_senders_hold_up_nobody(bank: Bank) -> None:
    url = bank.client.base_url
    slow = [socket.create_connection((url.host, url.port)) for _ in range(AT_WORK * 2)]
    try:
        for sender in slow:
            sender.sendall(
                b"POST /api/v1/applications HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
            )
        assert bank.get("/products").status_code == 200
    finally:
        for sender in slow:
            sender.close()


def test_pages_go_by_untouched(bank: Bank) -> None:
    bank.app.get("/page", include_in_schema=False)(lambda: {"page": True})
    assert "content-security-policy" not in bank.client.get("/page").headers


def test_a_second_server_takes_the_tokens_of_the_first(bank: Bank) -> None:
    with serving(bank.app) as other:
        assert other.get("/api/v1/products", headers={"Authorization": f"Bearer {bank.tokens['officer']}"}).status_code == 200
