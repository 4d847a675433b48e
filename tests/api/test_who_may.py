"""Who may call what: every route has a row, and every row is tried by every caller."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.routing import APIRoute
from httpx import Response
from tests.api.conftest import MAPPING, Bank
from tests.api.test_schema import document, operations

from farthing.api.app import GUARDED, OPEN
from farthing.api.door import PREFIX

STAFF, DESK, RISK, READERS = ("officer", "manager", "auditor"), ("officer", "manager"), ("manager",), ("manager", "auditor")
BORROWER, OFFICER = "borrower", ("officer",)
ROUTES: dict[str, tuple[str, ...]] = {
    "POST /applications": (*OFFICER, BORROWER),
    "GET /applications": (*STAFF, BORROWER),
    "GET /decisions/{decision}": (*STAFF, BORROWER),
    "POST /decisions/{decision}/disclosure": (*OFFICER, BORROWER),
    "POST /decisions/{decision}/acceptance": (*OFFICER, BORROWER),
    "POST /decisions/{decision}/review": DESK,
    "GET /lines": (*STAFF, BORROWER),
    "GET /lines/{line}": (*STAFF, BORROWER),
    "POST /lines/{line}/draws": (*OFFICER, BORROWER),
    "POST /lines/{line}/repayments": (*OFFICER, BORROWER),
    "GET /lines/{line}/draw-quote": (*STAFF, BORROWER),
    "GET /lines/{line}/payoff": (*STAFF, BORROWER),
    "GET /lines/{line}/events": (*STAFF, BORROWER),
    "GET /lines/{line}/statement": (*STAFF, BORROWER),
    "GET /lines/{line}/statement.pdf": (*STAFF, BORROWER),
    "POST /lines/{line}/reversals": RISK,
    "POST /lines/{line}/moves": DESK,
    "POST /lines/{line}/refunds": DESK,
    "POST /lines/{line}/variations": RISK,
    "POST /lines/{line}/extensions": DESK,
    "POST /lines/{line}/coupons": RISK,
    "POST /lines/{line}/assessments": RISK,
    "POST /lines/{line}/freezes": DESK,
    "POST /lines/{line}/unfreezes": RISK,
    "POST /lines/{line}/closure": (*OFFICER, BORROWER),
    "GET /proposals": STAFF,
    "POST /proposals": DESK,
    "POST /proposals/{proposal}/resolution": RISK,
    "POST /proposals/{proposal}/run": RISK,
    "GET /reapprovals": STAFF,
    "POST /reliefs/preview": DESK,
    "GET /bills": STAFF,
    "POST /bills": DESK,
    "GET /bill-desk": STAFF,
    "GET /bills/{bill}": STAFF,
    "POST /bills/{bill}/acceptance": DESK,
    "POST /bills/{bill}/refusal": DESK,
    "POST /bills/{bill}/return": DESK,
    "POST /bills/{bill}/endorsements": DESK,
    "POST /bills/{bill}/presentment": DESK,
    "POST /bills/{bill}/payment": DESK,
    "POST /bills/{bill}/part-payment": DESK,
    "POST /bills/{bill}/redemption": DESK,
    "POST /bills/{bill}/sale-quotes": STAFF,
    "POST /bills/{bill}/sale-proposals": DESK,
    "POST /bills/{bill}/write-off-proposals": DESK,
    "POST /bills/{bill}/dishonour": DESK,
    "POST /bills/{bill}/recourse": DESK,
    "POST /bills/{bill}/recoveries": DESK,
    "POST /bills/{bill}/discount-quotes": STAFF,
    "POST /bills/{bill}/discount": OFFICER,
    "POST /bills/{bill}/discount-proposals": DESK,
    "POST /parties": DESK,
    "GET /parties": STAFF,
    "POST /parties/search": STAFF,
    "GET /parties/{party}": (*STAFF, BORROWER),
    "GET /parties/{party}/personal": (*STAFF, BORROWER),
    "GET /parties/{party}/fraud": STAFF,
    "GET /parties/{party}/identity": DESK,
    "GET /parties/{party}/consents": (*STAFF, BORROWER),
    "POST /parties/{party}/consents": (*OFFICER, BORROWER),
    "POST /parties/{party}/consents/withdrawal": (*OFFICER, BORROWER),
    "POST /evidence": DESK,
    "GET /evidence": STAFF,
    "GET /portfolio": STAFF,
    "GET /portfolio/vintages": STAFF,
    "GET /portfolio/lines": STAFF,
    "GET /products": (*STAFF, BORROWER),
    "GET /policies": STAFF,
    "GET /models": STAFF,
    "GET /models/{model}/report.pdf": STAFF,
    "GET /models/challenges": STAFF,
    "POST /models/return": RISK,
    "POST /models/{model}/scores": DESK,
    "POST /models/{model}/retirement": RISK,
    "POST /models/{model}/review": RISK,
    "GET /parties/{party}/dimensions": STAFF,
    "GET /parties/{party}/novelty": STAFF,
    "GET /parties/{party}/constructs": STAFF,
    "GET /parties/{party}/segment": STAFF,
    "GET /models/{model}/segments": STAFF,
    "POST /models/{model}/segment-scores": STAFF,
    "GET /features": STAFF,
    "GET /audit/head": STAFF,
    "GET /audit/events/{event}/proof": STAFF,
    "GET /audit/events/{event}/inclusion": STAFF,
    "GET /audit/consistency": STAFF,
    "GET /audit/receipts/{key}": (*STAFF, BORROWER),
    "GET /houses": STAFF,
    "POST /houses": OFFICER,
    "GET /houses/{house}": STAFF,
    "POST /houses/{house}/withdrawal": DESK,
    "POST /houses/{house}/valuations": DESK,
    "POST /houses/{house}/appraisals": DESK,
    "POST /houses/{house}/lien": OFFICER,
    "POST /houses/{house}/tasks": DESK,
    "POST /houses/{house}/registration": DESK,
    "POST /houses/{house}/raise": DESK,
    "POST /houses/{house}/raise/resolution": RISK,
    "POST /houses/{house}/lowering": RISK,
    "POST /houses/{house}/release": RISK,
    "GET /trial-balance": STAFF,
    "GET /trial-balance/postings": STAFF,
    "GET /trial-balance/lines": STAFF,
    "GET /months/{month}": READERS,
    "POST /months/{month}/closure": RISK,
    "GET /months/{month}/status-file": READERS,
    "GET /events": READERS,
    "GET /listeners": READERS,
    "POST /listeners": RISK,
    "DELETE /listeners/{listener}": RISK,
    "GET /listeners/{listener}/letters": READERS,
    "POST /listeners/{listener}/replay": RISK,
}
WITHOUT_TOKEN = ("POST /token", "GET /health", "GET /health/ready")
OF_NOBODY = ("GET /applications", "GET /lines", "GET /products", "GET /audit/receipts/{key}")
"""What any borrower may ask: it shows the catalogue, or what is the caller's own."""


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    installed = [route for routes in (*GUARDED, *OPEN) for route in routes.routes if isinstance(route, APIRoute)]
    served = {f"{method} {route.path}".replace(":path}", "}") for route in installed for method in route.methods}
    assert served | set(OPERATIONS) == {*ROUTES, *WITHOUT_TOKEN}


@pytest.fixture(scope="session")
def another(bank: Bank) -> dict[str, str]:
    """A borrower who has applied, and to whom nothing else belongs; and a relief that was turned down."""
    party = bank.party()
    relief = bank.post("/proposals", {"act": "relieve", "name": "flood_of_tests", "counties": ["nowhere"], "later_months": 1}).json()["id"]
    assert bank.post(f"/proposals/{relief}/resolution", {"agree": False}, "manager").status_code == 201
    return {"login": bank.borrower("another", party), "pty": party, "dec": bank.decision(party)["id"], "prp": relief}


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_lets_in_whom_it_is_for_and_nobody_else(route: str, bank: Bank, another: dict[str, str]) -> None:
    theirs, mine = {**bank.ids, "prp": another["prp"]}, {name: another[name] for name in ("pty", "dec")}
    assert outcome(ask(bank, route, None, theirs)) == (401, "not_logged_in")
    for who in {*STAFF, BORROWER} - set(ROUTES[route]):
        assert outcome(ask(bank, route, who, theirs)) == (403, "role"), who
    for who in set(ROUTES[route]) - {BORROWER}:
        assert let_in(ask(bank, route, who, {})), who
    if BORROWER in ROUTES[route]:
        own = ask(bank, route, BORROWER, theirs) if "{line}" in route and "GET" in route else ask(bank, route, another["login"], mine)
        assert let_in(own)
        refused = outcome(ask(bank, route, another["login"], theirs))
        assert refused == (403, "not_yours") or (route in OF_NOBODY and refused[0] in (200, 404))


def outcome(answer: Response) -> tuple[int, str]:
    """Its status and its code."""
    told = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    return answer.status_code, told.get("code", "") if isinstance(told, dict) else ""


def let_in(answer: Response) -> bool:
    """Was it read and thought about? What it asks for need not be there."""
    status, code = outcome(answer)
    assert code != "bad_request", f"the request of this test is wrong: {answer.text}"
    return status < 500 and status not in (401, 403)


def ask(bank: Bank, route: str, who: str | None, there: dict[str, str]) -> Response:
    """The route's request about these ids, by the beginnings of their names, and for the rest about ones that nobody has."""
    told, schemas = OPERATIONS[route], SCHEMAS
    method, path = route.split(" ")

    def ids(value: Any) -> Any:
        written = json.dumps(value)
        for prefix, known in there.items():
            written = written.replace(f"{prefix}_{24 * 'a'}", known)
        return json.loads(written)

    query = {}
    for parameter in told.get("parameters", []):
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", str(ids(sample(parameter, schemas))))
        elif parameter["in"] == "query" and parameter["required"]:
            query[parameter["name"]] = sample(parameter, schemas)
    if "purpose" in query:
        query["purpose"] = {"officer": "underwriting", "manager": "underwriting", "auditor": "audit"}.get(who or "", "own_access")
    content = told.get("requestBody", {}).get("content", {})
    more: dict[str, Any] = {}
    if "multipart/form-data" in content:
        more = {"files": {"file": ("empty.csv", "a,b")}, "data": {"kind": "invoice", "mapping": json.dumps(MAPPING)}}
    elif content:
        more = {"json": {**ids(sample(content["application/json"], schemas)), **HARMLESS.get(route, {})}}
    return bank.send(method, path, who, headers={"Idempotency-Key": f"who-{next(bank.numbers)}"}, params=query, **more)


HARMLESS: dict[str, dict[str, Any]] = {
    "POST /listeners": {"kinds": ["Nothing"]},
    "POST /parties": {"external_key": "table-of-who-may"},
    "POST /reliefs/preview": {"counties": ["nowhere"], "later_months": 1},
}
"""What keeps a request whose caller is let in from leaving something behind that other tests would meet."""
IDS = {"pty": "pty_" + 24 * "a", "lin": "lin_" + 24 * "a"}


def sample(told: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """A value of this form: its example, or the least that is one."""
    told = {**told, **told.get("schema", {})}
    if "$ref" in told:
        return sample(schemas[told["$ref"].rpartition("/")[2]], schemas)
    if "examples" in told:
        return told["examples"][0]
    for which in ("const", "default"):
        if which in told:
            return told[which]
    for which in ("enum", "anyOf", "oneOf"):
        if which in told:
            return told[which][0] if which == "enum" else sample(told[which][0], schemas)
    if told["type"] == "object":
        return {name: sample(told["properties"][name], schemas) for name in told.get("required", [])}
    if told["type"] == "array":
        return [sample(told["items"], schemas)]
    if told["type"] == "string":
        return IDS.get(told.get("pattern", "")[1:4], "some_word")
    return int(max(told.get("minimum", 0), 1)) if told["type"] == "integer" else True


OPERATIONS = {f"{method} {path.removeprefix(PREFIX)}": told for method, path, told in operations(document())}
SCHEMAS: dict[str, Any] = document()["components"]["schemas"]
