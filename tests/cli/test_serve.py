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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.desk import typed
from tests.flows.bank import open_bank, opened
from tests.store_fixture import Database


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
    with serving(database, tmp_path) as (first, address):
        answer(first, f"{address}/openapi.json")
        environment = os.environ | {"FARTHING_HOME": str(tmp_path), "FARTHING_DATABASE_URL": database.owner_url}
        command = [sys.executable, "-m", "farthing.cli.main", "serve", "--port", address.rpartition(":")[2]]
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


def test_the_address_is_told_to_machines(database: Database, tmp_path: Path) -> None:
    with serving(database, tmp_path, "--json") as (process, address):
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == {"url": f"{address}/", "api": f"{address}/openapi.json"}
        assert answer(process, f"{address}/openapi.json")
