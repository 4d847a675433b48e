"""`farthing serve`: a process that answers on its port, says where, and stops when asked with all it took kept."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.cli.desk import typed
from tests.flows.bank import open_bank, opened
from tests.store_fixture import Database

from farthing.domain.staff import Actor, NewStaff, Role
from farthing.flows.staff import add_staff
from farthing.ledger.facility import fold

ALIVE = "/api/v1/health"


@contextmanager
def serving(database: Database, home: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command in a process of its own: the process and its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"FARTHING_HOME": str(home), "FARTHING_DATABASE_URL": database.owner_url, "COLUMNS": "200"}
    command = [sys.executable, "-m", "farthing.cli.main", "serve", "--port", str(port), *more]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def answer(process: subprocess.Popen[str], url: str) -> bytes:
    """What is answered once it listens."""
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=60) as got:
                return bytes(got.read())
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"it left: {process.stdout.read() if process.stdout else ''}")


def test_it_serves_the_door_and_the_pages_and_stops_when_asked(database: Database, tmp_path: Path) -> None:
    with open_bank(database, tmp_path) as house:
        line = opened(house).line
    with serving(database, tmp_path) as (process, address):
        assert "/api/v1/applications" in json.loads(answer(process, f"{address}/openapi.json"))["paths"]
        assert b"<html" in answer(process, f"{address}/login")
        with pytest.raises(urllib.error.HTTPError, match="401"):
            answer(process, f"{address}/api/v1/lines/{line}")
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=60)[0]
    assert address in said
    assert "Traceback" not in said
    with open_bank(database, tmp_path) as house:
        assert list(house.lines.ids()) == [line]
        head = house.journal.head()
        assert head is not None
        assert head.size == len([*house.journal.each()]) > 0, "it sealed what was not sealed"


def test_a_port_that_is_taken_is_told(database: Database, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environment = os.environ | {"FARTHING_HOME": str(tmp_path), "FARTHING_DATABASE_URL": database.owner_url}
        command = [sys.executable, "-m", "farthing.cli.main", "serve", "--port", str(taken.getsockname()[1])]
        second = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert second.returncode == 1
    assert second.stderr.startswith("cannot_listen Nothing can be served on 127.0.0.1:")
    assert "address already in use" in second.stderr
    assert "choose another --host or --port" in second.stderr
    assert "Opening" not in second.stdout


@pytest.mark.parametrize("port", ["99999", "65536", "0", "-1", "http"])
def test_a_port_that_is_none_is_a_wrong_usage(port: str) -> None:
    told = typed("serve", "--port", port)
    assert told.code == 2
    assert "--port" in told.err


# ---- several processes at one address --------------------------------------------------------------------------------


def workers_of(process: subprocess.Popen[str]) -> set[int]:
    """The processes that a supervisor started and that run the bank."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return {int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()}


def gone(pid: int) -> bool:
    """Has the process ended, whether or not anybody asked how?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def until(happened: Callable[[], bool]) -> None:
    """Wait for what is going to happen; the test's own time limit is the longest."""
    while not happened():
        time.sleep(0.05)


def called(address: str, path: str, body: Mapping[str, object] | str, **headers: str) -> tuple[int, Any]:
    """What the API answers to a POST."""
    form = isinstance(body, str)
    said = {"Content-Type": "application/x-www-form-urlencoded" if form else "application/json"} | headers
    sent = body if form else json.dumps(body)
    request = urllib.request.Request(f"{address}/api/v1{path}", str(sent).encode(), said)
    try:
        with urllib.request.urlopen(request, timeout=60) as got:
            return got.status, json.load(got)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_several_processes_serve_one_bank_and_a_command_is_done_once(database: Database, tmp_path: Path) -> None:
    with open_bank(database, tmp_path) as house:
        lines = [opened(house, number).line for number in range(1, 5)]
        add_staff(house, Actor("stf_test", "test", Role.SYSTEM), NewStaff("officer", "officer", Role.CREDIT_OFFICER, "a long pass phrase"))
    with serving(database, tmp_path, "--api-only", "--workers", "2") as (process, address):
        assert answer(process, f"{address}{ALIVE}")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            answer(process, f"{address}/login")
        _, token = called(address, "/token", "grant_type=client_credentials&client_id=officer&client_secret=a+long+pass+phrase")
        bearer = f"Bearer {token['access_token']}"

        def draw(number: int) -> tuple[int, Any]:
            path, key = f"/lines/{lines[number % 4]}/draws", f"key-{number // 4}"  # each key twice, from two connections at once
            return called(address, path, {"amount_fen": 100_000 + number // 8}, **{"Authorization": bearer, "Idempotency-Key": key})

        first, *_ = before = workers_of(process)
        assert len(before) == 2
        with ThreadPoolExecutor(8) as hands:
            answers = list(hands.map(draw, [number for number in range(64) for _ in range(2)]))
        assert {status for status, _ in answers} <= {201, 409}
        drawn = [told["event"] for status, told in answers if status == 201]
        assert [answers[place] for place in range(0, 128, 2)] == [answers[place + 1] for place in range(0, 128, 2)]

        os.kill(first, signal.SIGKILL)
        until(lambda: len(workers_of(process) - {first}) == 2)
        assert called(address, "/token", "grant_type=client_credentials&client_id=officer&client_secret=a+long+pass+phrase")[0] == 200
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=60)[0]
    assert "Traceback" not in said
    with open_bank(database, tmp_path) as house:
        recorded = [event.id for line in lines for event in house.journal.events(line) if event.kind == "Drawn"]
        assert sorted(recorded) == sorted(set(drawn)), "all that was answered, each once"
        assert all(house.lines.get(line) == fold(house.journal.events(line)) for line in lines)


def test_the_address_is_told_to_machines_and_workers_leave_with_the_one_that_started_them(database: Database, tmp_path: Path) -> None:
    with open_bank(database, tmp_path):
        pass
    with serving(database, tmp_path, "--api-only", "--workers", "2", "--json") as (process, address):
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == {"url": f"{address}/", "api": f"{address}/openapi.json"}
        assert answer(process, f"{address}{ALIVE}")
        until(lambda: len(workers_of(process)) == 2)
        workers = workers_of(process)
        process.kill()
        until(lambda: all(map(gone, workers)))


def test_pages_are_served_by_one_process() -> None:
    told = typed("serve", "--workers", "2")
    assert told.code == 1
    assert told.err.startswith("pages_need_one_process Pages cannot be served by 2 processes")
    assert "--api-only" in told.err
