"""The ground every test stands on: no network, and no silent skip in CI."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

GROUND = Path(__file__).parents[1] / "conftest.py"


def test_a_test_cannot_reach_the_network() -> None:
    with socket.socket() as outside, pytest.raises(AssertionError, match="reached for the network"):
        outside.connect(("192.0.2.1", 80))  # an address kept for documentation: no machine has it


def test_a_test_can_reach_its_own_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_a_skip_fails_in_ci_only(tmp_path: Path, ci: str, code: int) -> None:
    ground = GROUND.read_text(encoding="utf-8").replace('pytest_plugins = ["tests.store_fixture"]', "")
    (tmp_path / "conftest.py").write_text(ground, encoding="utf-8")
    (tmp_path / "test_skipping.py").write_text(
        "import pytest\n\n@pytest.mark.skip(reason='not here')\ndef test_x(): ...\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(tmp_path)]
    run = subprocess.run(
        command, env=os.environ | {"CI": ci, "PYTEST_ADDOPTS": ""}, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert run.returncode == code, run.stdout + run.stderr
