from __future__ import annotations

import base64
import json

import pytest
from tests.api.conftest import KINDS, Bank, problem, problem_at

NEW = {"kind": "farm", "name": "青山果园", "id_number": "510722198701010021", "phone": "13800000001", "consents": KINDS}


def test_a_registered_party_shows_nothing_personal(bank: Bank) -> None:
    made = bank.post("/parties", {**NEW, "county": "盐亭", "channel": "agent"})
    assert made.status_code == 201
    shown = bank.get(made.headers["location"].removeprefix("/api/v1"))
    assert shown.json()["channel"] == "agent"
    assert shown.json()["county"] == "盐亭"
    assert shown.json()["consents"][0]["kinds"] == KINDS
    assert not any(secret in made.text + shown.text for secret in ("青山果园", NEW["id_number"], NEW["phone"]))


def test_who_they_are_is_read_for_a_purpose(bank: Bank) -> None:
    party = bank.post("/parties", NEW).json()["id"]
    assert problem_at(bank.get(f"/parties/{party}/personal")) == (422, "bad_request", "purpose")
    assert bank.get(f"/parties/{party}/personal?purpose=underwriting").json()["name"] == "青山果园"
    assert [row["purpose"] for row in bank.house.parties.reads(party)] == ["underwriting"]
    assert problem(bank.get(f"/parties/{party}/personal?purpose=underwriting", "auditor")) == (403, "purpose")
    assert problem(bank.get(f"/parties/{party}/personal?purpose=own_access", "officer")) == (403, "purpose")
    assert problem(bank.get(f"/parties/{party}/personal?purpose=own_access", "borrower")) == (403, "not_yours")


def test_a_key_names_one_party(bank: Bank) -> None:
    first, second = (bank.post("/parties", NEW, key="register-twice") for _ in range(2))
    assert first.json() == second.json()
    assert problem(bank.post("/parties", {**NEW, "name": "另一家"}, key="register-twice")) == (409, "key_reused")
    assert problem(bank.post("/parties", {**NEW, "kind": "person"}, key="register-twice")) == (409, "key_reused")


def test_an_external_key_names_one_party(bank: Bank) -> None:
    party = bank.party(external_key="external-1")
    assert problem_at(bank.post("/parties", {**NEW, "external_key": "external-1"})) == (409, "party_known", "external_key")
    assert bank.post("/parties/search", {"external_key": "external-1"}).json()["id"] == party
    assert problem(bank.post("/parties/search", {"external_key": "external-2"})) == (404, "no_party")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"kind": "state"}, "kind"),
        ({"registered_on": "2024-02-30"}, "registered_on"),
        ({"registered_on": 20240101}, "registered_on"),
        ({"registered_on": "2024-01-01T00:00:00"}, "registered_on"),
        ({"consents": ["diary"]}, "consents.0"),
        ({"consents": ["invoice"] * 25}, "consents"),
    ],
)
def test_what_cannot_be_right_is_refused(bank: Bank, change: dict[str, object], field: str) -> None:
    body = json.dumps({**NEW, **change})  # lone surrogates are escaped
    answer = bank.send("POST", "/parties", content=body, headers={"Content-Type": "application/json"})
    assert problem_at(answer) == (422, "bad_request", field)


def test_an_old_house_is_registered(bank: Bank) -> None:
    made = bank.post("/parties", {**NEW, "registered_on": "1850-01-01"})
    assert (made.status_code, made.json()["registered_on"]) == (201, "1850-01-01")
    assert problem_at(bank.post("/parties", {**NEW, "registered_on": "1849-12-31"})) == (422, "bad_request", "registered_on")


def test_a_party_is_not_registered_ahead(bank: Bank) -> None:
    assert problem_at(bank.post("/parties", {**NEW, "registered_on": "2190-01-01"})) == (422, "future_registration", "registered_on")


def test_only_staff_register_and_list(bank: Bank) -> None:
    assert problem(bank.post("/parties", NEW, "borrower")) == (403, "role")
    assert problem(bank.post("/parties", NEW, "auditor")) == (403, "role")
    assert problem(bank.get("/parties", "borrower")) == (403, "role")
    assert problem(bank.post("/parties/search", {"external_key": "shop-1"}, "borrower")) == (403, "role")
    assert bank.get(f"/parties/{bank.ids['pty']}", "borrower").status_code == 200
    assert problem(bank.get(f"/parties/{bank.party()}", "borrower")) == (403, "not_yours")


@pytest.mark.parametrize("place", ["\u0000", "\ud800", "pty_\u0000aaaaaaaa", "", "x" * 60, 5.5, float("inf"), None, {}])
def test_a_cursor_that_is_not_ours_is_refused(bank: Bank, place: object) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(["parties", place]).encode()).decode()
    assert problem_at(bank.get("/parties", params={"cursor": cursor})) == (422, "bad_cursor", "cursor")


def test_parties_are_listed_page_by_page(bank: Bank) -> None:
    first = bank.get("/parties?limit=1").json()
    second = bank.get("/parties", params={"limit": 1, "cursor": first["next"]}).json()
    assert first["items"][0]["id"] < second["items"][0]["id"]
