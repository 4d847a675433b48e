"""`farthing db`: the embedded database."""

from __future__ import annotations

import json
from collections.abc import Callable

import typer
from rich.console import Console

from farthing import settings, wiring
from farthing.cli.options import AsJson

app = typer.Typer(help="The embedded database: start, stop, status, migrate.", no_args_is_help=True)
console = Console()


def _say(line: str) -> None:
    console.print(line, highlight=False)


def _progress(*, quiet: bool) -> Callable[[str], None]:
    return (lambda _: None) if quiet else _say


def _conclude(line: str, *, as_json: bool, **told: object) -> None:
    if as_json:
        typer.echo(json.dumps({"home": str(settings.read().home), **told}, ensure_ascii=False))
    else:
        _say(line)


@app.command()
def start(as_json: AsJson = False) -> None:
    """Start the database, if it is not running, and bring it to this release's schema. Example: farthing db start"""
    with wiring.open_house(settings.read(), _progress(quiet=as_json)):
        _conclude("The database is running.", as_json=as_json, running=True)


@app.command()
def stop(as_json: AsJson = False) -> None:
    """Stop the embedded database; what is recorded stays. Example: farthing db stop"""
    stopped = wiring.stop_database(settings.read())
    _conclude("Stopped." if stopped else "It was not running.", as_json=as_json, stopped=stopped)


@app.command()
def status(as_json: AsJson = False) -> None:
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
def migrate(as_json: AsJson = False) -> None:
    """Apply the migrations this release needs. Example: farthing db migrate"""
    wiring.migrate_database(settings.read(), _progress(quiet=as_json))
    _conclude("The schema is up to date.", as_json=as_json, up_to_date=True)
