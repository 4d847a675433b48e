"""A bank served over HTTP by a process of its own, and the plainest client there is: what the benches of the API share."""

from __future__ import annotations

import asyncio
import json
import math
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from farthing.settings import Settings

PASSWORD = "only for the bench"


def settings_of(home: Path) -> Settings:
    """An embedded bank in `home`, whose address `serving` chooses."""
    return Settings(home=home, database_url=None, host="127.0.0.1", port=0)


@contextmanager
def serving(home: Path, *more: str) -> Iterator[tuple[int, int]]:
    """`farthing serve` over a bank, in a process of its own: its port and its process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "farthing.cli.main", "serve", "--port", str(port), *more]
    with (home / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env={**os.environ, "FARTHING_HOME": str(home)}, stdout=log, stderr=log)
    try:
        _wait_ready(server, port, home / "serve.log")
        yield port, server.pid
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        subprocess.run(
            [sys.executable, "-m", "farthing.cli.main", "db", "stop"], env={**os.environ, "FARTHING_HOME": str(home)}, check=False
        )


def _wait_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/health/ready", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not become ready:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def token(port: int, login: str) -> str:
    """A bearer token for a login of the bench."""
    form = f"grant_type=client_credentials&client_id={login}&client_secret={PASSWORD.replace(' ', '+')}".encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/token", form, timeout=30) as answer:
        return str(json.load(answer)["access_token"])


def cpu_s(pid: int) -> float:
    """CPU seconds that a running process and those it started have used, the database's not among them."""
    started = (int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split())
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + sum(cpu_s(child) for child in started)


@dataclass(slots=True)
class Caller:
    """One kept-alive connection; a client this plain leaves the processor to the server."""

    port: int
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def post(self, request: bytes) -> int:
        """The status of the answer. A connection that the server closed for idleness is opened again: the key makes a repeat safe."""
        try:
            return await self._post(request)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.writer = None
            return await self._post(request)

    async def _post(self, request: bytes) -> int:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader is not None
        self.writer.write(request)
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        await self.reader.readexactly(length)
        return int(head.split(b" ", 2)[1])


def post_text(path: str, body: object, bearer: str, key: str) -> bytes:
    """A POST to the API, to the byte."""
    told = json.dumps(body)
    lines = (
        f"POST /api/v1{path} HTTP/1.1", "Host: bench", "Content-Type: application/json", f"Content-Length: {len(told)}",
        f"Authorization: Bearer {bearer}", f"Idempotency-Key: {key}", "", told,
    )  # fmt: skip
    return "\r\n".join(lines).encode()


def percentile_ms(sorted_s: Sequence[float], share: float) -> float:
    """Nearest rank, in milliseconds."""
    return round(sorted_s[min(math.ceil(share * len(sorted_s)), len(sorted_s)) - 1] * 1000, 1)
