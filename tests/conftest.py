"""What every test stands on: public data or a plain skip, no network, seeded hypothesis, and no silent skip in CI."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.store_fixture"]

ROOT = Path(__file__).parent.parent
MAY_USE_NETWORK = {"contract", "web"}
IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile(
    "ci", deadline=None, max_examples=50, derandomize=True, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if IN_CI else "dev")


# ---- public data -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def public_data() -> Callable[[str], Path]:
    """`public_data("cumcm2020c")` is that data set's folder under FARTHING_DATA, or a skip that says how to get it."""
    folder = Path(os.environ.get("FARTHING_DATA") or ROOT / ".." / "shared" / "data").resolve()

    def find(name: str) -> Path:
        if not (folder / name).exists():
            pytest.skip(f"public data set {name!r} is not in {folder}; set FARTHING_DATA to the folder that holds it")
        return folder / name

    return find


# ---- no network ------------------------------------------------------------------------------------------------------


def is_local(family: int, address: Any) -> bool:
    """A unix socket, or an address of this machine's loopback."""
    if family not in {socket.AF_INET, socket.AF_INET6}:
        return True
    host = str(address[0])
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.split("%", maxsplit=1)[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only loopback and unix sockets connect, outside the folders whose business is the outside."""
    if MAY_USE_NETWORK & set(request.path.relative_to(ROOT / "tests").parts):
        return
    for name in ("connect", "connect_ex"):
        real = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, _real: Any = real) -> Any:
            if not is_local(self.family, address):
                raise AssertionError(f"a test reached for the network: {address!r}")
            return _real(self, address)

        monkeypatch.setattr(socket.socket, name, guarded)


# ---- in CI a skip is a failure ---------------------------------------------------------------------------------------


def fail_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that keeps the reason; an expected failure stays what it is."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI counts as a failure: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test fails in CI."""
    report = yield
    fail_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A skipped module fails in CI."""
    report = yield
    fail_skip(report)
    return report
