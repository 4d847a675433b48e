"""Consents at the door: read, given and taken back, by the borrower or by an officer with a ground."""

from __future__ import annotations

import pytest
from tests.api.conftest import KINDS, TODAY, Bank, problem, problem_at


def told(bank: Bank, party: str, kind: str, who: str = "officer") -> dict[str, object]:
    return next(row for row in bank.get(f"/parties/{party}/consents", who).json()["items"] if row["kind"] == kind)


def test_a_borrower_withdraws_and_gives_again(bank: Bank) -> None:
    party = bank.party()
    me = bank.borrower("consenting", party)
    ask = {"party": party, "product": "revolving", "requested_fen": 1_000_000}
    assert told(bank, party, "invoice", me) == {
        "kind": "invoice", "allowed": True, "since": str(TODAY), "until": None, "ended_on": None, "needed_for": ["revolving"],
    }  # fmt: skip
    before = bank.post("/applications", ask, me)
    assert before.status_code == 201
    gone = bank.post(f"/parties/{party}/consents/withdrawal", {"kinds": ["invoice"]}, me)
    assert gone.status_code == 201, gone.text
    assert gone.json() == {"event": gone.json()["event"], "party": party, "kinds": ["invoice"], "on": str(TODAY), "expires_on": None}
    assert problem(bank.post("/applications", ask, me)) == (403, "no_consent")
    assert bank.get(f"/decisions/{before.json()['id']}", me).status_code == 200
    assert told(bank, party, "invoice", me)["ended_on"] == str(TODAY)
    given = bank.post(f"/parties/{party}/consents", {"kinds": ["invoice"], "expires_on": "2026-06-30"}, me)
    assert (given.status_code, given.json()["expires_on"]) == (201, "2026-06-30")
    assert bank.post("/applications", ask, me).status_code == 201


def test_an_officer_says_how_they_know(bank: Bank) -> None:
    party = bank.party()
    path = f"/parties/{party}/consents/withdrawal"
    assert problem_at(bank.post(path, {"kinds": ["invoice"]})) == (422, "bad_ground", "ground")
    gone = bank.post(path, {"kinds": ["invoice"], "ground": "told_by_phone"})
    proof = bank.get(f"/audit/events/{gone.json()['event']}/proof").json()
    assert proof["kind"] == "ConsentWithdrawn"
    assert "told_by_phone" in proof["data"]
    assert problem(bank.post(path, {"kinds": ["invoice"], "ground": "told_by_phone"})) == (409, "not_consented")


def test_only_the_borrower_and_an_officer_speak(bank: Bank) -> None:
    party = bank.party()
    for who, code in (("manager", "role"), ("auditor", "role"), ("borrower", "not_yours")):
        assert problem(bank.post(f"/parties/{party}/consents", {"kinds": ["outcome"], "ground": "signed_form"}, who)) == (403, code)
        assert problem(bank.post(f"/parties/{party}/consents/withdrawal", {"kinds": ["invoice"], "ground": "signed_form"}, who)) == (
            403,
            code,
        )
    assert problem(bank.get(f"/parties/{party}/consents", "borrower")) == (403, "not_yours")
    assert problem(bank.get(f"/parties/{party}/consents", None)) == (401, "not_logged_in")
    assert told(bank, party, "invoice", "auditor")["allowed"] is True


def test_a_key_speaks_once(bank: Bank) -> None:
    party = bank.party()
    body = {"kinds": ["invoice"], "ground": "told_by_phone"}
    first, second = (bank.post(f"/parties/{party}/consents/withdrawal", body, key="withdraw-twice") for _ in range(2))
    assert first.json() == second.json()
    assert problem(bank.post(f"/parties/{party}/consents/withdrawal", {**body, "kinds": KINDS}, key="withdraw-twice")) == (
        409,
        "key_reused",
    )


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"kinds": []}, "bad_request", "kinds"),
        ({"kinds": ["diary"]}, "bad_request", "kinds.0"),
        ({"ground": "He told me"}, "bad_request", "ground"),
        ({"expires_on": "2025-02-30"}, "bad_request", "expires_on"),
        ({"expires_on": "2025-06-30"}, "bad_consent_end", "expires_on"),
        ({"kinds": ["invoice"]}, "consent_given", None),
    ],
)
def test_what_cannot_be_right_is_refused(bank: Bank, change: dict[str, object], code: str, field: str | None) -> None:
    answer = bank.post(f"/parties/{bank.party()}/consents", {"kinds": ["outcome"], "ground": "signed_form", **change})
    assert problem_at(answer) == (409 if code == "consent_given" else 422, code, field)
