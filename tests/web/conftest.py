"""A small bank with a life in it, served by a process of its own, and a real browser before it."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from httpx import Client, Response
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.store_fixture import Database

from farthing import wiring
from farthing.domain import canon
from farthing.domain.evidence import EvidenceKind
from farthing.domain.party import PartyKind, PersonalData
from farthing.domain.staff import Actor, NewStaff, Role
from farthing.flows.accept import AcceptRequest, accept
from farthing.flows.apply import ApplyRequest, apply
from farthing.flows.day_end import DayEndRequest, day_end
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.ports import House
from farthing.flows.publish import install_policies
from farthing.flows.register import RegisterRequest, register
from farthing.flows.staff import add_staff
from farthing.settings import Settings

SYSTEM = Actor("stf_operator", "operator", Role.SYSTEM)
OFFICER = Actor("stf_officer", "officer", Role.CREDIT_OFFICER)
TODAY = dt.date(2025, 6, 30)
PASSWORD = "a long pass phrase"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-dev-shm-usage --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
)
POLICY = """
product: revolving
version: 1
effective_from: 2016-01-01
owner: 陈立 (test)
approver: 周宁 (test)
access:
  - {name: related_party, when: "related_party_insider", missing: refer, outcome: decline, reason: RELATED_PARTY}
  - {name: thin_file, when: "months_active < 3", missing: refer, outcome: refer, reason: THIN_FILE}
limit:
  - {name: turnover, cap: "div(turnover_12m * 40, 100, 0)", missing: 0, reason: CAP_TURNOVER}
  - {name: requested, cap: "requested_fen", missing: 0, reason: CAP_REQUESTED}
  - {name: product_max, cap: "product_max_fen", missing: 0, reason: CAP_PRODUCT}
price:
  - {name: funding, part: "div(0.0365, 365, 8)", missing: refer}
  - {name: operating, part: "div(0.0730, 365, 8)", missing: refer}
"""
MAPPING = {
    "fields": {
        "party": "seller", "side": {"constant": "sale"}, "invoice_no": "no", "issued_on": "date", "counterparty": "buyer",
        "net_fen": "net", "tax_fen": "tax", "gross_fen": "gross", "status": {"column": "state", "values": {"ok": "valid", "void": "void"}},
    },
    "known": {"lag_days": 1, "assumed": True},
}  # fmt: skip
KINDS = (EvidenceKind.ENTERPRISE, EvidenceKind.INVOICE, EvidenceKind.TRANSACTION, EvidenceKind.RELATION)


@dataclass
class Served:
    """Where the pages are, and the ids they show."""

    url: str
    settings: Settings
    ids: dict[str, str] = field(default_factory=dict)


OPEN = "[role=dialog][aria-modal=true]"
"""The dialog that is open: one that closes stays on the page for as long as it fades."""


@dataclass
class Desk:
    """A browser's window on the bank."""

    page: Page
    served: Served

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.served.url}{path}")
        return self.page

    def log_in(self, login: str, password: str = PASSWORD) -> Page:
        self.open("/login")
        self.page.fill("#login", login)
        self.page.fill("#password", password)
        self.page.click("button[type=submit]")
        return self.page


def sales(shop: str) -> str:
    """A year of sales: one invoice every third day, one of them unreadable."""
    rows = ["seller,no,date,buyer,net,tax,gross,state"]
    for number in range(0, 360, 3):
        day = TODAY - dt.timedelta(days=360 - number)
        rows.append(f"{shop},N{number},{day},buyer-{number % 7},1000.00,30.00,1030.00,ok")
    return "\n".join([*rows, f"{shop},N999,some day,buyer-1,1.00,0.00,1.00,ok"])


def shop(house: House, name: str, key: str) -> str:
    """A merchant that lets its evidence be used."""
    data = PersonalData(name, external_key=key)
    return register(house, OFFICER, RegisterRequest(PartyKind.ENTERPRISE, data, consents=KINDS, county="平江县"), f"register:{key}").id


def fill(house: House, folder: Path) -> dict[str, str]:
    """People of every role, a merchant with a line in use, one that may apply, one that waits for an officer, one to change its mind."""
    house.clock.open_day(TODAY)
    install_policies(house, SYSTEM, [POLICY])
    for login, role in (("officer", Role.CREDIT_OFFICER), ("manager", Role.RISK_MANAGER), ("auditor", Role.AUDITOR)):
        add_staff(house, SYSTEM, NewStaff(login, login, role, PASSWORD))
    using, applying, new = (shop(house, name, key) for name, key in (("和顺小吃店", "s1"), ("春来茶铺", "s2"), ("新开的店", "s3")))
    (folder / "mapping.yaml").write_text(yaml.safe_dump(MAPPING), encoding="utf-8")
    owning = shop(house, "安居布行", "s5")  # whose houses and lines no other test looks at
    for key in ("s1", "s2", "s5"):
        (folder / f"{key}.csv").write_text(sales(key), encoding="utf-8")
        table = wiring.own_file(EvidenceKind.INVOICE, folder / f"{key}.csv", folder / "mapping.yaml")
        intake(house, SYSTEM, IntakeRequest(table), f"import:{key}", lambda *_: None)
    decided = apply(house, SYSTEM, ApplyRequest(using, "revolving", 2_000_000), "apply:s1")
    line = accept(house, SYSTEM, AcceptRequest(decided.id), "accept:s1")
    draw(house, SYSTEM, DrawRequest(line.line, 500_000), "draw:s1")
    accept(house, SYSTEM, AcceptRequest(apply(house, SYSTEM, ApplyRequest(owning, "revolving", 2_000_000), "apply:s5").id), "accept:s5")
    referred = apply(house, SYSTEM, ApplyRequest(new, "revolving", 1_000_000), "apply:s3")
    head = canon.encode(house.journal.seal()).decode()  # as somebody kept it: the journal goes on
    for _ in range(2):
        day = house.clock.today()
        day_end(house, SYSTEM, DayEndRequest(day), f"day:{day}")
    for login, party in (("using", using), ("applying", applying), ("consenting", shop(house, "青禾布店", "s4"))):
        add_staff(house, SYSTEM, NewStaff(login, login, Role.BORROWER, PASSWORD, party))
    house.journal.seal()
    return {"line": line.line, "decision": decided.id, "referred": referred.id, "using": using, "owning": owning, "head": head}


@pytest.fixture(scope="session")
def served(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The bank behind a real server of its own process."""
    database, home = new_database(), tmp_path_factory.mktemp("bank")
    settings = Settings(home=home, database_url=database.owner_url, host="127.0.0.1", port=0)
    with wiring.open_house(settings) as house:
        ids = fill(house, tmp_path_factory.mktemp("files"))
    with serving(home, database.owner_url) as url:
        yield Served(url, settings, ids)


@pytest.fixture
def house(served: Served) -> Iterator[House]:
    """The served bank, as its own people at the machine reach it."""
    with wiring.open_house(served.settings) as opened:
        yield opened


@contextmanager
def serving(home: Path, database_url: str) -> Iterator[str]:
    """The pages and the API of a home in a process of their own: their address. An empty URL is the home's own database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "NICEGUI"))}
    environment |= {"FARTHING_HOME": str(home), "FARTHING_DATABASE_URL": database_url}
    command = [sys.executable, "-m", "uvicorn", "--factory", "farthing.asgi:create", "--port", str(port), "--log-level", "warning"]
    with open(home / "server.log", "w") as told:
        server = subprocess.Popen(command, env=environment, cwd=home, stdout=told, stderr=subprocess.STDOUT)
    try:
        _wait(server, f"http://127.0.0.1:{port}/login", home / "server.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)
    assert not (home / ".nicegui").exists(), "pages keep nothing on disk"


@pytest.fixture
def visitor() -> Iterator[Callable[..., Client]]:
    """Opens browsers without scripts: `visitor(url, "officer", "zh")`, logged in if a login is given."""
    with ExitStack() as stack:

        def opened(url: str, login: str = "", language: str = "en") -> Client:
            client = stack.enter_context(Client(base_url=url, timeout=60, cookies={"farthing_language": language}))
            if login:
                assert enter(client, login).status_code == 303
            return client

        yield opened


def enter(client: Client, login: str, password: str = PASSWORD) -> Response:
    """The login form, filled in and sent."""
    return client.post("/login", data={"login": login, "password": password, "token": form_token(client.get("/login"))})


def form_token(page: Response) -> str:
    """The token of the form on a page: the door's, or the one that leaves."""
    found = re.search(r'name=\\?"token\\?" value=\\?"([0-9a-f]+)', page.text)
    assert found is not None, page.text[:300]
    return found[1]


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"the server did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium found; install the package chromium")
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=FLAGS.split())
        yield launched
        launched.close()


@pytest.fixture
def desk_in(browser: Browser, served: Served) -> Iterator[Callable[..., Desk]]:
    """Opens windows: `desk_in("zh", 1440)`. A script error or a call to the outside fails the test."""
    wrong: list[str] = []
    contexts = []

    def opened(language: str = "zh", width: int = 1440) -> Desk:
        context = browser.new_context(viewport={"width": width, "height": 900})
        context.add_cookies([{"name": "farthing_language", "value": language, "url": served.url}])
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.on("request", lambda request: None if request.url.startswith((served.url, "data:", "blob:")) else wrong.append(request.url))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        return Desk(page, served)

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
