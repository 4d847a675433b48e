"""One bank for all tests of the door: a real application over a real database, with people of every role who hold tokens."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from httpx import Client, Response
from tests.store_fixture import Database

from farthing import api, wiring
from farthing.domain.staff import Actor, NewStaff, Role
from farthing.flows.access import Allowance, logins
from farthing.flows.day_end import DayEndRequest, day_end
from farthing.flows.ports import House
from farthing.flows.publish import install_policies
from farthing.flows.staff import add_staff
from farthing.settings import Settings

SYSTEM = Actor("stf_operator", "operator", Role.SYSTEM)
YESTERDAY, TODAY = dt.date(2025, 6, 29), dt.date(2025, 6, 30)
HALF_A_YEAR = dt.timedelta(days=180)
PASSWORD = "a long pass phrase"
MAPPING = {
    "fields": {
        "party": "seller", "side": {"constant": "sale"}, "invoice_no": "no", "issued_on": "date", "counterparty": "buyer",
        "net_fen": "net", "tax_fen": "tax", "gross_fen": "gross", "status": {"column": "state", "values": {"ok": "valid", "void": "void"}},
    },
    "known": {"lag_days": 1, "assumed": True},
}  # fmt: skip
POLICY = """
product: revolving
version: 1
effective_from: 2016-01-01
owner: 陈立 (test)
approver: 周宁 (test)
access:
  - {name: related_party, when: "related_party_insider", missing: refer, outcome: decline, reason: RELATED_PARTY}
  - {name: dead_business, when: "days_since_last_sale > 90", missing: refer, outcome: decline, reason: DEAD_BUSINESS}
  - {name: thin_file, when: "months_active < 3", missing: refer, outcome: refer, reason: THIN_FILE}
limit:
  - {name: exposure, cap: "product_max_fen - exposure_fen", missing: 0, reason: CAP_EXPOSURE}
  - {name: requested, cap: "requested_fen", missing: 0, reason: CAP_REQUESTED}
price:
  - {name: funding, part: "div(0.1095, 365, 8)", missing: refer}
"""
KINDS = ["enterprise", "invoice", "transaction", "relation"]


@dataclass
class Bank:
    """The application, a client of it, and a token for every role."""

    app: FastAPI
    house: House
    client: Client
    tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def send(self, method: str, path: str, who: str | None = "officer", *, key: str | None = None, **more: Any) -> Response:
        """One request under `/api/v1` as somebody; a POST gets a fresh key unless it is given one (empty: none)."""
        headers = dict(more.pop("headers", {}))
        if who is not None:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        if method == "POST" and key != "":
            headers.setdefault("Idempotency-Key", key or f"key-{next(self.numbers)}")
        return self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    def get(self, path: str, who: str | None = "officer", **more: Any) -> Response:
        return self.send("GET", path, who, **more)

    def post(self, path: str, body: Any = None, who: str | None = "officer", **more: Any) -> Response:
        return self.send("POST", path, who, **({} if body is None else {"json": body}), **more)

    def party(self, **changes: Any) -> str:
        """A fresh party that lets its evidence be used."""
        body = {"kind": "person", "name": "试验商户", "consents": KINDS, **changes}
        made = self.post("/parties", body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    def borrower(self, name: str, party: str) -> str:
        """A login of a borrower, with its token; its name."""
        add_staff(self.house, SYSTEM, NewStaff(name, name, Role.BORROWER, PASSWORD, party))
        self.tokens[name] = self.log_in(name)
        return name

    def log_in(self, login: str) -> str:
        form = {"grant_type": "client_credentials", "client_id": login, "client_secret": PASSWORD}
        return str(self.client.post("/api/v1/token", data=form).json()["access_token"])

    def decision(self, party: str, requested_fen: int = 5_000_000, who: str = "officer") -> dict[str, Any]:
        """An application on the revolving line, decided."""
        made = self.post("/applications", {"party": party, "product": "revolving", "requested_fen": requested_fen}, who)
        assert made.status_code == 201, made.text
        return dict(made.json())

    def line(self, limit_fen: int = 5_000_000, party: str | None = None) -> dict[str, Any]:
        """An open line: applied for, approved by a person where it was referred, accepted."""
        decided = self.decision(party or self.party(), limit_fen)
        if decided["outcome"] == "refer":
            review = {"approve": True, "limit_fen": limit_fen, "note": "Known for ten years."}
            approved = self.post(f"/decisions/{decided['id']}/review", review, "manager")
            assert approved.status_code == 201, approved.text
            decided = approved.json()
        opened = self.post(f"/decisions/{decided['id']}/acceptance")
        assert opened.status_code == 201, opened.text
        return dict(opened.json())

    def bill(self, number: str = "", **changes: Any) -> str:
        """A bill that is taken up, with an invoice of its own."""
        number = number or f"2{next(self.numbers):029d}"
        face = changes.get("amount_fen", 10_000_000)
        hands = {name: changes.get(name) or self.party(kind="enterprise") for name in ("drawer", "acceptor", "payee")}
        day = self.house.clock.today()
        body = {"number": number, "kind": "commercial", "amount_fen": face, "drawn_on": str(day), "matures_on": str(day + HALF_A_YEAR),
                "invoices": [{"number": f"invoice {number}", "gross_fen": face}], **hands, **changes}  # fmt: skip
        made = self.post("/bills", body)
        assert made.status_code == 201, made.text
        return str(made.json()["bill"])


@pytest.fixture(scope="session")
def bank(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """An open bank with its policies, its people, and invoices of one shop taken in through the door."""
    database: Database = new_database()
    home: Path = tmp_path_factory.mktemp("bank")
    with wiring.open_house(Settings(home=home, database_url=database.owner_url, host="127.0.0.1", port=0)) as house:
        house.clock.open_day(YESTERDAY)
        install_policies(house, SYSTEM, [POLICY])
        app = FastAPI(title="Farthing", version="1", openapi_url="/openapi.json")
        api.install(app, house, "a secret of tests", logins(time.monotonic))
        app.state.tokens.calls = Allowance(100_000, 100_000, time.monotonic)
        app.state.tokens.logins = Allowance(1_000, 1_000, time.monotonic)
        with serving(app) as client:
            yield furnished(Bank(app, house, client))


@contextmanager
def serving(app: FastAPI) -> Iterator[Client]:
    """The application behind a real server on a free port of this machine, and a client of it."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


def furnished(bank: Bank) -> Bank:
    """People, a shop with a year of sales, its line with a draw, and a closed day."""
    for login, role in (("officer", Role.CREDIT_OFFICER), ("manager", Role.RISK_MANAGER), ("auditor", Role.AUDITOR)):
        add_staff(bank.house, SYSTEM, NewStaff(login, login, role, PASSWORD))
        bank.tokens[login] = bank.log_in(login)
    shop = bank.party(external_key="shop-1", name="和顺小吃店", kind="enterprise")
    taken = upload(bank, sales("shop-1"))
    assert taken.status_code == 201, taken.text
    line = bank.line(party=shop)
    drawn = bank.post(f"/lines/{line['line']}/draws", {"amount_fen": 1_000_000}, key="first-draw")
    assert drawn.status_code == 201, drawn.text
    bank.house.journal.seal()
    waits = bank.decision(bank.party())
    approved = bank.decision(bank.party())
    review = {"approve": True, "limit_fen": 1_000_000, "note": "A good year."}
    offered = bank.post(f"/decisions/{approved['id']}/review", review, "manager").json()
    house = {"party": shop, "kind": "residence", "district": "D02", "area_dm2": 9_250, "built": 2012, "floor": 8, "deed": "deed-of-a-shop"}
    bank.ids = {
        "pty": shop, "lin": line["line"], "dec": waits["id"], "offer": offered["id"], "evt": drawn.json()["event"], "key": "first-draw",
        "evd": taken.json()[0]["evidence"], "bil": bank.bill(payee=shop), "hse": bank.post("/houses", house).json()["house"],
    }  # fmt: skip
    bank.borrower("borrower", shop)
    day_end(bank.house, SYSTEM, DayEndRequest(YESTERDAY), "first-night")
    return bank


def sales(shop: str, days: int = 360) -> str:
    """A year of sales as a csv file: one invoice every third day."""
    rows = ["seller,no,date,buyer,net,tax,gross,state"]
    for number in range(0, days, 3):
        day = TODAY - dt.timedelta(days=days - number)
        rows.append(f"{shop},N{number},{day},buyer-{number % 7},1000.00,30.00,1030.00,ok")
    return "\n".join(rows)


def upload(bank: Bank, text: str | bytes, name: str = "sales.csv", **form: str) -> Response:
    """A file handed in as evidence."""
    data = {"kind": "invoice", "mapping": json.dumps(MAPPING), **form}
    return bank.send("POST", "/evidence", files={"file": (name, text)}, data=data)


def problem(answer: Response) -> tuple[int, str]:
    """The status and the code of an answer that is a problem, with everything that a problem has."""
    return problem_at(answer)[:2]


def problem_at(answer: Response) -> tuple[int, str, str | None]:
    """The same, and the field at fault."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert set(body) - {"error"} == {"type", "title", "status", "code", "detail", "remedy", "field"}
    assert body["status"] == answer.status_code
    assert body["detail"]
    assert body["remedy"], "what to do is said, always"
    return answer.status_code, body["code"], body["field"]
