"""`farthing serve`: the pages and the API on one port."""

from __future__ import annotations

import json
import os
import socket
from contextlib import suppress
from typing import Annotated

import typer
import uvicorn
from rich.console import Console
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from farthing import settings, wiring
from farthing.domain.errors import Invalid, Unavailable

HUNG_S = 30
"""A worker that does not answer for so long is killed and another one started."""
app = typer.Typer()


@app.callback(invoke_without_command=True)
def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on; this machine only by default")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65_535, help="port to listen on")] = None,
    api_only: Annotated[bool, typer.Option("--api-only", help="the API without the pages")] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="processes that answer at the address; more than one with --api-only")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="print the address as JSON")] = False,
) -> None:
    """Serve the pages and the API until stopped with Ctrl-C. Example: farthing serve --port 8787"""
    chosen = settings.read()
    if workers > 1 and not api_only:
        told = f"Pages cannot be served by {workers} processes: each goes on talking to the one that drew it."
        raise Invalid("pages_need_one_process", told, "Serve them by one process, and the API beside it with --api-only.", field="workers")
    run(host or chosen.host, port or chosen.port, api_only=api_only, workers=workers, as_json=as_json)


def run(host: str, port: int, *, api_only: bool = False, workers: int = 1, as_json: bool = False) -> None:
    """Serve on `host:port`; the database and what was recorded stay when the server stops. `Unavailable` when another program is there."""
    with _bound(host, port) as listener:
        url = f"http://{host}:{port}/"
        if as_json:
            print(json.dumps({"url": url, "api": f"{url}openapi.json"}), flush=True)
        else:
            Console().print(f"Opening Farthing at [bold]{url}[/]  API: /openapi.json  (Ctrl-C stops)")
        config = uvicorn.Config(
            f"farthing.asgi:{'create_api' if api_only else 'create'}", factory=True, host=host, port=port, workers=workers,
            log_level="warning", env_file=os.devnull, timeout_worker_healthcheck=HUNG_S,
        )  # fmt: skip
        started = _by_one(config, listener) if workers == 1 else _by_many(config, listener)
        if not started:
            raise typer.Exit(1)


def _by_one(config: uvicorn.Config, listener: socket.socket) -> bool:
    """Serve here until stopped; whether it could start."""
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    return server.started


def _by_many(config: uvicorn.Config, listener: socket.socket) -> bool:
    """Serve by processes that are started again when they die, until stopped; whether they could start."""
    with wiring.open_house(settings.read()):
        pass  # started and migrated once, and what is wrong is told once
    many = Multiprocess(config, [listener])
    many.run()
    return all(process.exitcode != STARTUP_FAILURE for process in many.processes)


def _bound(host: str, port: int) -> socket.socket:
    """A socket at the address, not listening yet: nobody waits while the bank opens."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        told = f"Nothing can be served on {host}:{port}: {(error.strerror or str(error)).lower()}."
        raise Unavailable("cannot_listen", told, "Stop what is there, or choose another --host or --port.") from None
    return listener
