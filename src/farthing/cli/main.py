"""The command line: `farthing <noun> <verb>`. Exit codes: 0 done, 1 refused or failed, 2 usage."""

from __future__ import annotations

import importlib
import sys

import typer
from rich.console import Console
from rich.text import Text

from farthing.domain.errors import FarthingError
from farthing.settings import BadSetting

NOUNS: dict[str, tuple[str, str]] = {
    "demo": ("farthing.cli.demo", "Fill a bank and live a year: the whole life of a loan"),
    "serve": ("farthing.cli.serve", "Serve the pages and the API"),
    "import": ("farthing.cli.intake", "Take in evidence: data sets, or your own files with a mapping"),
    "model": ("farthing.cli.model", "Train, print and list models"),
    "policy": ("farthing.cli.policy", "Check, publish and read policies"),
    "decision": ("farthing.cli.decision", "Decide applications and read why"),
    "line": ("farthing.cli.line_acts", "Draw, repay, correct, change and read lines"),
    "proposal": ("farthing.cli.proposal", "What a second person must agree to: propose, agree, reject"),
    "relief": ("farthing.cli.relief", "Disaster relief over many lines: preview, propose, run"),
    "product": ("farthing.cli.product", "The product catalogue and what a draw costs"),
    "day": ("farthing.cli.day", "Close business days"),
    "audit": ("farthing.cli.audit", "Verify the journal and replay decisions"),
    "world": ("farthing.cli.world", "Make a seeded, synthetic economy as files"),
    "party": ("farthing.cli.party", "Read and erase parties, see who read them"),
    "staff": ("farthing.cli.staff", "The people who may log in"),
    "db": ("farthing.cli.db", "Start, stop and look at the embedded database"),
}


def command_line(words: list[str]) -> typer.Typer:
    """All nouns, of which only the one named is imported, so that `farthing --help` answers at once."""
    told = "Farthing, the open credit bank for the smallest borrowers."
    root = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=told)
    for noun, (module, short) in NOUNS.items():
        if noun in words:
            root.add_typer(importlib.import_module(module).app, name=noun, help=short)
        else:
            root.command(noun, help=short)(_elsewhere)
    return root


def _elsewhere() -> None:
    """Stands for a noun that was not named."""


def main() -> None:
    """Run one command; a refusal is told in a sentence with its remedy, never as a traceback."""
    try:
        command_line(sys.argv[1:2])()
    except FarthingError as refused:
        console = Console(stderr=True)
        console.print(Text.assemble((refused.code, "bold red"), " ", refused.message))  # a message quotes what was typed: no markup
        if refused.remedy:
            console.print(Text(refused.remedy))
        raise SystemExit(1) from None
    except BadSetting as bad:
        Console(stderr=True).print(Text(str(bad)))
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
