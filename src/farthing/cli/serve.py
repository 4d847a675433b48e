"""`farthing serve`: the pages and the API on one port."""

from __future__ import annotations

import os
from typing import Annotated

import typer
import uvicorn
from rich.console import Console

from farthing import settings

app = typer.Typer(help="Serve the pages and the API. Example: farthing serve --port 8787")


@app.callback(invoke_without_command=True)
def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on; this machine only by default")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on")] = None,
) -> None:
    """Serve until stopped with Ctrl-C."""
    chosen = settings.read()
    run(host or chosen.host, port or chosen.port)


def run(host: str, port: int) -> None:
    """Serve on `host:port`; the database and what was recorded stay when the server stops."""
    console = Console()
    console.print(f"Opening Farthing at [bold]http://{host}:{port}/[/]  API: /openapi.json  (Ctrl-C stops)")
    uvicorn.run("farthing.asgi:create", factory=True, host=host, port=port, log_level="warning", workers=1, env_file=os.devnull)
