"""`farthing db`: the embedded database."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from farthing import settings, wiring

app = typer.Typer(help="The embedded database: start, stop, status, migrate.", no_args_is_help=True)
console = Console()


def _say(line: str) -> None:
    console.print(line, highlight=False)


@app.command()
def start() -> None:
    """Start the database, if it is not running, and bring it to this release's schema. Example: farthing db start"""
    with wiring.open_house(settings.read(), _say):
        _say("The database is running.")


@app.command()
def stop() -> None:
    """Stop the embedded database; what is recorded stays. Example: farthing db stop"""
    _say("Stopped." if wiring.stop_database(settings.read()) else "It was not running.")


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False) -> None:
    """Say whether the database runs. Example: farthing db status --json"""
    chosen = settings.read()
    running = wiring.database_runs(chosen)
    if as_json:
        console.print_json(data={"home": str(chosen.home), "running": running, "outside": chosen.database_url is not None})
    else:
        _say(f"{'running' if running else 'stopped'} · {'an outside server' if chosen.database_url else chosen.home}")
    if not running:
        raise typer.Exit(1)


@app.command()
def migrate() -> None:
    """Apply the migrations this release needs. Example: farthing db migrate"""
    wiring.migrate_database(settings.read(), _say)
    _say("The schema is up to date.")
