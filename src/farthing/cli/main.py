"""The command line: `farthing <noun> <verb>`. Exit codes: 0 done, 1 refused or failed, 2 usage."""

from __future__ import annotations

import importlib
import sys

import click
import typer
from rich.console import Console
from typer.core import TyperGroup

from farthing.domain.errors import FarthingError

NOUNS: dict[str, tuple[str, str]] = {
    "demo": ("farthing.cli.demo", "Fill a bank and live a year: the whole life of a loan"),
    "serve": ("farthing.cli.serve", "Serve the pages and the API"),
    "import": ("farthing.cli.intake", "Take in evidence: data sets, or your own files with a mapping"),
    "model": ("farthing.cli.model", "Train, print and list models"),
    "policy": ("farthing.cli.policy", "Check, publish and read policies"),
    "decision": ("farthing.cli.decision", "Decide applications and read why"),
    "line": ("farthing.cli.line", "Draw, repay and read lines"),
    "day": ("farthing.cli.day", "Close business days"),
    "audit": ("farthing.cli.audit", "Verify the journal and replay decisions"),
    "party": ("farthing.cli.party", "Read and erase parties, see who read them"),
    "staff": ("farthing.cli.staff", "The people who may log in"),
    "db": ("farthing.cli.db", "Start, stop and look at the embedded database"),
}


class Nouns(TyperGroup):
    """Commands by noun, imported only when named, so that `farthing --help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in NOUNS:
            return None
        module, told = NOUNS[cmd_name]
        if "--help" in sys.argv[1:2] or len(sys.argv) == 1:
            return click.Command(cmd_name, help=told, short_help=told)
        command = typer.main.get_command(importlib.import_module(module).app)
        command.name = cmd_name
        return command


app = typer.Typer(cls=Nouns, no_args_is_help=True, add_completion=False, help="Farthing, the open credit bank for the smallest borrowers.")


@app.callback()
def _root() -> None:
    """Farthing, the open credit bank for the smallest borrowers."""


def main() -> None:
    """Run one command; a refusal is told in a sentence with its remedy, never as a traceback."""
    try:
        app()
    except FarthingError as refused:
        console = Console(stderr=True)
        console.print(f"[bold red]{refused.code}[/] {refused.message}", highlight=False)
        if refused.remedy:
            console.print(refused.remedy, highlight=False)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
