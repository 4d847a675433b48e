"""A system that listens: a real HTTP server on this machine that notes what it is told and answers as it is bidden."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Ear:
    """What it heard, in order: (headers, body); `answers` gives the status for an event's headers."""

    url: str = ""
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: Callable[[dict[str, str]], int] = lambda _: 204

    def events(self) -> list[str]:
        """The ids of what it took."""
        return [headers["Farthing-Event"] for headers, _ in self.heard]


@contextmanager
def listening() -> Iterator[Ear]:
    """The server, while the block runs."""
    ear = Ear()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = dict(self.headers)
            status = ear.answers(headers)
            if 200 <= status < 300:
                ear.heard.append((headers, body))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    ear.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    try:
        yield ear
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
