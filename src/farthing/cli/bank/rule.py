"""`farthing rule`: the rulebook, and which of it holds on a day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from farthing.cli.house import print_json
from farthing.cli.options import AsJson, some_day
from farthing.domain.bank.rule import Rule, Severity
from farthing.domain.bank.rulebook import RULEBOOK
from farthing.domain.errors import NotFound

app = typer.Typer(help="规则 The rulebook: list and show.", no_args_is_help=True)

HEAD = ("规则 rule", "说什么 says", "文件 document", "施行 in force", "可信 sure", "效力 holds", "由 held by")


@app.command(name="list")
def list_(
    on: Annotated[str | None, typer.Option(help="Only what is in force on this day: 2026-11-28.")] = None,
    severity: Annotated[Severity | None, typer.Option(help="Only those that hold this hard.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table of docs/rules.md.")] = False,
    as_json: AsJson = False,
) -> None:
    """Every rule: its source, since when, how sure, how hard it holds, and where. Example: farthing rule list --severity block"""
    day = some_day(on)
    found = [rule for rule in RULEBOOK.values() if (day is None or rule.in_force(day)) and severity in (None, rule.severity)]
    if as_json:
        print_json(found)
        return
    if markdown:
        typer.echo(in_markdown(found))
        return
    table = Table(*HEAD, title="规则 Rules")
    for rule in found:
        table.add_row(*_row(rule))
    Console().print(table)


@app.command()
def show(rule: Annotated[str, typer.Argument(help="The rule's id, like RC-06.")], as_json: AsJson = False) -> None:
    """One rule. Example: farthing rule show RC-06"""
    found = RULEBOOK.get(rule.upper())
    if found is None:
        raise NotFound("no_rule", f"There is no rule {rule[:20]!r}.", "See farthing rule list.")
    if as_json:
        print_json(found)
        return
    for name, value in zip(HEAD, _row(found), strict=True):
        typer.echo(f"{name}: {value}")


def in_markdown(rules: Iterable[Rule]) -> str:
    """The rules as a table of a document."""
    rows = [HEAD, ("---",) * len(HEAD), *(_row(rule) for rule in rules)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(rule: Rule) -> tuple[str, ...]:
    until = f" – {rule.effective_to}" if rule.effective_to else ""
    held = ", ".join(rule.held_by) or "not held by this version"
    article = "" if rule.article == "—" else f" {rule.article}"
    return (
        rule.id, f"{rule.zh}; {rule.en}", f"{rule.doc}{article}", f"{rule.effective_from}{until}", rule.confidence.value,
        rule.severity.value, held,
    )  # fmt: skip
