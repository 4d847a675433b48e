"""The command line: `farthing <noun> <verb>`. Exit codes: 0 done, 1 refused or failed, 2 usage."""

from __future__ import annotations

import importlib
import json
import sys

import typer
from rich.console import Console
from rich.text import Text

from farthing.domain.errors import FarthingError, Invalid
from farthing.settings import BadSetting

UsageError: type[typer.BadParameter] = typer.BadParameter.__bases__[0]
"""What typer raises for a command that cannot be read."""
NOUNS: dict[str, tuple[str, str]] = {
    "demo": ("farthing.cli.demo", "Fill a bank and live a year: the whole life of a loan"),
    "serve": ("farthing.cli.serve", "Serve the pages and the API"),
    "import": ("farthing.cli.intake", "Take in evidence: data sets, or your own files with a mapping"),
    "evidence": ("farthing.cli.evidence", "Watch the sources: fresh, whole, steady, agreeing"),
    "model": ("farthing.cli.estimate.part", "Train, print and list models"),
    "feature": ("farthing.cli.feature", "The data dictionary: every feature, and what a value rests on"),
    "policy": ("farthing.cli.policy", "Check, publish and read policies"),
    "decision": ("farthing.cli.decision", "Decide applications and read why"),
    "line": ("farthing.cli.line.statement", "Draw, repay, correct, change and read lines"),
    "bill": ("farthing.cli.bill.part", "Acceptance bills: take up, pass on, price, buy, sell on, present, recourse"),
    "house": ("farthing.cli.collateral.acts", "Houses that secure lines: value, take as security, raise, release"),
    "proposal": ("farthing.cli.line.proposal", "What a second person must agree to: propose, agree, reject"),
    "relief": ("farthing.cli.line.relief", "Disaster relief over many lines: preview, propose, run"),
    "rule": ("farthing.cli.bank.rule", "The rules of the law, since when, and how hard each holds"),
    "bank": ("farthing.cli.bank.bank", "The bank as a whole: capital, partners, limits of joint loans, review of classes"),
    "product": ("farthing.cli.product", "The product catalogue and what a draw costs"),
    "day": ("farthing.cli.day", "Close business days"),
    "month": ("farthing.cli.bank.month", "Look at months, close them under a name"),
    "book": ("farthing.cli.bank.book", "The trial balance, and down to the lines and events under it"),
    "listener": ("farthing.cli.bank.listener", "Who is told of events by webhook"),
    "audit": ("farthing.cli.audit", "Verify the journal and replay decisions"),
    "world": ("farthing.cli.world", "Make a seeded, synthetic economy as files"),
    "party": ("farthing.cli.people.party", "Read and erase parties, see who read them"),
    "staff": ("farthing.cli.people.staff", "The people who may log in"),
    "db": ("farthing.cli.db", "Start, stop and look at the embedded database"),
}


def command_line(words: list[str]) -> typer.Typer:
    """All nouns, of which only the one named is imported, so that `farthing --help` answers at once."""
    told = "Farthing, the open credit bank for the smallest borrowers."
    root = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=told)
    for noun, (module, short) in NOUNS.items():
        if noun in words:
            root.add_typer(importlib.import_module(module).app, name=noun, short_help=short)
        else:
            root.command(noun, help=short)(_elsewhere)
    return root


def _elsewhere() -> None:
    """Stands for a noun that was not named."""


def main() -> None:
    """Run one command; a refusal is told in a sentence with its remedy, under `--json` as an object on stderr, never as a traceback."""
    as_json = "--json" in sys.argv
    try:
        _refuse_odd_bytes(sys.argv[1:])
        sys.exit(command_line(sys.argv[1:2])(standalone_mode=not as_json))
    except FarthingError as refused:
        _tell(refused, as_json=as_json)
        raise SystemExit(2 if refused.code == "usage" else 1) from None
    except BadSetting as bad:
        _tell(Invalid("bad_setting", str(bad)), as_json=as_json)
        raise SystemExit(2) from None
    except UsageError as wrong:  # told by typer itself when it need not be JSON
        _tell(Invalid("usage", wrong.format_message(), "Add --help to see how it is used."), as_json=True)
        raise SystemExit(2) from None
    except (KeyboardInterrupt, typer.Abort):
        raise SystemExit(1) from None


def _refuse_odd_bytes(words: list[str]) -> None:
    """Bytes that are no UTF-8 arrive as halves of characters, which neither a journal nor a terminal can hold."""
    for place, word in enumerate(words, 1):
        if any("\ud800" <= letter <= "\udfff" for letter in word):
            raise Invalid("usage", f"Word {place} of the command is not UTF-8 text.", "Type it in UTF-8.")


def _tell(refused: FarthingError, *, as_json: bool) -> None:
    if as_json:
        told = {"code": refused.code, "message": refused.message, "remedy": refused.remedy, "field": refused.field}
        print(json.dumps(told, ensure_ascii=False), file=sys.stderr)
        return
    console = Console(stderr=True)
    console.print(Text.assemble((refused.code, "bold red"), " ", refused.message))  # a message quotes what was typed: no markup
    if refused.remedy:
        console.print(Text(refused.remedy))


if __name__ == "__main__":
    main()
