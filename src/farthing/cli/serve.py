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

from farthing import settings
from farthing.domain.errors import Unavailable

app = typer.Typer()


@app.callback(invoke_without_command=True)
def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on; this machine only by default")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65_535, help="port to listen on")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the address as JSON")] = False,
) -> None:
    """Serve the pages and the API until stopped with Ctrl-C. Example: farthing serve --port 8787"""
    chosen = settings.read()
    run(host or chosen.host, port or chosen.port, as_json=as_json)


def run(host: str, port: int, *, as_json: bool = False) -> None:
    """Serve on `host:port`; the database and what was recorded stay when the server stops. `Unavailable` when another program is there."""
    with _bound(host, port) as listener:
        url = f"http://{host}:{port}/"
        if as_json:
            print(json.dumps({"url": url, "api": f"{url}openapi.json"}), flush=True)
        else:
            Console().print(f"Opening Farthing at [bold]{url}[/]  API: /openapi.json  (Ctrl-C stops)")
        config = uvicorn.Config("farthing.asgi:create", factory=True, host=host, port=port, log_level="warning", env_file=os.devnull)
        server = uvicorn.Server(config)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
        if not server.started:
            raise typer.Exit(1)


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
