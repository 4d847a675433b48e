from __future__ import annotations

import pytest
from tests.api.conftest import SYSTEM, Bank, problem, problem_at

from farthing.domain.bank.bank_event import SourcesWatched
from farthing.domain.evidence import EvidenceKind, Reliability
from farthing.flows.ports import Command, Transaction
from farthing.flows.reliability.rely import SOURCES


def test_an_application_is_decided_at_once(bank: Bank) -> None:
    party = bank.party()
    made = bank.decision(party)
    assert made["outcome"] == "refer"
    assert made["party"] == party
    assert 1 <= len(made["reasons"]) <= 4
    assert all(reason["zh"] and reason["en"] for reason in made["reasons"])
    assert made["accountable"]
    assert made["approver"] != made["accountable"]


def test_a_shop_with_a_year_of_sales_is_approved(bank: Bank) -> None:
    trace = bank.get(f"/decisions/{bank.get('/applications', 'borrower').json()['items'][-1]['decision']}").json()
    assert trace["outcome"] == "approve"
    assert trace["limit_fen"] == min(cap["amount_fen"] for cap in trace["limit"])
    assert [cap["binds"] for cap in trace["limit"]].count(True) == 1
    assert next(fact for fact in trace["facts"] if fact["name"] == "months_active")["known"]
    assert trace["evidence"] == [bank.ids["evd"]]
    assert trace["line"] == bank.ids["lin"]
    assert trace["rate"]["annual_percent"] == "10.95"


def test_a_decision_says_how_far_its_sources_were_relied_on(bank: Bank) -> None:
    invoices_are(bank, 400_000)
    asked = {"party": bank.ids["pty"], "product": "revolving", "requested_fen": 100_000}
    made = bank.post("/applications", asked).json()
    invoices_are(bank, 1_000_000)
    told = [{"kind": "invoice", "reliability_ppm": 400_000, "kept_on": bank.house.clock.today().isoformat(), "read": False}]
    assert (made["outcome"], made["sources"]) == ("refer", told)
    assert made["reasons"][0]["code"] == "SOURCE_UNREAD"
    assert bank.get(f"/decisions/{made['id']}").json()["sources"] == told
    assert bank.post("/applications", asked).json()["outcome"] == "approve"


def invoices_are(bank: Bank, ppm: int) -> None:
    """A run of the monitors that made so much of the invoices."""
    body = SourcesWatched((Reliability(EvidenceKind.INVOICE, ppm),))

    def think(transaction: Transaction) -> SourcesWatched:
        transaction.append(SOURCES, bank.house.clock.today(), body)
        return body

    bank.house.commands.run(Command(f"run {ppm}", "keep_watch", SYSTEM, body), think, SourcesWatched)


def test_a_decision_has_a_place_and_a_tag(bank: Bank) -> None:
    body = {"party": bank.party(), "product": "revolving", "requested_fen": 100_000}
    made = bank.post("/applications", body)
    shown = bank.client.get(made.headers["location"], headers={"Authorization": f"Bearer {bank.tokens['officer']}"})
    assert shown.json()["id"] == made.json()["id"]
    assert shown.json()["related"]["hit"] is False
    again = bank.get(f"/decisions/{made.json()['id']}", headers={"If-None-Match": shown.headers["etag"]})
    assert again.status_code == 304


def test_a_key_sent_twice_decides_once(bank: Bank) -> None:
    body = {"party": bank.party(), "product": "revolving", "requested_fen": 100_000}
    first, second = (bank.post("/applications", body, key="apply-twice") for _ in range(2))
    assert first.json() == second.json()
    assert problem(bank.post("/applications", {**body, "requested_fen": 100_001}, key="apply-twice")) == (409, "key_reused")


@pytest.mark.parametrize("key", ["", "a b", "x" * 101, "é"])
def test_a_key_is_asked_for(bank: Bank, key: str) -> None:
    body = {"party": bank.ids["pty"], "product": "revolving", "requested_fen": 100_000}
    headers = {"Idempotency-Key": key.encode()} if key else {}
    assert problem_at(bank.post("/applications", body, key="", headers=headers)) == (422, "bad_request", "Idempotency-Key")


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"product": "mortgage"}, 404, "no_product", None),
        ({"party": "pty_aaaaaaaaaaaaaaaaaaaaaaaa"}, 404, "no_party", None),
        ({"party": "lin_aaaaaaaaaaaaaaaaaaaaaaaa"}, 422, "bad_request", "party"),
        ({"requested_fen": 300_000_001}, 422, "amount_out_of_range", "requested_fen"),
        ({"requested_fen": 99}, 422, "amount_out_of_range", "requested_fen"),
        ({"requested_fen": 0}, 422, "bad_request", "requested_fen"),
        ({"requested_fen": 1e3}, 422, "bad_request", "requested_fen"),
        ({"purpose": "shares"}, 422, "bad_purpose", "purpose"),
        ({"colour": "red"}, 422, "bad_request", "colour"),
        ({"product": "a\x00b"}, 422, "bad_request", "product"),
    ],
)
def test_what_cannot_be_right_is_refused(bank: Bank, change: dict[str, object], status: int, code: str, field: str | None) -> None:
    body = {"party": bank.ids["pty"], "product": "revolving", "requested_fen": 100_000, **change}
    assert problem_at(bank.post("/applications", body)) == (status, code, field)


def test_without_consent_nobody_decides(bank: Bank) -> None:
    body = {"party": bank.party(consents=[]), "product": "revolving", "requested_fen": 100_000}
    answer = bank.post("/applications", body)
    assert answer.status_code == 403
    assert answer.json()["code"].startswith("no_consent") or "consent" in answer.json()["detail"].lower()


def test_a_borrower_applies_for_themselves_only(bank: Bank) -> None:
    body = {"party": bank.party(), "product": "revolving", "requested_fen": 100_000}
    assert problem(bank.post("/applications", body, "borrower")) == (403, "not_yours")
    assert problem(bank.get(f"/decisions/{bank.ids['dec']}", "borrower")) == (403, "not_yours")
    assert problem(bank.post(f"/decisions/{bank.ids['offer']}/acceptance", who="borrower")) == (403, "not_yours")
    assert {row["party"] for row in bank.get("/applications", "borrower").json()["items"]} == {bank.ids["pty"]}


def test_a_person_decides_what_was_referred(bank: Bank) -> None:
    referred = bank.decision(bank.party())["id"]
    review = {"approve": False, "limit_fen": 0, "note": "The shop is closed."}
    assert problem(bank.post(f"/decisions/{referred}/review", review, "borrower")) == (403, "role")
    assert problem_at(bank.post(f"/decisions/{referred}/review", {**review, "note": ""}, "manager")) == (422, "bad_request", "note")
    assert problem(bank.post(f"/decisions/{referred}/review", review)) == (403, "own_application")
    declined = bank.post(f"/decisions/{referred}/review", review, "manager").json()
    assert (declined["outcome"], declined["overrides"]) == ("decline", referred)
    assert problem(bank.post(f"/decisions/{referred}/review", review, "manager")) == (409, "reviewed_already")
    assert problem(bank.post(f"/decisions/{declined['id']}/acceptance")) == (409, "not_approved")
    assert bank.get(f"/decisions/{referred}").json()["later"] == declined["id"]


def test_an_approval_is_accepted_once(bank: Bank) -> None:
    line = bank.line()
    assert problem(bank.post(f"/decisions/{line['decision']}/acceptance")) == (409, "opened_already")


def test_there_is_no_such_decision(bank: Bank) -> None:
    assert problem(bank.get("/decisions/dec_aaaaaaaaaaaaaaaaaaaaaaaa")) == (404, "no_decision")
    assert problem(bank.post("/decisions/dec_aaaaaaaaaaaaaaaaaaaaaaaa/acceptance")) == (404, "no_decision")


def test_applications_are_listed_by_outcome(bank: Bank) -> None:
    rows = bank.get("/applications", params={"outcome": "refer", "limit": 200}).json()["items"]
    assert {row["outcome"] for row in rows} == {"refer"}
    assert bank.ids["dec"] in {row["decision"] for row in rows}
    assert problem_at(bank.get("/applications?outcome=maybe")) == (422, "bad_request", "outcome")
