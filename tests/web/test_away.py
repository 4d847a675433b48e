"""While the database is away every door says so calmly; when it is back, all goes on."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from httpx import Client, Response
from tests.store.server import processes
from tests.store_fixture import scratch
from tests.web.conftest import PASSWORD, SYSTEM, enter, form_token, serving

from farthing import wiring
from farthing.domain.staff import NewStaff, Role
from farthing.flows.staff import add_staff
from farthing.settings import Settings
from farthing.store.postgres import server as postgres

GRANT = {"grant_type": "client_credentials", "client_id": "manager", "client_secret": PASSWORD}
PATHS = ("/lines", "/parties", "/policies", "/models", "/evidence", "/applications", "/portfolio", "/audit/head", "/health/ready")


@contextmanager
def killed(home: Path) -> Iterator[None]:
    """The home's server dies with all its processes, and is started again afterwards."""
    for process in processes(home):
        os.kill(process, signal.SIGKILL)
    yield
    postgres.start(home)


@pytest.fixture(scope="module")
def bank() -> Iterator[tuple[Path, str]]:
    """A home with a database of its own, and the address of a server that takes it for an outside one."""
    with scratch() as directory:
        home = directory / "home"
        with wiring.open_house(Settings(home, None, "127.0.0.1", 0)) as house:
            add_staff(house, SYSTEM, NewStaff("manager", "manager", Role.RISK_MANAGER, PASSWORD))
        with serving(home, postgres.start(home).url(postgres.OWNER)) as url:
            yield home, url


def test_a_bank_without_models_says_what_to_do(bank: tuple[Path, str], visitor: Callable[..., Client]) -> None:
    assert "farthing model train" in visitor(bank[1], "manager").get("/models").text


def test_every_door_says_that_it_is_away_and_goes_on_afterwards(bank: tuple[Path, str], visitor: Callable[..., Client]) -> None:
    home, url = bank
    reader, stranger, machine = visitor(url, "manager"), visitor(url), visitor(f"{url}/api/v1")
    machine.headers["Authorization"] = f"Bearer {stranger.post('/api/v1/token', data=GRANT).json()['access_token']}"
    leave = form_token(reader.get("/book"))
    with killed(home):
        for path in PATHS:
            is_problem(machine.get(path))
        is_problem(stranger.post("/api/v1/token", data=GRANT))
        for path in ("/", "/book", "/policies", "/lines/lin_aaaaaaaa"):
            is_page(reader.get(path))
        is_page(enter(stranger, "manager"))
        is_page(reader.post("/logout", data={"token": leave}))
        assert (
            "银行的账簿暂时打不开" in reader.get("/book", headers={"cookie": f"farthing_session={reader.cookies['farthing_session']}"}).text
        )
        assert machine.get("/health").status_code == stranger.get("/login").status_code == 200
    assert reader.get("/book").status_code == machine.get("/lines").status_code == 200
    assert enter(stranger, "manager").status_code == 303


def is_problem(answer: Response) -> None:
    """A 503 that says what to do and when."""
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json"), answer.text
    assert answer.json()["code"] == "database"
    assert answer.json()["remedy"]
    assert answer.headers["retry-after"]


def is_page(answer: Response) -> None:
    """A 503 that a person reads: what happened, what was kept, what to do."""
    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store"), answer.text[:300]
    for said in ("cannot be reached just now", "All that was recorded is kept", "Try again"):
        assert said in answer.text
